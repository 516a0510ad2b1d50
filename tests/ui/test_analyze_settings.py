"""Settings of all videos and of some, in the panel of the Analyze workspace."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fake_queue import FakeQueue
from fervideo.ui.analyze.workspace import AnalyzeWorkspace
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import Services
from fervideo.ui.settings import Settings
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fervideo.analysis.jobs import JobStatus

Open = Callable[..., MainWindow]


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def page(open_window: Open, services: Services, queue: FakeQueue, qtbot: QtBot) -> AnalyzeWorkspace:
    """Three videos that wait."""
    window = open_window(FakeEngine(), dataclasses.replace(services, queue=lambda: queue))
    window.actions_by_key["analyze"].trigger()
    window.analyze.take([Path("/films", name) for name in ("a.mp4", "b.mp4", "c.mp4")])
    qtbot.waitUntil(lambda: window.analyze.model.rowCount() == 3)
    return window.analyze


def values(queue: FakeQueue, name: str) -> list[object]:
    return [getattr(job.settings, name) for job in queue.jobs]


def select(page: AnalyzeWorkspace, *rows: int) -> None:
    rest = QItemSelection()
    for row in rows:
        rest.select(page.model.index(row, 0), page.model.index(row, 0))
    flags = QItemSelectionModel.SelectionFlag
    page.table.selectionModel().select(rest, flags.ClearAndSelect | flags.Rows)


def test_a_new_video_gets_the_settings_of_all(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot, settings: Settings
) -> None:
    assert values(queue, "out_dir") == [settings.recordings] * 3
    panel = page.panel
    panel.every.setValue(10)
    panel.max_faces.setValue(1)
    panel.threshold.setValue(0.45)
    panel.strength.slider.setValue(80)
    panel.save_video.click()
    panel.resume.click()
    for field, text in ((panel.start, "10"), (panel.end, "1:30")):
        field.setFocus()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    page.take([Path("/films/d.mp4")])
    qtbot.waitUntil(lambda: len(queue.jobs) == 4)
    for job in queue.jobs:  # those that waited, and the new one
        told = job.settings
        assert (told.every, told.max_faces, told.threshold) == (10, 1, 0.45)
        assert (told.strength, told.save_video, told.resume) == (0.8, True, False)
        assert (told.start_s, told.end_s) == (10.0, 90.0)


def test_model_and_device_are_chosen_from_menus(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    def choose(field: object, title: str) -> None:
        qtbot.waitUntil(lambda: title in [action.text() for action in field.menu.actions()])
        next(action for action in field.menu.actions() if action.text() == title).trigger()

    choose(page.panel.model, "Second")
    choose(page.panel.device, "CPU")
    assert values(queue, "model") == ["fake-b"] * 3
    assert values(queue, "device") == ["cpu"] * 3
    assert page.panel.model.text() == "Second"


def test_some_videos_have_settings_of_their_own(page: AnalyzeWorkspace, queue: FakeQueue) -> None:
    select(page, 1, 2)
    assert page.panel.for_selected.text() == "2 selected"
    page.panel.for_selected.click()
    page.panel.every.setValue(5)
    assert values(queue, "every") == [1, 5, 5]
    assert "1 frame in 5" in page.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    # What the selected have in common shows, and what differs says so.
    select(page, 0, 1)
    assert page.panel.every.text() == ""
    assert page.panel.every.lineEdit().placeholderText() == "mixed"
    select(page, 1)
    assert page.panel.every.value() == 5
    # Another setting of all leaves what was set for some.
    select(page)
    assert not page.panel.wants_selected
    page.panel.max_faces.setValue(2)
    assert values(queue, "max_faces") == [2, 2, 2]
    assert values(queue, "every") == [1, 5, 5]


def test_a_wrong_setting_is_one_sentence_and_changes_nothing(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    def enter(field: object, text: str) -> None:
        field.clear()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    enter(page.panel.end, "soon")
    assert page.panel.end.is_wrong
    assert "no time" in page.panel.note.text()
    enter(page.panel.end, "5")
    assert not page.panel.end.is_wrong
    assert page.panel.note.text() == ""
    enter(page.panel.start, "7")
    assert "after the start" in page.panel.note.text()
    assert values(queue, "start_s") == [0.0] * 3
    assert page.panel.start.text() == ""
    assert page.usual.usual.end_s == 5.0


def test_settings_of_what_runs_are_fixed_and_of_what_failed_wait_for_the_next_try(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    queue.put(1, JobStatus.RUNNING, starting=True)
    queue.put(2, JobStatus.FAILED, error="no such model")
    page.host.look()
    select(page, 0)
    page.panel.for_selected.click()
    assert not page.panel.body.isEnabled()
    select(page, 1)
    assert page.panel.body.isEnabled()
    page.panel.every.setValue(3)
    assert values(queue, "every") == [1, 1, 1]
    page.context.actions["analyze_retry"].trigger()
    assert values(queue, "every") == [1, 3, 1]


def test_a_number_that_is_being_typed_is_left_alone(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    field = page.panel.max_faces
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "3")
    select(page, 0)
    page.panel.for_selected.setChecked(True)  # other values are to be shown meanwhile
    page.panel.for_all.setChecked(True)
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert values(queue, "max_faces") == [35] * 3


def test_the_output_folder_is_asked_for(
    page: AnalyzeWorkspace, queue: FakeQueue, tmp_path: Path
) -> None:
    page.panel.out_dir.button.click()
    dialog = page.window().findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert values(queue, "out_dir") == [tmp_path] * 3


def test_an_unchosen_output_folder_follows_that_of_recordings(
    open_window: Open, services: Services, settings: Settings, tmp_path: Path
) -> None:
    first = open_window(FakeEngine(), services)
    first.analyze.panel.every.setValue(2)
    first.close()
    settings.recordings = tmp_path / "elsewhere"
    again = open_window(FakeEngine(), services)
    assert again.analyze.usual.usual.every == 2
    assert again.analyze.usual.usual.out_dir == tmp_path / "elsewhere"


def test_the_panel_can_be_hidden(page: AnalyzeWorkspace, settings: Settings, qtbot: QtBot) -> None:
    assert page.panel.isVisible()
    page.bar.settings.click()
    assert not page.panel.isVisible()
    assert not settings.flag("analyze_settings")
    page.window().activateWindow()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_P)
    assert page.panel.isVisible()
    # A letter that is typed into a field is no order.
    page.panel.start.setFocus()
    qtbot.keyClick(page.panel.start, Qt.Key.Key_P)
    assert page.panel.isVisible()
    assert page.panel.start.text() == "p"


def test_enter_in_a_field_gives_the_letters_back_to_the_shortcuts(
    page: AnalyzeWorkspace, queue: FakeQueue, qtbot: QtBot
) -> None:
    for field in (page.panel.every, page.panel.start):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, "4")
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert page.window().focusWidget() is page.table
    assert values(queue, "every") == [4, 4, 4]
    assert values(queue, "start_s") == [4.0, 4.0, 4.0]


def test_enter_in_a_time_that_is_none_stays_in_its_field(
    page: AnalyzeWorkspace, qtbot: QtBot
) -> None:
    field = page.panel.start
    field.setFocus()
    qtbot.keyClicks(field, "noon")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.is_wrong
    assert page.window().focusWidget() is field
