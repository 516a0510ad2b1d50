from __future__ import annotations

import ast
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import fervideo.ui
import pytest
from fake_engine import FakeEngine
from fervideo.ui.environment import CV2_VARIABLES, clean_environment
from fervideo.ui.guard import painting
from fervideo.ui.main_window import MainWindow
from fervideo.ui.mishaps import Mishaps
from fervideo.ui.widgets.banner import Tone
from PySide6.QtGui import QImage
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


def failed(times: int, mishaps: Mishaps) -> None:
    for _ in range(times):
        try:
            _ = 1 // 0
        except ZeroDivisionError as error:
            mishaps.hook(ZeroDivisionError, error, error.__traceback__)


def test_a_defect_in_every_picture_does_not_flood_the_log(
    open_window: Callable[..., MainWindow], qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = open_window(FakeEngine())
    mishaps = Mishaps(window)
    with caplog.at_level(logging.ERROR):
        failed(150, mishaps)
    told = [record.message for record in caplog.records]
    assert told[0] == "unexpected error in the window"
    assert told[1:] == [f"the same ZeroDivisionError for the {n}th time" for n in (10, 100)]


def test_what_qt_puts_before_an_error_is_not_for_the_user(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    way = "Error calling Python override of QWidget::paintEvent(): "
    error = ValueError(f"{way}{way}no such face")
    Mishaps(window).hook(ValueError, error, None)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.text.startswith(
        "Something went wrong inside fervideo (ValueError: no such face). It goes on;"
    )


def test_a_recording_survives_parts_of_the_window_that_fail(tmp_path: Path) -> None:
    folders = (Path(__file__).parent, Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("failing_window.py")), tmp_path],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, folders))),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert "It goes on, and so does the recording" in told["banner"]
    assert told["threads"] == "[]"
    assert told["session"] == "stopped"
    assert "active painter" not in done.stderr


def test_a_defect_in_painting_lets_go_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: told.append(str(error)))
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        raise ValueError("no such face")
    assert told == ["no such face"]
    assert not painter.isActive() and not image.paintingActive()


def test_every_widget_paints_under_guard() -> None:
    loose = []
    for path in Path(next(iter(fervideo.ui.__path__))).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        made = [n for n in names if isinstance(n, ast.Name) and n.id == "QPainter"]
        loose += [f"{path.name}:{name.lineno}" for name in made if path.name != "guard.py"]
    assert loose == [], f"expected `with painting(...) as painter`, found {loose}"


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
