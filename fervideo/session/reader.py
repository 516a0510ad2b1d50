"""Reads a session folder, finished or not, into numpy columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.landmark_names import LandmarkMode
from fervideo.session import schema
from fervideo.session.markers import Marker, read_markers
from fervideo.session.segments import Segment, find_segments, frame_durations
from fervideo.session.timeline import Timeline

LIVE_KINDS = ("camera", "stream")
LONGEST_LIVE_FRAME_S = 1.0
"""A camera that gives nothing for longer was paused or lost: nobody knows what the face did."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that was read from its folder.

    Attributes:
        folder: Where it is.
        classes: The C class names, in the order of the columns.
        timeline: Its rows.
        description: The content of session.json.
        markers: What a person has marked.
        video_path: The recorded video, None if there is none.
        cut_lines: Lines at the end of the timeline that were cut off and left out, 0 or 1.
    """

    folder: Path
    classes: tuple[str, ...]
    timeline: Timeline
    description: Mapping[str, Any]
    markers: tuple[Marker, ...]
    video_path: Path | None
    cut_lines: int

    @property
    def end_reason(self) -> str:
        """`complete`, `stopped`, `interrupted`, `error: ...`, or `unfinished` after a kill."""
        return str(self.description.get("end_reason") or schema.UNFINISHED)

    @property
    def face_ids(self) -> tuple[int, ...]:
        """The faces seen, in the order of their first appearance."""
        ids = self.timeline.face_id[self.timeline.face_id >= 0]
        return tuple(dict.fromkeys(ids.tolist()))

    @property
    def durations(self) -> NDArray[np.float64]:
        """(r,) seconds that each row's frame lasts: until the next one (see `frame_durations`)."""
        source = self.description.get("source")
        live = isinstance(source, Mapping) and source.get("kind") in LIVE_KINDS
        first = self.timeline.first_rows
        per_frame = frame_durations(
            self.timeline.time_s[first], LONGEST_LIVE_FRAME_S if live else None
        )
        return np.repeat(per_frame, np.diff(np.append(first, len(self.timeline))))

    def segments(self, *, raw: bool = False) -> tuple[Segment, ...]:
        """Runs of one label on one face, by face and then by time.

        Args:
            raw: Use the raw label of each frame in place of the stable one.
        """
        return find_segments(self.timeline, self.classes, self.face_ids, self.durations, raw=raw)


def read_session(folder: Path) -> Session:
    """Read a session folder; a cut last line, an unfinished description, no video are all well.

    Raises:
        SessionError: The folder is not a session, is of a newer version, or is damaged.
    """
    folder = Path(folder)
    for name in (schema.DESCRIPTION_FILE, schema.TIMELINE_FILE):
        if not (folder / name).is_file():
            raise SessionError(
                f"expected a session folder, found no {name} in {folder}; "
                "choose a folder that fervideo recorded"
            )
    description = read_description(folder / schema.DESCRIPTION_FILE)
    classes = tuple(description["classes"])
    try:
        finished = description.get("end_reason") != schema.UNFINISHED
        table, cut = _read_table(folder / schema.TIMELINE_FILE, finished)
        timeline = _timeline(table, classes)
    except (OSError, ValueError, csv.Error) as error:
        raise SessionError(
            f"cannot read the timeline {folder / schema.TIMELINE_FILE}: {error}"
        ) from error
    video = folder / schema.VIDEO_FILE
    return Session(
        folder,
        classes,
        timeline,
        description,
        read_markers(folder / schema.MARKERS_FILE),
        video if video.is_file() and video.stat().st_size else None,
        cut,
    )


def read_description(path: Path) -> dict[str, Any]:
    """The content of session.json.

    Raises:
        SessionError: It cannot be read, is not a session's, or is of a newer version.
    """
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise SessionError(f"cannot read {path}, expected JSON: {error}") from error
    if not isinstance(found, dict) or found.get("format") != schema.FORMAT:
        raise SessionError(f"expected the description of a fervideo session, found another: {path}")
    version, classes = found.get("version"), found.get("classes")
    if not isinstance(version, int) or version < 1:
        raise SessionError(f"expected a version number from 1 in {path}, found {version!r}")
    if version > schema.VERSION:
        raise SessionError(
            f"expected a session of version {schema.VERSION} or older, found version {version} "
            f"in {path}; a newer fervideo can read it"
        )
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise SessionError(f"expected a list of class names in {path}, found {classes!r}")
    return found


