"""Steps that tests of the window have in common."""

from __future__ import annotations

import gc
from dataclasses import replace

import cv2
import numpy as np
from fake_engine import FakeEngine, make_result
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import QCoreApplication, QEvent

from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.types import Result

CLIP = SourceSpec(SourceKind.VIDEO, "/films/interview.mp4")


def flush() -> None:
    """Let Qt delete what waits to be deleted."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def show(window: MainWindow, engine: FakeEngine, **kwargs: object) -> None:
    """Let the window show a made-up result."""
    engine.show(make_result(**kwargs))
    window.bridge.poll_result()


def varied(result: Result, seed: int) -> Result:
    """The same in other light, as the next frame of a real face would be."""
    height, width = result.frame.image.shape[:2]
    light = np.random.default_rng(seed).integers(0, 60, (9, 16, 3)).astype(np.uint8)
    image = result.frame.image // 2 + cv2.resize(light, (width, height))
    return replace(result, frame=replace(result.frame, image=image))


def gather(window: MainWindow, engine: FakeEngine, count: int, **kwargs: object) -> None:
    """Let so many different frames come, a fifth of a second apart."""
    for index in range(count):
        result = make_result(index, time_s=index / 5, **kwargs)
        engine.show(varied(result, index))
        window.bridge.poll_result()


def refresh(window: MainWindow, engine: FakeEngine, *args: object, **kwargs: object) -> None:
    """Let the window see a changed state."""
    engine.set_state(*args, **kwargs)
    window.bridge.poll_stats()
