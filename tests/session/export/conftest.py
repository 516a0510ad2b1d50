"""A session that holds all that is awkward, and how it is exported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from session_results import make_result

from fervideo import labels
from fervideo.session import (
    Edits,
    Marker,
    Session,
    append_marker,
    read_session,
    write_edits,
)
from fervideo.session.export import default_name, export_session

CLASSES = (*labels.BASIC, "=smirk <b>")
TIMES = [1.0, 1.04, 1.08, 1.12, 1.2, 1.24, 1.6, 1.64, 1.68, 1.72]
"""Uneven, and not from 0."""

FRAMES = [
    [(1, "happiness"), (2, "anger")],
    [(1, "happiness"), (2, "anger")],
    [(1, "happiness")],
    [],
    [(3, "happiness"), (2, "unknown")],
    [(3, "surprise"), (2, "unknown")],
    [(3, "surprise"), (2, "")],
    [(3, "=smirk <b>"), (2, "fear")],
    [(2, "fear"), (4, "anger")],
    [(4, "anger")],
]
EDITS = (
    Edits()
    .merge(3, 1)
    .named(1, "Zoë\u4e2d =1")
    .hide(4)
    .correct(2, 1.0, 1.04, "fear")
)  # fmt: skip
MARKERS = (
    Marker(1.04, 0.0, "", "bell", "first, <loud>"),
    Marker(1.24, 0.4, "", "exclude", "cable"),
    Marker(1.3, 0.1, "", "exclude", "cable\tagain"),
    Marker(1.04, 0.0, "", "=2+3", ""),
    Marker(1.5, 0.0, "", "note", "tired"),
)


@dataclass(frozen=True)
class Recorded:
    """A session on disk, and where its exports go."""

    session: Session
    edits: Edits
    out: Path

    def export(self, format_name: str, edits: Edits | None = None, **options) -> Path:
        path = self.out / default_name(self.session, format_name)
        chosen = self.edits if edits is None else edits
        export_session(self.session, chosen, format_name, path, **options)
        return path


@pytest.fixture
def record(open_writer, tmp_path) -> Callable[..., Recorded]:
    """Records the awkward session, by default without its video."""

    def make(*, frames=FRAMES, edits: Edits = EDITS, folder="clip 1", **options) -> Recorded:
        writer = open_writer(folder=tmp_path / folder, classes=CLASSES, **options)
        for index, (time_s, faces) in enumerate(zip(TIMES, frames, strict=False)):
            poor = [2] if index == 6 else []
            size = (240, 320)
            writer.write(
                make_result(index, time_s, faces, classes=CLASSES, low_quality=poor, size=size)
            )
        for marker in MARKERS:
            append_marker(writer.folder / "markers.csv", marker)
        write_edits(writer.folder, edits)
        writer.close(frames_seen=10, frames_analysed=10, frames_dropped=0)
        return Recorded(read_session(writer.folder), edits, tmp_path / "out")

    return make


@pytest.fixture
def recorded(record) -> Recorded:
    return record()
