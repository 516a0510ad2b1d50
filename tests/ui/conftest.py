"""A window over a fake engine, with settings of its own, that must leave nothing behind."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2  # noqa: F401 - it points Qt at its own plugins, as it does in the program
import pytest
from fake_engine import FakeEngine
from fervideo.ui.engine_host import EngineHost
from fervideo.ui.environment import clean_environment
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import Camera, DeviceChoice, ModelChoice, Services
from fervideo.ui.settings import Settings
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_steps import CLIP, flush

from fervideo.capture.source import SourceKind, SourceSpec

clean_environment()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    settings.recordings = tmp_path / "recordings"
    settings.profiles = tmp_path / "profiles"
    return settings


@pytest.fixture
def services() -> Services:
    return Services(
        cameras=lambda: [Camera(0, "Front Camera"), Camera(2, "Desk Camera")],
        models=lambda: [ModelChoice("fake-a", "First", 0.4), ModelChoice("fake-b", "Second", 0.5)],
        devices=lambda: [DeviceChoice("auto", "Automatic"), DeviceChoice("cpu", "CPU")],
    )


@pytest.fixture(autouse=True)
def collect_on_this_thread() -> Iterator[None]:
    """As in the program: no widget may be collected in the thread of a worker."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def open_window(
    qtbot: QtBot, settings: Settings, services: Services, no_thread_left: None
) -> Iterator[Callable[..., MainWindow]]:
    """Makes windows; each is closed at the end and must leave no widget behind."""
    windows: list[MainWindow] = []

    def make(engine: FakeEngine, use: Services = services) -> MainWindow:
        make_engine = engine if callable(engine) else lambda: engine
        window = MainWindow(EngineHost(make_engine), settings, use)
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window.bridge.engine.is_settled)
        return window

    yield make
    for window in windows:
        window.close_at_once()
        window.deleteLater()
    windows.clear()
    flush()
    left = [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    assert left == []


@pytest.fixture
def engine(no_thread_left: None) -> Iterator[FakeEngine]:
    engine = FakeEngine()
    yield engine
    engine.close()


@pytest.fixture
def window(open_window: Callable[..., MainWindow], engine: FakeEngine) -> MainWindow:
    """A window that shows an open video, no result yet."""
    window = open_window(engine)
    window.live.open(CLIP)
    return window


@pytest.fixture(scope="session")
def demo_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo clip, every frame analysed by the default model, its video saved. Not to change."""
    from fervideo.analysis.batch import analyze_video
    from fervideo.models.registry import load_model
    from fervideo.resources import asset_file

    spec = SourceSpec(SourceKind.VIDEO, str(asset_file("demo.mp4")))
    out = tmp_path_factory.mktemp("analysed")
    return analyze_video(spec, out, load_model("default", "cpu"), save_video=True).folder


@pytest.fixture
def session_folder(demo_session: Path, settings: Settings) -> Path:
    """A copy of it among the recordings."""
    return shutil.copytree(demo_session, settings.recordings / "demo")
