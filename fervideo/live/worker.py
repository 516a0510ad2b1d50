"""The thread that analyses the newest frame, publishes the result and records it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from fervideo.centers.profile import Profile
from fervideo.errors import FervideoError, ProfileError, SessionError
from fervideo.live.mailbox import Latest
from fervideo.live_stats import LiveState, PlayerStats
from fervideo.pipeline import Analyzer, AnalyzerConfig, ModelLike
from fervideo.player import Player
from fervideo.recording import Recorder
from fervideo.sinks import Moment, Sinks, moments_of
from fervideo.timing import PercentileMeter, RateMeter
from fervideo.types import Frame, Result

log = logging.getLogger(__name__)


_LONGEST_AGE_S = 1.0
"""A camera's picture cannot be older when it comes; else the wall clock has been set meanwhile."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A frame, the round of the source it is from, and when it was captured, by `perf_counter`."""

    round: int
    frame: Frame
    captured_s: float


class Worker:
    """Analyses frames that `deliver` leaves; a newer one replaces one that is still waiting.

    Everything but `deliver`, `order` and the numbers belongs to its own thread: orders are
    functions that it runs between two frames.

    Args:
        latest: Where results go.
        config: Settings of the analysis.
        on_error: Takes each error.

    Attributes:
        publishing: Held while a result is published; hold it to change the source and clear
            `latest` in one.
        analyzer: None until a model is there.
        sinks: Other programs that get the results.
        switches: How often a model or a profile has taken the place of another.
    """

    def __init__(
        self,
        latest: Latest[Result],
        config: AnalyzerConfig,
        on_error: Callable[[FervideoError], None],
    ) -> None:
        self._latest, self._config, self._on_error = latest, config, on_error
        self.publishing = threading.Lock()
        self.analyzer: Analyzer | None = None
        self.switches = 0
        self.sinks = Sinks(on_error)
        self.recorder = Recorder(on_error, self.sinks.moment)
        self.rate, self.latency_s = RateMeter(), PercentileMeter()
        self._player: Player | None = None
        self._frames: Latest[_Arrived] = Latest()
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._replaced = self._analysed = (0, 0)  # (round, frames)
        self._profile: Profile | None = None
        self._recording_wish: tuple[Path, bool] | None = None
        self._recorded_round = 0
        self._last: _Arrived | None = None
        self._stale = self._closing = False
        self._thread = threading.Thread(target=self._run, name="fervideo-analysis", daemon=True)

    def start(self, player: Player) -> None:
        """Begin to work for this player."""
        self._player = player
        self._thread.start()

    def deliver(self, round_number: int, frame: Frame) -> None:
        """Leave a frame to be analysed. Called by the player's thread alone."""
        captured_s = time.perf_counter() - self._age_s(frame)
        replaced = self._frames.put(_Arrived(round_number, frame, captured_s))
        old_round, count = self._replaced
        self._replaced = (round_number, count + replaced if old_round == round_number else 0)

    def _age_s(self, frame: Frame) -> float:
        """Seconds since a frame was captured. One of a file is due now, whenever it was read."""
        source = self.player.stats.source
        if source is None or not source.is_live:
            return 0.0
        age_s = (datetime.now(UTC) - frame.wall_time).total_seconds()
        return age_s if 0 <= age_s <= _LONGEST_AGE_S else 0.0

    def order(self, order: Callable[[], None] | None = None) -> None:
        """Have `order` run between two frames; without one, let the worker look around."""
        if order is not None:
            self._orders.put(order)
        self._frames.wake()

    def counts(self, stats: PlayerStats) -> tuple[int, int]:
        """Frames analysed and frames dropped in the player's present round."""
        analysed = self._analysed[1] if self._analysed[0] == stats.round else 0
        replaced = self._replaced[1] if self._replaced[0] == stats.round else 0
        return analysed, stats.frames_lost + replaced

    def close(self) -> None:
        """End the thread after the frame it is at, without waiting for it."""
        self._closing = True
        self._frames.wake()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end. True if it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # Orders.

    def use(self, model: ModelLike, analyzer: Analyzer) -> None:
        """Use this model from now on, in this analyser, which is always the same."""
        if analyzer.model is not model or analyzer.profile is not self._profile:
            try:
                analyzer.use(model, profile=self._profile)
            except ProfileError as error:
                self._profile = None
                analyzer.use(model)
                self._on_error(error)
        if self.analyzer is None:
            analyzer.configure(self._config)
            self.analyzer = analyzer
        source = self.player.stats.source
        if source is not None:
            self.recorder.restart(source, analyzer)
        self.switches += 1
        self._stale = True
        self.player.set_ready()

    def use_profile(self, profile: Profile | None) -> None:
        """Use this profile from now on, the model's own classes alone if None.

        A recording goes on in a new folder, since a session has one set of classes; unless the
        new profile decides like the old.
        """
        analyzer = self.analyzer
        if analyzer is None:
            self._profile = profile
            return
        before = analyzer.centers
        try:
            analyzer.use(analyzer.model, profile=profile)
        except ProfileError as error:
            self._on_error(error)
            return
        self._profile = profile
        if analyzer.centers.decides_like(before):
            self.recorder.change_settings(analyzer)
            return
        source = self.player.stats.source
        if source is not None:
            self.recorder.restart(source, analyzer)
        # In one, so that no result of the old classes comes after the switch was seen.
        with self.publishing:
            self._latest.clear()
            self.switches += 1
        self._stale = True

    def configure(self, config: AnalyzerConfig) -> None:
        """Use these settings from now on."""
        self._config = config
        if self.analyzer is not None:
            self.analyzer.configure(config)
            source = self.player.stats.source
            if source is not None and self.recorder.lacks(config.landmarks):
                self.recorder.restart(source, self.analyzer)  # a session's columns are its header
            else:
                self.recorder.change_settings(self.analyzer)
        self._stale = True

    def start_recording(self, folder: Path, video: bool) -> None:
        """Record from now on, or as soon as there are a source and a model."""
        if self.player.stats.state.is_over:
            self._on_error(
                SessionError("expected a source to record, found none playing; open one first")
            )
        else:
            self._recording_wish = (folder, video)

    def stop_recording(self) -> None:
        """End the recording."""
        self._recording_wish = None
        self.recorder.stop("stopped")

    def mark(
        self, moment: Moment, note: str = "", span_s: tuple[float, float] | None = None
    ) -> None:
        """Write a moment down, if recording, and tell the sinks."""
        last = self._last
        sent: tuple[Moment, ...] = (moment,)
        if last is not None and last.round == self.player.stats.round:
            runs = self.player.stats.state is LiveState.RUNNING
            since_s = moment.instant_s - last.captured_s if runs else 0.0
            time_s = last.frame.time_s + since_s
            self.recorder.mark(moment, time_s, note, span_s)
            sent = moments_of(moment, time_s, span_s)
        for each in sent:
            self.sinks.moment(each)

    # What follows runs in the worker's thread.

    @property
    def player(self) -> Player:
        """The player it works for."""
        if self._player is None:
            raise RuntimeError("the worker was not started")
        return self._player

    def _run(self) -> None:
        try:
            while not self._closing:
                arrived = self._frames.take(None)
                try:
                    self._work(arrived)
                except Exception as error:  # whatever it is, the window must stay usable
                    log.exception("unexpected")
                    self._on_error(FervideoError(f"something unexpected happened: {error}"))
        finally:
            self.recorder.stop("stopped")
            self.sinks.close()
            if self.analyzer is not None:
                self.analyzer.close()

    def _work(self, arrived: _Arrived | None) -> None:
        with suppress(Empty):
            while True:
                self._orders.get_nowait()()
        self._see_to_recording(idle=arrived is None)
        if arrived is not None:
            self._analyse(arrived)
        elif self._stale:
            self._analyse_again()

    def _dropped(self) -> int:
        return self.counts(self.player.stats)[1]

    def _see_to_recording(self, idle: bool) -> None:
        """End a recording whose source is over, begin one that was wished for."""
        stats = self.player.stats
        if stats.round != self._recorded_round:
            self.recorder.stop("stopped")
        elif idle and stats.state.is_over:
            # Not before the last frame: a source may be over while that still waits.
            whole = stats.state is LiveState.ENDED
            self.recorder.stop("complete" if whole else f"error: {stats.message}")
        if self._recording_wish and stats.source is not None and self.analyzer is not None:
            folder, video = self._recording_wish
            self._recording_wish, self._recorded_round = None, stats.round
            self.recorder.start(folder, video, stats.source, self.analyzer, self._dropped())

    def _analyse(self, arrived: _Arrived) -> None:
        analyzer = self.analyzer
        if analyzer is None or arrived.round != self.player.stats.round:
            return
        if self._last is None or self._last.round != arrived.round:
            analyzer.reset()
            self.rate.clear()
            self.latency_s.clear()
        self._last = arrived
        result = self._try(analyzer, arrived)
        if result is None:
            return
        latency_s = time.perf_counter() - arrived.captured_s
        result = replace(result, timings={**result.timings, "latency": latency_s})
        old_round, count = self._analysed
        self._analysed = (arrived.round, count + 1 if old_round == arrived.round else 1)
        self.rate.tick()
        self.latency_s.add(latency_s)
        self.recorder.write(result, self._dropped())
        self._publish(arrived, result)
        self.sinks.result(result, arrived.captured_s)

    def _analyse_again(self) -> None:
        """Show what new settings or a new model say of the picture that stands still."""
        self._stale = False
        last, analyzer = self._last, self.analyzer
        if last is None or analyzer is None or last.round != self.player.stats.round:
            return
        if self.player.stats.state is not LiveState.RUNNING:
            result = self._try(analyzer, last)
            if result is not None:
                self._publish(last, result)

    def _try(self, analyzer: Analyzer, arrived: _Arrived) -> Result | None:
        try:
            return analyzer(arrived.frame)
        except Exception as error:  # whatever it is, the window must stay usable
            log.exception("the analysis failed")
            message = f"the analysis failed: {error}; choose another model or device"
            self.player.fail(arrived.round, message)
            self._on_error(FervideoError(message))
            return None

    def _publish(self, arrived: _Arrived, result: Result) -> None:
        self._stale = False
        with self.publishing:
            if arrived.round == self.player.stats.round:
                self._latest.put(result)
