from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

import pytest
from fake_engine import FakeEngine
from fervideo.ui.app import Mishaps
from fervideo.ui.environment import CV2_VARIABLES, clean_environment
from fervideo.ui.main_window import MainWindow
from fervideo.ui.widgets.banner import Tone
from pytestqt.qtbot import QtBot

from fervideo.errors import SourceError


def test_a_defect_is_one_banner_and_a_line_in_the_log(
    open_window: Callable[..., MainWindow],
    qtbot: QtBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    window = open_window(FakeEngine())
    mishaps = Mishaps(window)
    error = ZeroDivisionError("division by zero")
    with caplog.at_level(logging.ERROR):
        mishaps.hook(ZeroDivisionError, error, None)
        mishaps.hook(ZeroDivisionError, error, None)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.tone is Tone.ERROR
    assert "ZeroDivisionError: division by zero" in window.banner.message.text
    assert len(window.banner.messages) == 1
    assert "unexpected error" in caplog.text


def test_a_known_error_on_another_thread_keeps_its_own_sentence(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    mishaps = Mishaps(window)
    error = SourceError("the camera is taken")
    worker = threading.Thread(target=lambda: mishaps.hook(SourceError, error, None))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.text == "the camera is taken"


def test_ctrl_c_closes_the_window(open_window: Callable[..., MainWindow]) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    Mishaps(window).hook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not window.isVisible()
    assert engine.orders[-1] == "close"


def test_only_the_plugins_of_opencv_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CV2_VARIABLES[0], "/env/site-packages/cv2/qt/plugins")
    monkeypatch.setenv(CV2_VARIABLES[1], "/usr/share/fonts")
    clean_environment()
    assert CV2_VARIABLES[0] not in os.environ
    assert os.environ[CV2_VARIABLES[1]] == "/usr/share/fonts"
