"""What is drawn over the picture of an enrolment: 3, 2, 1, and how many pictures there are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ..theme import GRID, Theme, body_font, with_weight
from .overlay import PLATE

BAR = 6.0


@dataclass(frozen=True, slots=True)
class EnrollSight:
    """What the overlay says.

    Attributes:
        count: 3, 2 or 1 before it begins; 0 while it gathers.
        progress: Of the wanted pictures, 0 to 1.
        text: What is being gathered, and how many.
    """

    count: int
    progress: float
    text: str


def paint_enrolment(painter: QPainter, theme: Theme, sight: EnrollSight, area: QRectF) -> None:
    """Draw it over the picture in `area`."""
    painter.save()
    if sight.count:
        _paint_count(painter, theme, sight.count, area)
    _paint_progress(painter, theme, sight, area)
    painter.restore()


def _paint_count(painter: QPainter, theme: Theme, count: int, area: QRectF) -> None:
    """Large, but in a corner: whoever makes a face wants to see it."""
    side = max(72.0, min(144.0, area.height() * 0.22))
    circle = QRectF(area.left() + 2 * GRID, area.top() + 2 * GRID, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawEllipse(circle)
    font = with_weight(body_font(), QFont.Weight.Bold)
    font.setPixelSize(round(side * 0.55))
    painter.setFont(font)
    painter.setPen(theme.color("on_backdrop"))
    painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(count))


def _paint_progress(painter: QPainter, theme: Theme, sight: EnrollSight, area: QRectF) -> None:
    """A plate at the bottom: words, and a bar under them."""
    font = with_weight(body_font(), QFont.Weight.DemiBold)
    metrics = QFontMetricsF(font)
    width = min(area.width() - 2 * GRID, max(240.0, metrics.horizontalAdvance(sight.text) + 32))
    plate = QRectF(0, 0, width, metrics.height() + BAR + 3 * GRID)
    plate.moveCenter(QPointF(area.center().x(), area.bottom() - plate.height() / 2 - 2 * GRID))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, GRID, GRID)
    painter.setFont(font)
    painter.setPen(theme.color("on_backdrop"))
    line = QRectF(plate.left() + 2 * GRID, plate.top() + GRID, width - 32, metrics.height())
    text = metrics.elidedText(sight.text, Qt.TextElideMode.ElideMiddle, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
    track = QRectF(line.left(), plate.bottom() - GRID - BAR, line.width(), BAR)
    _paint_bar(painter, track, sight.progress)


def _paint_bar(painter: QPainter, track: QRectF, progress: float) -> None:
    middle = track.center().y()
    for color, share in ((QColor("#3B4048"), 1.0), (QColor("#A899FF"), min(1.0, progress))):
        if share > 0:
            pen = QPen(color, BAR)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            start = track.left() + BAR / 2
            end = start + (track.width() - BAR) * share
            painter.drawLine(QPointF(start, middle), QPointF(end, middle))
