"""Buttons that stay down: segments of which one holds, chips, the header of a fold."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import GRID, Theme, body_font, small_font, with_weight
from .buttons import PaintedButton, paint_chevron


class Segment(PaintedButton):
    """One of a row of choices of which one holds."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)

    def sizeHint(self) -> QSize:
        """Its text and some air."""
        font = with_weight(small_font(), QFont.Weight.DemiBold)
        return QSize(QFontMetrics(font).horizontalAdvance(self.text()) + 2 * GRID + 4, 26)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Its text."""
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        painter.setFont(with_weight(small_font(), weight))
        painter.setPen(self.theme.color("text" if self.isChecked() else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())


class FoldHeader(PaintedButton):
    """The line over a part that opens and closes."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One line."""
        width = QFontMetrics(body_font()).horizontalAdvance(self.text())
        return QSize(width + 40, 32)

    def ground(self) -> QColor | None:
        """Only under the pointer."""
        return self.theme.color("hover") if self.underMouse() else None

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Arrow and text."""
        to = "down" if self.isChecked() else "right"
        paint_chevron(painter, QPointF(rect.left() + 11, rect.center().y()), self.theme, to)
        painter.setFont(with_weight(body_font(), QFont.Weight.DemiBold))
        painter.setPen(self.theme.color("text"))
        painter.drawText(rect.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())


class Chip(PaintedButton):
    """A toggle with a colour: a curve of the plot, or a face."""

    def __init__(
        self, theme: Theme, text: str, color: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self._color = color
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Swatch and text."""
        swatch = 16 if self._color else 0
        width = QFontMetrics(small_font()).horizontalAdvance(self.text())
        return QSize(width + swatch + 2 * GRID + 2, 26)

    def ground(self) -> QColor | None:
        """Quiet for curves, which are nearly all on; filled for the chosen face."""
        if self.underMouse() or self.isDown():
            return self.theme.color("hover")
        if self._color or not self.isChecked():
            return None
        return self.theme.color("raised")

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Swatch, hollow if off, and text, struck pale if off."""
        left = rect.left() + GRID - 1
        if self._color:
            dot = QRectF(left, rect.center().y() - 5, 10, 10)
            painter.setPen(QPen(QColor(self._color), 1.5))
            filled = QColor(self._color) if self.isChecked() else QColor(Qt.GlobalColor.transparent)
            painter.setBrush(filled)
            painter.drawRoundedRect(dot, 3, 3)
            left += 16
        painter.setFont(small_font())
        painter.setPen(self.theme.color("text" if self.isChecked() else "muted"))
        painter.drawText(
            QRectF(left, rect.top(), rect.right() - left, rect.height()),
            Qt.AlignmentFlag.AlignVCenter,
            self.text(),
        )
