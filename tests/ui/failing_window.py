"""Run in a process of its own: the real window records while parts of it fail, and is closed.

Argument: the folder for settings and recordings.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2  # noqa: F401 - first, as in the program: it points Qt at plugins that do not fit
import pyqtgraph as pg
from fakes import SPEC, FakeCard, FakeDetector, FakeModel, FakeSource, picture
from fervideo.ui import app
from fervideo.ui.bridge import Bridge
from fervideo.ui.live.overlay import OverlayPainter
from fervideo.ui.live.workspace import LiveWorkspace
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from fervideo.ui.widgets.buttons import PaintedButton
from PySide6.QtCore import QSettings, QTimer

from fervideo.capture.source import SourceKind
from fervideo.live.engine import LiveEngine
from fervideo.session.reader import read_session

FAILING = (
    (OverlayPainter, "paint"),
    (pg.PlotCurveItem, "paint"),
    (pg.AxisItem, "boundingRect"),
    (pg.ViewBox, "resizeEvent"),
    (PaintedButton, "ground"),
    (LiveWorkspace, "save_state"),
    (Bridge, "stop"),
)
EVERY_MS = 250


def tell(name: str, value: object) -> None:
    """Write one finding for the test to read."""
    sys.stdout.write(f"{name}={value}\n")
    sys.stdout.flush()


def fail(*_: object) -> None:
    """Stands in for a method with a defect."""
    raise ZeroDivisionError("a defect")


def make_engine(_model: str, _device: str) -> LiveEngine:
    """A camera that never ends and a quick network."""
    return LiveEngine(
        opener=lambda spec: FakeSource(None, kind=SourceKind.CAMERA, images=[picture("surprise")]),
        load_model=lambda name, device: FakeModel(FakeCard("fake")),
        detector=FakeDetector(),
    )


def steps(window: MainWindow) -> list[Callable[[], object]]:
    """What a user does while the window's parts fail: all of it makes Qt paint anew."""
    pages = ("analyze", "review", "models", "live")
    return [
        *(window.actions_by_key[key].trigger for key in pages),
        lambda: window.resize(1000, 700),
        window.actions_by_key["theme_light"].trigger,
        lambda: window.resize(1200, 760),
        lambda: tell("banner", [message.text for message in window.banner.messages]),
        window.close,
    ]


def main(folder: Path) -> int:
    """Record, break, work on, close, and say what is left."""
    store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    app.Settings = lambda: Settings(store)
    for key in ("profiles", "recordings"):
        store.setValue(key, str(folder / key))
    app.live_engine = make_engine
    windows: list[MainWindow] = []

    def remember(*arguments: object) -> MainWindow:
        windows.append(MainWindow(*arguments))
        return windows[0]

    def record() -> None:
        if not windows[0].live.stage.video.has_picture:
            QTimer.singleShot(EVERY_MS, record)
            return
        windows[0].actions_by_key["record"].trigger()
        QTimer.singleShot(EVERY_MS, break_it)

    def break_it() -> None:
        if windows[0].bridge.last.recording is None:
            QTimer.singleShot(EVERY_MS, break_it)
            return
        for owner, name in FAILING:
            setattr(owner, name, fail)
        for number, step in enumerate(steps(windows[0]), 1):
            QTimer.singleShot(number * EVERY_MS, step)

    app.MainWindow = remember
    QTimer.singleShot(0, record)
    status = app.run(SPEC, "default", "cpu")
    engine = ("player", "analysis", "loader", "rows")
    names = [thread.name.removeprefix("fervideo-") for thread in threading.enumerate()]
    tell("threads", [name for name in names if name in engine])
    for session in (folder / "recordings").iterdir():
        tell("session", read_session(session).end_reason)
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
