"""A switch: on or off, with its words beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import GRID, Theme, body_font
from .buttons import PaintedButton

WIDTH, HEIGHT = 30.0, 18.0


def paint_switch(painter: QPainter, theme: Theme, center: QPointF, on: bool) -> None:
    """The switch itself, round a point."""
    pill = QRectF(0, 0, WIDTH, HEIGHT)
    pill.moveCenter(center)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("fill" if on else "outline"))
    painter.drawRoundedRect(pill, HEIGHT / 2, HEIGHT / 2)
    knob = pill.right() - HEIGHT / 2 if on else pill.left() + HEIGHT / 2
    painter.setBrush(QColor("#FFFFFF") if on or not theme.tokens.is_dark else theme.color("muted"))
    painter.drawEllipse(QPointF(knob, pill.center().y()), HEIGHT / 2 - 3, HEIGHT / 2 - 3)


class Switch(PaintedButton):
    """Words, and a switch at their left that says whether they hold."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Switch, a gap, words."""
        words = QFontMetrics(body_font()).horizontalAdvance(self.text())
        return QSize(round(WIDTH) + words + 3 * GRID, 30)

    def ground(self) -> QColor | None:
        """Only under the pointer."""
        return self.theme.color("hover") if self.isEnabled() and self.underMouse() else None

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Switch and words."""
        left = rect.left() + GRID / 2
        center = QPointF(left + WIDTH / 2, rect.center().y())
        paint_switch(painter, self.theme, center, self.isChecked())
        painter.setFont(body_font())
        painter.setPen(self.theme.color("text"))
        line = rect.adjusted(GRID / 2 + WIDTH + GRID, 0, 0, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.text())
