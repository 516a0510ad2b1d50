#!/usr/bin/env python
"""A picture of the Analyze workspace at work on copies of the demo, one of them broken.

python scripts/picture_analyze.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

import cv2  # noqa: F401 - first, as in the program: it points Qt at plugins that do not fit
from fervideo.ui import app
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from fervideo.ui.theme import ThemeMode
from PySide6.QtCore import QSettings, QSize, QTimer

from fervideo.analysis.jobs import JobStatus
from fervideo.resources import asset_file

SIZE = QSize(1440, 900)
PATIENCE_S = 300
POLL_S = 0.1
EVERY = 5
SHARE = 0.4
"""The picture is taken when so much of the third video is done."""


class Photographer:
    """Fills the queue, starts it, and takes the picture in the midst of it."""

    def __init__(self, window: MainWindow, films: Path, picture: Path) -> None:
        self._window, self._films, self._picture = window, films, picture
        self._rounds = 0
        self._timer = QTimer(window, interval=round(1000 * POLL_S))
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        page, actions = self._window.analyze, self._window.actions_by_key
        self._rounds += 1
        if self._rounds == 1:
            self._window.resize(SIZE)
            actions["analyze"].trigger()
            page.panel.every.setValue(EVERY)
            page.take([self._films])
        elif page.model.rowCount() and not page.host.snapshot.started:
            actions["analyze_start"].trigger()
        done = [job for job in page.model.jobs if job.status is JobStatus.DONE]
        running = [job.progress or 0 for job in page.model.jobs if not job.status.is_over]
        ready = len(done) == 2 and max(running, default=0) > SHARE
        if ready or self._rounds > PATIENCE_S / POLL_S:
            self._timer.stop()
            self._window.grab().save(str(self._picture))
            self._window.close_at_once()


def main(theme: str, picture: Path) -> int:
    """Take the picture."""
    picture = picture.resolve()
    # Short relative paths are the same on every machine, and so is the picture.
    with tempfile.TemporaryDirectory() as name, chdir(name):
        films = Path("films")
        films.mkdir()
        for number in range(1, 6):
            shutil.copy(asset_file("demo.mp4"), films / f"interview {number}.mp4")
        (films / "interview 2.mp4").write_bytes(b"this is no video")
        settings = Settings(QSettings("settings.ini", QSettings.Format.IniFormat))
        settings.theme = ThemeMode(theme)
        settings.recordings = Path("sessions")
        settings.profiles = Path("profiles")
        app.Settings = lambda: settings
        kept: list[Photographer] = []

        def remember(*arguments: object) -> MainWindow:
            window = MainWindow(*arguments)
            kept.append(Photographer(window, films, picture))
            return window

        app.MainWindow = remember
        return app.run(None, "default", "cpu")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
