"""What the live engine tells of itself: states and numbers, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fervideo.capture.source import SourceInfo


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

    @property
    def is_over(self) -> bool:
        """No further frame comes unless a source is opened."""
        return self in (LiveState.IDLE, LiveState.ENDED, LiveState.LOST, LiveState.FAILED)


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
class PlayerStats:
    """How the player is doing.

    Attributes:
        round: Number of the source, counting up with each one that is opened and with each stop.
        state: What it is doing.
        message: Why it is `lost`, `frozen` or `failed`, else empty.
        source: The source, None if there is none.
        frames_seen: Frames the source has given, those it lost itself included.
        frames_lost: Those that were passed over or lost by the source.
    """

    round: int = 0
    state: LiveState = LiveState.IDLE
    message: str = ""
    source: SourceInfo | None = None
    frames_seen: int = 0
    frames_lost: int = 0


@dataclass(frozen=True, slots=True)
class LiveStats:
    """How the engine is doing at this moment.

    Attributes:
        state: What the source is doing.
        message: One sentence on what is wrong; empty if all is well.
        source: The open source, None if there is none.
        model_name: Name of the model in use, empty until the first is loaded.
        device: The model's device as PyTorch names it, e.g. `cpu`; empty until then.
        capture_fps: Frames the source gave in a second, lately; 0 if it is not running.
        analysis_fps: Frames analysed in a second, lately.
        latency_ms: Median time from a frame's capture (in a file: from when it was due) to its
            result, lately; 0 before the first.
        latency_p95_ms: The same at the 95th percentile.
        frames_seen: Frames the source has given since it was opened, pauses aside.
        frames_analysed: Those of them that were analysed.
        frames_dropped: Those of them that were passed over, lost by the camera or replaced by a
            newer one before they could be analysed.
        recording: The recording in progress, None if there is none.
        loading_model: A model is being loaded.
        generation: Grows whenever a source, a model or a profile takes the place of another.
        profile: Name of the profile in use, empty if there is none.
        notice: What the profile lacks for the model and what to do, empty if nothing.
        sinks: Names of the other programs' ways that results go out by.
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
    profile: str = ""
    notice: str = ""
    sinks: tuple[str, ...] = ()
