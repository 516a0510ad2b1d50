"""Painting boxes and plates on pictures, without a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from fervideo import labels
from fervideo.types import ByteImage

PLATE = (8, 9, 11)
PLATE_OPACITY = 0.8
STRONG, QUIET = (255, 255, 255), (185, 190, 199)
UNKNOWN_LINE = "#C8CCD4"
"""On a picture the grey of unknown would be lost."""

Color = tuple[int, int, int]
Rect = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class FaceMark:
    """What is painted for one face.

    Attributes:
        box: Left, top, width, height in pixels.
        label: The word on the plate.
        name: The face's name, beside it.
        color: The label's hex colour.
        is_poor: The face is of low quality: its box is dashed.
    """

    box: tuple[float, float, float, float]
    label: str
    name: str
    color: str
    is_poor: bool


class MarkPainter:
    """Paints marks on pictures of one size.

    Args:
        size_wh: Width and height of the pictures.
    """

    def __init__(self, size_wh: tuple[int, int]) -> None:
        width, height = size_wh
        self._text = _Text(min(48, max(12, round(min(width, height) / 24))))
        self._line = max(2, round(min(width, height) / 240))

    def paint(self, image: ByteImage, marks: Sequence[FaceMark]) -> None:
        """Paint every mark onto `image`, uint8 RGB (H, W, 3), which is changed."""
        for mark in marks:
            self._box(image, mark)
        taken: list[Rect] = []
        for mark in marks:
            taken.append(self._plate(image, mark, taken))

    def note(self, image: ByteImage, text: str) -> None:
        """Paint a word in the lower left corner."""
        size = self._text.size
        plate = (0, image.shape[0] - 2 * size, self._text.width(text) + 2 * size, 2 * size)
        _darken(image, plate)
        self._text.draw(image, text, (size, image.shape[0] - round(0.65 * size)), QUIET, bold=True)

    def _box(self, image: ByteImage, mark: FaceMark) -> None:
        left, top, width, height = (round(value) for value in mark.box)
        dashed = mark.is_poor or mark.color == labels.UNKNOWN_COLOR
        line = UNKNOWN_LINE if mark.color == labels.UNKNOWN_COLOR else mark.color
        corners = [(left, top), (left + width, top), (left + width, top + height)]
        corners += [(left, top + height), (left, top)]
        sides = list(pairwise(corners))
        if dashed:
            sides = [dash for start, end in sides for dash in _dashes(start, end, 5 * self._line)]
        for color, extra in (((0, 0, 0), 2), (_rgb(line), 0)):
            for start, end in sides:
                cv2.line(image, start, end, color, self._line + extra, cv2.LINE_AA)

    def _plate(self, image: ByteImage, mark: FaceMark, taken: Sequence[Rect]) -> Rect:
        size, pad = self._text.size, self._text.size // 2
        word = f"{mark.label}?" if mark.is_poor and mark.label else mark.label or "no label"
        word_width = self._text.width(word, bold=True)
        width = 3 * pad + size + word_width + pad + self._text.width(mark.name)
        plate = _place((width, round(1.7 * size)), mark.box, image.shape, taken, self._line + 2)
        _darken(image, plate)
        left, top, _, height = plate
        swatch = (left + pad, top + (height - size) // 2 + 1, size - 2, size - 2)
        _swatch(image, swatch, mark.color)
        baseline = top + round(0.7 * height)
        left += 2 * pad + size
        self._text.draw(image, word, (left, baseline), STRONG, bold=True)
        self._text.draw(image, mark.name, (left + word_width + pad, baseline), QUIET)
        return plate


class _Text:
    """Text of one size, in any script that OpenCV's own fonts know.

    OpenCV before 5 has line fonts alone, which know no letter beyond ASCII.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._font: Any = cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None

    def width(self, text: str, bold: bool = False) -> int:
        """Pixels from the first letter to the last."""
        if not text:
            return 0
        if self._font is None:
            return int(cv2.getTextSize(text, *self._lines(bold))[0][0])
        weight = 600 if bold else 400
        return int(cv2.getTextSize((0, 0), text, (0, 0), self._font, self.size, weight)[2])

    def draw(
        self, image: ByteImage, text: str, at: tuple[int, int], color: Color, bold: bool = False
    ) -> None:
        """Draw `text` with its baseline's start at `at`."""
        if not text:
            return
        if self._font is None:
            face, scale, thickness = self._lines(bold)
            cv2.putText(image, text, at, face, scale, color, thickness, cv2.LINE_AA)
        else:
            cv2.putText(image, text, at, color, self._font, self.size, 600 if bold else 400)

    def _lines(self, bold: bool) -> tuple[int, float, int]:
        return cv2.FONT_HERSHEY_SIMPLEX, self.size / 26, 2 if bold else 1


def _place(
    size_wh: tuple[int, int],
    box: tuple[float, float, float, float],
    shape: tuple[int, ...],
    taken: Sequence[Rect],
    gap: int,
) -> Rect:
    """Where a plate goes: over its box, else under it, else inside; within the picture."""
    width, height = size_wh
    left = min(max(0, round(box[0])), max(0, shape[1] - width))
    tops = (box[1] - gap - height, box[1] + box[3] + gap, box[1] + gap)
    spots = [(left, round(top), width, height) for top in tops]

    def badness(spot: Rect) -> tuple[bool, bool]:
        inside = spot[1] >= 0 and spot[1] + height <= shape[0]
        return not inside, any(_meet(spot, other) for other in taken)

    left, top, *_ = min(spots, key=badness)
    return left, min(max(0, top), max(0, shape[0] - height)), width, height


def _meet(a: Rect, b: Rect) -> bool:
    across = a[0] < b[0] + b[2] and b[0] < a[0] + a[2]
    return across and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _darken(image: ByteImage, rect: Rect) -> None:
    left, top, width, height = rect
    part = image[max(0, top) : top + height, max(0, left) : left + width]
    mixed = part * (1 - PLATE_OPACITY) + np.array(PLATE) * PLATE_OPACITY
    part[:] = mixed.astype(np.uint8)


def _swatch(image: ByteImage, rect: Rect, color: str) -> None:
    """A square of the label's colour, hatched for unknown."""
    left, top, width, height = rect
    part = image[max(0, top) : top + height, max(0, left) : left + width]
    part[:] = _rgb(color)
    if color == labels.UNKNOWN_COLOR and part.size:
        down, across = np.indices(part.shape[:2])
        part[(down + across) % 6 < 2] = _rgb(UNKNOWN_LINE)


def _dashes(
    start: tuple[int, int], end: tuple[int, int], length: int
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """A straight line in pieces, with gaps as long as they are."""
    a, b = np.array(start, float), np.array(end, float)
    total = float(np.hypot(*(b - a)))
    found = []
    for at in np.arange(0, total, 2 * length):
        first, last = (a + (b - a) * t / total for t in (at, min(total, at + length)))
        found.append(((round(first[0]), round(first[1])), (round(last[0]), round(last[1]))))
    return found


def _rgb(color: str) -> Color:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
