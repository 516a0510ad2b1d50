from __future__ import annotations

from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.widgets.toggles import Chip
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from window_steps import refresh, show

from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.live_stats import LiveState

BOXES = [(60, 120, 260, 400), (560, 100, 820, 460), (900, 220, 1010, 370)]
NAMES = ["happiness", "anger", "surprise"]


def test_the_largest_face_is_shown_and_a_click_chooses_another(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    show(window, engine, boxes=BOXES, names=NAMES)
    assert window.live.face.label.text == "anger"
    view = window.live.stage.video
    area = view.picture_rect()
    scale = area.width() / 1280
    point = QPoint(round(area.left() + 160 * scale), round(area.top() + 260 * scale))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    assert window.live.face.label.text == "happiness"
    show(window, engine, index=1, boxes=BOXES, names=NAMES)
    assert window.live.face.label.text == "happiness"
    window.actions_by_key["next_face"].trigger()
    assert window.live.face.label.text == "anger"
    window.actions_by_key["previous_face"].trigger()
    window.actions_by_key["previous_face"].trigger()
    assert window.live.face.label.text == "surprise"


def test_another_source_begins_without_the_faces_of_the_last(
    window: MainWindow, engine: FakeEngine
) -> None:
    show(window, engine, boxes=BOXES, names=NAMES)
    titles = window.live.face.findChildren(QLabel)
    assert "Face 2" in [label.text() for label in titles] and window.live.face.findChildren(Chip)
    window.live.open(SourceSpec(SourceKind.VIDEO, "/films/other.mp4"))
    refresh(window, engine, LiveState.OPENING)
    assert "Face 2" not in [label.text() for label in titles]
    assert not [chip for chip in window.live.face.findChildren(Chip) if not chip.isHidden()]


def test_low_quality_and_unknown_are_said(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine, names=[""], poor={0: "too small"})
    assert window.live.face.quality.text == "Low quality: too small"
    assert window.live.face.label.text == "not judged"
    assert window.live.stage.video.marks[0].text == "low quality: too small"
    show(window, engine, index=1, names=["unknown"])
    assert window.live.face.quality.text == ""
    assert window.live.face.label.text == "unknown"


def test_at_the_end_the_panel_shows_a_face_of_the_last_picture(
    window: MainWindow, engine: FakeEngine
) -> None:
    window.bridge.poll_stats()
    show(window, engine, boxes=BOXES, names=NAMES)
    show(window, engine, index=1, boxes=BOXES[:1], names=["fear"], ids=[9], time_s=0.04)
    assert window.live.chooser.track_id == 2  # it may come back
    refresh(window, engine, LiveState.ENDED)
    assert window.live.chooser.track_id == 9
    assert window.live.face.label.text == "fear"


def test_in_little_room_the_choosers_fold_and_no_name_is_cut(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    controls = window.live.controls
    controls.show_source("a-rather-long-name-of-a-video.mp4")
    controls.model.set_choice("MobileFaceNet")
    controls.device.set_choice("CPU, 1 thread")
    controls.record.show_recording("00:03  ·  10 kB")
    both = (controls.model, controls.device)
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: not any(chooser.is_folded for chooser in both))
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: controls.device.is_folded)
    qtbot.waitUntil(lambda: all(c.is_folded or c.width() >= c.whole_width for c in both))
    assert controls.device.toolTip().startswith("Device: ")


def test_no_face_says_so(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine, boxes=[])
    assert window.live.face.is_empty
    assert window.live.stage.video.has_picture
