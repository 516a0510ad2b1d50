"""What was said of each face lately, so that choosing another face shows its own past."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.types import Result

from .ring import Ring

CAPACITY = 60 * 32
"""Rows: the longest window at the rate at which results are polled."""

MOST_TRACKS = 12

UNKNOWN_CODE = -1.0
NO_LABEL_CODE = -2.0


class History:
    """Class probabilities and the stable label of each track over the last minute.

    Column `c` of a window is the probability of class `c`; the last is the label as a class index,
    `UNKNOWN_CODE` or `NO_LABEL_CODE`. A face that is away leaves one row of NaN, a gap.
    """

    def __init__(self) -> None:
        self.classes: tuple[str, ...] = ()
        self.now: float = 0.0
        self._rings: dict[int, Ring] = {}
        self._present: set[int] = set()

    def clear(self) -> None:
        """Forget everything: another model or source took over."""
        self._rings.clear()
        self._present.clear()

    def add(self, result: Result) -> None:
        """Take in a result. Another class list, or time that runs backwards, starts afresh."""
        if result.recognition.classes != self.classes or result.frame.time_s < self.now:
            self.clear()
            self.classes = result.recognition.classes
        self.now = result.frame.time_s
        ids = [int(i) for i in result.faces.track_ids]
        for row, track_id in enumerate(ids):
            self._ring(track_id).append(self.now, self._values(result, row))
        for track_id in self._present.difference(ids):
            self._rings[track_id].append(self.now, np.nan)
        self._present = set(ids)
        self._evict()

    def hand_over(self, old: int | None, new: int) -> None:
        """Let a face that came in place of one that left go on with its past, after a gap."""
        if old is None or old in self._present or old not in self._rings:
            return
        fresh = self._rings.get(new)
        if fresh is not None and len(fresh) > 1:
            return
        inherited = self._rings.pop(old)
        if fresh is not None and len(fresh):
            times, values = fresh.window(-np.inf)
            inherited.append(float(times[-1]), values[:, -1])
        self._rings[new] = inherited

    def window(
        self, track_id: int | None, seconds: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The last seconds of a track.

        Returns:
            Seconds before now (n,), 0 or negative, and (C + 1, n) values.
        """
        ring = self._rings.get(track_id) if track_id is not None else None
        if ring is None:
            return np.empty(0), np.empty((len(self.classes) + 1, 0))
        times, values = ring.window(self.now - seconds)
        return times - self.now, values

    def _ring(self, track_id: int) -> Ring:
        if track_id not in self._rings:
            self._rings[track_id] = Ring(len(self.classes) + 1, CAPACITY)
        return self._rings[track_id]

    def _values(self, result: Result, row: int) -> NDArray[np.float64]:
        name = result.labels[row].name
        code = UNKNOWN_CODE if name == labels.UNKNOWN else NO_LABEL_CODE
        if name in self.classes:
            code = float(self.classes.index(name))
        return np.append(result.recognition.probabilities[row].astype(np.float64), code)

    def _evict(self) -> None:
        """Forget the tracks that have been away for longest."""
        gone = [i for i in self._rings if i not in self._present]
        gone.sort(key=lambda i: self._rings[i].last_time or 0.0)
        for track_id in gone[: max(0, len(self._rings) - MOST_TRACKS)]:
            del self._rings[track_id]
