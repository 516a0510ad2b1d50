"""A run without a person: the window shows results for a while, is pictured, and is left."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from .main_window import MainWindow

LOGGER = logging.getLogger(__name__)

PATIENCE_S = 90.0
"""How long to wait for the first result: a cold disk may take long to give up PyTorch."""


class SmokeRun(QObject):
    """Ends the application some time after the first result; its exit status says how it went.

    The status is 0 if all was well, 1 if no frame was analysed in time or no picture was saved.

    Args:
        window: The window, shown.
        seconds: How long to go on after the first result.
        screenshot: Where to save a picture of the window at the end; None for nowhere.
    """

    def __init__(self, window: MainWindow, seconds: float, screenshot: Path | None) -> None:
        super().__init__(window)
        self._window, self._screenshot = window, screenshot
        self._end = QTimer(self, singleShot=True, interval=round(seconds * 1000))
        self._end.timeout.connect(self._finish)
        self._patience = QTimer(self, singleShot=True, interval=round(PATIENCE_S * 1000))
        self._patience.timeout.connect(self._give_up)
        self._patience.start()
        window.bridge.result.connect(self._on_result)

    def _on_result(self, _result: object) -> None:
        if self._patience.isActive():
            self._patience.stop()
            self._end.start()

    def _finish(self) -> None:
        saved = self._screenshot is None or self._window.grab().save(str(self._screenshot))
        if not saved:
            LOGGER.error("cannot save a picture of the window to %s", self._screenshot)
        QCoreApplication.exit(0 if saved else 1)

    def _give_up(self) -> None:
        message = self._window.bridge.last.message
        LOGGER.error("no frame was analysed in %.0f s. %s", PATIENCE_S, message)
        QCoreApplication.exit(1)
