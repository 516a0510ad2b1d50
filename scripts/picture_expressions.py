#!/usr/bin/env python
"""A picture of the Expressions workspace, with three expressions enrolled from the demo.

python scripts/picture_expressions.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import cv2  # noqa: F401 - first, as in the program: it points Qt at plugins that do not fit
from fervideo.ui import app
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from fervideo.ui.theme import ThemeMode
from PySide6.QtCore import QSettings, QSize, QTimer

from fervideo import labels
from fervideo.capture.source import Source, SourceKind, SourceSpec, open_source
from fervideo.live.engine import LiveEngine
from fervideo.live_stats import LiveStats
from fervideo.types import Frame, Result

SIZE = QSize(1280, 800)
DEMO = SourceSpec(SourceKind.DEMO, "demo")
MOMENTS_S = {"grin": (1.6, 3.5), "gasp": (5.0, 6.5), "scowl": (8.0, 9.7)}
"""When the demo's face wears each of these."""

PICTURE_S, LAST_S = 2.2, 3.4
"""Played again, the picture is taken between these, a trail behind the face."""

PATIENCE_S = 0.5
CLASSES = len(labels.BASIC) + len(MOMENTS_S)


class Patient(Source):
    """Gives each frame once the last is analysed: a slow machine takes the same picture."""

    def __init__(self, frames: Source, stats: Callable[[], LiveStats]) -> None:
        self._frames, self._stats, self._analysed = frames, stats, -1
        self._closed = threading.Event()
        # As a camera, so that nothing is passed over to keep the pace.
        self.info = replace(frames.info, kind=SourceKind.CAMERA)
        self.warning, self.position = None, 0

    def read(self) -> Frame | None:
        """The next frame, in its time or later."""
        late_s = time.monotonic() + PATIENCE_S  # before there is a model no frame is analysed
        while self._stats().frames_analysed <= self._analysed and time.monotonic() < late_s:
            self._closed.wait(0.005)
        self._analysed = self._stats().frames_analysed
        return None if self._closed.wait(0.02) else self._frames.read()

    def close(self) -> None:
        """Close the frames too."""
        self._closed.set()
        self._frames.close()


class Photographer:
    """Enrolls while the demo plays, then takes the picture while it plays again."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        self._window, self._picture = window, picture
        self._enrolled = False
        window.bridge.result.connect(self._follow)
        window.context.actions["keep_crops"].setChecked(True)
        QTimer.singleShot(0, lambda: window.resize(SIZE))

    def _follow(self, result: Result) -> None:
        if self._enrolled:
            self._show(result.frame.time_s)
        else:
            self._enroll(result.frame.time_s)

    def _enroll(self, time_s: float) -> None:
        panel = self._window.live.enroll
        now = next((n for n, (start, end) in MOMENTS_S.items() if start <= time_s < end), "")
        if now and not panel.flow.is_open:
            panel.open(now)
            panel.flow.hold(self._window.live.chooser.track_id)
        elif not now and panel.flow.is_open:
            panel.flow.let_go()
            panel.accept.click()
        elif time_s > max(end for _, end in MOMENTS_S.values()) + 0.3:
            self._enrolled = True
            self._window.actions_by_key["expressions"].trigger()
            self._window.expressions.table.choose("grin")
            self._window.banner.dismiss("enroll")
            self._window.live.open(DEMO)

    def _show(self, time_s: float) -> None:
        marks = self._window.expressions.sphere.view.marks
        if time_s > LAST_S:
            self._window.live.open(DEMO)  # the sphere came too late: once more
        elif time_s > PICTURE_S and len(marks) == CLASSES:
            self._window.grab().save(str(self._picture))
            self._window.close_at_once()


def patient_engine(model: str, device: str) -> LiveEngine:
    """The real engine, which passes over no frame of the demo."""
    made: list[LiveEngine] = []

    def opener(spec: SourceSpec) -> Source:
        return Patient(open_source(spec), lambda: made[0].stats())

    made.append(LiveEngine(model, device, opener=opener))
    return made[0]


def main(theme: str, picture: Path) -> int:
    """Take the picture."""
    picture = picture.resolve()
    with tempfile.TemporaryDirectory() as name, chdir(name):
        settings = Settings(QSettings("settings.ini", QSettings.Format.IniFormat))
        settings.theme = ThemeMode(theme)
        settings.recordings = Path("sessions")
        settings.profiles = Path("profiles")
        app.Settings = lambda: settings
        app.live_engine = patient_engine
        kept: list[Photographer] = []

        def remember(*arguments: object) -> MainWindow:
            window = MainWindow(*arguments)
            kept.append(Photographer(window, picture))
            return window

        app.MainWindow = remember
        return app.run(DEMO, "default", "cpu")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
