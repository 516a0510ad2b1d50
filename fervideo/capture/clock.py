"""Seconds from the start of a video, out of the timestamps in its container."""

from __future__ import annotations

import math
from fractions import Fraction

_LEAST_STEP_S = 0.001
_JUMP_BACK_S = 1.0


class PresentationClock:
    """Turns presentation timestamps into seconds that start at 0 and strictly increase.

    A frame without a timestamp is due one nominal interval after the last. A timestamp that
    repeats or steps back a little (a badly cut file) is moved a millisecond past the last. One that
    jumps back by more than a second means that the sender started counting anew: time goes on
    from where it was.
    """

    def __init__(self, interval_s: float) -> None:
        """Start a clock for a video with this nominal time between two frames."""
        self._interval_s = interval_s
        self._offset_s: float | None = None
        self._last_s: float | None = None

    @property
    def expected_s(self) -> float:
        """When the next frame is due; 0 before the first."""
        return 0.0 if self._last_s is None else self._last_s + self._interval_s

    @property
    def _least_s(self) -> float:
        """A time before this one means that the sender counts anew."""
        return -math.inf if self._last_s is None else self._last_s - _JUMP_BACK_S

    def time_of(self, timestamp: int | None, time_base: Fraction | None) -> float:
        """Seconds from the start for a frame with `timestamp`, in units of `time_base` seconds."""
        if timestamp is None or time_base is None:
            return self._tick(self.expected_s)
        stated_s = float(timestamp * time_base)
        if self._offset_s is None or stated_s - self._offset_s < self._least_s:
            self._offset_s = stated_s - self.expected_s
        return self._tick(stated_s - self._offset_s)

    def _tick(self, time_s: float) -> float:
        if self._last_s is not None and time_s <= self._last_s:
            time_s = self._last_s + min(_LEAST_STEP_S, self._interval_s)
        self._last_s = time_s
        return time_s
