"""Starts the window and ends with it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from fervideo.capture.source import SourceSpec

from .collector import Collector
from .engine_host import EngineHost, live_engine
from .environment import clean_environment
from .main_window import MainWindow
from .mishaps import Mishaps
from .services import real_services
from .settings import Settings
from .smoke import SmokeRun
from .theme import body_font


def make_application() -> QApplication:
    """The application object, in one style on every system."""
    clean_environment()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("fervideo")
    app.setApplicationDisplayName("fervideo")
    app.setDesktopFileName("fervideo")
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(body_font())
    return app


def run(
    spec: SourceSpec | None,
    model: str,
    device: str,
    *,
    notice: str | None = None,
    smoke_s: float | None = None,
    screenshot: Path | None = None,
) -> int:
    """Open the window and stay until it is closed.

    Args:
        spec: What to play at once; None for nothing.
        model: Name or path of the model; `default` takes the one used last.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`; `auto` takes the one used last.
        notice: A sentence to show at the start, such as why the demo plays.
        smoke_s: Close the window so long after the first result, for checks without a person.
        screenshot: Where to save a picture of the window just before that.

    Returns:
        The exit status.
    """
    app = make_application()
    settings = Settings()
    make = partial(
        live_engine,
        settings.model if model == "default" else model,
        settings.device if device == "auto" else device,
    )
    window = MainWindow(EngineHost(make), settings, real_services())
    collector = Collector()
    with caught(window):
        window.show()
        if spec is not None:
            window.live.open(spec)
        if notice:
            window.notice(notice, "open_camera")
        if smoke_s is not None:
            SmokeRun(window, smoke_s, screenshot)
        status = app.exec()
    collector.close()
    # Its widgets go before the application does, and not in whatever order Python finds.
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return status


@contextmanager
def caught(window: MainWindow) -> Iterator[None]:
    """Defects become banners and Ctrl-C closes the window; at the end all is as it was."""
    mishaps = Mishaps(window)
    hook, thread_hook = sys.excepthook, threading.excepthook
    interrupt = signal.getsignal(signal.SIGINT)
    sys.excepthook = mishaps.hook
    threading.excepthook = mishaps.thread_hook
    signal.signal(signal.SIGINT, lambda _number, _frame: window.close_at_once())
    try:
        yield
    finally:
        window.close_at_once()
        sys.excepthook, threading.excepthook = hook, thread_hook
        signal.signal(signal.SIGINT, interrupt)
