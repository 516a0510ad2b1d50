from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review import document as document_module
from fervideo.ui.review.page import SessionPage
from fervideo.ui.settings import Settings
from fervideo.ui.widgets.ask import AskDialog
from fervideo.ui.widgets.banner import Tone
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from review_steps import document_of, open_session, record, settle, trigger, wait_saved

from fervideo.session.edits import read_edits
from fervideo.session.reader import read_session

Open = Callable[..., MainWindow]


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Two people; the second gets a new number half way."""
    return record(settings.recordings / "take", save_video=True)


@pytest.fixture
def page(window: MainWindow, folder: Path, qtbot: QtBot) -> SessionPage:
    return open_session(window, folder, qtbot)


def labels_of(window: MainWindow, face: int) -> list[tuple[str, float, float, bool]]:
    return [
        (s.label, round(s.start_s, 3), round(s.end_s, 3), s.corrected)
        for s in document_of(window).index.segments[face]
    ]


def popup(window: MainWindow) -> QMenu:
    (menu,) = [m for m in window.review.page.findChildren(QMenu) if m.isVisible()]
    return menu


def answer(window: MainWindow, *texts: str) -> None:
    """Fill in the question that is open."""
    (dialog,) = [d for d in window.findChildren(AskDialog) if d.isVisible()]
    for line, text in zip(dialog.lines, texts, strict=True):
        line.setText(text)
    dialog.accept()


def test_a_segment_is_corrected_with_two_keys_and_the_machine_is_kept(
    window: MainWindow, page: SessionPage, folder: Path, qtbot: QtBot
) -> None:
    before = (folder / "timeline.csv").read_bytes()
    document_of(window).choose(1)
    page.playhead.seek(0.6)
    qtbot.keyClick(window, Qt.Key.Key_C)
    menu = popup(window)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words[:2] == ["&1  neutral", "&2  happiness"]
    qtbot.keyClick(menu, Qt.Key.Key_5)
    assert labels_of(window, 1) == [
        ("happiness", 0.0, 0.48, False),
        ("fear", 0.48, 1.2, True),
    ]
    settle(window, qtbot)
    (mark,) = [m for m in page.stage.video.marks if m.track_id == 1]
    assert (mark.text, mark.margin) == ("fear", "corrected")
    assert page.side.values.said.text().startswith("Set by hand; the model said sadness.")
    wait_saved(window, qtbot)
    (correction,) = read_edits(folder).corrections
    assert (correction.face_id, correction.label) == (1, "fear")
    assert (correction.start_s, correction.end_s) == pytest.approx((0.48, 1.2))
    assert (folder / "timeline.csv").read_bytes() == before


def test_a_chosen_part_is_corrected_and_given_back(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    document_of(window).choose(1)
    page.playhead.select((0.1, 0.3))
    page.editing.correct("surprise")
    assert labels_of(window, 1)[:3] == [
        ("happiness", 0.0, 0.08, False),
        ("surprise", 0.08, 0.32, True),
        ("happiness", 0.32, 0.48, False),
    ]
    page.playhead.seek(0.2)
    trigger(window, "machine_label")
    assert labels_of(window, 1)[0] == ("happiness", 0.0, 0.48, False)


def test_a_word_of_ones_own_is_a_label_with_a_colour_of_its_own(
    window: MainWindow, page: SessionPage
) -> None:
    document_of(window).choose(1)
    page.editing.ask_label()
    next(a for a in popup(window).actions() if a.text() == "&Another word…").trigger()
    answer(window, "smirk")
    assert labels_of(window, 1)[0] == ("smirk", 0.0, 0.48, True)
    document = document_of(window)
    assert "smirk" in document.classes
    assert document.color_of("smirk") not in {document.color_of(c) for c in ("unknown", "anger")}


def test_two_numbers_of_one_person_are_merged_and_split(
    window: MainWindow, page: SessionPage, folder: Path, qtbot: QtBot
) -> None:
    document = document_of(window)
    assert document.face_ids == (2, 1, 3) or document.face_ids == (1, 2, 3)
    document.choose(3)
    page.side.faces.list.choose(3)
    trigger(window, "merge_face")
    menu = popup(window)
    next(a for a in menu.actions() if a.text() == "Face 2").trigger()
    assert set(document.face_ids) == {1, 2} and document.face == 2
    assert labels_of(window, 2) == [("neutral", 0.0, 1.6, False)]
    page.playhead.seek(1.4)
    settle(window, qtbot)
    assert [m.track_id for m in page.stage.video.marks] == [2]
    (row,) = [row for row in page.side.faces.list.rows if row.key == 2]
    assert row.right == "#2 + #3"
    page.side.faces.list.choose(2)
    trigger(window, "split_face")
    assert set(document.face_ids) == {1, 2, 3}
    trigger(window, "undo")
    wait_saved(window, qtbot)
    assert read_edits(folder).merged == {3: 2}


def test_several_selected_faces_are_merged_at_once(window: MainWindow, page: SessionPage) -> None:
    page.side.faces.list.selectAll()
    trigger(window, "merge_face")
    assert len(document_of(window).face_ids) == 1


def test_a_face_is_named_everywhere(
    window: MainWindow, page: SessionPage, qtbot: QtBot, folder: Path
) -> None:
    document_of(window).choose(1)
    page.side.faces.list.choose(1)
    qtbot.keyClick(window, Qt.Key.Key_F2)
    answer(window, "  Anna ")
    assert page.side.values.title.text() == "Anna"
    assert "Anna" in [row.title for row in page.side.faces.list.rows]
    settle(window, qtbot)
    assert "Anna" in [mark.name for mark in page.stage.video.marks]
    wait_saved(window, qtbot)
    assert read_edits(folder).names == {1: "Anna"}


def test_a_hidden_face_is_gone_and_comes_back(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    document = document_of(window)
    document.choose(2)
    page.side.faces.list.choose(2)
    qtbot.keyClick(window, Qt.Key.Key_H)
    assert 2 not in document.face_ids and document.face != 2
    settle(window, qtbot)
    assert [mark.track_id for mark in page.stage.video.marks] == [1]
    (row,) = [row for row in page.side.faces.list.rows if row.key == 2]
    assert row.pale and row.text == "hidden"
    trigger(window, "show_faces")
    assert 2 in document.face_ids


def test_every_change_is_undone_and_made_again(
    window: MainWindow, page: SessionPage, folder: Path, qtbot: QtBot
) -> None:
    document = document_of(window)
    machine = {face: labels_of(window, face) for face in document.face_ids}
    document.choose(1)
    page.editing.correct("anger")
    page.editing.merge([3], 2)
    document.edit("a name", document.edits.named(1, "Anna"))
    trigger(window, "mark_event")
    document.edit("hiding", document.edits.hide(2))
    assert "hiding" in window.actions_by_key["undo"].text()
    for _ in range(5):
        trigger(window, "undo")
    assert not window.actions_by_key["undo"].isEnabled()
    assert {face: labels_of(window, face) for face in document.face_ids} == machine
    assert document.markers == ()
    for _ in range(5):
        trigger(window, "redo")
    assert document.face_ids == (1,) and labels_of(window, 1)[0][0] == "anger"
    wait_saved(window, qtbot)
    edits = read_edits(folder)
    assert edits == document.edits and edits.hidden == {2}


def test_close_and_reopen_shows_the_same(
    open_window: Open, session_folder: Path, qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    page = open_session(window, session_folder, qtbot)
    face = document_of(window).face
    page.playhead.select((2.0, 3.0))
    page.editing.correct("contempt")
    document_of(window).edit("a name", document_of(window).edits.named(face, "Demo Face"))
    page.playhead.seek(4.0)
    trigger(window, "mark_event")
    segments, markers = labels_of(window, face), document_of(window).markers
    window.close_at_once()  # at once: what waits to be written is written while closing

    again = open_window(FakeEngine())
    open_session(again, session_folder, qtbot)
    assert labels_of(again, face) == segments
    assert document_of(again).name_of(face) == "Demo Face"
    assert [(m.name, m.time_s) for m in document_of(again).markers] == [
        (m.name, m.time_s) for m in markers
    ]
    recorded = read_session(session_folder)
    assert not recorded.timeline.corrected.any()


def test_damaged_edits_are_left_alone_and_told(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    (folder / "edits.json").write_text('{"format": "fervideo-edits", "version": 99}', "utf-8")
    open_session(window, folder, qtbot)
    assert window.banner.message is not None and window.banner.message.tone is Tone.WARNING
    assert "Nothing can be changed until then." in window.banner.message.text
    trigger(window, "hide_face", "mark_event")
    assert document_of(window).edits.hidden == frozenset()
    assert json.loads((folder / "edits.json").read_text("utf-8"))["version"] == 99


def test_a_disk_that_refuses_is_told_and_tried_again(
    window: MainWindow,
    page: SessionPage,
    folder: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from fervideo.ui.review import saver

    from fervideo.errors import SessionError

    def refuse(*_: object) -> None:
        raise SessionError("cannot write the edits: no space left on device; make room")

    with monkeypatch.context() as patch:
        patch.setattr(saver, "write_edits", refuse)
        page.editing.correct("anger")
        qtbot.waitUntil(lambda: window.banner.message is not None)
    message = window.banner.message
    assert "no space left" in message.text and message.action == "Try Again"
    assert labels_of(window, document_of(window).face)[0][0] == "anger"
    window.banner.button.click()
    wait_saved(window, qtbot)
    assert read_edits(folder).corrections


def test_changes_of_a_long_session_are_worked_out_away_from_the_window(
    window: MainWindow, page: SessionPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_module, "MANY_ROWS", 10)
    document = document_of(window)
    document.choose(1)
    page.editing.correct("anger")
    page.editing.correct("fear")
    qtbot.waitUntil(lambda: labels_of(window, 1)[0][0] == "fear")
    trigger(window, "undo", "undo")
    qtbot.waitUntil(lambda: labels_of(window, 1)[0][0] == "happiness")


def test_faces_have_pictures(window: MainWindow, page: SessionPage, qtbot: QtBot) -> None:
    faces = page.side.faces.list
    qtbot.waitUntil(lambda: all(row.image is not None for row in faces.rows), timeout=60_000)
    assert len(faces.rows) == 3


def test_what_is_named_is_the_face_looked_at(window: MainWindow, page: SessionPage) -> None:
    document, faces = document_of(window), page.side.faces
    document.choose(1)
    faces.list.selectAll()
    assert faces.selected[0] == 1
    faces.list.choose(1)
    faces.list.item(1).setSelected(True)
    other = next(face for face in document.face_ids if face not in faces.list.chosen)
    document.choose(other)
    assert faces.selected == [other]
    trigger(window, "rename_face")
    answer(window, "Ben")
    assert document.edits.names == {other: "Ben"}
