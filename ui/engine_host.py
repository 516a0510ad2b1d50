"""The engine, made while the window is already there: orders given before wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from fervideo.errors import FervideoError
from fervideo.landmark_names import LandmarkMode
from fervideo.live.mailbox import Latest
from fervideo.live_stats import LiveState, LiveStats
from fervideo.sinks import ResultSink
from fervideo.stabilize import StabilizerConfig
from fervideo.types import Result

from .background import Task

if TYPE_CHECKING:
    from fervideo.capture.source import SourceSpec
    from fervideo.centers.profile import Profile
    from fervideo.model_like import ModelLike
    from fervideo.pipeline import AnalyzerConfig

START_TIMEOUT_S = 30.0


class Engine(Protocol):
    """What the window needs of `fervideo.live.engine.LiveEngine`; see there for what each does."""

    latest: Latest[Result]
    errors: SimpleQueue[FervideoError]

    def open(self, spec: SourceSpec) -> None:
        """Open a source in place of the one that is open."""

    def reopen(self) -> None:
        """Open the last source again."""

    def pause(self) -> None:
        """Stand still."""

    def resume(self) -> None:
        """Go on."""

    def stop(self) -> None:
        """Close the source."""

    def set_model(self, name: str, device: str | None = None) -> None:
        """Load another model and use it from then on."""

    def set_profile(self, profile: Profile | None) -> None:
        """Use a person's own expressions."""

    @property
    def model(self) -> ModelLike | None:
        """The network in use."""
        ...

    def configure(self, config: AnalyzerConfig) -> None:
        """Change the settings."""

    @property
    def config(self) -> AnalyzerConfig:
        """The settings in use."""
        ...

    def start_recording(self, folder: Path, video: bool = False) -> None:
        """Record into a new session folder."""

    def stop_recording(self) -> Path | None:
        """End the recording."""

    def mark(self, text: str, note: str = "", span_s: tuple[float, float] | None = None) -> None:
        """Mark this moment, or a span in the time of the source, in the recording."""

    def add_sink(self, sink: ResultSink) -> None:
        """Hand results to another program too."""

    def remove_sink(self, sink: ResultSink) -> None:
        """Close a sink and use it no more."""

    def stats(self) -> LiveStats:
        """State and numbers of this moment."""
        ...

    def close(self, timeout_s: float = 5.0) -> None:
        """End everything."""


def live_engine(model: str, device: str) -> Engine:
    """Make the real engine. Takes seconds: networks and detectors are imported here."""
    from fervideo.live.engine import LiveEngine

    return LiveEngine(model, device)


class EngineHost:
    """Passes orders on to the engine, as soon as there is one.

    Args:
        make: Makes the engine; called on a thread.
    """

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._engine: Engine | None = None
        self._waiting: list[Callable[[Engine], object]] = []
        self._errors: list[str] = []
        self._wants_source = False
        self._failure = ""
        self._closed = False
        self._task = Task(make, "make-engine")

    @property
    def is_settled(self) -> bool:
        """The engine is made, or will never be."""
        return self._engine is not None or bool(self._failure)

    def look(self) -> None:
        """Take over the engine once it is made. Called by the bridge's timer."""
        if self.is_settled or not self._task.done:
            return
        if self._task.value is None:
            self._failure = f"The analysis cannot start: {self._task.error}"
            self._errors.append(self._failure)
            return
        self._engine = self._task.value
        for order in self._waiting:
            order(self._engine)
        self._waiting.clear()

    def open(self, spec: SourceSpec) -> None:
        """Open a source."""
        self._wants_source = True
        self._order(lambda engine: engine.open(spec))

    def reopen(self) -> None:
        """Open the last source again."""
        self._order(lambda engine: engine.reopen())

    def pause(self) -> None:
        """Stand still."""
        self._order(lambda engine: engine.pause())

    def resume(self) -> None:
        """Go on."""
        self._order(lambda engine: engine.resume())

    def stop(self) -> None:
        """Close the source."""
        self._wants_source = False
        self._order(lambda engine: engine.stop())

    def set_model(self, name: str, device: str | None = None) -> None:
        """Load another model."""
        self._order(lambda engine: engine.set_model(name, device))

    def set_profile(self, profile: Profile | None) -> None:
        """Use a person's own expressions from now on, None for the model's alone."""
        self._order(lambda engine: engine.set_profile(profile))

    def model(self) -> ModelLike | None:
        """The network in use, None until the first is loaded."""
        return self._engine.model if self._engine is not None else None

    def tune(
        self, strength: float, exact: StabilizerConfig | None, threshold: float | None
    ) -> None:
        """Change how calm the label is and when a face is unknown.

        Args:
            strength: 0 to 1, scales what the model's card says.
            exact: Exact values in place of those.
            threshold: None for the one on the model's card.
        """
        self._order(
            lambda engine: engine.configure(
                replace(engine.config, strength=strength, stabilizer=exact, threshold=threshold)
            )
        )

    def start_recording(self, folder: Path, video: bool) -> None:
        """Record into a new session folder."""
        self._order(lambda engine: engine.start_recording(folder, video))

    def stop_recording(self) -> None:
        """End the recording."""
        self._order(lambda engine: engine.stop_recording())

    def mark(self, text: str, note: str = "", span_s: tuple[float, float] | None = None) -> None:
        """Mark this moment, or a span in the time of the source, in the recording."""
        self._order(lambda engine: engine.mark(text, note, span_s))

    def add_sink(self, sink: ResultSink) -> None:
        """Hand results to another program too; `stats().sinks` tells which still get them."""
        self._order(lambda engine: engine.add_sink(sink))

    def remove_sink(self, sink: ResultSink) -> None:
        """Close a sink and use it no more."""
        self._order(lambda engine: engine.remove_sink(sink))

    def measure(self, landmarks: LandmarkMode) -> None:
        """Choose what is measured of the landmarks."""
        self._order(lambda engine: engine.configure(replace(engine.config, landmarks=landmarks)))

    def stats(self) -> LiveStats:
        """State and numbers of this moment."""
        if self._engine is not None:
            return self._engine.stats()
        if self._failure:
            return LiveStats(state=LiveState.FAILED, message=self._failure)
        state = LiveState.OPENING if self._wants_source else LiveState.IDLE
        return LiveStats(state=state, loading_model=True)

    def take(self) -> Result | None:
        """The newest result, once."""
        return self._engine.latest.take() if self._engine is not None else None

    def peek(self) -> Result | None:
        """The newest result, taken or not."""
        return self._engine.latest.peek() if self._engine is not None else None

    def next_error(self) -> str | None:
        """The next sentence on what went wrong, None if there is none."""
        if self._errors:
            return self._errors.pop(0)
        try:
            return str(self._engine.errors.get_nowait()) if self._engine is not None else None
        except Empty:
            return None

    def close(self) -> None:
        """End everything and wait for it, also if the engine is just being made."""
        if self._closed:
            return
        self._closed = True
        self._waiting.clear()
        self._task.join(START_TIMEOUT_S)
        self.look()
        if self._engine is not None:
            self._engine.close()

    def _order(self, order: Callable[[Engine], object]) -> None:
        if self._engine is not None:
            order(self._engine)
        else:
            self._waiting.append(order)
