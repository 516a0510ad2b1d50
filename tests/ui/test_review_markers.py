from __future__ import annotations

from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review.page import SessionPage
from fervideo.ui.settings import Settings
from fervideo.ui.widgets.ask import AskDialog
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from review_steps import document_of, open_session, record, trigger, wait_saved

from fervideo.session.markers import Marker, MarkerKind, excluded, read_markers, write_markers


@pytest.fixture
def folder(settings: Settings) -> Path:
    return record(settings.recordings / "take")


@pytest.fixture
def page(window: MainWindow, folder: Path, qtbot: QtBot) -> SessionPage:
    return open_session(window, folder, qtbot)


def answer(window: MainWindow, *texts: str) -> None:
    (dialog,) = [d for d in window.findChildren(AskDialog) if d.isVisible()]
    for line, text in zip(dialog.lines, texts, strict=True):
        line.setText(text)
    dialog.accept()


def told(folder: Path) -> list[tuple[float, float, str, str]]:
    markers = read_markers(folder / "markers.csv")
    return [(round(m.time_s, 3), round(m.duration_s, 3), m.name, m.note) for m in markers]


def test_keys_mark_events_ranges_and_notes(
    window: MainWindow, page: SessionPage, folder: Path, qtbot: QtBot
) -> None:
    page.playhead.seek(1.0)
    qtbot.keyClick(window, Qt.Key.Key_M)
    page.playhead.seek(0.2)
    qtbot.keyClick(window, Qt.Key.Key_X)
    page.playhead.seek(0.5)
    qtbot.keyClick(window, Qt.Key.Key_X)
    qtbot.keyClick(window, Qt.Key.Key_7)
    qtbot.keyClick(window, Qt.Key.Key_N)
    answer(window, "she looks away")
    wait_saved(window, qtbot)
    assert told(folder) == [
        (0.2, 0.32, "exclude", ""),
        (0.5, 0.0, "event 7", ""),
        (0.5, 0.0, "note", "she looks away"),
        (1.0, 0.0, "event", ""),
    ]
    moments = {m.name: m.wall_time for m in read_markers(folder / "markers.csv")}
    assert moments["event"] == "2026-01-01T12:00:00.625000Z"  # of the frame's own clock
    times = document_of(window).recorded.timeline.time_s
    left_out = excluded(times, document_of(window).markers)
    assert times[left_out].min() == pytest.approx(0.2)
    assert times[left_out].max() == pytest.approx(0.48)


def test_a_chosen_part_is_left_out_with_one_key(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    page.playhead.select((0.4, 0.6))
    qtbot.keyClick(window, Qt.Key.Key_X)
    (marker,) = document_of(window).markers
    assert (marker.kind, marker.duration_s) == (MarkerKind.EXCLUDE, pytest.approx(0.2))
    assert page.playhead.selection is None


def test_a_range_that_was_begun_can_be_forgotten(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    exclude = window.actions_by_key["mark_exclude"]
    trigger(window, "mark_exclude")
    assert "Up to Here" in exclude.text()
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert "From Here" in exclude.text()
    assert document_of(window).markers == ()


def test_the_list_jumps_renames_deletes_and_undoes(
    window: MainWindow, page: SessionPage, folder: Path, qtbot: QtBot
) -> None:
    for time_s in (0.4, 0.8, 1.2):
        page.playhead.seek(time_s)
        trigger(window, "mark_event")
    panel = page.side.markers
    page.side.show_tab("Markers")
    assert [row.text for row in panel.list.rows] == ["0:00.400", "0:00.800", "0:01.200"]
    panel.list.opened.emit(panel.list.rows[0].key)
    assert page.playhead.time_s == 0.4
    trigger(window, "next_marker")
    assert page.playhead.time_s == 0.8
    trigger(window, "rename_marker")
    answer(window, "stimulus", "loud")
    trigger(window, "next_marker", "previous_marker", "previous_marker")
    assert page.playhead.time_s == 0.4
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    wait_saved(window, qtbot)
    assert told(folder) == [(0.8, 0.0, "stimulus", "loud"), (1.2, 0.0, "event", "")]
    trigger(window, "undo")
    wait_saved(window, qtbot)
    assert len(told(folder)) == 3


def test_the_digits_have_names_of_ones_own(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    trigger(window, "name_markers")
    answer(window, "stimulus on", "stimulus off", "", *(f"event {n}" for n in range(4, 10)))
    assert window.actions_by_key["mark_1"].text() == "&1: stimulus on"
    assert window.actions_by_key["mark_3"].text() == "&3: event 3"
    qtbot.keyClick(window, Qt.Key.Key_2)
    assert document_of(window).markers[0].name == "stimulus off"


def test_marks_of_review_do_not_reach_the_engine(
    window: MainWindow, page: SessionPage, engine: FakeEngine
) -> None:
    trigger(window, "mark_event", "mark_1")
    assert len(document_of(window).markers) == 2
    trigger(window, "live", "mark_event")
    assert len(document_of(window).markers) == 2
    assert not [order for order in engine.orders if order.startswith("mark")]


def test_a_marker_on_the_ruler_is_clicked(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    write_markers(folder / "markers.csv", [Marker(1.0, 0.0, "", "bell", "")])
    page = open_session(window, folder, qtbot)
    ruler = page.timeline.ruler
    point = QPoint(round(ruler.x_of(1.0)) + 2, ruler.height() - 8)
    qtbot.mouseClick(ruler, Qt.MouseButton.LeftButton, pos=point)
    assert page.playhead.time_s == 1.0
    assert [m.name for m in page.side.markers.selected] == ["bell"]
