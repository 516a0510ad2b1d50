"""Fixtures of the session tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from session_results import MODEL, SETTINGS, SOURCE

from fervideo import labels
from fervideo.session import SessionWriter


@pytest.fixture
def open_writer(tmp_path: Path) -> Iterator[Callable[..., SessionWriter]]:
    """Makes writers on `tmp_path / "clip"`; closes them, and fails if a thread is left."""
    before = set(threading.enumerate())
    made: list[SessionWriter] = []

    def make(**changes: Any) -> SessionWriter:
        arguments = {
            "folder": tmp_path / "clip",
            "classes": labels.BASIC,
            "source": SOURCE,
            "model": MODEL,
            "settings": SETTINGS,
            **changes,
        }
        made.append(SessionWriter(arguments.pop("folder"), **arguments))
        return made[-1]

    yield make
    for writer in made:
        writer.close()
    assert set(threading.enumerate()) <= before
