"""Sessions to go through, and steps that tests of Review have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fake_engine import make_result
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review.document import Document
from fervideo.ui.review.page import SessionPage
from pytestqt.qtbot import QtBot

from fervideo import labels
from fervideo.session.schema import DESCRIPTION_FILE
from fervideo.session.writer import SessionWriter

SIZE = (320, 180)
LEFT, RIGHT = (20, 30, 100, 130), (180, 30, 260, 130)
SOURCE = {"kind": "camera", "name": "Desk Camera", "location": "2", "width": 320, "height": 180}
PATIENCE_MS = 60_000

Scene = Callable[[int], tuple[Sequence[tuple[int, int, int, int]], list[str], list[int]]]


def two_people(index: int) -> tuple[Sequence[tuple[int, int, int, int]], list[str], list[int]]:
    """One is happy, then sad, then out of sight; the other gets a new number half way."""
    boxes, names, ids = [RIGHT], ["neutral"], [2 if index < 20 else 3]
    if index < 30:
        boxes, ids = [LEFT, *boxes], [1, *ids]
        names = ["happiness" if index < 12 else "sadness", *names]
    return boxes, names, ids


def record(folder: Path, scene: Scene = two_people, frames: int = 40, **options: Any) -> Path:
    """Record a drawn session of so many frames, 25 a second, in a new folder."""
    options = {"classes": labels.BASIC, "source": SOURCE, "save_video": False} | options
    model, settings = {"name": "fake-a", "sha256": "00", "title": "Fake"}, {}
    with SessionWriter(folder, model=model, settings=settings, live=False, **options) as writer:
        for index in range(frames):
            boxes, names, ids = scene(index)
            result = make_result(index, list(boxes), names=names, ids=ids, time_s=index / 25)
            image = result.frame.image[: SIZE[1], : SIZE[0]].copy()
            image[..., 1] = 5 * index  # so that each frame is another picture
            moment = datetime(2026, 1, 1, 12, 0, 0, index * 25_000, UTC)
            frame = replace(result.frame, image=image, wall_time=moment)
            writer.write(replace(result, frame=frame))
    return writer.folder


def describe_anew(folder: Path, **entries: object) -> None:
    """Change the description of a session."""
    path = folder / DESCRIPTION_FILE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | entries), "utf-8")


def open_session(window: MainWindow, folder: Path, qtbot: QtBot) -> SessionPage:
    """Open a session in Review and wait for its first picture."""
    window.context.navigator.open_session(folder)
    settle(window, qtbot)
    return window.review.page


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until everything is read and the picture of the moment is there."""
    review = window.review
    qtbot.waitUntil(lambda: review.is_settled and review.page.stage.is_settled, timeout=PATIENCE_MS)


def document_of(window: MainWindow) -> Document:
    """The open session."""
    document = window.review.document
    assert document is not None
    return document


def wait_saved(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until the files hold what is shown."""
    qtbot.waitUntil(lambda: document_of(window).is_saved, timeout=PATIENCE_MS)


def trigger(window: MainWindow, *keys: str) -> None:
    """Run actions."""
    for key in keys:
        window.actions_by_key[key].trigger()
