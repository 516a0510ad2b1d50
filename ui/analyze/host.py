"""Between the queue and the window: gives orders, looks four times a second, tells what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from fervideo.analysis.jobs import Job, JobSettings, JobStatus, QueueSnapshot
from fervideo.analysis.queue import Added

from ..background import Background, Task
from .words import DONE, has_begun

POLL_MS = 250

RETRIABLE = (JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SKIPPED, JobStatus.DONE)


Batch = tuple[Sequence[str], JobSettings]
"""Names of sources, and how they are analysed."""


class Queue(Protocol):
    """What the window needs of an `AnalysisQueue`; see there for what each does."""

    def add(self, paths: Iterable[str | Path], settings: JobSettings) -> Added:
        """Put sources at the end. May take a while."""
        ...

    def start(self) -> None:
        """Begin what waits."""

    def pause(self, job_id: int | None = None) -> None:
        """Stand still."""

    def resume(self, job_id: int | None = None) -> None:
        """Go on."""

    def cancel(self, job_id: int) -> None:
        """End a job."""

    def retry(self, job_id: int, settings: JobSettings | None = None) -> None:
        """Let a job that is over wait again."""

    def remove(self, job_id: int) -> None:
        """Take a job out of the list."""

    def move(self, job_id: int, by: int) -> None:
        """Move a job."""

    def set_settings(self, job_id: int | None, settings: JobSettings) -> None:
        """Change the settings of a job that waits."""

    def snapshot(self) -> QueueSnapshot:
        """The queue of this moment."""
        ...

    def close(self, timeout_s: float = 30.0) -> bool:
        """End everything."""
        ...


class QueueHost(QObject):
    """Owns the queue of a window.

    Args:
        make: Makes the queue; it is quick and starts nothing.
        background: For looking through folders.
        parent: Parent object.

    Attributes:
        changed: The new `QueueSnapshot`, whenever something is different.
        ended: A `Job` has come to its end, well or not.
        finished: The queue has come to its end by itself: its last `QueueSnapshot`.
        problems: A list of sentences: what could not be added.
    """

    changed = Signal(object)
    ended = Signal(object)
    finished = Signal(object)
    problems = Signal(list)

    def __init__(
        self, make: Callable[[], Queue], background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._queue, self._background = make(), background
        self._snapshot = QueueSnapshot()
        self._for_retry: dict[int, JobSettings] = {}
        self._coming: list[Sequence[Batch]] = []
        self._closed = False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def snapshot(self) -> QueueSnapshot:
        """The queue as last seen."""
        return self._snapshot

    @property
    def coming(self) -> list[Batch]:
        """What is still being looked for."""
        return [batch for batches in self._coming for batch in batches]

    @property
    def is_working(self) -> bool:
        """A job has begun and is not over: closing the window would cost what it has done."""
        return any(map(has_begun, self._snapshot.jobs))

    def settings_of(self, job: Job) -> JobSettings:
        """The settings with which a job is, or would be, analysed next."""
        return self._for_retry.get(job.id, job.settings)

    def add(self, paths: Sequence[str | Path], settings: JobSettings) -> None:
        """Put sources at the end of the queue, as soon as they are found."""
        self.add_each([([str(path) for path in paths], settings)])

    def add_each(self, batches: Sequence[Batch]) -> None:
        """Put batches of sources at the end of the queue, one batch after the other."""
        if batches:
            self._coming.append(batches)
            self._background.start(
                partial(_add_each, self._queue, batches),
                partial(self._added, batches),
                "add-videos",
            )
            self.changed.emit(self._snapshot)

    def start(self) -> None:
        """Begin, or go on."""
        self._queue.start()
        self.look()

    def pause(self) -> None:
        """Let the whole queue stand still."""
        self._queue.pause()
        self.look()

    def cancel(self, ids: Iterable[int]) -> None:
        """End these jobs."""
        # The last first: else the next one of them would be begun in between.
        for job_id in reversed(list(ids)):
            self._queue.cancel(job_id)
        self.look()

    def retry(self, ids: Iterable[int]) -> None:
        """Let these jobs wait again, and begin."""
        for job_id in ids:
            self._queue.retry(job_id, self._for_retry.pop(job_id, None))
        self._queue.start()
        self.look()

    def remove(self, ids: Iterable[int]) -> None:
        """Take these jobs out of the list."""
        for job_id in reversed(list(ids)):
            self._for_retry.pop(job_id, None)
            self._queue.remove(job_id)
        self.look()

    def clear_finished(self) -> None:
        """Take what is done out of the list; what failed or was cancelled stays."""
        self.remove([job.id for job in self._snapshot.jobs if job.status in DONE])

    def move(self, ids: Iterable[int], by: int) -> None:
        """Move these jobs one place up or down, keeping their order among themselves."""
        wanted = set(ids)
        order = [job.id for job in self._snapshot.jobs]
        order = order if by < 0 else order[::-1]
        # Those that stand at the end already stay there, and those behind them close up.
        held = next((n for n, job_id in enumerate(order) if job_id not in wanted), len(order))
        for job_id in order[held:]:
            if job_id in wanted:
                self._queue.move(job_id, by)
        self.look()

    def set_settings(self, job: Job, settings: JobSettings) -> None:
        """Change how a job is analysed; one that is over takes it when it is tried again."""
        if job.status in RETRIABLE:
            self._for_retry[job.id] = settings
        else:
            self._queue.set_settings(job.id, settings)

    def look(self) -> None:
        """Look at the queue now."""
        if self._closed:
            return
        before, self._snapshot = self._snapshot, self._queue.snapshot()
        if before == self._snapshot:
            return
        self.changed.emit(self._snapshot)
        was_over = {job.id for job in before.jobs if job.status.is_over}
        for job in self._snapshot.jobs:
            if job.status.is_over and job.id not in was_over:
                self.ended.emit(job)
        if before.started and not self._snapshot.started and self._snapshot.jobs:
            self.finished.emit(self._snapshot)

    def close(self) -> None:
        """End everything: sessions at work are closed in order, no thread is left."""
        if not self._closed:
            self.look()
            self._closed = True
            self._timer.stop()
            self._queue.close()

    def _added(self, batches: Sequence[Batch], task: Task[list[str]]) -> None:
        self._coming.remove(batches)
        self.look()
        problems = [str(task.error)] if task.error else task.value
        if problems:
            self.problems.emit(problems)
        self.changed.emit(self._snapshot)


def _add_each(queue: Queue, batches: Sequence[Batch]) -> list[str]:
    """Add batches one after the other; a sentence for each name that is nothing to analyse."""
    added = [queue.add(names, settings) for names, settings in batches]
    return [sentence for each in added for sentence in each.problems]
