"""Small clocks: seconds of each stage, events a second, percentiles of the last few."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

Clock = Callable[[], float]


class StageTimer:
    """Seconds spent in each of several stages that follow one another.

    Attributes:
        stages: Seconds by the stage's name.
    """

    def __init__(self, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._start_s = self._last_s = clock()
        self.stages: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End the stage `name`, which began when the one before it ended."""
        now_s = self._clock()
        self.stages[name] = self.stages.get(name, 0.0) + now_s - self._last_s
        self._last_s = now_s

    def total(self) -> dict[str, float]:
        """The stages, and `total` since the timer was made."""
        return {**self.stages, "total": self._clock() - self._start_s}


class RateMeter:
    """Events a second over the last `window_s` seconds. May be used by several threads."""

    def __init__(self, window_s: float = 2.0, clock: Clock = time.monotonic) -> None:
        self._window_s, self._clock = window_s, clock
        self._times_s: deque[float] = deque()
        self._lock = threading.Lock()

    def tick(self) -> None:
        """Count an event now."""
        with self._lock:
            self._times_s.append(self._clock())
            self._forget()

    def rate(self) -> float:
        """Events a second; 0 until there are two, and again when they stop."""
        with self._lock:
            self._forget()
            if len(self._times_s) < 2:
                return 0.0
            # A stalled stream must not show its last rate until the window has run empty.
            last_gap_s = self._clock() - self._times_s[-1]
            usual_gap_s = (self._times_s[-1] - self._times_s[0]) / (len(self._times_s) - 1)
            span_s = self._times_s[-1] - self._times_s[0] + max(0.0, last_gap_s - usual_gap_s)
            return (len(self._times_s) - 1) / max(span_s, 1e-9)

    def clear(self) -> None:
        """Forget all events."""
        with self._lock:
            self._times_s.clear()

    def _forget(self) -> None:
        oldest_s = self._clock() - self._window_s
        while self._times_s and self._times_s[0] < oldest_s:
            self._times_s.popleft()


class PercentileMeter:
    """Percentiles of the last `size` values. May be used by several threads."""

    def __init__(self, size: int = 240) -> None:
        self._values: deque[float] = deque(maxlen=size)
        self._lock = threading.Lock()

    def add(self, value: float) -> None:
        """Take a value in."""
        with self._lock:
            self._values.append(value)

    def percentiles(self, *wanted: float) -> tuple[float, ...]:
        """The percentiles asked for, 0 to 100; zeros while there is no value."""
        with self._lock:
            values = list(self._values)
        if not values:
            return (0.0,) * len(wanted)
        return tuple(float(value) for value in np.percentile(values, wanted))

    def clear(self) -> None:
        """Forget all values."""
        with self._lock:
            self._values.clear()


class PlaybackClock:
    """Tells how late a frame of a file is, by the time since playing began.

    One that lags more than `hopeless_s` (the computer slept) is taken to be on time: playing goes
    on from there.
    """

    def __init__(self, hopeless_s: float = 1.0, clock: Clock = time.monotonic) -> None:
        self._hopeless_s, self._clock = hopeless_s, clock
        self._origin_s: float | None = None

    def stop(self) -> None:
        """Stand still; the next frame is on time by definition."""
        self._origin_s = None

    def late_s(self, time_s: float) -> float:
        """Seconds since the frame of this time was due; negative if it is yet to come."""
        now_s = self._clock()
        if self._origin_s is None or now_s - self._origin_s - time_s > self._hopeless_s:
            self._origin_s = now_s - time_s
        return now_s - self._origin_s - time_s
