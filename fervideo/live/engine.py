"""Analysis as it happens: a source, a model and a recording behind one object that never blocks.

Three plain threads do the work: one plays the source, one analyses, one loads models. The caller
gives orders, polls `LiveEngine.latest` for results and `LiveEngine.stats()` for numbers.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from fervideo.capture.source import SourceSpec, open_source
from fervideo.centers.centers import CenterSet
from fervideo.centers.profile import Profile
from fervideo.errors import FervideoError
from fervideo.faces.tracker import prepare_for_several
from fervideo.live.mailbox import Latest
from fervideo.live.worker import Worker
from fervideo.live_stats import LiveState, LiveStats, PlayerStats, RecordingStats
from fervideo.model_loader import LoadModel, ModelLoader
from fervideo.pipeline import (
    Analyzer,
    AnalyzerConfig,
    Detector,
    ModelLike,
    PreparedDetector,
)
from fervideo.player import Opener, Player
from fervideo.sinks import Moment, MomentKind, ResultSink
from fervideo.types import Result

__all__ = ["Latest", "LiveEngine", "LiveState", "LiveStats", "RecordingStats"]

log = logging.getLogger(__name__)


class LiveEngine:
    """Plays a source, analyses its newest frame, records.

    No method but `close` waits for anything. What goes wrong later comes through `errors` and
    `stats().message`.

    Args:
        model: Name of a shipped model or path of a weight file.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
        config: Settings of the analysis; the defaults if None.
        opener: Opens sources, in place of `open_source`.
        load_model: Loads models, in place of `fervideo.models.registry.load_model`.
        detector: Finds faces, in place of the detector that `config` describes.

    Attributes:
        latest: The newest result. A window polls `latest.take()`.
        errors: Everything that went wrong, each a sentence for the user; poll with `get_nowait`.
    """

    def __init__(
        self,
        model: str = "default",
        device: str = "auto",
        config: AnalyzerConfig | None = None,
        *,
        opener: Opener | None = None,
        load_model: LoadModel | None = None,
        detector: Detector | None = None,
    ) -> None:
        self.latest: Latest[Result] = Latest()
        self.errors: SimpleQueue[FervideoError] = SimpleQueue()
        self._config = config or AnalyzerConfig()
        self._prepared = None if detector else PreparedDetector(self._config, device)
        self._detector = detector or self._prepared
        self._device = device
        self._spec: SourceSpec | None = None
        self._analyzer: Analyzer | None = None
        self._note = ""
        self._closed = False
        self._worker = Worker(self.latest, self._config, self._tell)
        self._player = Player(
            self._worker.deliver,
            self._worker.order,
            self.errors.put,
            opener or partial(open_source, live=True),
        )
        self._worker.start(self._player)
        self._loader = ModelLoader(self._use, self._tell, load_model)
        self._loader.load(model, device)

    def open(self, spec: SourceSpec) -> None:
        """Open a source and play it, in place of the one that is open."""
        self._spec = spec
        self._play(spec)

    def reopen(self) -> None:
        """Open the last source again: after its end, after a camera was lost."""
        if self._spec is not None:
            self._play(self._spec)

    def stop(self) -> None:
        """Close the source. A recording ends with it."""
        self._play(None)

    def pause(self) -> None:
        """Stand still at the current frame. The time a camera stands still is not analysed."""
        self._player.pause(True)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._player.pause(False)

    def set_model(self, name: str, device: str | None = None) -> None:
        """Load another model and use it from the next frame after that; same device if None.

        Until it is loaded the old one goes on. A recording goes on in a new folder, since a
        session has one model.
        """
        self._device = device or self._device
        self._note = ""
        self._loader.load(name, self._device)

    def set_profile(self, profile: Profile | None) -> None:
        """Use a person's own expressions from the next frame on; None for the model's alone.

        It stays when the model changes: expressions enrolled with the new model are used, and
        `stats().notice` tells of those that were not. A recording goes on in a new folder.
        """
        self._note = ""
        self._worker.order(partial(self._worker.use_profile, profile))

    @property
    def model(self) -> ModelLike | None:
        """The network in use, None until the first is loaded."""
        analyzer = self._worker.analyzer
        return None if analyzer is None else analyzer.model

    @property
    def centers(self) -> CenterSet | None:
        """The class centers in use, None until the first model is loaded."""
        analyzer = self._worker.analyzer
        return None if analyzer is None else analyzer.centers

    @property
    def profile(self) -> Profile | None:
        """The profile in use, None if there is none or until the first model is loaded."""
        analyzer = self._worker.analyzer
        return None if analyzer is None else analyzer.profile

    @property
    def config(self) -> AnalyzerConfig:
        """The settings in use."""
        return self._config

    def configure(self, config: AnalyzerConfig) -> None:
        """Change the settings, from the next frame on."""
        self._config = config
        self._worker.order(partial(self._worker.configure, config))

    def start_recording(self, folder: Path, video: bool = False) -> None:
        """Record every analysed frame, from the next one on, in a new session folder.

        Args:
            folder: The wished session folder; if there is one, a number is added to its name.
            video: Save the pictures too.
        """
        self._note = ""
        self._worker.order(partial(self._worker.start_recording, folder, video))

    def stop_recording(self) -> Path | None:
        """End the recording; its files are complete when `stats().recording` is None.

        Returns:
            The session folder, None if nothing was being recorded.
        """
        folder = self._worker.recorder.folder
        self._worker.order(self._worker.stop_recording)
        return folder

    def mark(self, text: str, note: str = "", span_s: tuple[float, float] | None = None) -> None:
        """Mark this moment: in the recording's markers, if recording, and before the sinks.

        Args:
            text: What is marked, e.g. `stimulus`; `note` and `exclude` have their own meanings.
            note: Free text beside it.
            span_s: Start and end of what is marked, in the time of the source; None for now.
        """
        moment = Moment(MomentKind.MARKED, time.perf_counter(), datetime.now(UTC), text)
        self._worker.order(partial(self._worker.mark, moment, note, span_s))

    def add_sink(self, sink: ResultSink) -> None:
        """Hand each result to `sink` too, from the next one on, until `remove_sink` or an error.

        An error comes through `errors`; `stats().sinks` tells which are left. The engine closes it.
        """
        self._worker.order(partial(self._worker.sinks.add, sink))

    def remove_sink(self, sink: ResultSink) -> None:
        """Close a sink and use it no more."""
        self._worker.order(partial(self._worker.sinks.remove, sink))

    def stats(self) -> LiveStats:
        """The state and the numbers of this moment. Cheap; callable from any thread."""
        playing, worker = self._player.stats, self._worker
        analyzer, profile = worker.analyzer, self.profile
        analysed, dropped = worker.counts(playing)
        latency_s, latency_p95_s = worker.latency_s.percentiles(50, 95)
        return LiveStats(
            state=self._state(playing),
            message=playing.message or self._note or self._model_problem(),
            source=playing.source,
            model_name="" if analyzer is None else analyzer.model.card.name,
            device="" if analyzer is None else str(analyzer.model.device),
            capture_fps=self._player.rate.rate(),
            analysis_fps=worker.rate.rate(),
            latency_ms=1000 * latency_s,
            latency_p95_ms=1000 * latency_p95_s,
            frames_seen=playing.frames_seen,
            frames_analysed=analysed,
            frames_dropped=dropped,
            recording=worker.recorder.stats,
            loading_model=self._loader.is_loading,
            generation=playing.round + worker.switches,
            profile="" if profile is None else profile.name,
            notice=""
            if analyzer is None or profile is None
            else profile.notice(analyzer.model.card),
            sinks=worker.sinks.names,
        )

    def close(self, timeout_s: float = 5.0) -> None:
        """End everything and wait for it: no thread is left, the session's files are complete.

        Args:
            timeout_s: Longest wait. A driver or a disk that hangs may hold a thread for longer;
                it is then left to end with the process.
        """
        if not self._closed:
            self._closed = True
            self._player.open(None)
        deadline_s = time.monotonic() + timeout_s
        for part in (self._player, self._loader, self._worker):
            part.close()
        for part in (self._player, self._worker, self._loader):
            if not part.join(max(0.0, deadline_s - time.monotonic())):
                log.warning("%s has not ended in %g s", type(part).__name__, timeout_s)
                return
        if self._analyzer is not None:
            self._analyzer.close()
        if self._prepared is not None:
            self._prepared.close()
            self._prepared.join(max(0.0, deadline_s - time.monotonic()))

    def _play(self, spec: SourceSpec | None) -> None:
        if self._closed:
            return
        self._note = ""
        # In one with publishing, so that no result of the old source comes after this.
        with self._worker.publishing:
            self._player.open(spec)
            self.latest.clear()

    def _state(self, playing: PlayerStats) -> LiveState:
        """The player's state; but without a model nothing can run."""
        return LiveState.FAILED if self._model_problem() else playing.state

    def _model_problem(self) -> str:
        """Why there is no model at all; empty if there is one or one is coming."""
        return "" if self._worker.analyzer is not None else self._loader.problem

    def _tell(self, error: FervideoError) -> None:
        self._note = str(error)
        self.errors.put(error)

    def _use(self, model: ModelLike) -> None:
        """Hand a model that was loaded to the worker. Called by the loader's thread."""
        if self._analyzer is None:
            self._analyzer = Analyzer(model, self._config, self._detector)
            self._analyzer.warm_up()
        self._worker.order(partial(self._worker.use, model, self._analyzer))
        prepare_for_several()  # when one face can be labelled already
