"""Run in a process of its own: opens the real window on the demo and takes a picture of it.

Arguments: the picture's path, and the folder for settings and recordings.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import cv2  # noqa: F401 - first, as in the program: it points Qt at plugins that do not fit
from fervideo.ui import app
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QGuiApplication

from fervideo.capture.source import SourceKind, SourceSpec

PATIENCE_S = 180
POLL_MS = 100


def tell(name: str, value: object) -> None:
    """Write one finding for the test to read."""
    sys.stdout.write(f"{name}={value}\n")


def main(picture: Path, folder: Path) -> int:
    """Show the window, wait for a face, take the picture, close."""
    path = str(folder / "settings.ini")
    QSettings(path, QSettings.Format.IniFormat).setValue("profiles", str(folder / "profiles"))
    app.Settings = lambda: Settings(QSettings(path, QSettings.Format.IniFormat))
    windows: list[MainWindow] = []
    rounds = 0

    def remember(*args: object) -> MainWindow:
        windows.append(MainWindow(*args))
        return windows[0]

    def look() -> None:
        nonlocal rounds
        rounds += 1
        window = windows[0]
        # The status line is written four times a second: it may be later than the first face.
        counted = "analysed/s" in window.status.text
        seen = not window.live.face.is_empty and window.live.plot.curves and counted
        if seen or rounds > PATIENCE_S * 1000 / POLL_MS:
            window.grab().save(str(picture))
            tell("platform", QGuiApplication.platformName())
            tell("face", window.live.face.label.text if seen else "")
            tell("status", window.status.text)
            tell("banner", [message.text for message in window.banner.messages])
            window.close()

    app.MainWindow = remember
    timer = QTimer(interval=POLL_MS)
    timer.timeout.connect(look)
    QTimer.singleShot(0, timer.start)
    status = app.run(SourceSpec(SourceKind.DEMO, "demo"), "default", "cpu")
    timer.stop()
    left = [t.name for t in threading.enumerate() if t.name.startswith("fervideo")]
    tell("threads", left)
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
