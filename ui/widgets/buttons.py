"""Buttons that paint themselves: their common ground, and those of the rail and the bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ..guard import painting
from ..theme import GRID, Theme, small_font, with_weight
from .icons import Icons

RADIUS = 6.0
ICON = 20
HEIGHT = 36


def is_space(event: QEvent) -> bool:
    """Whether it asks who wants the space bar, before that is looked for among the shortcuts."""
    asks = event.type() is QEvent.Type.ShortcutOverride
    return asks and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space


class PaintedButton(QAbstractButton):
    """A rounded ground that answers pointer, keyboard focus and press; subclasses draw on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def describe(self, name: str, shortcut: str = "", hint: str = "") -> None:
        """Give it a name for screen readers and a tool tip that tells its shortcut."""
        self.setAccessibleName(name)
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        tip = f"{hint or name}  ({keys})" if keys else hint or name
        self.setToolTip(tip)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, content, focus ring."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            ground = self.ground()
            if ground is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground)
                painter.drawRoundedRect(rect, RADIUS, RADIUS)
            if not self.isEnabled():
                painter.setOpacity(0.45)
            self.paint_content(painter, rect)
            painter.setOpacity(1.0)
            if self.hasFocus():
                painter.setPen(QPen(self.theme.color("accent"), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect, RADIUS, RADIUS)

    def event(self, event: QEvent) -> bool:
        """Space presses the button that has the focus, whatever else it is a shortcut of."""
        if is_space(event):
            event.accept()
            return True
        return super().event(event)

    def ground(self) -> QColor | None:
        """Colour of the ground, None for none."""
        if not self.isEnabled():
            return None
        if self.isDown() or self.underMouse():
            return self.theme.color("hover")
        return self.theme.color("raised") if self.isChecked() else None

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """What stands on the ground."""
        raise NotImplementedError

    def enterEvent(self, event: QEnterEvent) -> None:
        """Repaint under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Repaint without the pointer."""
        super().leaveEvent(event)
        self.update()

    def minimumSizeHint(self) -> QSize:
        """No smaller than it wants to be."""
        return self.sizeHint()


class IconButton(PaintedButton):
    """A square with an icon."""

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, parent: QWidget | None = None, size: int = 36
    ) -> None:
        super().__init__(theme, parent)
        self._icons, self._icon, self._size = icons, icon, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """The icon in the middle."""
        side = ICON if self._size >= 32 else 16
        box = QRectF(0, 0, side, side)
        box.moveCenter(rect.center())
        self._icons.paint(painter, box, self._icon, self.theme.color("text"))


class RailButton(PaintedButton):
    """A workspace on the rail: icon over its name, a stroke at the edge if it is the open one."""

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._icons, self._icon = icons, icon
        self._badge, self._share = "", 0.0
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)

    @property
    def badge(self) -> str:
        """What the badge says, empty without one."""
        return self._badge

    def show_work(self, badge: str, share: float = 0.0) -> None:
        """Show that something is under way here; an empty badge ends it.

        Args:
            badge: A number, or a word as short.
            share: How much is done, 0 to 1.
        """
        if (badge, round(share, 2)) != (self._badge, self._share):
            self._badge, self._share = badge, round(share, 2)
            self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for its name."""
        width = QFontMetrics(small_font()).horizontalAdvance(self.text())
        return QSize(max(64, width + 2 * GRID), 60)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Icon, name, stroke."""
        color = self.theme.color("accent" if self.isChecked() else "muted")
        icon = QRectF(rect.center().x() - 12, rect.top() + 8, 24, 24)
        self._icons.paint(painter, icon, self._icon, color)
        painter.setFont(small_font())
        painter.setPen(self.theme.color("text" if self.isChecked() else "muted"))
        line = QRectF(rect.left(), rect.top() + 34, rect.width(), 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._badge:
            self._paint_work(painter, rect)

    def _paint_work(self, painter: QPainter, rect: QRectF) -> None:
        """A number at the corner of the icon, a thin bar at the foot."""
        font = with_weight(small_font(), QFont.Weight.DemiBold)
        font.setPixelSize(11)
        width = max(16.0, QFontMetricsF(font).horizontalAdvance(self._badge) + 8)
        pill = QRectF(0, 0, width, 16)
        pill.moveCenter(QPointF(rect.center().x() + 14, rect.top() + 11))
        pill.moveRight(min(pill.right(), rect.right() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("fill"))
        painter.drawRoundedRect(pill, 8, 8)
        painter.setFont(font)
        painter.setPen(self.theme.color("on_fill"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._badge)
        bar = QRectF(rect.left() + 12, rect.bottom() - 4, rect.width() - 24, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        for part, role in ((1.0, "outline"), (self._share, "accent")):
            painter.setBrush(self.theme.color(role))
            painter.drawRoundedRect(QRectF(bar.topLeft(), QSizeF(bar.width() * part, 3)), 1.5, 1.5)


def paint_chevron(painter: QPainter, center: QPointF, theme: Theme, to: str) -> None:
    """A small arrowhead that points `down`, `up` or `right`."""
    points = {
        "down": (QPointF(-4, -2), QPointF(0, 2), QPointF(4, -2)),
        "up": (QPointF(-4, 2), QPointF(0, -2), QPointF(4, 2)),
        "right": (QPointF(-2, -4), QPointF(2, 0), QPointF(-2, 4)),
    }[to]
    pen = QPen(theme.color("muted"), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPolyline([center + point for point in points])
