"""The queue as whoever shows it sees it: jobs, their states, what is left on the disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeDetector, FakeModel, FakeSource, picture

from fervideo.analysis.jobs import Job, JobSettings, JobStatus
from fervideo.analysis.queue import AnalysisQueue
from fervideo.analysis.runner import Runner
from fervideo.capture.source import Source, SourceSpec
from fervideo.errors import ConfigError, ModelError, SourceError
from fervideo.session import read_session

pytestmark = pytest.mark.usefixtures("no_thread_left")

MakeQueue = Callable[..., AnalysisQueue]


class Disk:
    """Opens files of certain names: `long` never ends, `broken` cannot be opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def __call__(self, spec: SourceSpec) -> Source:
        stem = Path(spec.location).stem
        self.opened.append(stem)
        if "broken" in stem:
            raise SourceError(f"expected a video, found {stem}")
        if "torn" in stem:
            return FakeSource(20, failures={7: SourceError("torn apart")})
        source = FakeSource(None if "long" in stem else 12, images=[picture("fear")])
        source.info = replace(source.info, name=Path(spec.location).name)
        return source


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def loaded() -> list[tuple[str, str]]:
    """The models that were loaded."""
    return []


@pytest.fixture
def make_queue(disk: Disk, loaded: list[tuple[str, str]]) -> Iterator[MakeQueue]:
    queues: list[AnalysisQueue] = []

    def load(name: str, device: str) -> FakeModel:
        if name == "nosuch":
            raise ModelError("expected a model, found nosuch")
        loaded.append((name, device))
        return FakeModel(delay_s=0.001)

    def make(workers: int = 1) -> AnalysisQueue:
        queues.append(AnalysisQueue(workers, Runner(load, disk, FakeDetector())))
        return queues[-1]

    yield make
    for queue in queues:
        assert queue.close(5.0)


@pytest.fixture
def settings(tmp_path: Path) -> JobSettings:
    return JobSettings(out_dir=tmp_path / "out")


def files(folder: Path, *names: str) -> list[Path]:
    paths = [folder / f"{name}.mp4" for name in names]
    for path in paths:
        path.write_bytes(b"video")
    return paths


def job(queue: AnalysisQueue, job_id: int) -> Job:
    return next(job for job in queue.snapshot().jobs if job.id == job_id)


def wait(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.005)


def wait_for(queue: AnalysisQueue, job_id: int, *statuses: JobStatus) -> Job:
    wait(lambda: job(queue, job_id).status in statuses)
    return job(queue, job_id)


def finish(queue: AnalysisQueue) -> list[Job]:
    wait(lambda: all(job.status.is_over for job in queue.snapshot().jobs))
    return list(queue.snapshot().jobs)


def test_a_broken_file_stops_no_other(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path, loaded: list[tuple[str, str]]
) -> None:
    queue = make_queue()
    added = queue.add(files(tmp_path, "a", "broken", "torn", "z"), settings)
    assert added.problems == () and len(added.ids) == 4
    assert [j.status for j in queue.snapshot().jobs] == [JobStatus.WAITING] * 4
    assert not queue.snapshot().started and not settings.out_dir.exists()
    queue.start()
    good, broken, torn, last = finish(queue)
    assert [j.status for j in (good, broken, torn, last)] == ["done", "failed", "failed", "done"]
    assert broken.error == "expected a video, found broken" and broken.session is None
    assert "torn apart" in torn.error and torn.session is not None
    assert len(read_session(torn.session).timeline) == 7
    assert (good.frames_done, good.frames_total, good.progress) == (12, 12, 1.0)
    assert good.summary is not None and good.summary.seconds.keys() == {"fear"}
    assert good.session is not None and read_session(good.session).end_reason == "complete"
    assert last.seconds_left is None and last.frames_per_s > 0
    assert loaded == [("default", "auto")], "the network is loaded once"
    assert not queue.snapshot().started, "with nothing left it is at rest"


