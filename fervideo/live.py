"""Analysis as it happens: a source, a model and a recording behind one object that never blocks.

Three plain threads do the work: one plays the source, one analyses, one loads models. The caller
gives orders, polls `LiveEngine.latest` for results and `LiveEngine.stats()` for numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from fervideo.errors import FervideoError
from fervideo.mailbox import Latest
from fervideo.types import Result

if TYPE_CHECKING:
    from fervideo.capture.source import SourceInfo, SourceSpec
    from fervideo.pipeline import AnalyzerConfig

__all__ = ["Latest", "LiveEngine", "LiveState", "LiveStats", "RecordingStats"]


class LiveState(StrEnum):
    """What the source is doing. Compares equal to its word, e.g. `"running"`."""

    IDLE = "idle"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    LOST = "lost"
    FROZEN = "frozen"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordingStats:
    """The recording in progress.

    Attributes:
        folder: Its session folder.
        elapsed_s: Seconds since it was started.
        bytes: Bytes written so far, video included.
        rows: Rows of its timeline so far.
    """

    folder: Path
    elapsed_s: float
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class LiveStats:
    """How the engine is doing at this moment.

    Attributes:
        state: What the source is doing.
        message: One sentence on why it is `lost`, `frozen` or `failed`; empty if all is well.
        source: The open source, None if there is none.
        model_name: Name of the model in use, empty until the first is loaded.
        device: The model's device as PyTorch names it, e.g. `cpu`; empty until then.
        capture_fps: Frames the source gave in a second, lately; 0 if it is not running.
        analysis_fps: Frames analysed in a second, lately.
        latency_ms: Median time from a frame's arrival to its result, lately; 0 before the first.
        latency_p95_ms: The same at the 95th percentile.
        frames_seen: Frames the source has given since it was opened.
        frames_analysed: Those of them that were analysed.
        frames_dropped: Those of them that were replaced by a newer one before they were.
        recording: The recording in progress, None if there is none.
        loading_model: A model is being loaded.
        generation: Grows whenever a source or a model takes the place of another.
    """

    state: LiveState = LiveState.IDLE
    message: str = ""
    source: SourceInfo | None = None
    model_name: str = ""
    device: str = ""
    capture_fps: float = 0.0
    analysis_fps: float = 0.0
    latency_ms: float = 0.0
    latency_p95_ms: float = 0.0
    frames_seen: int = 0
    frames_analysed: int = 0
    frames_dropped: int = 0
    recording: RecordingStats | None = None
    loading_model: bool = False
    generation: int = 0


class LiveEngine:
    """Plays a source, analyses its newest frame, records.

    No method but `close` waits for anything. What goes wrong later comes through `errors` and
    `stats().message`.

    Args:
        model: Name of a shipped model or path of a weight file.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
        config: Settings of the analysis; the defaults if None.

    Attributes:
        latest: The newest result. A window polls `latest.take()`.
        errors: Everything that went wrong, each a sentence for the user; poll with `get_nowait`.
    """

    def __init__(
        self,
        model: str = "default",
        device: str = "auto",
        config: AnalyzerConfig | None = None,
    ) -> None:
        self.latest: Latest[Result] = Latest()
        self.errors: SimpleQueue[FervideoError] = SimpleQueue()

    def open(self, spec: SourceSpec) -> None:
        """Open a source and play it, in place of the one that is open."""
        raise NotImplementedError

    def reopen(self) -> None:
        """Open the last source again: after its end, after a camera was lost."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stand still at the current frame."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on after `pause`."""
        raise NotImplementedError

    def stop(self) -> None:
        """Close the source. A recording ends with it."""
        raise NotImplementedError

    def set_model(self, name: str, device: str | None = None) -> None:
        """Load another model and use it from the next frame after that; same device if None.

        Until it is loaded the old one goes on. A recording goes on in a new folder, since a
        session has one model.
        """
        raise NotImplementedError

    def configure(self, config: AnalyzerConfig) -> None:
        """Change the settings, from the next frame on."""
        raise NotImplementedError

    @property
    def config(self) -> AnalyzerConfig:
        """The settings in use."""
        raise NotImplementedError

    def start_recording(self, folder: Path, video: bool = False) -> None:
        """Record every analysed frame, from the next one on, in a new session folder.

        Args:
            folder: The wished session folder; if there is one, a number is added to its name.
            video: Save the pictures too.
        """
        raise NotImplementedError

    def stop_recording(self) -> Path | None:
        """End the recording; its files are complete when `stats().recording` is None.

        Returns:
            The session folder, None if nothing was being recorded.
        """
        raise NotImplementedError

    def stats(self) -> LiveStats:
        """The state and the numbers of this moment. Cheap; callable from any thread."""
        raise NotImplementedError

    def close(self, timeout_s: float = 5.0) -> None:
        """End everything and wait for it: no thread is left, the session's files are complete."""
        raise NotImplementedError
