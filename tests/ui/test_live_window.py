from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from fake_engine import CLASSES, FakeEngine, make_result
from fervideo.ui.live import video_view
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_steps import CLIP, show


def test_without_a_source_the_window_says_what_to_do(
    open_window: Callable[..., MainWindow], engine: FakeEngine
) -> None:
    window = open_window(engine)
    buttons = [button.text() for button in window.live.stage.empty.buttons]
    assert buttons == ["Open Camera", "Open Video…", "Play the Demo"]
    assert not window.actions_by_key["record"].isEnabled()
    window.live.stage.empty.buttons[2].click()
    assert "open demo demo" in engine.orders


def test_a_result_fills_picture_panel_and_plot(window: MainWindow, engine: FakeEngine) -> None:
    for index in range(4):
        show(window, engine, index=index, names=["surprise"])
    live = window.live
    assert live.stage.video.has_picture
    assert [mark.text for mark in live.stage.video.marks] == ["surprise"]
    assert live.face.label.text == "surprise"
    share = make_result(names=["surprise"]).recognition.probabilities[0].max()
    assert live.face.bars.numbers[CLASSES.index("surprise")] == f"{100 * share:.0f} %"
    times, heights = live.plot.curves[CLASSES.index("surprise")].getData()
    assert list(times) == pytest.approx([-0.1, -2 / 30, -1 / 30, 0])
    assert list(heights) == pytest.approx([share] * 4)


def test_the_picture_shown_is_the_frame_analysed(window: MainWindow, engine: FakeEngine) -> None:
    window.actions_by_key["overlays"].setChecked(False)
    result = make_result()
    result.frame.image[:] = (200, 30, 10)
    engine.show(result)
    window.bridge.poll_result()
    result.frame.image[:] = 0  # the source may use its memory again
    view = window.live.stage.video
    shown = view.grab().toImage()
    middle = view.picture_rect().center().toPoint() * shown.devicePixelRatio()
    assert shown.pixelColor(middle).getRgb()[:3] == (200, 30, 10)


def test_start_pause_resume_stop(window: MainWindow, engine: FakeEngine) -> None:
    pause = window.actions_by_key["pause"]
    assert pause.text() == "Pause"
    pause.trigger()
    assert pause.text() == "Resume"
    pause.trigger()
    assert pause.text() == "Pause"
    window.actions_by_key["stop"].trigger()
    assert pause.text() == "Start"
    assert not window.live.stage.video.has_picture
    pause.trigger()
    assert engine.orders == [f"open video {CLIP.location}", "pause", "resume", "stop", "reopen"]


def test_space_on_the_picture_pauses(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    show(window, engine)
    qtbot.keyClick(window.live.stage.video, Qt.Key.Key_Space)
    assert engine.orders[-1] == "pause"


def test_closing_while_running_ends_the_engine(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    engine = FakeEngine(plays=True)
    window = open_window(engine)
    window.live.open(CLIP)
    qtbot.waitUntil(lambda: window.live.stage.video.has_picture)
    window.actions_by_key["record"].trigger()
    window.close()
    assert engine.orders[-1] == "close"
    assert not [t for t in threading.enumerate() if t.name.startswith("fervideo")]


def test_drawing_keeps_up(window: MainWindow, engine: FakeEngine) -> None:
    """Half a minute of results costs far less than half a minute."""
    started = time.process_time()
    for index in range(60):
        show(window, engine, index=index)
        window.live.stage.video.repaint()
    assert (time.process_time() - started) / 60 < 0.1


def test_a_picture_is_copied() -> None:
    picture = make_result().frame.image[:, 10:50]  # not in one piece
    image = video_view.to_image(picture)
    before = image.pixelColor(3, 3).getRgb()
    picture[:] = 0
    assert image.pixelColor(3, 3).getRgb() == before


def test_the_plot_has_its_height_again_after_an_enrolment_and_a_banner(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    live = window.live
    show(window, engine)
    qtbot.wait(50)  # what a resize asks for is laid out later
    before = live.down.sizes()[1]
    assert before > live.plot.minimumHeight()
    window.actions_by_key["enroll"].trigger()
    qtbot.wait(50)
    assert not live.plot.isVisible()
    live.enroll.cancel.click()
    window.notice("something")
    qtbot.wait(50)
    window.banner.dismiss("notice")
    qtbot.waitUntil(lambda: live.down.sizes()[1] == before)
    live.down.setSizes([400, 160])
    live.down.splitterMoved.emit(400, 1)  # by hand
    window.resize(1300, 700)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: live.down.sizes()[1] == 160)


def test_the_plot_has_an_axis_below_and_one_at_the_left(window: MainWindow) -> None:
    shown = [side for side, axis in window.live.plot.axes.items() if axis.isVisible()]
    assert sorted(shown) == ["bottom", "left"]
