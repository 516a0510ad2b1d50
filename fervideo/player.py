"""Plays sources in a thread of its own: paces files, follows cameras, pauses, survives failures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from fervideo.capture.source import Source, SourceSpec
from fervideo.errors import CameraFrozenError, CameraLostError, FervideoError, SourceError
from fervideo.live_stats import LiveState, PlayerStats
from fervideo.timing import PlaybackClock, RateMeter
from fervideo.types import Frame

log = logging.getLogger(__name__)

Opener = Callable[[SourceSpec], Source]


_LATE_S = 0.1
"""A file that lags more than this behind its own clock passes over frames."""


class Player:
    """Plays one source at a time and hands each frame on when its time has come.

    Frames of a file come at the pace of their timestamps; if the machine cannot keep up, some are
    passed over. Frames of a camera come as they come.

    Args:
        deliver: Takes each frame, with the number of its round; must not block.
        on_change: Called when the state has changed; must not block.
        on_error: Takes each error.
        opener: Opens a source.
    """

    def __init__(
        self,
        deliver: Callable[[int, Frame], None],
        on_change: Callable[[], None],
        on_error: Callable[[FervideoError], None],
        opener: Opener,
    ) -> None:
        self._deliver, self._on_change, self._on_error = deliver, on_change, on_error
        self._opener = opener
        self._changed = threading.Condition()
        self._spec: SourceSpec | None = None
        self._stats = PlayerStats()
        self._paused = self._closing = self._ready = False
        self._source: Source | None = None
        self._played = 0
        self._next_index: int | None = None
        self.rate = RateMeter()
        self._thread = threading.Thread(target=self._run, name="fervideo-player", daemon=True)
        self._thread.start()

    @property
    def stats(self) -> PlayerStats:
        """State and numbers of this moment."""
        return self._stats

    @property
    def is_paused(self) -> bool:
        """It was told to stand still."""
        return self._paused

    def open(self, spec: SourceSpec | None) -> None:
        """Play this source in place of the one before; None just stops. Returns at once."""
        with self._changed:
            state = LiveState.IDLE if spec is None else LiveState.OPENING
            self._stats = PlayerStats(self._stats.round + 1, state)
            self._spec, self._paused = spec, False
            self.rate.clear()
            self._changed.notify_all()
        self._on_change()

    def pause(self, paused: bool) -> None:
        """Stand still, or go on."""
        with self._changed:
            self._paused = paused
            if self._stats.state in (LiveState.RUNNING, LiveState.PAUSED):
                self._stats = replace(
                    self._stats, state=LiveState.PAUSED if paused else LiveState.RUNNING
                )
            self._changed.notify_all()
        self._on_change()

    def set_ready(self) -> None:
        """Frames can be used from now on; before, none is delivered and files wait."""
        with self._changed:
            self._ready = True
            self._changed.notify_all()

    def fail(self, round_number: int, message: str) -> None:
        """Give this round up."""
        with self._changed:
            if round_number == self._stats.round:
                self._spec = None
                self._stats = replace(self._stats, state=LiveState.FAILED, message=message)
                self._changed.notify_all()
        self._on_change()

    def close(self) -> None:
        """End the thread, without waiting for it."""
        with self._changed:
            self._closing = True
            source = self._source
            self._changed.notify_all()
        if source is not None:
            source.close()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end. True if it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # What follows runs in the player's thread.

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._stats.round != self._played)
                if self._closing:
                    return
                self._played, spec = self._stats.round, self._spec
            if spec is not None:
                self._play(self._played, spec)

    def _current(self, round_number: int) -> bool:
        return (
            not self._closing
            and self._stats.round == round_number
            and not self._stats.state.is_over
        )

    def _play(self, round_number: int, spec: SourceSpec) -> None:
        state = LiveState.ENDED
        error: SourceError | None = None
        try:
            with self._opener(spec) as source:
                with self._changed:
                    self._source = source
                    if self._current(round_number):
                        self._stats = replace(self._stats, source=source.info)
                self._play_open(round_number, source)
        except CameraLostError as lost:
            state, error = LiveState.LOST, lost
        except SourceError as failed:
            state, error = LiveState.FAILED, failed
        except Exception as unexpected:  # a decoder may raise anything; the thread must go on
            log.exception("the source failed")
            state = LiveState.FAILED
            error = SourceError(f"cannot go on with {spec.location}: {unexpected}")
        self._finish(round_number, state, error)

    def _finish(self, round_number: int, state: LiveState, error: SourceError | None) -> None:
        with self._changed:
            self._source = None
            if not self._current(round_number):
                return
            self._stats = replace(
                self._stats, state=state, message="" if error is None else str(error)
            )
        if error is not None:
            self._on_error(error)
        self._on_change()

    def _play_open(self, round_number: int, source: Source) -> None:
        """Play until the end, or until something else is wanted."""
        clock = PlaybackClock()
        self._next_index = None
        while self._wait_until_wanted(round_number, source, clock):
            frame = self._read(round_number, source)
            if frame is None:
                return
            if self._usable(round_number, source, frame, clock):
                self._deliver(round_number, frame)

    def _wait_until_wanted(self, round_number: int, source: Source, clock: PlaybackClock) -> bool:
        """Hold a file while it is paused; a camera is read on, to be fresh when it resumes."""
        with self._changed:
            if source.info.is_live:
                return self._current(round_number)
            if self._paused or not self._ready:
                clock.stop()
                self._show_paused()
                self._changed.wait_for(
                    lambda: not self._current(round_number) or (self._ready and not self._paused)
                )
            return self._current(round_number)

    def _show_paused(self) -> None:
        """Name the state, if it was paused while it opened or while it was frozen."""
        if self._paused and self._ready and not self._stats.state.is_over:
            self._stats = replace(self._stats, state=LiveState.PAUSED, message="")

    def _read(self, round_number: int, source: Source) -> Frame | None:
        """The next frame. A frozen camera is reported and waited for."""
        while self._current(round_number):
            try:
                return source.read()
            except CameraFrozenError as error:
                with self._changed:
                    news = self._current(round_number) and self._stats.state != LiveState.FROZEN
                    if news:
                        self._stats = replace(
                            self._stats, state=LiveState.FROZEN, message=str(error)
                        )
                if news:
                    self._on_error(error)
                    self._on_change()
        return None

    def _usable(
        self, round_number: int, source: Source, frame: Frame, clock: PlaybackClock
    ) -> bool:
        """Wait until the frame is due and count it; False if it is not wanted after all."""
        if not source.info.is_live and not self._wait_until_due(round_number, source, frame, clock):
            return False
        with self._changed:
            if not self._current(round_number):
                return False
            if self._paused or not self._ready:  # a camera's; a file has waited
                self._next_index = None
                self._show_paused()
                return False
            lost = 0 if self._next_index is None else max(0, frame.index - self._next_index)
            self._next_index = frame.index + 1
            stats = self._stats
            self._stats = replace(
                self._stats,
                state=LiveState.RUNNING,
                message="",
                frames_seen=stats.frames_seen + 1 + lost,
                frames_lost=stats.frames_lost + lost,
            )
        self.rate.tick()
        if stats.state is not LiveState.RUNNING:
            self._on_change()
        return True

    def _wait_until_due(
        self, round_number: int, source: Source, frame: Frame, clock: PlaybackClock
    ) -> bool:
        """Sleep until a file's frame is due. False if the round is over before that."""
        while True:
            late_s = clock.late_s(frame.time_s)
            if late_s > _LATE_S:
                source.skip_until(frame.time_s + late_s)
            with self._changed:
                woken = self._changed.wait_for(
                    lambda: not self._current(round_number) or self._paused, max(0.0, -late_s)
                )
                if not woken:
                    return True
                if not self._current(round_number):
                    return False
                # Paused while waiting: this frame is shown first when playing goes on.
                clock.stop()
                self._changed.wait_for(lambda: not self._current(round_number) or not self._paused)
