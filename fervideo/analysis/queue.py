"""A queue of recorded videos that are analysed one after the other, while others things go on.

Nothing here knows of a window: whoever shows the queue polls `AnalysisQueue.snapshot()`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.analysis.inputs import expand
from fervideo.analysis.jobs import JobSettings, JobStatus, QueueSnapshot, Report
from fervideo.analysis.queue_entry import Entry, ending
from fervideo.capture.names import natural_key, quoted
from fervideo.capture.source import SourceKind
from fervideo.closing import Closing
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.analysis.batch import BatchProgress
    from fervideo.analysis.runner import Runner

log = logging.getLogger(__name__)

_LIVE = (SourceKind.CAMERA, SourceKind.STREAM)


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding.

    Attributes:
        ids: The new jobs.
        problems: A sentence for each name behind which there is nothing to analyse.
    """

    ids: tuple[int, ...]
    problems: tuple[str, ...]


class AnalysisQueue(Closing):
    """Analyses sources, a thread for each that is at work; one that fails stops no other.

    Every method may be called from any thread. None but `add`, which looks through folders, and
    `close` waits for anything. An id of a job that is gone is no error: nothing happens.

    Args:
        workers: How many jobs are at work at the same time. One leaves the processor to one
            network and is as fast as several on most machines.
        runner: Analyses one source; made when it is first needed if None.
    """

    def __init__(self, workers: int = 1, runner: Runner | None = None) -> None:
        if workers < 1:
            raise ValueError(f"expected at least one worker, found {workers}")
        self._workers, self._runner = workers, runner
        self._lock = threading.RLock()
        self._entries: list[Entry] = []
        self._threads: set[threading.Thread] = set()
        self._ids = count(1)
        self._started = self._paused = self._closed = False

    def add(self, paths: Iterable[str | Path], settings: JobSettings) -> Added:
        """Put sources at the end of the queue, in natural order.

        Args:
            paths: Videos, folders and patterns, see `fervideo.analysis.inputs.expand`; what is
                neither video nor picture, cameras and streams are left out.
            settings: How these are analysed.
        """
        names: list[str] = sorted((str(path) for path in paths), key=natural_key)
        found = expand(names, any_file=False)
        live = [spec for spec in found.sources if spec.kind in _LIVE]
        problems = [missing.reason for missing in found.missing]
        problems += [f"expected a video, found {quoted(s.location)}, which is live" for s in live]
        recorded = [spec for spec in found.sources if spec.kind not in _LIVE]
        with self._lock:
            entries = [Entry(next(self._ids), spec, settings) for spec in recorded]
            self._entries += entries
            self._fill()
        return Added(tuple(entry.id for entry in entries), tuple(problems))

    def start(self) -> None:
        """Begin what waits, job after job, until none is left. Ends a pause of the queue too."""
        with self._lock:
            self._started, self._paused = True, False
            self._fill()

    def pause(self, job_id: int | None = None) -> None:
        """Let a job stand still, or with None the whole queue; nothing that was done is lost.

        A job that stands still leaves its place to the next one; one that waits is passed over.
        """
        with self._lock:
            if job_id is None:
                self._paused = True
            for entry in self._find(job_id):
                entry.held = entry.over is None
            self._fill()

    def resume(self, job_id: int | None = None) -> None:
        """Go on after `pause`: with one job, at once, or with the whole queue."""
        with self._lock:
            if job_id is None:
                self._paused = False
            for entry in self._find(job_id):
                entry.held = False
            self._fill()

    def cancel(self, job_id: int) -> None:
        """End a job. What was analysed so far stays, as a session that was interrupted."""
        with self._lock:
            for entry in self._find(job_id):
                entry.stop.set()
                if not entry.running and entry.over is None:
                    entry.over = JobStatus.CANCELLED
            self._fill()

    def retry(self, job_id: int, settings: JobSettings | None = None) -> None:
        """Let a job that is over wait again at its place; `start` begins it.

        A job that was done or skipped is then done anew, whatever its settings say of resuming.

        Args:
            job_id: The job.
            settings: Other settings; the same if None.
        """
        with self._lock:
            for entry in self._find(job_id):
                if entry.over is None:
                    continue
                entry.settings = settings or entry.settings
                if entry.over in (JobStatus.DONE, JobStatus.SKIPPED):
                    entry.settings = replace(entry.settings, resume=False)
                entry.renew()
            self._fill()

    def remove(self, job_id: int) -> None:
        """Take a job out of the list, ending it if it runs. Its session folder stays."""
        with self._lock:
            self.cancel(job_id)
            self._entries = [entry for entry in self._entries if entry.id != job_id]
            self._fill()

    def move(self, job_id: int, by: int) -> None:
        """Move a job by so many places, up if negative; at most to an end of the list."""
        with self._lock:
            for entry in self._find(job_id):
                at = self._entries.index(entry)
                self._entries.remove(entry)
                self._entries.insert(max(0, at + by), entry)

    def set_settings(self, job_id: int | None, settings: JobSettings) -> None:
        """Change the settings of a job that has not begun, or with None of all such jobs."""
        with self._lock:
            for entry in self._entries if job_id is None else self._find(job_id):
                if not entry.running and entry.over is None:
                    entry.settings = settings

    def snapshot(self) -> QueueSnapshot:
        """The queue of this moment. Cheap: for a timer."""
        with self._lock:
            jobs = tuple(entry.job(self._paused) for entry in self._entries)
            return QueueSnapshot(jobs, self._started, self._paused)

    def close(self, timeout_s: float = 30.0) -> bool:
        """End everything; sessions at work are closed as interrupted. True if no thread is left.

        Args:
            timeout_s: Longest wait: a model that is being loaded cannot be interrupted.
        """
        with self._lock:
            self._closed = True
            for entry in self._entries:
                entry.stop.set()
            threads = set(self._threads)
        deadline_s = time.monotonic() + timeout_s
        for thread in threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _find(self, job_id: int | None) -> Iterator[Entry]:
        return (entry for entry in tuple(self._entries) if entry.id == job_id)

    def _fill(self) -> None:
        """Begin as many jobs as may be at work, and tell each whether it stands still."""
        going = [entry for entry in self._entries if entry.over is None and not entry.held]
        waiting = [entry for entry in going if not entry.running]
        if self._started and not self._paused and not self._closed:
            for entry in waiting[: max(0, self._workers - len(going) + len(waiting))]:
                self._begin(entry)
        self._started = self._started and any(e.over is None for e in self._entries)
        for entry in self._entries:
            still = entry.held or self._paused
            (entry.pause.set if still else entry.pause.clear)()

    def _begin(self, entry: Entry) -> None:
        entry.running = True
        name = f"fervideo-analysis-{entry.id}"
        thread = threading.Thread(target=self._work, args=(entry,), name=name, daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self, entry: Entry) -> None:
        """One job, from its begin to its end, in a thread of its own."""
        try:
            report = self._run(entry)
        except FervideoError as error:
            report = Report(entry.spec.location, str(error))
        except Exception as error:  # a network, a driver or a decoder may raise anything
            log.exception("the analysis of %s failed", entry.spec.location)
            report = Report(entry.spec.location, f"the analysis failed unexpectedly: {error}")
        with self._lock:
            entry.report, entry.running = report, False
            entry.over = ending(report, entry.stop.is_set())
            self._threads.discard(threading.current_thread())
            self._fill()

    def _run(self, entry: Entry) -> Report:
        from fervideo.analysis.runner import (
            Runner,  # networks and detectors: a window should show before
        )

        def note(progress: BatchProgress) -> None:
            entry.progress = progress

        with self._lock:
            self._runner = self._runner or Runner()
        return self._runner.run(entry.spec, entry.settings, note, entry.stop, entry.pause)