def _read_table(path: Path, finished: bool) -> tuple[dict[str, tuple[str, ...]], int]:
    """Columns of cells by name, and how many cut lines were left out at the end."""
    data = path.read_bytes()
    text, cut = _whole_lines(data, finished).decode("utf-8-sig"), 0
    if "\0" in text:
        raise ValueError("expected text, found binary data")
    rows = list(_numbered_rows(text))
    if not rows:
        raise ValueError("expected a header line, found none")
    header = rows[0][1]
    if len(rows) > 1 and len(rows[-1][1]) < len(header):
        rows.pop()
        cut = 1
    cut = max(cut, int(not data.endswith(b"\n") and not finished))
    for line, row in rows:
        if len(row) != len(header):
            raise ValueError(f"line {line}: expected {len(header)} cells, found {len(row)}")
    cells = zip(*(row for _, row in rows[1:]), strict=True) if len(rows) > 1 else None
    values = list(cells) if cells is not None else [()] * len(header)
    return dict(zip(header, values, strict=True)), cut


def _whole_lines(data: bytes, finished: bool) -> bytes:
    """`data` without a last line that has no end, nor the zeros a power cut leaves there.

    A finished file keeps such a line: someone has merely trimmed the line end.
    """
    data = data.rstrip(b"\0")
    if data.endswith(b"\n") or finished:
        return data
    return data[: data.rfind(b"\n") + 1]


def _numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in reader:
        if row:
            yield reader.line_num, row


def _timeline(table: Mapping[str, tuple[str, ...]], classes: tuple[str, ...]) -> Timeline:
    names = [column.name for column in schema.columns(classes)]
    missing = [name for name in names if name not in table]
    if missing:
        raise ValueError(f"expected the columns of a timeline, found no {', '.join(missing)}")
    scores = [_numbers(table, name) for name in names[len(schema.FIXED_COLUMNS) :]]
    rows, count = len(table["frame"]), len(classes)
    known = (column.name for column in schema.landmark_columns(LandmarkMode.ALL))
    extra = tuple(name for name in known if name in table)
    text_of = {schema.text_cell(name): name for name in (*classes, labels.UNKNOWN)}
    return Timeline(
        frame=_integers(table, "frame"),
        time_s=_numbers(table, "time_s"),
        wall_time=_moments(table["wall_time"]),
        face_id=_integers(table, "face_id"),
        status=np.array(table["status"], np.str_),
        boxes=np.stack([_numbers(table, n) for n in ("x", "y", "width", "height")], axis=1),
        detection_score=_numbers(table, "detection_score"),
        label=np.array([text_of.get(cell, cell) for cell in table["label"]], np.object_),
        raw_label=np.array([text_of.get(cell, cell) for cell in table["raw_label"]], np.object_),
        margin=_numbers(table, "margin"),
        latency_ms=_numbers(table, "latency_ms"),
        probabilities=np.array(scores[:count]).reshape(count, rows).T,
        cosines=np.array(scores[count:]).reshape(count, rows).T,
        extra=np.array([_numbers(table, n) for n in extra]).reshape(len(extra), rows).T,
        extra_names=extra,
    )


def _numbers(table: Mapping[str, tuple[str, ...]], name: str) -> NDArray[np.float64]:
    try:
        return np.array([float(cell) if cell else np.nan for cell in table[name]], np.float64)
    except ValueError as error:
        raise ValueError(f"column {name}: {error}") from error


def _integers(table: Mapping[str, tuple[str, ...]], name: str) -> NDArray[np.int64]:
    try:
        return np.array([int(cell) if cell else -1 for cell in table[name]], np.int64)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"column {name}: {error}") from error


def _moments(cells: tuple[str, ...]) -> NDArray[np.datetime64]:
    return np.array([cell.removesuffix("Z") or "NaT" for cell in cells], "datetime64[us]")
