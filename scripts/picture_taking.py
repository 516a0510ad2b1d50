#!/usr/bin/env python
"""What the scripts that take pictures of the window share: a window of its own, a patient demo.

python scripts/picture_taking.py FILE.png...    makes pictures small
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import chdir
from dataclasses import astuple, replace
from functools import partial
from pathlib import Path

import cv2  # noqa: F401 - first, as in the program: it points Qt at plugins that do not fit
import numpy as np
from fervideo.ui import app
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from fervideo.ui.theme import DARK, LIGHT, ThemeMode
from PIL import Image, ImageColor
from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QCursor

from fervideo import labels
from fervideo.capture.demo import DemoSource
from fervideo.capture.source import Source, SourceKind, SourceSpec, open_source
from fervideo.live.engine import LiveEngine
from fervideo.live_stats import LiveStats
from fervideo.types import Frame, Result

DEMO = SourceSpec(SourceKind.DEMO, "demo")
SIZE = QSize(1280, 800)
COLORS, COMMON = 256, 40
SHIFTS = np.array([1, 256, 65536])
PATIENCE_S = 10.0
EVERY = 3
"""Of so many frames one is analysed: eight a second are smooth enough for a picture."""


class Shown:
    """Number of the newest frame that the window has shown."""

    def __init__(self) -> None:
        self.index = -1

    def follow(self, result: Result) -> None:
        """A result was shown."""
        self.index = result.frame.index


class Patient(Source):
    """Gives each frame once the last is on screen: a slow machine takes the same picture."""

    def __init__(self, frames: Source, shown: Shown, stats: Callable[[], LiveStats]) -> None:
        self._frames, self._shown, self._stats = frames, shown, stats
        self._closed = threading.Event()
        self._given = shown.index = -1
        # As a camera, so that nothing is passed over to keep the pace.
        self.info = replace(frames.info, kind=SourceKind.CAMERA)
        self.warning, self.position = None, 0

    def read(self) -> Frame | None:
        """The next frame, in its time or later."""
        late_s = time.monotonic() + PATIENCE_S
        while not self._closed.wait(0.01) and time.monotonic() < late_s:
            if self._stats().model_name and self._shown.index >= self._given:
                break
        if self._closed.is_set():
            return None
        for _ in range(EVERY - 1):
            self._frames.read()
        frame = self._frames.read()
        if frame is None:
            return None
        self._given += 1  # numbered anew: what is passed over here was not dropped by the engine
        return replace(frame, index=self._given)

    def close(self) -> None:
        """Close the frames too."""
        self._closed.set()
        self._frames.close()


def patient_engine(shown: Shown, model: str, device: str) -> LiveEngine:
    """The real engine, which passes over no frame of the demo."""
    made: list[LiveEngine] = []

    def opener(spec: SourceSpec) -> Source:
        frames = DemoSource(loop=True) if spec.kind is SourceKind.DEMO else open_source(spec)
        return Patient(frames, shown, lambda: made[0].stats())

    made.append(LiveEngine(model, device, opener=opener))
    return made[0]


def save(window: MainWindow, picture: Path) -> None:
    """Save what the window shows, and close it."""
    window.live.face.tick()  # numbers and bars of the same frame
    window.grab().save(str(picture))
    window.close_at_once()


def shrink(picture: Path) -> None:
    """Make a picture small: 256 colours, no dithering, whose noise costs more than it shows.

    Colours of the window and of the expressions stay exact; photographs share the rest.
    """
    with Image.open(picture) as opened:
        image = opened.convert("RGB")
    common = sorted(image.getcolors(image.width * image.height), reverse=True)[:COMMON]
    own = [ImageColor.getrgb(color) for color in (*_theme_colors(), *_class_colors())]
    exact = list(dict.fromkeys([*own, *(color for _, color in common)]))
    pixels = np.asarray(image).reshape(-1, 3)
    known = pixels @ SHIFTS
    rest = pixels[~np.isin(known, np.array(exact) @ SHIFTS)]
    shared = Image.fromarray(rest[None]).quantize(COLORS - len(exact)).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for color in exact for value in color] + shared)
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(picture, optimize=True)


def _theme_colors() -> list[str]:
    values = [value for tokens in (DARK, LIGHT) for value in astuple(tokens)]
    return [value for value in values if isinstance(value, str)]


def _class_colors() -> list[str]:
    return [*(expression.color for expression in labels.EXPRESSIONS), *labels.CUSTOM_COLORS]


def run(
    theme: str, photographer: Callable[[MainWindow], object], spec: SourceSpec | None = DEMO
) -> int:
    """Open the window with settings of its own in an empty folder, until it is closed.

    Args:
        theme: `light` or `dark`.
        photographer: Called with the window; what it returns is kept until the end.
        spec: What to play; None for nothing.
    """
    with tempfile.TemporaryDirectory() as name, chdir(name):
        # Short relative paths are the same on every machine, and so is the picture.
        settings = Settings(QSettings("settings.ini", QSettings.Format.IniFormat))
        settings.theme = ThemeMode(theme)
        settings.recordings = Path("sessions")
        settings.profiles = Path("profiles")
        kept: list[object] = []
        shown = Shown()

        def remember(*arguments: object) -> MainWindow:
            window = MainWindow(*arguments)
            window.resize(SIZE)
            QCursor.setPos(window.screen().geometry().bottomRight())  # over nothing that lights up
            window.bridge.result.connect(shown.follow)
            kept.append(photographer(window))
            return window

        app.Settings = lambda: settings
        app.live_engine = partial(patient_engine, shown)
        app.MainWindow = remember
        return app.run(spec, "default", "cpu")


if __name__ == "__main__":
    for file in sys.argv[1:]:
        shrink(Path(file))
