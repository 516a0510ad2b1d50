"""A thin strip under the plot: which label was shown when."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from fervideo import labels

from ..guard import painting
from ..theme import Theme
from ..widgets import hatch
from .history import NO_LABEL_CODE, UNKNOWN_CODE

HEIGHT = 12


def runs(codes: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """Stretches of one code: first index, index after the last, code. NaN belongs to no run."""
    if not len(codes):
        return []
    filled = np.where(np.isnan(codes), NO_LABEL_CODE, codes)
    edges = [0, *(np.flatnonzero(np.diff(filled)) + 1).tolist(), len(filled)]
    return [
        (a, b, float(filled[a])) for a, b in itertools.pairwise(edges) if filled[a] != NO_LABEL_CODE
    ]


class LabelStrip(QWidget):
    """Coloured segments in step with the plot above it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._left, self._width = 0.0, 0.0
        self._segments: list[tuple[float, float, str]] = []
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Stable label over time")
        theme.changed.connect(self.update)

    def align(self, left: float, width: float) -> None:
        """Stand under the plot's own area, in pixels of this widget."""
        if (left, width) != (self._left, self._width):
            self._left, self._width = left, width
            self.update()

    def show_codes(
        self,
        times: NDArray[np.float64],
        codes: NDArray[np.float64],
        classes: tuple[str, ...],
        seconds: float,
    ) -> None:
        """Show the labels of the last `seconds`; times are seconds before now, 0 or negative."""
        self._segments = []
        for first, after, code in runs(codes):
            end = times[min(after, len(times) - 1)]
            color = labels.UNKNOWN_COLOR
            if code != UNKNOWN_CODE:
                color = labels.color_of(classes[int(code)], classes)
            self._segments.append((1 + times[first] / seconds, 1 + end / seconds, color))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and segments."""
        with painting(self) as painter:
            room = QRectF(self._left, 2, self._width, HEIGHT - 4)
            painter.fillRect(room, self._theme.color("raised"))
            for start, end, color in self._segments:
                left = room.left() + max(0.0, start) * room.width()
                width = max(1.0, room.left() + end * room.width() - left)
                hatch.fill(painter, QRectF(left, room.top(), width, room.height()), color)
