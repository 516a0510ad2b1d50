"""A check box that can be seen in both themes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from ..guard import painting
from ..theme import GRID, Theme, body_font

SIDE = 18
HEIGHT = 28


class TickBox(QCheckBox):
    """On, off, or, if it is made so, half on."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """The box and its text."""
        width = QFontMetrics(body_font()).horizontalAdvance(self.text())
        return QSize(SIDE + GRID + width + 4, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """No smaller than it wants to be."""
        return self.sizeHint()

    def hitButton(self, at: object) -> bool:
        """The text counts as the box does."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, mark, text, focus ring."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isEnabled():
                painter.setOpacity(0.45)
            box = QRectF(1, (self.height() - SIDE) / 2, SIDE, SIDE).adjusted(0.5, 0.5, -0.5, -0.5)
            filled = self.checkState() is not Qt.CheckState.Unchecked
            outline = "accent" if self.hasFocus() or self.underMouse() else "muted"
            painter.setPen(QPen(self._theme.color("fill" if filled else outline), 1.5))
            painter.setBrush(self._theme.color("fill" if filled else "surface"))
            painter.drawRoundedRect(box, 4, 4)
            if filled:
                self._paint_mark(painter, box)
            if self.hasFocus() and filled:
                painter.setPen(QPen(self._theme.color("accent"), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box, 4, 4)
            painter.setFont(body_font())
            painter.setPen(self._theme.color("text"))
            line = QRectF(self.rect()).adjusted(SIDE + GRID, 0, 0, 0)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _paint_mark(self, painter: QPainter, box: QRectF) -> None:
        pen = QPen(self._theme.color("on_fill"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        middle = box.center()
        tick = ((-4.0, 0.0), (-1.2, 3.0), (4.0, -3.2))
        dash = ((-3.5, 0.0), (3.5, 0.0))
        half = self.checkState() is Qt.CheckState.PartiallyChecked
        painter.drawPolyline([middle + QPointF(x, y) for x, y in (dash if half else tick)])
