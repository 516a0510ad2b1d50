"""The Analyze workspace over the real queue: the demo through a real network, and quick fakes."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fakes import FakeDetector, FakeModel, FakeSource, picture
from fervideo.ui.analyze.queue_model import Column
from fervideo.ui.analyze.workspace import AnalyzeWorkspace
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import Services
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from fervideo.analysis.jobs import JobStatus
from fervideo.analysis.queue import AnalysisQueue
from fervideo.analysis.runner import Runner
from fervideo.capture.source import Source, SourceSpec
from fervideo.resources import asset_file
from fervideo.session.reader import read_session

Open = Callable[..., MainWindow]

PATIENCE_MS = 120_000


def statuses(page: AnalyzeWorkspace) -> list[JobStatus]:
    return [job.status for job in page.model.jobs]


def add(page: AnalyzeWorkspace, qtbot: QtBot, *paths: Path) -> None:
    before = page.model.rowCount()
    page.take(list(paths))
    qtbot.waitUntil(lambda: page.model.rowCount() == before + len(paths))


def open_source(spec: SourceSpec) -> Source:
    """A file called `long` never ends."""
    count = None if "long" in spec.location else 12
    source = FakeSource(count, images=[picture("fear")])
    name = Path(spec.location).name
    source.info = dataclasses.replace(source.info, name=name, location=spec.location)
    return source


@pytest.fixture
def quick(open_window: Open, services: Services) -> MainWindow:
    """A window over the real queue, with a made-up network."""
    runner = Runner(lambda name, device: FakeModel(delay_s=0.002), open_source, FakeDetector())
    quick = dataclasses.replace(services, queue=lambda: AnalysisQueue(runner=runner))
    window = open_window(FakeEngine(), quick)
    window.actions_by_key["analyze"].trigger()
    return window


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "long.mp4"):
        (folder / name).write_bytes(name.encode())
    return folder


def test_the_demo_beside_a_broken_file(
    open_window: Open, services: Services, qtbot: QtBot, tmp_path: Path
) -> None:
    real = dataclasses.replace(services, models=list, devices=list)
    window = open_window(FakeEngine(), real)
    window.settings.model, window.settings.device = "default", "cpu"
    page, actions = window.analyze, window.actions_by_key
    actions["analyze"].trigger()
    page.panel.changed.emit("model", "default")
    page.panel.every.setValue(10)
    films = tmp_path / "films"
    films.mkdir()
    (films / "broken.mp4").write_bytes(b"this is no video")
    shutil.copy(asset_file("demo.mp4"), films / "demo.mp4")
    page.take([films])
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert [job.name for job in page.model.jobs] == ["broken.mp4", "demo.mp4"]

    told: list[Path] = []
    opened: list[Path] = []
    window.context.navigator.sessions_changed.connect(told.append)
    window.context.navigator.session_wanted.connect(opened.append)
    actions["analyze_start"].trigger()
    actions["live"].trigger()  # it goes on while another workspace is open
    qtbot.waitUntil(
        lambda: statuses(page) == [JobStatus.FAILED, JobStatus.DONE], timeout=PATIENCE_MS
    )
    broken, demo = page.model.jobs
    assert "broken.mp4" in page.model.index(0, Column.PROGRESS).data()
    assert broken.session is None
    assert demo.frames_done == 35
    assert "%" in page.model.index(1, Column.RESULT).data()
    assert window.banner.message.text == "1 video analysed, 1 failed."
    assert told == [window.settings.recordings]

    page.table.selectRow(1)
    actions["analyze_review"].trigger()
    assert opened == [demo.session]
    session = read_session(demo.session)
    assert session.end_reason == "complete"
    assert session.timeline.frame[0] == 0
    assert session.timeline.frame[-1] == 340


def test_order_cancel_and_retry(quick: MainWindow, qtbot: QtBot, films: Path) -> None:
    page, actions = quick.analyze, quick.actions_by_key
    page.panel.resume.click()
    add(page, qtbot, films / "a.mp4", films / "b.mp4", films / "long.mp4")
    page.table.selectRow(2)
    actions["analyze_up"].trigger()
    actions["analyze_up"].trigger()
    assert [job.name for job in page.model.jobs] == ["long.mp4", "a.mp4", "b.mp4"]
    actions["analyze_start"].trigger()
    qtbot.waitUntil(lambda: page.model.jobs[0].frames_done > 3)
    assert statuses(page)[1:] == [JobStatus.WAITING] * 2
    actions["analyze_cancel"].trigger()
    qtbot.waitUntil(lambda: statuses(page) == [JobStatus.CANCELLED, JobStatus.DONE, JobStatus.DONE])
    assert read_session(page.model.jobs[0].session).end_reason == "interrupted"
    page.table.selectRow(1)
    actions["analyze_retry"].trigger()
    qtbot.waitUntil(lambda: statuses(page)[1] is JobStatus.DONE)
    assert page.model.jobs[1].session.name == "a-2"  # the first is not overwritten


def test_what_is_done_already_is_skipped_and_opens(
    quick: MainWindow, qtbot: QtBot, films: Path
) -> None:
    page, actions = quick.analyze, quick.actions_by_key
    add(page, qtbot, films / "a.mp4")
    actions["analyze_start"].trigger()
    qtbot.waitUntil(lambda: statuses(page) == [JobStatus.DONE])
    add(page, qtbot, films / "a.mp4")
    actions["analyze_start"].trigger()
    qtbot.waitUntil(lambda: statuses(page) == [JobStatus.DONE, JobStatus.SKIPPED])
    first, second = page.model.jobs
    assert second.session == first.session
    assert page.model.index(1, Column.PROGRESS).data().startswith("Done before")


def test_pause_stands_still(quick: MainWindow, qtbot: QtBot, films: Path) -> None:
    page, actions = quick.analyze, quick.actions_by_key
    add(page, qtbot, films / "long.mp4")
    actions["analyze_start"].trigger()
    qtbot.waitUntil(lambda: page.model.jobs[0].frames_done > 3)
    actions["analyze_start"].trigger()
    assert statuses(page) == [JobStatus.PAUSED]
    qtbot.wait(300)
    done = page.model.jobs[0].frames_done
    qtbot.wait(600)
    assert page.model.jobs[0].frames_done == done
    actions["analyze_start"].trigger()
    qtbot.waitUntil(lambda: page.model.jobs[0].frames_done > done)


def test_closing_while_it_works_leaves_whole_files_and_no_thread(
    quick: MainWindow, qtbot: QtBot, films: Path
) -> None:
    page = quick.analyze
    add(page, qtbot, films / "long.mp4")
    add(page, qtbot, films / "a.mp4")
    quick.actions_by_key["analyze_start"].trigger()
    qtbot.waitUntil(lambda: page.model.jobs[0].frames_done > 20)
    quick.close()
    assert quick.isVisible()
    (box,) = page.findChildren(QMessageBox)
    next(b for b in box.buttons() if b.text() == "Stop and Close").click()
    assert not quick.isVisible()
    (folder,) = quick.settings.recordings.iterdir()
    session = read_session(folder)
    assert session.end_reason == "interrupted"
    assert len(session.timeline.time_s) > 20
    # The fixture of the window looks for threads that are left.
