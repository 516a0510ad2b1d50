"""A job of the queue as the queue itself keeps it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.analysis.jobs import Job, JobSettings, JobStatus, Report
from fervideo.capture.names import printable
from fervideo.capture.source import SourceSpec

if TYPE_CHECKING:
    from fervideo.analysis.batch import BatchProgress


@dataclass(slots=True, eq=False)
class Entry:
    """A job as the queue keeps it, changed under the queue's lock.

    Attributes:
        id: Its number.
        spec: What is analysed.
        settings: How.
        stop: Ends the analysis.
        pause: Lets it stand still.
        held: It was paused by itself, not with the whole queue.
        running: A thread is at work on it.
        over: How it ended, None before.
        progress: How far it is.
        report: What came of it.
    """

    id: int
    spec: SourceSpec
    settings: JobSettings
    stop: threading.Event = field(default_factory=threading.Event)
    pause: threading.Event = field(default_factory=threading.Event)
    held: bool = False
    running: bool = False
    over: JobStatus | None = None
    progress: BatchProgress | None = None
    report: Report | None = None

    def renew(self) -> None:
        """Forget the last try."""
        self.stop, self.pause = threading.Event(), threading.Event()
        self.held = self.running = False
        self.over = self.progress = self.report = None

    def job(self, queue_paused: bool) -> Job:
        """The job as it is shown."""
        report, progress = self.report, self.progress
        still = self.held or (queue_paused and self.running)
        going = JobStatus.RUNNING if self.running else JobStatus.WAITING
        location = printable(self.spec.location)
        return Job(
            id=self.id,
            source=location,
            name=Path(location).name or location,
            settings=self.settings,
            status=self.over or (JobStatus.PAUSED if still else going),
            starting=self.running and progress is None,
            frames_done=progress.frames_done if progress else 0,
            frames_total=progress.frames_total if progress else None,
            frames_per_s=progress.frames_per_s if progress else 0.0,
            seconds_left=progress.seconds_left if progress and self.running else None,
            error=report.error if report else "",
            warning=report.warning if report else "",
            session=report.session if report else None,
            summary=report.summary if report else None,
        )


def ending(report: Report, stopped: bool) -> JobStatus:
    """The status of a job that is over, by its report and whether it was told to stop."""
    if report.skipped:
        return JobStatus.SKIPPED
    if stopped and (report.interrupted or report.session is None):
        return JobStatus.CANCELLED
    return JobStatus.FAILED if report.error else JobStatus.DONE
