from __future__ import annotations

import csv
import threading
from pathlib import Path

import pytest
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review import exporting
from fervideo.ui.review.groups_dialog import GroupsDialog
from fervideo.ui.review.page import SessionPage
from fervideo.ui.settings import Settings
from fervideo.ui.widgets.banner import Tone
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from review_steps import PATIENCE_MS, document_of, open_session, record, trigger, wait_saved

from fervideo.errors import SessionError
from fervideo.session.edits import read_edits
from fervideo.session.export import default_name, export_session
from fervideo.session.reader import read_session

FORMATS = ("csv", "segments", "srt", "openface")


@pytest.fixture
def page(window: MainWindow, session_folder: Path, qtbot: QtBot) -> SessionPage:
    return open_session(window, session_folder, qtbot)


def topic(window: MainWindow) -> str:
    return next((m.text for m in window.banner.messages if m.topic == "output"), "")


def test_exports_of_the_window_are_those_of_the_library(
    window: MainWindow, page: SessionPage, session_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page.playhead.select((2.0, 4.0))
    page.editing.correct("contempt")
    trigger(window, "mark_event")
    dialog = window.review.outputs.ask_export()
    for name, box in dialog.boxes.items():
        box.setChecked(name in FORMATS)
    dialog.folder.setText(str(tmp_path / "window"))
    dialog.go.click()
    qtbot.waitUntil(lambda: "Wrote 4 exports" in topic(window), timeout=PATIENCE_MS)
    wait_saved(window, qtbot)

    session, edits = read_session(session_folder), read_edits(session_folder)
    for name in FORMATS:
        out = tmp_path / "library" / default_name(session, name)
        export_session(session, edits, name, out)
        assert (tmp_path / "window" / out.name).read_bytes() == out.read_bytes(), name
    with (tmp_path / "window" / "demo_segments.csv").open(newline="", encoding="utf-8") as file:
        found = [(row["start_s"], row["label"]) for row in csv.DictReader(file)]
    assert ("2.000000", "contempt") in found


def test_formats_that_cannot_be_made_say_why(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    open_session(window, record(settings.recordings / "take", frames=5), qtbot)
    dialog = window.review.outputs.ask_export()
    assert not dialog.boxes["video"].isEnabled()
    for box in dialog.boxes.values():
        box.setChecked(False)
    assert not dialog.go.isEnabled() and dialog.state.text() == "Choose a format"
    dialog.boxes["srt"].setChecked(True)
    dialog.folder.setText("  ")
    assert not dialog.go.isEnabled() and dialog.state.text() == "Choose a folder"
    dialog.reject()


def test_one_format_that_fails_does_not_keep_the_rest(
    window: MainWindow,
    page: SessionPage,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def export(session: object, edits: object, name: str, out: Path, **options: object) -> None:
        if name == "csv":
            raise SessionError("the disk is full; make room")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text("well", "utf-8")

    monkeypatch.setattr(exporting, "export_session", export)
    dialog = window.review.outputs.ask_export()
    for name, box in dialog.boxes.items():
        box.setChecked(name in ("csv", "srt"))
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.go.click()
    qtbot.waitUntil(lambda: "Wrote demo.srt" in topic(window))
    assert "The disk is full; make room." in topic(window)
    assert window.banner.message.tone is Tone.ERROR


def test_an_export_shows_how_far_it_is_and_can_be_stopped(
    window: MainWindow,
    page: SessionPage,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def export(*_: object, on_progress, stop: threading.Event, **options: object) -> None:
        on_progress(0.5)
        stop.wait(30)
        raise SessionError("the export was stopped")

    monkeypatch.setattr(exporting, "export_session", export)
    dialog = window.review.outputs.ask_export()
    for name, box in dialog.boxes.items():
        box.setChecked(name == "srt")
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.bar.value() == 500)
    assert dialog.state.text() == "SubRip subtitles"
    dialog.cancel.click()
    qtbot.waitUntil(lambda: "The export was stopped." in topic(window))


def test_a_report_has_what_was_just_changed(
    window: MainWindow, page: SessionPage, tmp_path: Path, qtbot: QtBot
) -> None:
    document = document_of(window)
    document.edit("a name", document.edits.named(document.face, "Sir Demo"))
    path = tmp_path / "report.html"
    window.review.outputs.write_report([(document.folder, "")], path)
    qtbot.waitUntil(lambda: str(path) in topic(window), timeout=PATIENCE_MS)
    assert "Sir Demo" in path.read_text("utf-8")
    assert window.banner.message.action == "Open"


def test_several_sessions_are_reported_in_groups_that_are_remembered(
    window: MainWindow, settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    folders = [record(settings.recordings / f"take {n}", frames=8) for n in (1, 2, 3)]
    broken = record(settings.recordings / "broken", frames=5)
    (broken / "session.json").write_text("{", "utf-8")
    trigger(window, "review")
    library, outputs = window.review.library, window.review.outputs
    qtbot.waitUntil(lambda: len(library.list.rows) == 4)
    library.report.click()
    dialog = window.findChild(GroupsDialog)
    assert set(dialog.boxes) == set(folders)  # what cannot be opened cannot be reported
    assert dialog.state.text() == "3 sessions"
    dialog.boxes[folders[2]].setChecked(False)
    assert dialog.all.checkState() is Qt.CheckState.PartiallyChecked
    qtbot.keyClicks(dialog.lines[folders[0]], "control ")
    assert dialog.state.text() == "2 sessions in 1 group, 1 in none"
    qtbot.keyClicks(dialog.lines[folders[2]], "patients")
    assert dialog.boxes[folders[2]].isChecked()  # who names its group wants it

    path, asked = tmp_path / "report.html", []
    dialog.report_wanted.disconnect()
    dialog.report_wanted.connect(asked.append)
    dialog.go.click()
    ((*pairs,),) = asked
    assert dict(pairs) == {folders[0]: "control", folders[1]: "", folders[2]: "patients"}
    outputs.write_report(pairs, path)
    qtbot.waitUntil(lambda: str(path) in topic(window), timeout=PATIENCE_MS)
    page = path.read_text("utf-8")
    assert all(word in page for word in ("take 1", "take 2", "take 3", "control", "patients"))

    again = outputs.ask_groups(folders, folders[:1])
    assert again.lines[folders[2]].text() == "patients"
    assert again.pairs == [(folders[0], "control")]
    again.by_folder.click()
    assert set(again.groups.values()) == {"recordings"}
    again.all.click()
    assert len(again.pairs) == 3
    again.all.click()
    assert again.pairs == [] and not again.go.isEnabled()
    again.reject()
    assert outputs.ask_groups(folders, []).lines[folders[2]].text() == "patients"


def test_analyze_again_puts_the_video_into_the_queue(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.context.navigator.videos_wanted) as caught:
        trigger(window, "analyze_again")
    (paths,) = caught.args
    assert [path.name for path in paths] == ["demo.mp4"]


def test_what_needs_an_open_session_is_off_without_one(window: MainWindow) -> None:
    trigger(window, "review")
    for key in ("session_report", "session_export", "analyze_again", "session_folder", "undo"):
        assert not window.actions_by_key[key].isEnabled()
