"""Decimal numbers out of text, eight digits at a time and many cells at once.

Eight characters are read as one 64-bit word and added up in three multiplications, after Lemire,
"Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51 (2021),
https://arxiv.org/abs/2101.11408.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST = 8
"""Digits of a run: on each side of the point."""

_PAD = 3 * MOST
_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_THREES = np.uint64(0x3333333333333333)
_PAIRS = np.uint64(0x000000FF000000FF)
_UPPER = np.uint64(100 + (1_000_000 << 32))
_LOWER = np.uint64(1 + (10_000 << 32))
_KEPT = np.array([2**64 - 2 ** (8 * (MOST - n)) for n in range(MOST + 1)], np.uint64)
"""Which bytes of a word hold the last n characters, for n from 0 to 8."""

_TENS = 10 ** np.arange(MOST + 1)

Places = NDArray[np.int64]


class Digits:
    """Text whose cells are to be read as numbers.

    Args:
        data: The text.
    """

    def __init__(self, data: bytes) -> None:
        padded = bytes(_PAD) + data
        self._bytes = np.frombuffer(padded, np.uint8)
        # A word at every byte: overlapping, so that none has to be aligned.
        self._words = np.ndarray(len(padded) - MOST + 1, "<u8", padded, strides=(1,))

    def decimals(
        self, starts: Places, ends: Places, places: Places
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Cells like `-12.50`, each with a known number of digits after the point.

        Args:
            starts: (...) place of each cell's first byte.
            ends: (...) place after its last.
            places: (...) digits after the point, 0 to 8; 0 for no point.

        Returns:
            (...) float64, to the bit what `float` makes of them, and (...) whether each cell is
            such a number; where it is not, the value means nothing.
        """
        starts, ends = starts + _PAD, ends + _PAD
        has_point = places > 0
        minus = self._bytes[starts] == ord("-")
        point = ends - places - has_point
        whole, good = self._runs(point, point - starts - minus)
        part, is_part = self._runs(ends, places)
        good &= ~has_point | (is_part & (self._bytes[point] == ord(".")))
        # Both numbers are exact, so that the quotient is the nearest there is.
        tens = _TENS[places]
        values = (whole * tens + np.where(has_point, part, 0)) / tens
        return np.where(minus, -values, values), good

    def _runs(self, ends: Places, lengths: Places) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The digits before each place, as many as `lengths` says, and whether they are digits."""
        fits = (lengths >= 1) & (lengths <= MOST)
        kept = _KEPT[np.where(fits, lengths, 0)]
        word = (self._words[ends - MOST] & kept) | (_ZEROS & ~kept)
        # A byte is a digit if its upper half is 3, and still is when 6 is added.
        upper = (word & _HIGH) | (((word + _SIXES) & _HIGH) >> np.uint64(4))
        word = word - _ZEROS
        word = word * np.uint64(10) + (word >> np.uint64(8))  # pairs of digits
        value = (word & _PAIRS) * _UPPER + ((word >> np.uint64(16)) & _PAIRS) * _LOWER
        return (value >> np.uint64(32)).view(np.int64), fits & (upper == _THREES)
