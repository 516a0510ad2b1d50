from __future__ import annotations

from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.widgets.ask import AskDialog
from fervideo.ui.widgets.banner import Tone
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from window_steps import refresh, show

from fervideo.live_stats import LiveState


def test_recording_is_red_and_says_where_it_went(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine)
    window.actions_by_key["record_video"].setChecked(True)
    window.actions_by_key["record"].trigger()
    assert engine.orders[-1].startswith("start_recording interview-")
    assert engine.orders[-1].endswith(" True")
    assert window.live.controls.record.is_recording
    assert "Recording" in window.windowTitle()
    assert "Recording 00:00" in window.status.text
    view = window.live.stage.video
    red = window.theme.color("record")
    assert view.grab().toImage().pixelColor(4, view.height() // 2) == red

    window.live.controls.record.click()
    assert engine.orders[-1] == "stop_recording"
    assert not window.live.controls.record.is_recording
    assert "Recording" not in window.windowTitle()
    assert window.banner.message is not None
    assert window.banner.message.action == "Open in Review"
    assert view.grab().toImage().pixelColor(4, view.height() // 2) != red


def test_a_recording_that_the_engine_ends_is_told_too(
    window: MainWindow, engine: FakeEngine
) -> None:
    window.actions_by_key["record"].trigger()
    refresh(window, engine, LiveState.ENDED, recording=None)
    topics = [message.topic for message in window.banner.messages]
    assert "recorded" in topics


def test_the_way_to_a_recording_stays_until_the_next_one(
    window: MainWindow, engine: FakeEngine
) -> None:
    show(window, engine)
    window.live.controls.record.click()
    window.live.controls.record.click()
    assert window.banner.message is not None and window.banner.message.lasting
    window.live.controls.record.click()
    assert "recorded" not in [message.topic for message in window.banner.messages]


def test_snapshot_is_saved_with_its_overlays(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    show(window, engine)
    window.actions_by_key["snapshot"].trigger()
    folder = window.settings.recordings / "snapshots"
    qtbot.waitUntil(lambda: window.banner.message is not None)
    (path,) = folder.glob("interview-*.png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1280, 720)
    assert image.pixelColor(500, 340).getRgb()[:3] == (230, 159, 0)  # the box, happiness


def test_snapshot_that_cannot_be_written_is_one_sentence(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.settings.recordings.write_text("a file, not a folder")
    show(window, engine)
    window.actions_by_key["snapshot"].trigger()
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.tone is Tone.ERROR
    assert "cannot make the folder" in window.banner.message.text


def test_marks_go_to_the_engine_while_it_records(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    actions = window.actions_by_key
    show(window, engine, time_s=2.0)
    actions["mark_event"].trigger()
    assert window.banner.message is not None and window.banner.message.action == "Record"
    assert not window.live.controls.mark.isVisible()
    window.banner.message.run()
    assert window.live.controls.mark.isVisible()

    window.live.controls.mark.click()
    assert window.live.stage.video.said == "Marked: event"
    actions["mark_3"].trigger()
    actions["mark_exclude"].trigger()
    qtbot.waitUntil(lambda: "Leaving this out" in window.live.stage.video.said)
    show(window, engine, time_s=3.5)
    actions["mark_exclude"].trigger()
    assert window.live.stage.video.said == "Left out: 1.5 s"
    marks = [order for order in engine.orders if order.startswith("mark ")]
    assert marks == ["mark event  None", "mark event 3  None", "mark exclude  (2.0, 3.5)"]


def test_a_note_is_where_it_was_begun_and_a_range_ends_with_the_recording(
    window: MainWindow, engine: FakeEngine
) -> None:
    actions = window.actions_by_key
    show(window, engine, time_s=1.0)
    actions["record"].trigger()
    actions["mark_note"].trigger()
    show(window, engine, time_s=4.0)
    dialog = window.findChild(AskDialog)
    dialog.lines[0].setText("a knock at the door")
    dialog.accept()
    actions["mark_exclude"].trigger()
    show(window, engine, time_s=6.0)
    actions["record"].trigger()
    assert engine.orders[-3:] == [
        "mark note a knock at the door (1.0, 1.0)",
        "mark exclude  (4.0, 6.0)",
        "stop_recording",
    ]


def test_keys_mark_only_where_they_are_meant(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    show(window, engine)
    window.actions_by_key["record"].trigger()
    window.actions_by_key["models"].trigger()
    qtbot.keyClick(window, Qt.Key.Key_M)
    window.actions_by_key["live"].trigger()
    assert not [order for order in engine.orders if order.startswith("mark ")]
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert [order for order in engine.orders if order.startswith("mark ")] == ["mark event  None"]
