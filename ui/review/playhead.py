"""Where in time one looks: the moment, the part that is shown, the part that is chosen."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0)
SHORTEST_S = 0.1
"""Nothing shorter is shown: half of it is a frame or two."""

_TICK_MS = 16
_LONGEST_TICK_S = 0.25
"""After a pause of the computer play goes on from where it was."""


class Playhead(QObject):
    """The time that video, lanes and plots share.

    Attributes:
        moved: The moment changed.
        range_changed: Another part of the session is shown.
        selection_changed: Another part of it is chosen, or none.
        playing_changed: It started or stopped to play.
        speed_changed: It plays faster or slower.
    """

    moved = Signal()
    range_changed = Signal()
    selection_changed = Signal()
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._whole = (0.0, 1.0)
        self._range = (0.0, 1.0)
        self._selection: tuple[float, float] | None = None
        self._time_s, self._speed, self._last = 0.0, 1.0, 0.0
        self._held = False
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def time_s(self) -> float:
        """The moment, in the time of the timeline."""
        return self._time_s

    @property
    def whole(self) -> tuple[float, float]:
        """Start and end of the session."""
        return self._whole

    @property
    def range(self) -> tuple[float, float]:
        """Start and end of what is shown."""
        return self._range

    @property
    def selection(self) -> tuple[float, float] | None:
        """Start and end of what is chosen, None if nothing is."""
        return self._selection

    @property
    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    @property
    def speed(self) -> float:
        """Seconds of the session in a second."""
        return self._speed

    def set_whole(self, start_s: float, end_s: float) -> None:
        """Begin with another session."""
        self.pause()
        self._whole = (start_s, max(end_s, start_s + SHORTEST_S))
        self._time_s = start_s
        self.select(None)
        self._range = self._whole
        self.range_changed.emit()
        self.moved.emit()

    def seek(self, time_s: float) -> None:
        """Go to a moment, within the session."""
        time_s = min(max(time_s, self._whole[0]), self._whole[1])
        self._last = self._clock()
        if time_s != self._time_s:
            self._time_s = time_s
            self._follow()
            self.moved.emit()

    def play(self) -> None:
        """Play on; at the end, from the start."""
        if self.is_playing:
            return
        if self._time_s >= self._whole[1] - 1e-9:
            self.seek(self._whole[0])
        self._last = self._clock()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or stand still."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def hold(self, on: bool) -> None:
        """While held, play waits: the picture is not there yet."""
        self._held = on

    def tick(self) -> None:
        """Move by the time that has passed."""
        now = self._clock()
        passed_s, self._last = min(now - self._last, _LONGEST_TICK_S), now
        if self._held:
            return
        last_s = self._time_s + passed_s * self._speed
        self.seek(last_s)
        if last_s >= self._whole[1]:
            self.pause()

    def set_speed(self, speed: float) -> None:
        """Play at another speed."""
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)

    def step_speed(self, by: int) -> None:
        """The next faster or slower speed."""
        at = SPEEDS.index(self._speed) + by
        self.set_speed(SPEEDS[min(max(at, 0), len(SPEEDS) - 1)])

    def select(self, selection: tuple[float, float] | None) -> None:
        """Choose a part, or none."""
        if selection is not None:
            low, high = sorted(selection)
            selection = (max(low, self._whole[0]), min(high, self._whole[1]))
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def show(self, start_s: float, end_s: float) -> None:
        """Show this part, or the nearest to it that the session has."""
        low, high = self._whole
        span = min(max(end_s - start_s, SHORTEST_S), high - low)
        middle = (start_s + end_s) / 2
        start_s = min(max(middle - span / 2, low), high - span)
        found = (start_s, start_s + span)
        if found != self._range:
            self._range = found
            self.range_changed.emit()

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show less (factor above 1) or more, with one moment kept in its place."""
        start_s, end_s = self._range
        if around_s is None:
            inside = start_s <= self._time_s <= end_s
            around_s = self._time_s if inside else (start_s + end_s) / 2
        self.show(around_s - (around_s - start_s) / factor, around_s + (end_s - around_s) / factor)

    def pan(self, by_s: float) -> None:
        """Show a later or earlier part of the same length."""
        self.show(self._range[0] + by_s, self._range[1] + by_s)

    def fit(self) -> None:
        """Show the whole session."""
        self.show(*self._whole)

    def _follow(self) -> None:
        """Turn the page when the moment leaves what is shown."""
        start_s, end_s = self._range
        span = end_s - start_s
        if self._time_s < start_s:
            self.show(self._time_s - 0.95 * span, self._time_s + 0.05 * span)
        elif self._time_s > end_s:
            self.show(self._time_s - 0.05 * span, self._time_s + 0.95 * span)
