"""Work on disk, off the window's thread, one job after the other, as they were asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fervideo.errors import FervideoError

from ..background import POLL_MS, Task

PATIENCE_S = 5.0

Then = Callable[[Task[Any]], None]


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], object]
    then: Then | None
    topic: str


class InOrder(QObject):
    """A line of jobs.

    Attributes:
        failed: A sentence: a job that nobody waits for could not be done.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[_Job] = []
        self._running: tuple[_Job, Task[object]] | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def is_idle(self) -> bool:
        """Everything is done."""
        return self._running is None and not self._waiting

    def do(self, work: Callable[[], object], then: Then | None = None, topic: str = "") -> None:
        """Do `work` when all before it is done.

        Args:
            work: What to do, on a thread.
            then: Called with the finished task on the window's thread; without one, an error
                comes through `failed`.
            topic: A job that waits just before this one and has the same topic is left out: its
                outcome would be written over at once. Empty for one that must be done.
        """
        if topic and self._waiting and self._waiting[-1].topic == topic:
            self._waiting.pop()
        self._waiting.append(_Job(work, then, topic))
        self._timer.start()
        self._next()

    def finish(self) -> None:
        """Do all of it now and wait for it; nobody is told but of failures."""
        self._timer.stop()
        if self._running is not None:
            job, task = self._running
            task.join(PATIENCE_S)
            self._running = None
            self._tell(_Job(job.work, None, job.topic), task)
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            try:
                job.work()
            except FervideoError as error:
                self.failed.emit(str(error))

    def _next(self) -> None:
        if self._running is None and self._waiting:
            job = self._waiting.pop(0)
            self._running = (job, Task(job.work, "profiles"))

    def _poll(self) -> None:
        if self._running is not None and self._running[1].done:
            (job, task), self._running = self._running, None
            self._tell(job, task)
        self._next()
        if self.is_idle:
            self._timer.stop()

    def _tell(self, job: _Job, task: Task[object]) -> None:
        if job.then is not None:
            job.then(task)
        elif task.error is not None:
            self.failed.emit(str(task.error))
