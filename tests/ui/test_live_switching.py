from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeEngine, make_result
from fervideo.ui.live.source_menu import name_of
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import Services
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from window_steps import show

from fervideo.capture.source import SourceKind, SourceSpec


def test_switching_model_never_shows_the_old_ones_results(
    window: MainWindow, engine: FakeEngine
) -> None:
    for index in range(4):
        show(window, engine, index=index)
    window.live.set_model("fake-b")
    assert engine.orders[-1] == "set_model fake-b None"
    assert window.live.controls.model.text() == "Loading…"
    show(window, engine, index=5, names=["sadness"])
    assert window.live.face.label.text == "sadness"  # the old model goes on until then

    engine.finish_loading("fake-b")
    engine.show(make_result(6, model="fake-a", names=["fear"]))
    window.bridge.poll_result()
    window.bridge.poll_result()
    assert window.live.controls.model.text() == "Second"
    assert window.live.face.is_empty
    assert len(window.live.plot.curves[0].getData()[0]) == 0

    show(window, engine, index=7, model="fake-a", names=["fear"])
    assert window.live.face.is_empty
    show(window, engine, index=8, model="fake-b", names=["anger"])
    assert window.live.face.label.text == "anger"
    assert window.settings.model == "fake-b"


def test_a_model_that_loads_for_long_can_be_cancelled(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.live.set_model("fake-b")
    qtbot.waitUntil(lambda: window.banner.message is not None, timeout=3000)
    assert window.banner.message.busy
    window.banner.button.click()
    assert engine.orders[-1] == "set_model fake-a None"
    engine.finish_loading("fake-a")
    window.bridge.poll_stats()
    assert window.banner.message is None


def test_choosing_another_device_loads_the_model_there(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    menu = window.live.controls.device.menu
    qtbot.waitUntil(lambda: len(menu.actions()) == 2)
    menu.actions()[1].trigger()
    assert engine.orders[-1] == "set_model default cpu"
    assert window.settings.device == "cpu"


def test_a_slow_camera_driver_does_not_hold_the_window(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, qtbot: QtBot
) -> None:
    release = threading.Event()
    slow = dataclasses.replace(services, cameras=lambda: list(range(release.wait(5)))[:0])
    started = time.monotonic()
    window = open_window(engine, slow)
    window.actions_by_key["choose_source"].trigger()
    words = [action.text() for action in window.live.controls.source.menu.actions()]
    assert "Looking for cameras…" in words
    assert time.monotonic() - started < 3
    window.live.controls.source.menu.close()
    release.set()
    qtbot.waitUntil(
        lambda: (
            "No camera found"
            in [action.text() for action in window.live.controls.source.menu.actions()]
        )
    )


def test_cameras_are_offered_by_name(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    menu = window.live.controls.source.menu
    qtbot.waitUntil(lambda: "Desk Camera" in [a.text() for a in menu.actions()])
    next(a for a in menu.actions() if a.text() == "Desk Camera").trigger()
    assert engine.orders[-1] == "open camera 2"


@pytest.mark.parametrize("name", ["interview one.mp4", "=cmd.mp4"])
def test_a_dropped_file_is_opened(
    window: MainWindow, engine: FakeEngine, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, button, keys))
    assert engine.orders[-1] == f"open video {path}"


@pytest.mark.parametrize(
    ("kind", "location", "name"),
    [
        (SourceKind.CAMERA, "0", "Camera 0"),
        (SourceKind.CAMERA, "Desk Camera", "Desk Camera"),
        (SourceKind.VIDEO, "/films/one.mp4", "one.mp4"),
        (SourceKind.DEMO, "demo", "Demo"),
    ],
)
def test_a_source_has_a_name_before_it_is_open(kind: SourceKind, location: str, name: str) -> None:
    assert name_of(SourceSpec(kind, location)) == name


def test_no_password_is_shown() -> None:
    assert "secret" not in name_of(SourceSpec(SourceKind.STREAM, "rtsp://me:secret@host/live"))


def test_no_password_is_remembered(window: MainWindow, engine: FakeEngine) -> None:
    window.live.open(SourceSpec(SourceKind.STREAM, "rtsp://me:secret@host/live"))
    assert engine.orders[-1].endswith("rtsp://me:secret@host/live")
    assert "secret" not in window.settings.source[1]
    assert "secret" not in window.status.text + window.windowTitle()