def test_what_comes_later_is_done_too(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    (first,) = queue.add(files(tmp_path, "long"), settings).ids
    queue.start()
    (second,) = queue.add(files(tmp_path, "a"), settings).ids
    running = wait_for(queue, first, JobStatus.RUNNING)
    assert job(queue, second).status is JobStatus.WAITING
    wait(lambda: job(queue, first).frames_done > 0)
    assert job(queue, first).starting is False and running.error == ""
    queue.cancel(first)
    assert wait_for(queue, second, JobStatus.DONE).frames_done == 12
    cut = job(queue, first)
    assert cut.status is JobStatus.CANCELLED and cut.session is not None
    assert read_session(cut.session).end_reason == "interrupted"


def test_a_job_that_stands_still_leaves_its_place(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    first, second, third = queue.add(files(tmp_path, "long", "m", "n"), settings).ids
    queue.pause(second)
    queue.start()
    wait(lambda: job(queue, first).frames_done > 0)
    queue.pause(first)
    wait_for(queue, third, JobStatus.DONE)
    assert [job(queue, i).status for i in (first, second)] == [JobStatus.PAUSED] * 2
    still = job(queue, first).frames_done
    time.sleep(0.15)
    assert job(queue, first).frames_done <= still + 1
    queue.resume(first)
    queue.resume(second)
    wait(lambda: job(queue, first).frames_done > still + 5)
    assert job(queue, second).status is JobStatus.WAITING
    queue.cancel(first)
    wait_for(queue, second, JobStatus.DONE)


def test_the_whole_queue_stands_still(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    first, second = queue.add(files(tmp_path, "long", "m"), settings).ids
    queue.start()
    wait(lambda: job(queue, first).frames_done > 0)
    queue.pause()
    assert queue.snapshot().paused
    assert job(queue, first).status is JobStatus.PAUSED
    queue.cancel(first)
    wait_for(queue, first, JobStatus.CANCELLED)
    time.sleep(0.05)
    assert job(queue, second).status is JobStatus.WAITING, "none is begun during a pause"
    queue.resume()
    wait_for(queue, second, JobStatus.DONE)


def test_a_cancelled_job_can_be_tried_again_with_other_settings(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    (only,) = queue.add(files(tmp_path, "a"), settings).ids
    queue.cancel(only)
    assert job(queue, only).status is JobStatus.CANCELLED
    queue.start()
    queue.retry(only, JobSettings(every=3, out_dir=settings.out_dir))
    assert job(queue, only).status is JobStatus.WAITING
    queue.start()
    done = wait_for(queue, only, JobStatus.DONE)
    assert (done.frames_done, done.settings.every) == (4, 3)


def test_what_is_done_already_is_skipped_until_it_is_tried_again(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path, disk: Disk
) -> None:
    queue, resume = make_queue(), replace(settings, resume=True)
    for _ in range(2):
        queue.add(files(tmp_path, "a"), resume)
    queue.start()
    done, skipped = finish(queue)
    assert (done.status, skipped.status) == (JobStatus.DONE, JobStatus.SKIPPED)
    assert done.session == skipped.session and skipped.progress == 1.0
    assert skipped.summary == done.summary and disk.opened == ["a"]
    for job_id in (done.id, skipped.id):
        queue.retry(job_id)
    queue.start()
    assert [job.status for job in finish(queue)] == [JobStatus.DONE] * 2
    assert disk.opened == ["a"] * 3


def test_settings_change_until_a_job_begins(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    first, second, third = queue.add(files(tmp_path, "a", "long", "n"), settings).ids
    every_2 = JobSettings(every=2, out_dir=settings.out_dir)
    queue.set_settings(first, every_2)
    queue.start()
    wait_for(queue, second, JobStatus.RUNNING)
    queue.set_settings(None, JobSettings(every=6, out_dir=settings.out_dir))
    queue.cancel(second)
    jobs = finish(queue)
    assert [j.settings.every for j in jobs] == [2, 1, 6]
    assert [job(queue, i).frames_done for i in (first, third)] == [6, 2]


def test_order_and_removal(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path, disk: Disk
) -> None:
    queue = make_queue()
    paths = files(tmp_path, "clip10", "clip2", "clip1", "clip3")
    clip1, clip2, clip3, clip10 = queue.add(paths, settings).ids
    assert [j.name for j in queue.snapshot().jobs] == [
        "clip1.mp4",
        "clip2.mp4",
        "clip3.mp4",
        "clip10.mp4",
    ]
    queue.move(clip10, -2)
    queue.move(clip1, 99)
    queue.move(clip3, -99)
    queue.remove(clip2)
    queue.cancel(clip2)
    queue.start()
    assert [j.id for j in finish(queue)] == [clip3, clip10, clip1]
    assert disk.opened == ["clip3", "clip10", "clip1"]


def test_a_running_job_can_be_removed(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    first, second = queue.add(files(tmp_path, "long", "m"), settings).ids
    queue.start()
    wait(lambda: job(queue, first).frames_done > 0)
    queue.remove(first)
    wait_for(queue, second, JobStatus.DONE)
    assert [j.id for j in queue.snapshot().jobs] == [second]
    wait(lambda: read_session(settings.out_dir / "long").end_reason == "interrupted")


def test_two_at_a_time(make_queue: MakeQueue, settings: JobSettings, tmp_path: Path) -> None:
    queue = make_queue(workers=2)
    ids = queue.add(files(tmp_path, "long1", "long2", "long3"), settings).ids
    queue.start()
    wait(lambda: queue.snapshot().count(JobStatus.RUNNING) == 2)
    assert job(queue, ids[2]).status is JobStatus.WAITING
    wait(lambda: queue.snapshot().frames_per_s > 0)
    queue.cancel(ids[0])
    wait_for(queue, ids[2], JobStatus.RUNNING)
    assert queue.snapshot().count(JobStatus.RUNNING) == 2


def test_a_model_that_is_not_there_fails_its_jobs_alone(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue()
    paths = files(tmp_path, "a")
    queue.add(paths, JobSettings(model="nosuch", out_dir=settings.out_dir))
    queue.add(paths, settings)
    queue.start()
    bad, good = finish(queue)
    assert "nosuch" in bad.error and good.status is JobStatus.DONE


def test_an_unforeseen_failure_is_a_sentence(
    settings: JobSettings, tmp_path: Path, disk: Disk
) -> None:
    runner = Runner(lambda name, device: FakeModel(fails=True), disk, FakeDetector())
    with AnalysisQueue(runner=runner) as queue:
        queue.add(files(tmp_path, "a"), settings)
        queue.start()
        (only,) = finish(queue)
    assert only.status is JobStatus.FAILED and "out of memory" in only.error


def test_closing_ends_what_is_at_work(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    queue = make_queue(workers=2)
    first, second, third = queue.add(files(tmp_path, "long1", "long2", "z"), settings).ids
    queue.start()
    wait(lambda: min(job(queue, i).frames_done for i in (first, second)) > 0)
    queue.pause(second)
    assert queue.close(5.0)
    assert not [t for t in threading.enumerate() if t.name.startswith("fervideo")]
    assert all(read_session(f).end_reason == "interrupted" for f in settings.out_dir.iterdir())
    assert job(queue, third).frames_done == 0
    queue.start()
    assert not [t for t in threading.enumerate() if t.name.startswith("fervideo")]


def test_what_is_no_recording_is_told_and_left_out(
    make_queue: MakeQueue, settings: JobSettings, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no video")
    names = [tmp_path / "notes.txt", tmp_path / "missing.mp4", "0", *files(tmp_path, "a")]
    added = make_queue().add(names, settings)
    assert len(added.ids) == 1 and len(added.problems) == 3
    assert all(any(word in p for p in added.problems) for word in ("notes.txt", "missing", "live"))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"every": 0}, "every"),
        ({"start_s": -1.0}, "start"),
        ({"start_s": 5.0, "end_s": 5.0}, "end"),
        ({"end_s": float("nan")}, "end"),
        ({"max_faces": 0}, "max_faces"),
        ({"threshold": 2.0}, "threshold"),
        ({"strength": -0.1}, "strength"),
    ],
)
def test_settings_out_of_range_are_told(wrong: dict[str, float], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        JobSettings(**wrong)  # type: ignore[arg-type]
