"""Videos in processes of their own: what comes back, and what a death costs."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from fakes import FakeCard, FakeDetector, FakeModel, FakeSource

from fervideo.analysis.batch import BatchProgress
from fervideo.analysis.jobs import JobSettings, Report
from fervideo.analysis.parallel import analyze_parallel
from fervideo.analysis.runner import Runner
from fervideo.capture.source import Source, SourceKind, SourceSpec
from fervideo.errors import SourceError
from fervideo.session import read_session

pytestmark = pytest.mark.usefixtures("no_thread_left")


def open_named(spec: SourceSpec) -> Source:
    """A source that does what its name says."""
    if "deadly" in spec.location:
        os._exit(3)
    if "broken" in spec.location:
        raise SourceError(f"expected a video, found {spec.location}")
    if "odd" in spec.location:
        raise ZeroDivisionError("odd")
    return FakeSource(None if "long" in spec.location else 6)


def load(name: str, device: str) -> FakeModel:
    """A network whose threshold tells how many threads this process may use."""
    threads = int(os.environ["OMP_NUM_THREADS"])
    return FakeModel(FakeCard(threshold=threads / 10), delay_s=0.005)


def make() -> Runner:
    return Runner(load, open_named, FakeDetector())


def load_for_long(note: Path, name: str, device: str) -> FakeModel:
    """A network that takes half a minute to load, and leaves a note when it is there."""
    time.sleep(30)
    note.touch()
    return FakeModel()


def make_slow(note: Path) -> Runner:
    return Runner(partial(load_for_long, note), open_named, FakeDetector())


Analyze = Callable[..., list[Report]]


@pytest.fixture
def analyze(tmp_path: Path) -> Analyze:
    """Analyses sources of these names; their reports, in the order of the names."""

    def analyze(
        *names: str,
        on_progress: Callable[[int, BatchProgress], None] = lambda index, progress: None,
        stop: threading.Event | None = None,
    ) -> list[Report]:
        reports: dict[int, Report] = {}
        analyze_parallel(
            [SourceSpec(SourceKind.VIDEO, name) for name in names],
            JobSettings(out_dir=tmp_path),
            jobs=2,
            threads=3,
            on_report=reports.__setitem__,
            on_progress=on_progress,
            stop=stop or threading.Event(),
            make=make,
        )
        assert multiprocessing.active_children() == []
        return [reports[index] for index in sorted(reports)]

    return analyze


def test_what_goes_wrong_with_one_is_its_own_matter(analyze: Analyze) -> None:
    reports = analyze("deadly", "a", "broken", "odd", "deadly too", "b")
    ends = [report.error or "well" for report in reports]
    assert [end == "well" for end in ends] == [False, True, False, False, False, True]
    assert "ended unexpectedly (exit code 3)" in ends[0] and ends[4] == ends[0]
    assert ends[2] == "expected a video, found broken"
    assert ends[3] == "the analysis failed unexpectedly: odd"
    session = read_session(reports[1].session)
    assert session.end_reason == "complete" and len(session.timeline) == 6
    assert reports[1].summary.frames == 6
    assert session.description["settings"]["threshold"] == 0.3, "its share of the threads"


def test_a_stop_closes_what_is_at_work(analyze: Analyze) -> None:
    stop, told = threading.Event(), set()

    def stop_when_both_are_at_work(index: int, progress: BatchProgress) -> None:
        told.add(index)
        if told == {0, 1}:
            stop.set()

    reports = analyze(
        "long", "long", "never begun", on_progress=stop_when_both_are_at_work, stop=stop
    )
    assert [report.end_reason for report in reports] == ["interrupted"] * 2
    assert all(read_session(r.session).end_reason == "interrupted" for r in reports)


def test_a_stop_does_not_wait_for_models_that_are_being_loaded(tmp_path: Path) -> None:
    stop, note = threading.Event(), tmp_path / "loaded"
    stop.set()
    reports: dict[int, Report] = {}
    analyze_parallel(
        [SourceSpec(SourceKind.VIDEO, name) for name in ("a", "b", "c")],
        JobSettings(out_dir=tmp_path / "out"),
        jobs=2,
        threads=1,
        on_report=reports.__setitem__,
        on_progress=lambda index, progress: None,
        stop=stop,
        make=partial(make_slow, note),
    )
    assert reports == {0: Report("a"), 1: Report("b")}
    assert not note.exists() and not (tmp_path / "out").exists()
    assert multiprocessing.active_children() == []
