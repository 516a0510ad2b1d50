"""The Analyze workspace over a queue that a test moves on by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fake_queue import FakeQueue
from fervideo.ui.analyze.queue_model import JOB_ROLE, Column
from fervideo.ui.analyze.workspace import AnalyzeWorkspace
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import Services
from fervideo.ui.widgets.banner import Tone
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from fervideo.analysis.jobs import JobStatus

Open = Callable[..., MainWindow]


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def window(open_window: Open, services: Services, queue: FakeQueue) -> Iterator[MainWindow]:
    window = open_window(FakeEngine(), dataclasses.replace(services, queue=lambda: queue))
    window.actions_by_key["analyze"].trigger()
    return window


@pytest.fixture
def page(window: MainWindow) -> AnalyzeWorkspace:
    return window.analyze


def add(page: AnalyzeWorkspace, qtbot: QtBot, *names: str) -> None:
    before = page.model.rowCount()
    page.take([Path("/films", name) for name in names])
    qtbot.waitUntil(lambda: page.model.rowCount() == before + len(names))


def cell(page: AnalyzeWorkspace, row: int, column: Column) -> str:
    return page.model.index(row, column).data()


def names(page: AnalyzeWorkspace) -> list[str]:
    return [job.name for job in page.model.jobs]


def click(page: AnalyzeWorkspace, qtbot: QtBot, row: int, column: Column) -> None:
    rect = page.table.visualRect(page.model.index(row, column))
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def press(page: AnalyzeWorkspace, key: str) -> None:
    page.context.actions[key].trigger()


def test_an_empty_queue_says_what_to_do(window: MainWindow, page: AnalyzeWorkspace) -> None:
    assert page.stack.currentWidget() is page.empty
    assert [button.text() for button in page.empty.buttons][:2] == ["Add Files…", "Add Folder…"]
    assert "Drop" in page.empty.hint.text
    assert not window.actions_by_key["analyze_start"].isEnabled()


def test_everything_that_can_be_used_has_a_name(page: AnalyzeWorkspace, qtbot: QtBot) -> None:
    add(page, qtbot, "a.mp4")
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QLineEdit, QAbstractItemView)
    inner = ("qt_spinbox_lineedit", "qt_scrollarea_vcontainer", "qt_scrollarea_hcontainer")
    nameless = [
        type(widget).__name__
        for kind in kinds
        for widget in page.findChildren(kind)
        if widget.isVisibleTo(page)
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and widget.objectName() not in inner
        and widget.parent().objectName() not in inner
        and not isinstance(widget, QHeaderView)
    ]
    assert nameless == []
    # Rows speak for themselves, to a screen reader as to the eye.
    index = page.model.index(0, Column.PROGRESS)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Waiting"


def test_what_is_dropped_anywhere_is_added(page: AnalyzeWorkspace, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/films/a.mp4"), QUrl.fromLocalFile("/films/b.mp4")])
    event = QDropEvent(
        QPointF(20, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)
    qtbot.waitUntil(lambda: page.model.rowCount() == 2)
    assert names(page) == ["a.mp4", "b.mp4"]
    assert page.stack.currentWidget() is page.queue_page


def test_several_files_dropped_on_live_are_queued_one_is_played(
    window: MainWindow, page: AnalyzeWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()

    def drop(*paths: Path) -> None:
        window.actions_by_key["live"].trigger()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        window.dropEvent(
            QDropEvent(
                QPointF(300, 300),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )

    drop(tmp_path / "a.mp4")
    assert window.workspaces.currentWidget() is window.live
    assert window.bridge.engine._engine.orders == [f"open video {tmp_path / 'a.mp4'}"]
    drop(tmp_path / "a.mp4", tmp_path / "b.mp4")
    assert window.workspaces.currentWidget() is page
    qtbot.waitUntil(lambda: names(page) == ["a.mp4", "b.mp4"])
    drop(tmp_path)  # a folder with videos in it
    assert window.workspaces.currentWidget() is page


def test_several_videos_opened_in_live_are_queued_one_is_played(
    window: MainWindow, page: AnalyzeWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("a.mp4", "b.mp4")]
    for path in paths:
        path.touch()

    def open_videos(*chosen: Path) -> None:
        window.actions_by_key["live"].trigger()
        window.live.sources.ask_video()
        dialog = window.findChild(QFileDialog)
        dialog.filesSelected.emit([str(path) for path in chosen])
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)

    open_videos(paths[0])
    assert window.workspaces.currentWidget() is window.live
    assert window.bridge.engine._engine.orders == [f"open video {paths[0]}"]
    open_videos(*paths)
    assert window.workspaces.currentWidget() is page
    qtbot.waitUntil(lambda: names(page) == ["a.mp4", "b.mp4"])
    assert window.settings.last_folder == tmp_path


def test_progress_speed_and_time_left_are_shown(
    window: MainWindow, page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4")
    assert cell(page, 0, Column.PROGRESS) == "Waiting"
    press(page, "analyze_start")
    assert cell(page, 0, Column.PROGRESS) == "Starting…"
    queue.put(
        1, starting=False, frames_done=500, frames_total=2000, frames_per_s=24.6, seconds_left=61.0
    )
    qtbot.waitUntil(lambda: cell(page, 0, Column.PROGRESS) != "Starting…")
    assert cell(page, 0, Column.PROGRESS) == "25 %, 500 of 2,000, 24.6/s, 1 min left"
    assert "24.6 frames/s" in page.footer.words.text()
    assert page.bar.start.text() == "Pause"
    assert window.rail.buttons["analyze"].badge == "2"
    assert "Analysing: 1 of 2" in window.status.text


def test_the_rail_shows_the_queue_while_another_workspace_is_open(
    window: MainWindow, page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4")
    press(page, "analyze_start")
    window.actions_by_key["live"].trigger()
    queue.finish(1, Path("/out/a"), neutral=3.0)
    qtbot.waitUntil(lambda: window.rail.buttons["analyze"].badge == "1")
    queue.finish(2, Path("/out/b"), neutral=3.0)
    qtbot.waitUntil(lambda: window.rail.buttons["analyze"].badge == "")
    assert window.banner.message.text == "2 videos analysed."
    window.banner.button.click()
    assert window.workspaces.currentWidget() is page
    assert "Analysing" not in window.status.text


def test_pause_and_go_on(page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot) -> None:
    add(page, qtbot, "a.mp4")
    press(page, "analyze_start")
    queue.put(1, starting=False, frames_done=50, frames_total=200)
    press(page, "analyze_start")
    assert cell(page, 0, Column.PROGRESS) == "Paused at 25 %, 50 of 200"
    assert page.bar.start.text() == "Resume"
    press(page, "analyze_start")
    assert page.bar.start.text() == "Pause"
    assert queue.orders == ["start", "pause", "start"]


def test_rows_move_and_keep_the_selection(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4", "c.mp4", "d.mp4")
    page.table.selectRow(2)
    page.table.selectionModel().select(
        page.model.index(3, 0),
        page.table.selectionModel().SelectionFlag.Select
        | page.table.selectionModel().SelectionFlag.Rows,
    )
    press(page, "analyze_up")
    assert names(page) == ["a.mp4", "c.mp4", "d.mp4", "b.mp4"]
    press(page, "analyze_up")
    assert names(page) == ["c.mp4", "d.mp4", "a.mp4", "b.mp4"]
    assert not page.context.actions["analyze_up"].isEnabled()
    assert [job.name for job in page.table.selected] == ["c.mp4", "d.mp4"]
    press(page, "analyze_down")
    press(page, "analyze_down")
    assert names(page) == ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]
    assert not page.context.actions["analyze_down"].isEnabled()


def test_cancel_retry_and_remove(page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot) -> None:
    add(page, qtbot, "a.mp4", "b.mp4", "c.mp4")
    press(page, "analyze_start")
    page.table.selectAll()
    press(page, "analyze_cancel")
    # The one that runs last, so that no other begins in between.
    assert queue.orders[1:] == ["cancel 3", "cancel 2", "cancel 1"]
    page.table.selectRow(1)
    press(page, "analyze_retry")
    assert queue.orders[-2:] == ["retry 2", "start"]
    assert cell(page, 1, Column.PROGRESS) == "Starting…"
    page.table.selectRow(0)
    press(page, "analyze_remove")
    assert names(page) == ["b.mp4", "c.mp4"]
    assert [job.name for job in page.table.selected] == ["b.mp4"]


def test_a_result_opens_in_review_by_click_double_click_and_enter(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    opened: list[Path] = []
    shown: list[str] = []
    page.context.navigator.session_wanted.connect(opened.append)
    page.context.navigator.workspace_wanted.connect(shown.append)
    add(page, qtbot, "a.mp4", "b.mp4")
    queue.finish(1, Path("/out/a"), happiness=6.0, neutral=4.0)
    qtbot.waitUntil(lambda: cell(page, 0, Column.RESULT) != "")
    assert cell(page, 0, Column.RESULT) == "happiness 60 %, neutral 40 %"
    click(page, qtbot, 0, Column.BUTTON)
    rect = page.table.visualRect(page.model.index(0, Column.VIDEO))
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    page.table.selectRow(0)
    press(page, "analyze_review")
    assert opened == [Path("/out/a")] * 4
    assert set(shown) == {"review"}
    page.table.selectRow(1)
    assert not page.context.actions["analyze_review"].isEnabled()


def test_the_end_of_a_job_is_told_to_the_others(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4")
    with qtbot.waitSignal(page.context.navigator.sessions_changed) as told:
        queue.finish(2, Path("/out/b"), neutral=1.0)
    assert told.args == [Path("/out")]


def test_a_failure_is_a_sentence_in_its_row_and_can_be_tried_again(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4")
    press(page, "analyze_start")
    queue.put(1, JobStatus.FAILED, error="expected a video, found a text in a.mp4")
    qtbot.waitUntil(lambda: "expected a video" in cell(page, 0, Column.PROGRESS))
    index = page.model.index(0, Column.PROGRESS)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "expected a video, found a text in a.mp4"
    assert "1 failed" in page.footer.words.text()
    click(page, qtbot, 0, Column.BUTTON)
    assert "retry 1" in queue.orders


def test_what_is_no_video_is_named_in_a_banner(
    window: MainWindow, page: AnalyzeWorkspace, qtbot: QtBot
) -> None:
    page.take([Path("/films/a.mp4"), Path("/films/notes.txt")])
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.tone is Tone.WARNING
    assert "notes.txt" in window.banner.message.text
    assert names(page) == ["a.mp4"]


def test_clear_finished_keeps_what_is_not_done(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4", "c.mp4")
    queue.finish(2, Path("/out/b"), neutral=1.0)
    queue.put(3, JobStatus.FAILED, error="no")
    qtbot.waitUntil(lambda: page.context.actions["analyze_clear"].isEnabled())
    press(page, "analyze_clear")
    assert names(page) == ["a.mp4", "c.mp4"]
    assert not page.context.actions["analyze_clear"].isEnabled()


def test_a_thousand_videos_have_no_widget_each(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, *(f"film{n}.mp4" for n in range(1000)))
    widgets = len(page.table.findChildren(QPushButton))
    assert widgets == 0
    changed: list[int] = []
    page.model.dataChanged.connect(lambda first, last: changed.extend((first.row(), last.row())))
    queue.put(500, frames_done=1, frames_total=2)
    qtbot.waitUntil(lambda: bool(changed))
    assert changed == [499, 499]  # one row is painted anew, not all
    page.table.scrollToBottom()
    assert page.table.indexAt(QPoint(20, page.table.viewport().height() - 20)).data(JOB_ROLE)


def test_closing_at_rest_asks_nothing_and_the_queue_comes_back(
    window: MainWindow,
    page: AnalyzeWorkspace,
    queue: FakeQueue,
    qtbot: QtBot,
    open_window: Open,
    services: Services,
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4", "c.mp4")
    page.panel.for_all.click()
    page.panel.every.setValue(5)
    queue.finish(1, Path("/out/a"), neutral=1.0)
    queue.put(3, JobStatus.FAILED, error="the disk is gone")
    page.host.look()
    window.close()
    assert queue.closed
    assert not window.isVisible()
    later = FakeQueue()
    again = open_window(FakeEngine(), dataclasses.replace(services, queue=lambda: later))
    qtbot.waitUntil(lambda: again.analyze.model.rowCount() == 2, timeout=20_000)
    assert names(again.analyze) == ["b.mp4", "c.mp4"]
    assert [job.settings.every for job in later.jobs] == [5, 5]
    assert again.analyze.usual.usual.every == 5


def test_closing_while_it_works_asks_first(
    window: MainWindow, page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    add(page, qtbot, "a.mp4", "b.mp4")
    press(page, "analyze_start")
    window.close()
    window.close()
    assert window.isVisible()
    (box,) = page.findChildren(QMessageBox)
    assert "a.mp4" in box.text()
    assert "is being analysed" in box.text()
    assert box.defaultButton().text() == "Keep Going"
    box.defaultButton().click()
    assert not queue.closed
    qtbot.waitUntil(lambda: not page.findChildren(QMessageBox))
    window.close()
    (box,) = page.findChildren(QMessageBox)
    next(b for b in box.buttons() if b.text() == "Stop and Close").click()
    assert queue.closed
    assert not window.isVisible()
