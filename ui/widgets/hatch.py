"""The hatching that stands for an unknown expression wherever a class would have a colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from fervideo import labels

STEP = 5.0
LINE = "#B9BEC7"


def fill(painter: QPainter, rect: QRectF, color: str, radius: float = 0.0) -> None:
    """Fill a rounded rectangle with a class's colour; `labels.UNKNOWN_COLOR` is hatched."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(rect, radius, radius)
    if color == labels.UNKNOWN_COLOR:
        _hatch(painter, rect, radius)
    painter.restore()


def _hatch(painter: QPainter, rect: QRectF, radius: float) -> None:
    shape = QPainterPath()
    shape.addRoundedRect(rect, radius, radius)
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(LINE), 1.4))
    x = rect.left() - rect.height()
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
        x += STEP
