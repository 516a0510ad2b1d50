"""Enrolling on the Live page, over a fake engine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from fake_engine import FakeEngine, make_result
from fervideo.ui.live import enroll_flow
from fervideo.ui.live.enroll_flow import Phase
from fervideo.ui.live.enroll_panel import EnrollPanel
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_steps import CLIP, gather, refresh, show, varied

from fervideo import labels
from fervideo.live_stats import LiveState

BOXES = [(60, 120, 260, 400), (560, 100, 820, 460)]


@pytest.fixture
def panel(window: MainWindow, engine: FakeEngine) -> EnrollPanel:
    """The panel, open, with a face in view that is like no class."""
    window.bridge.poll_stats()
    show(window, engine, names=["strange"])
    window.actions_by_key["enroll"].trigger()
    return window.live.enroll


def hold(window: MainWindow, engine: FakeEngine, qtbot: QtBot, count: int, **face: object) -> None:
    """Hold Space on the button while so many frames come."""
    button = window.live.enroll.hold
    qtbot.keyPress(button, Qt.Key.Key_Space)
    gather(window, engine, count, **({"names": ["strange"]} | face))
    qtbot.keyRelease(button, Qt.Key.Key_Space)


def test_holding_a_key_gathers_and_a_new_expression_is_used_at_once(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    assert panel.isVisible()
    assert not window.live.plot.isVisible()
    qtbot.keyClicks(panel.name, "tongue out")
    qtbot.keyClick(panel.name, Qt.Key.Key_Return)
    hold(window, engine, qtbot, 12)
    assert panel.counted.text() == "12 of 20 pictures"
    assert len(panel.thumbs.thumbs) == 12
    assert panel.accept.isEnabled()
    panel.accept.click()
    assert engine.profile.get("tongue out").frames == 12
    assert engine.profile.get("tongue out").crops == ()
    assert not panel.isVisible()
    assert window.live.plot.isVisible()
    assert window.banner.message.text == "tongue out is recognised from now on."
    window.actions_by_key["undo_expressions"].trigger()
    assert engine.profile is None


def test_no_frame_counts_before_the_key_or_after_it(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    gather(window, engine, 3, names=["strange"])
    hold(window, engine, qtbot, 4)
    gather(window, engine, 3, names=["strange"])
    assert len(panel.flow.samples) == 4


def test_a_countdown_gathers_by_itself_and_shows_on_the_picture(
    open_window: Callable[..., MainWindow],
    engine: FakeEngine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enroll_flow, "COUNT_MS", 20)
    window = open_window(engine)
    window.live.open(CLIP)
    window.bridge.poll_stats()
    show(window, engine, names=["strange"])
    window.actions_by_key["enroll"].trigger()
    panel, video = window.live.enroll, window.live.stage.video
    panel.count_down.click()
    seen = []
    panel.flow.changed.connect(lambda: seen.append(panel.flow.count))
    assert video.enrolment.count == 3
    qtbot.waitUntil(lambda: panel.flow.phase is Phase.GATHERING)
    assert seen[:2] == [2, 1]
    gather(window, engine, 10, names=["strange"])
    assert video.enrolment.progress == 0.5
    video.grab()  # it can be painted
    gather(window, engine, 25, names=["strange"])
    assert len(panel.flow.samples) == 20
    assert panel.flow.phase is Phase.WAITING
    assert video.enrolment is None


def test_a_countdown_ends_though_no_picture_comes(
    open_window: Callable[..., MainWindow],
    engine: FakeEngine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(enroll_flow, "COUNT_MS", 10)
    monkeypatch.setattr(enroll_flow, "PATIENCE_S", 0.1)
    window = open_window(engine)
    window.live.open(CLIP)
    window.bridge.poll_stats()
    window.actions_by_key["enroll"].trigger()
    flow = window.live.enroll.flow
    window.live.enroll.count_down.click()
    qtbot.waitUntil(lambda: flow.phase is Phase.GATHERING)
    qtbot.waitUntil(lambda: flow.phase is Phase.WAITING)
    assert flow.message.startswith("0 pictures")


def test_the_key_may_be_held_before_the_countdown_is_over(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.count_down.click()
    assert window.live.stage.video.enrolment.count == 3
    qtbot.keyPress(panel.hold, Qt.Key.Key_Space)
    assert window.live.stage.video.enrolment.count == 0
    gather(window, engine, 4, names=["strange"])
    qtbot.keyRelease(panel.hold, Qt.Key.Key_Space)
    assert len(panel.flow.samples) == 4
    assert panel.flow.phase is Phase.WAITING


def test_a_bad_picture_is_taken_out(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("smirk")
    hold(window, engine, qtbot, 6)
    gone = panel.flow.samples[2]
    qtbot.mouseClick(panel.thumbs.thumbs[2], Qt.MouseButton.LeftButton)
    assert len(panel.thumbs.thumbs) == 5
    assert all(sample is not gone for sample in panel.flow.samples)
    panel.accept.click()
    assert engine.profile.get("smirk").frames == 5


def test_poor_and_repeated_frames_do_not_count(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel
) -> None:
    panel.flow.hold(1)
    good = varied(make_result(0, names=["strange"], time_s=1.0), 0)
    for result in (good, good, good):
        engine.show(result)
        window.bridge.poll_result()
    assert len(panel.flow.samples) == 1
    show(window, engine, index=5, time_s=2.0, names=["strange"], poor={0: "blurred"})
    assert len(panel.flow.samples) == 1
    assert panel.note.text() == "Left out: blurred."
    panel.flow.let_go()


def test_too_near_is_said_with_the_number(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("grin")
    hold(window, engine, qtbot, 12, names=["happiness"])
    nearest = panel.cosines.rows[0]
    assert nearest.name == "happiness"
    assert nearest.cosine > 0.9
    assert "very near happiness" in panel.note.text()
    assert f"{nearest.cosine:.2f}" in panel.note.text()
    assert [row.name for row in panel.cosines.rows] != []
    assert len(panel.cosines.rows) == len(labels.BASIC)
    assert panel.accept.isEnabled()  # it is a warning, the user decides


def test_what_is_missing_comes_before_what_is_doubtful(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    hold(window, engine, qtbot, 12, names=["happiness"])
    assert panel.note.text().startswith("Now give it a name.")
    panel.name.setText("unknown")
    assert "choose another name" in panel.note.text()


def test_the_one_picture_of_a_still_image_counts(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("smirk")
    qtbot.keyClick(panel.hold, Qt.Key.Key_Space)
    assert panel.flow.samples == ()  # while it plays, what was seen before the key is not meant
    refresh(window, engine, LiveState.ENDED)
    qtbot.keyClick(panel.hold, Qt.Key.Key_Space)
    assert len(panel.flow.samples) == 1
    assert "Only 1 picture;" in panel.note.text()
    qtbot.keyClick(panel.hold, Qt.Key.Key_Space)
    assert len(panel.flow.samples) == 1


def test_nothing_is_counted_down_over_a_video_that_has_ended(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    refresh(window, engine, LiveState.ENDED)
    window.actions_by_key["nominate_neutral"].trigger()
    assert panel.flow.phase is Phase.WAITING
    assert panel.note.text().startswith("Nothing plays.")
    refresh(window, engine, LiveState.RUNNING)
    qtbot.mouseClick(panel.count_down, Qt.MouseButton.LeftButton)
    assert panel.flow.phase is Phase.COUNTING


def test_escape_leaves_everything_as_it_was(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("smirk")
    hold(window, engine, qtbot, 6)
    window.activateWindow()
    qtbot.keyClick(panel.name, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert engine.profile is None
    window.actions_by_key["enroll"].trigger()
    assert panel.flow.samples == ()
    assert panel.thumbs.thumbs == []
    assert panel.name.text() == ""


def test_of_several_faces_the_chosen_one_is_enrolled(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    faces = {"boxes": BOXES, "names": ["strange", "anger"]}
    show(window, engine, **faces)
    window.live.chooser.choose(1)  # the smaller one
    panel.name.setText("wink")
    hold(window, engine, qtbot, 8, **faces)
    assert len(panel.flow.samples) == 8
    mean = np.mean([sample.embedding for sample in panel.flow.samples], axis=0)
    assert int(mean.argmax()) == 12  # where what is like no class lies, and not at anger
    panel.accept.click()
    assert window.live.chooser.track_id == 1


def test_frames_are_added_to_a_class_that_is_there(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("Happiness ")
    hold(window, engine, qtbot, 10, names=["happiness"])
    assert panel.accept.text() == "Add to happiness"
    panel.accept.click()
    assert engine.profile.get("happiness").frames == 10
    window.context.navigator.enroll("happiness")
    hold(window, engine, qtbot, 5, names=["happiness"])
    panel.accept.click()
    assert engine.profile.get("happiness").frames == 15


@pytest.mark.parametrize("name", ["", "   ", "unknown"])
def test_a_name_is_needed(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot, name: str
) -> None:
    panel.name.setText(name)
    hold(window, engine, qtbot, 6)
    assert not panel.accept.isEnabled()
    panel.name.setText("smirk")
    assert panel.accept.isEnabled()


def test_pictures_are_kept_only_if_the_user_wants_them(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("smirk")
    panel.keep.click()
    assert window.actions_by_key["keep_crops"].isChecked()
    hold(window, engine, qtbot, 6)
    panel.accept.click()
    assert len(engine.profile.get("smirk").crops) == 6
    assert window.settings.flag("keep_crops")


def test_another_model_begins_the_pictures_anew(
    window: MainWindow, engine: FakeEngine, panel: EnrollPanel, qtbot: QtBot
) -> None:
    panel.name.setText("smirk")
    hold(window, engine, qtbot, 6)
    engine.finish_loading("fake-b")
    window.bridge.poll_stats()
    assert panel.flow.samples == ()
    assert panel.name.text() == "smirk"
    assert "Another model" in panel.note.text()


@pytest.mark.parametrize(("face", "warned"), [("happiness", True), ("neutral", False)])
def test_an_expressive_face_is_not_taken_for_neutral_without_a_word(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot, face: str, warned: bool
) -> None:
    window.bridge.poll_stats()
    show(window, engine, names=[face])
    window.actions_by_key["nominate_neutral"].trigger()
    panel = window.live.enroll
    panel.flow.stop()
    hold(window, engine, qtbot, 10, names=[face])
    assert ("look like happiness (" in panel.note.text()) is warned
    assert (panel.note.property("role") == "warning") is warned
    panel.accept.click()  # the user decides
    assert engine.profile.neutral.face.frames == 10


def test_a_neutral_face_is_nominated_and_switched_off_and_on(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.bridge.poll_stats()
    show(window, engine, names=["sadness"])
    actions = window.actions_by_key
    assert not actions["use_neutral"].isEnabled()
    actions["nominate_neutral"].trigger()
    panel = window.live.enroll
    panel.flow.stop()  # the countdown that began by itself
    hold(window, engine, qtbot, 10, names=["sadness"])
    assert panel.accept.text() == "Use as neutral"
    panel.accept.click()
    assert engine.profile.neutral.face.frames == 10
    assert engine.profile.neutral.enabled
    assert actions["use_neutral"].isChecked()
    actions["use_neutral"].trigger()
    assert not engine.profile.neutral.enabled
    actions["expressions"].trigger()
    window.expressions.neutral.use.click()
    assert engine.profile.neutral.enabled
    assert actions["use_neutral"].isChecked()
    actions["forget_neutral"].trigger()
    assert engine.profile.neutral is None
    window.banner.button.click()
    assert engine.profile.neutral.face.frames == 10
