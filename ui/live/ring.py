"""A ring buffer written twice, so that any stretch of the recent past is one plain slice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Ring:
    """Rows of numbers by time; the oldest fall out.

    Each row is written at `i` and at `i + capacity` of an array of twice the capacity, so the last
    `n <= capacity` rows always lie side by side and a window is a view, not a copy.

    Args:
        columns: Numbers in a row, the time not counted.
        capacity: Rows that are kept.
    """

    def __init__(self, columns: int, capacity: int) -> None:
        self.capacity = capacity
        self._data = np.full((columns + 1, 2 * capacity), np.nan)
        self._written = 0

    def __len__(self) -> int:
        return min(self._written, self.capacity)

    @property
    def last_time(self) -> float | None:
        """Time of the newest row, None if there is none."""
        if self._written == 0:
            return None
        return float(self._data[0, (self._written - 1) % self.capacity])

    def clear(self) -> None:
        """Forget every row."""
        self._written = 0

    def append(self, time_s: float, values: NDArray[np.floating] | float) -> None:
        """Write a row of (columns,) values; NaN makes a gap in a curve."""
        at = self._written % self.capacity
        for index in (at, at + self.capacity):
            self._data[0, index] = time_s
            self._data[1:, index] = values
        self._written += 1

    def window(self, since_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Views of the rows from a time on: times (n,) and values (columns, n)."""
        end = (self._written - 1) % self.capacity + 1 + self.capacity if self._written else 0
        start = end - len(self)
        start += int(np.searchsorted(self._data[0, start:end], since_s))
        return self._data[0, start:end], self._data[1:, start:end]
