"""One segment of a lane: its colour, its word, and what a person has changed about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from fervideo import labels
from fervideo.session.segments import Segment

from ..theme import Theme, small_font
from ..widgets import hatch

_MACHINE_PX = 5
"""Height of the stripe that shows what the machine had said of a corrected segment."""

_WORD_PX = 11
_ROOM_FOR_WORD = 12
_SMALL_PX = 4
"""Blocks narrower than this are plain: there may be thousands."""


class SegmentPainter:
    """Paints segments; the colour of a label is looked up once.

    Args:
        theme: The theme.
        color_of: The colour of a label.
    """

    def __init__(self, theme: Theme, color_of: Callable[[str], str]) -> None:
        self._theme, self._look_up = theme, color_of
        self._colors: dict[str, str] = {}

    def paint(self, painter: QPainter, segment: Segment, block: QRectF) -> None:
        """Paint a segment into its place."""
        if block.width() > _SMALL_PX:
            block = block.adjusted(0, 0, -1, 0)  # a hair of ground between blocks side by side
        radius = min(3.0, block.width() / 2)
        if segment.label == labels.NO_LABEL and not segment.corrected:
            painter.setPen(QPen(self._theme.color("outline"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(block.adjusted(0.5, 5.5, -0.5, -5.5), radius, radius)
            return
        color = self._color_of(segment.label)
        if block.width() < _SMALL_PX:
            painter.fillRect(block, QColor(color))
            return
        hatch.fill(painter, block, color, radius)
        if segment.corrected:
            self._paint_correction(painter, segment, block)
        if segment.label and color != labels.UNKNOWN_COLOR:
            _paint_word(painter, segment, block, color)

    def _color_of(self, label: str) -> str:
        if label not in self._colors:
            self._colors[label] = self._look_up(label)
        return self._colors[label]

    def _paint_correction(self, painter: QPainter, segment: Segment, block: QRectF) -> None:
        """The machine's label as a stripe under the corrected one, and an outline."""
        stripe = QRectF(block.left(), block.bottom() - _MACHINE_PX, block.width(), _MACHINE_PX)
        painter.fillRect(stripe.adjusted(0, -1, 0, 0), self._theme.color("surface"))
        if segment.machine_label:
            hatch.fill(painter, stripe, self._color_of(segment.machine_label))
        painter.setPen(QPen(self._theme.color("text"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(block.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


def _paint_word(painter: QPainter, segment: Segment, block: QRectF, color: str) -> None:
    """The label's word where there is room, else its three letters, else none."""
    font = small_font()
    font.setPixelSize(_WORD_PX)
    metrics = QFontMetricsF(font)
    known = labels.BY_NAME.get(segment.label)
    room = block.width() - _ROOM_FOR_WORD
    words = (segment.label, known.short if known else "")
    word = next((w for w in words if w and metrics.horizontalAdvance(w) <= room), "")
    if word:
        painter.setFont(font)
        painter.setPen(readable_on(color))
        line = block.adjusted(6, 0, 0, -_MACHINE_PX if segment.corrected else 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, word)


def readable_on(color: str) -> QColor:
    """Black or white, whichever stands out more on a colour (contrast of WCAG 2)."""
    ground = QColor(color)
    parts = (ground.redF(), ground.greenF(), ground.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    light = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return QColor("#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#FFFFFF")
