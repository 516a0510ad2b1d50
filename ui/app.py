"""Starts the window and ends with it."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from fervideo.capture.source import SourceSpec
from fervideo.errors import FervideoError

from .collector import Collector
from .engine_host import EngineHost, live_engine
from .environment import clean_environment
from .main_window import MainWindow
from .services import real_services
from .settings import Settings
from .smoke import SmokeRun
from .theme import body_font
from .widgets.banner import Message, Tone

LOGGER = logging.getLogger(__name__)


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


class Mishaps(QObject):
    """Catches what nobody else did and shows one banner instead of a traceback.

    Attributes:
        happened: What to tell the user. Emitted from any thread, heard on the window's.
    """

    happened = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        traceback: TracebackType | None,
    ) -> None:
        """In place of `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close_at_once()
            return
        LOGGER.error("unexpected error in the window", exc_info=(kind, error, traceback))
        if isinstance(error, FervideoError):
            self.happened.emit(str(error))
        else:
            self.happened.emit(
                f"Something went wrong inside fervideo ({kind.__name__}: {error}). "
                "It goes on; if it happens again, start it anew."
            )

    def thread_hook(self, arguments: threading.ExceptHookArgs) -> None:
        """In place of `threading.excepthook`."""
        if arguments.exc_value is not None:
            self.hook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _tell(self, text: str) -> None:
        self._window.banner.say(Message(text, Tone.ERROR, topic="mishap"))


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
