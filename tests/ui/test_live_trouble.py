from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.widgets.banner import Tone
from pytestqt.qtbot import QtBot
from window_steps import refresh, show

from fervideo.errors import SessionError
from fervideo.live_stats import LiveState


@pytest.mark.parametrize("state", [LiveState.LOST, LiveState.FROZEN])
def test_a_lost_camera_is_a_banner_with_the_next_step(
    window: MainWindow, engine: FakeEngine, state: LiveState
) -> None:
    show(window, engine)
    engine.errors.put(SessionError("the camera has gone; plug it in again"))
    refresh(window, engine, state, "the camera has gone; plug it in again")
    message = window.banner.message
    assert message is not None
    assert message.tone is Tone.ERROR
    assert message.text == "The camera has gone; plug it in again."
    assert len(window.banner.messages) == 1  # not the same again from the queue
    assert window.banner.button.text() == "Reopen Camera"
    window.banner.button.click()
    assert engine.orders[-1] == "reopen"
    assert window.banner.message is None


def test_the_end_of_a_video_offers_to_play_it_again(window: MainWindow, engine: FakeEngine) -> None:
    show(window, engine)
    refresh(window, engine, LiveState.ENDED)
    assert window.banner.message.text == "interview.mp4 has ended."
    assert window.live.stage.video.has_picture
    assert window.actions_by_key["pause"].text() == "Start"
    window.actions_by_key["pause"].trigger()
    assert engine.orders[-1] == "reopen"


def test_an_engine_that_cannot_start_is_one_sentence(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    def fail() -> FakeEngine:
        raise SessionError("the detector is missing")

    window = open_window(fail)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert "the detector is missing" in window.banner.message.text


def test_a_path_that_is_no_source_is_one_sentence(window: MainWindow) -> None:
    window.live.sources.open_text("/no/such/film.mp4")
    assert "film.mp4" in window.banner.message.text
