from __future__ import annotations

from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from window_steps import show

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


def test_low_quality_and_unknown_are_said(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine, names=[""], poor={0: "too small"})
    assert window.live.face.quality.text == "Low quality: too small"
    assert window.live.face.label.text == "not judged"
    assert window.live.stage.video.marks[0].text == "low quality: too small"
    show(window, engine, index=1, names=["unknown"])
    assert window.live.face.quality.text == ""
    assert window.live.face.label.text == "unknown"


def test_no_face_says_so(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine, boxes=[])
    assert window.live.face.is_empty
    assert window.live.stage.video.has_picture
