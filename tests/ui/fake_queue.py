"""A queue with the face of `AnalysisQueue` that analyses nothing: tests say how far a job is.

Orders are written down in `orders`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from fervideo.analysis.jobs import Job, JobSettings, JobStatus, QueueSnapshot
from fervideo.analysis.queue import Added
from fervideo.session.summary import FaceSummary, Summary


def summary_of(seconds: dict[str, float], faces: int = 1) -> Summary:
    """What came of a video in which these expressions were seen."""
    face = FaceSummary(1, seconds, 0.0, 3, 0, 100)
    total = sum(seconds.values())
    return Summary(total, int(25 * total), 0, 0, seconds, 3, 0, (face,) * faces)


class FakeQueue:
    """Jobs change only when a test says so, with `put`."""

    def __init__(self) -> None:
        self.orders: list[str] = []
        self.jobs: list[Job] = []
        self.started = self.paused = self.closed = False
        self._ids = count(1)

    def put(self, job_id: int, status: JobStatus | None = None, **changes: object) -> Job:
        """Change what is told of a job."""
        at = next(n for n, job in enumerate(self.jobs) if job.id == job_id)
        if status is not None:
            changes["status"] = status
        self.jobs[at] = dataclasses.replace(self.jobs[at], **changes)
        self.started = self.started and any(not job.status.is_over for job in self.jobs)
        return self.jobs[at]

    def finish(self, job_id: int, session: Path, **seconds: float) -> None:
        """A job is done."""
        self.put(
            job_id,
            JobStatus.DONE,
            frames_done=250,
            frames_total=250,
            frames_per_s=51.3,
            session=session,
            summary=summary_of(seconds),
        )

    def add(self, paths: Iterable[str | Path], settings: JobSettings) -> Added:
        ids: list[int] = []
        problems: list[str] = []
        for path in map(Path, paths):
            if path.suffix == ".txt":
                problems.append(f"expected a video or pictures, found “{path.name}”")
                continue
            ids.append(next(self._ids))
            self.jobs.append(Job(ids[-1], str(path), path.name, settings))
        return Added(tuple(ids), tuple(problems))

    def start(self) -> None:
        self.orders.append("start")
        self.started, self.paused = True, False
        waiting = [job for job in self.jobs if job.status is JobStatus.WAITING]
        if waiting and not any(job.status is JobStatus.RUNNING for job in self.jobs):
            self.put(waiting[0].id, JobStatus.RUNNING, starting=True)

    def pause(self, job_id: int | None = None) -> None:
        self.orders.append("pause")
        self.paused = True

    def resume(self, job_id: int | None = None) -> None:
        self.orders.append("resume")
        self.paused = False

    def cancel(self, job_id: int) -> None:
        self.orders.append(f"cancel {job_id}")
        self.put(job_id, JobStatus.CANCELLED)

    def retry(self, job_id: int, settings: JobSettings | None = None) -> None:
        self.orders.append(f"retry {job_id}")
        job = self.put(job_id)
        fresh = Job(job.id, job.source, job.name, settings or job.settings)
        self.jobs[self.jobs.index(job)] = fresh

    def remove(self, job_id: int) -> None:
        self.orders.append(f"remove {job_id}")
        self.jobs = [job for job in self.jobs if job.id != job_id]

    def move(self, job_id: int, by: int) -> None:
        at = next(n for n, job in enumerate(self.jobs) if job.id == job_id)
        self.jobs.insert(max(0, at + by), self.jobs.pop(at))

    def set_settings(self, job_id: int | None, settings: JobSettings) -> None:
        for job in list(self.jobs):
            if job_id in (None, job.id) and job.status is JobStatus.WAITING:
                self.put(job.id, settings=settings)

    def snapshot(self) -> QueueSnapshot:
        jobs = tuple(
            dataclasses.replace(job, status=JobStatus.PAUSED)
            if self.paused and job.status is JobStatus.RUNNING
            else job
            for job in self.jobs
        )
        return QueueSnapshot(jobs, self.started, self.paused)

    def close(self, timeout_s: float = 30.0) -> bool:
        self.orders.append("close")
        self.closed = True
        return True
