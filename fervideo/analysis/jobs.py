"""What an analysis of recorded videos is told and what it tells: settings, jobs, reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fervideo.config import check_range
from fervideo.errors import ConfigError
from fervideo.landmark_names import LandmarkMode

if TYPE_CHECKING:
    from fervideo.session.summary import Summary


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """Which frames of a source are analysed. Numbers and times stay those of the source.

    Attributes:
        start_s: Frames before this time are passed over.
        end_s: The first frame at or after this time ends the analysis; None goes to the end.
        every: Of the frames from `start_s` on, the first and then each n-th is analysed.

    Raises:
        ConfigError: A setting is out of its range.
    """

    start_s: float = 0.0
    end_s: float | None = None
    every: int = 1

    def __post_init__(self) -> None:
        check_range("every", self.every, 1, 100_000)
        if not (math.isfinite(self.start_s) and self.start_s >= 0):
            raise ConfigError(f"start: expected seconds from 0, found {self.start_s:g}")
        if self.end_s is not None and not (math.isfinite(self.end_s) and self.end_s > self.start_s):
            raise ConfigError(
                f"end: expected a time after the start at {self.start_s:g} s, "
                f"found {self.end_s:g} s"
            )


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How one source is analysed.

    Attributes:
        model: Name of a shipped model, `default`, or path of a weight file.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
        profile: File of a profile of custom expressions, None for none.
        start_s: Frames before this time are passed over; their times stay those of the source.
        end_s: Frames from this time on are left out; None goes to the end.
        every: Each n-th frame is analysed.
        max_faces: At most so many faces of a frame are analysed, the largest ones.
        threshold: Best cosine under which a face is unknown; None takes the model's own.
        strength: How calm the label is, 0 to 1; None takes the usual, a half.
        landmarks: Whether head pose, or head pose and blendshapes, are measured too.
        save_video: Save the pictures beside the numbers.
        out_dir: Where session folders are made.
        resume: Leave out a source whose finished session, made with these settings, is there.

    Raises:
        ConfigError: A setting is out of its range.
    """

    model: str = "default"
    device: str = "auto"
    profile: Path | None = None
    start_s: float = 0.0
    end_s: float | None = None
    every: int = 1
    max_faces: int = 10
    threshold: float | None = None
    strength: float | None = None
    landmarks: LandmarkMode = LandmarkMode.OFF
    save_video: bool = False
    out_dir: Path = Path("sessions")
    resume: bool = False

    def __post_init__(self) -> None:
        BatchOptions(self.start_s, self.end_s, self.every)
        check_range("max_faces", self.max_faces, 1, 100)
        if self.threshold is not None:
            check_range("threshold", self.threshold, -1, 1)
        if self.strength is not None:
            check_range("strength", self.strength, 0, 1)

    @property
    def options(self) -> BatchOptions:
        """Which frames are analysed."""
        return BatchOptions(self.start_s, self.end_s, self.every)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one source.

    Attributes:
        source: What was to be analysed, as the user named it.
        error: Why nothing came of it, or what ended it early; empty if all is well.
        warning: What could not be read; empty if all could.
        session: The session folder, None if none was made.
        end_reason: `complete`, `interrupted`, `error: ...`; empty without a session.
        skipped: The session had been finished before and was left as it is.
        frames_per_s: Frames analysed in a second; 0 if none were.
        summary: The session in a few numbers, None without one.
    """

    source: str
    error: str = ""
    warning: str = ""
    session: Path | None = None
    end_reason: str = ""
    skipped: bool = False
    frames_per_s: float = 0.0
    summary: Summary | None = None

    @property
    def interrupted(self) -> bool:
        """It was stopped before its end."""
        return self.end_reason == "interrupted"

    def plain(self) -> dict[str, Any]:
        """The report as JSON can hold it, in the order of the keys."""
        told: dict[str, Any] = {
            "source": self.source,
            "error": self.error or None,
            "warning": self.warning or None,
            "session": None if self.session is None else str(self.session),
            "end_reason": self.end_reason or None,
            "skipped": self.skipped,
        }
        if self.summary is not None:
            told |= {
                "duration_s": round(self.summary.duration_s, 3),
                "frames": self.summary.frames,
                "frames_without_face": self.summary.frames_without_face,
                "faces": len(self.summary.faces),
                "seconds": {name: round(s, 3) for name, s in self.summary.seconds.items()},
                "label_changes": self.summary.label_changes,
                "low_quality_rows": self.summary.low_quality_rows,
                "frames_per_s": round(self.frames_per_s, 1),
            }
        return told


class JobStatus(StrEnum):
    """Where a job of the queue is."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Nothing more happens to the job, unless it is tried again."""
        return self in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED)


@dataclass(frozen=True, slots=True)
class Job:
    """One source in the queue, as it is at one moment.

    Attributes:
        id: Its number, from 1, never used again.
        source: Path of the video or folder of pictures.
        name: What to show of it: the last part of the path.
        settings: How it is analysed.
        status: Where it is.
        starting: It runs, but no frame is done yet: the model is loaded, the file opened.
        frames_done: Frames analysed.
        frames_total: Frames to analyse in all, None while unknown.
        frames_per_s: Frames analysed in a second, 0 before the first.
        seconds_left: Until its end at that rate, None if unknown.
        error: Why it failed, one sentence; empty if it did not.
        warning: What could not be read; empty if all could.
        session: The session folder, also of a job that failed or was cancelled midway; None
            before there is one.
        summary: The finished session in a few numbers, None before its end.
    """

    id: int
    source: str
    name: str
    settings: JobSettings
    status: JobStatus = JobStatus.WAITING
    starting: bool = False
    frames_done: int = 0
    frames_total: int | None = None
    frames_per_s: float = 0.0
    seconds_left: float | None = None
    error: str = ""
    warning: str = ""
    session: Path | None = None
    summary: Summary | None = None

    @property
    def progress(self) -> float | None:
        """How much is done, 0 to 1; None if unknown."""
        if self.status in (JobStatus.DONE, JobStatus.SKIPPED):
            return 1.0
        return min(1.0, self.frames_done / self.frames_total) if self.frames_total else None


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """The queue at one moment.

    Attributes:
        jobs: All jobs, in the order in which they are begun.
        started: Waiting jobs are begun one after the other; False at rest, before `start` and
            after the last job.
        paused: The whole queue stands still.
    """

    jobs: tuple[Job, ...] = ()
    started: bool = False
    paused: bool = False

    def count(self, *statuses: JobStatus) -> int:
        """How many jobs have one of these statuses."""
        return sum(job.status in statuses for job in self.jobs)

    @property
    def frames_per_s(self) -> float:
        """Frames analysed in a second, by all running jobs together."""
        return sum(job.frames_per_s for job in self.jobs if job.status is JobStatus.RUNNING)
