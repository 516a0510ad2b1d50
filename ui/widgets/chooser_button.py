"""A button that shows what is chosen and opens a menu of the choices."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ..theme import Theme, body_font
from .buttons import HEIGHT, ICON, PaintedButton, paint_chevron
from .icons import Icons

FOLDED = 62


class ChooserButton(PaintedButton):
    """Shows what is chosen and opens a menu of the choices. Text that has no room is elided.

    Folded, it is icon and arrow alone, and its tool tip tells the rest.

    Attributes:
        opening: Emitted before the menu shows, so that it can be filled.
    """

    opening = Signal()

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._icons, self._icon, self._name = icons, icon, name
        self._busy = self._folded = False
        self.menu = QMenu(self)
        self.menu.setAccessibleName(name)
        self.setAccessibleName(name)
        self.clicked.connect(self.popup)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_choice(self, text: str, icon: str = "", busy: bool = False) -> None:
        """Show `text` as the choice; `busy` while it is being made ready."""
        self.setText(text)
        self._icon, self._busy = icon or self._icon, busy
        self.setAccessibleName(f"{self._name}: {text}")
        self.setToolTip(f"{self._name}: {text}")
        self.updateGeometry()
        self.update()

    @property
    def is_folded(self) -> bool:
        """Whether only icon and arrow show."""
        return self._folded

    def fold(self, on: bool) -> None:
        """Show icon and arrow alone, where there is no room for all."""
        if on != self._folded:
            self._folded = on
            self.updateGeometry()
            self.update()

    @property
    def whole_width(self) -> int:
        """Pixels for all of the text, up to a limit."""
        width = QFontMetrics(body_font()).horizontalAdvance(self.text())
        return min(320, width + 10 + ICON + 8 + 28)

    def popup(self) -> None:
        """Open the menu under the button."""
        self.opening.emit()
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def ground(self) -> QColor | None:
        """Always a ground: it holds a value."""
        over = self.underMouse() or self.isDown() or self.menu.isVisible()
        return self.theme.color("hover" if over else "raised")

    def sizeHint(self) -> QSize:
        """Room for all of the text, up to a limit; or for none of it."""
        return QSize(FOLDED if self._folded else self.whole_width, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Icon, a few letters, arrow."""
        return QSize(min(112, self.sizeHint().width()), HEIGHT)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Icon, text, arrow."""
        icon = QRectF(rect.left() + 10, rect.center().y() - 9, 18, 18)
        self._icons.paint(painter, icon, self._icon, self.theme.color("muted"))
        paint_chevron(painter, QPointF(rect.right() - 14, rect.center().y()), self.theme, "down")
        if self._folded:
            return
        font = body_font()
        painter.setFont(font)
        painter.setPen(self.theme.color("muted" if self._busy else "text"))
        line = QRectF(rect.left() + 36, rect.top(), rect.width() - 62, rect.height())
        text = QFontMetricsF(font).elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, line.width() + 1
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
