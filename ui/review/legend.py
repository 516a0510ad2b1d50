"""The names of a plot's curves above them, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ..theme import Theme, small_font
from .columns import Curve
from .looks import Look

LINE_PX = 20
_SAMPLE_PX = 32
_GAP_PX = 16


def curve_pen(look: Look, theme: Theme, width: float) -> QPen:
    """The pen of a curve, and of its sample in the legend."""
    pen = QPen(QColor(look.on_dark if theme.tokens.is_dark else look.on_light), width)
    pen.setCosmetic(True)
    if look.dashes:
        pen.setDashPattern(list(look.dashes))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def short_titles(curves: Sequence[Curve]) -> list[str]:
    """Titles without the first word if all begin with the same: the plot's own title says it."""
    words = [curve.title.split() for curve in curves]
    if len(words) < 2 or any(len(w) < 2 or w[0] != words[0][0] for w in words):
        return [curve.title for curve in curves]
    return [" ".join(w[1:]).capitalize() for w in words]


def spots(curves: Sequence[Curve], room: float) -> list[QRectF]:
    """Where each name stands with its sample, from (0, 0); a name wider than the room is cut."""
    metrics = QFontMetricsF(small_font())
    found, left, top = [], 0.0, 0.0
    for title in short_titles(curves):
        width = min(_SAMPLE_PX + 6 + metrics.horizontalAdvance(title), room)
        if left > 0 and left + width > room:
            left, top = 0.0, top + LINE_PX
        found.append(QRectF(left, top, width, LINE_PX))
        left += width + _GAP_PX
    return found


def height_of(curves: Sequence[Curve], room: float) -> int:
    """Pixels that the names take at a width."""
    return round(max((spot.bottom() for spot in spots(curves, room)), default=0.0))


def paint(painter: QPainter, theme: Theme, curves: Sequence[Curve], room: QRectF) -> None:
    """Samples of the lines, and the names."""
    painter.setFont(small_font())
    metrics = QFontMetricsF(small_font())
    titles = short_titles(curves)
    for curve, title, spot in zip(curves, titles, spots(curves, room.width()), strict=True):
        spot.translate(room.topLeft())
        middle = round(spot.center().y()) + 0.5
        painter.setPen(curve_pen(curve.look, theme, 1.6))
        painter.drawLine(QPointF(spot.left(), middle), QPointF(spot.left() + _SAMPLE_PX, middle))
        painter.setPen(theme.color("muted"))
        words = spot.adjusted(_SAMPLE_PX + 6, 0, 1, 0)
        text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
