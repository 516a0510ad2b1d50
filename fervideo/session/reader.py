"""Reads a session folder, finished or not, into numpy columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
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
from fervideo.session.table import Table, read_table
from fervideo.session.timeline import Timeline

LATEST_S = 1e9
"""Thirty years into a recording: what is later comes from damage."""

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
    def frames_lost(self) -> int:
        """Frames that were there when the session was closed: its timeline has been cut since."""
        had = self.description.get("frames_analysed")
        return max(0, had - len(self.timeline.first_rows)) if isinstance(had, int) else 0

    @property
    def face_ids(self) -> tuple[int, ...]:
        """The faces seen, in the order of their first appearance."""
        ids = self.timeline.face_id[self.timeline.face_id >= 0]
        return tuple(dict.fromkeys(ids.tolist()))

    @property
    def durations(self) -> NDArray[np.float64]:
        """(r,) seconds that each row's frame lasts: until the next one (see `frame_durations`)."""
        source = self.description.get("source")
        live = isinstance(source, Mapping) and source.get("kind") in schema.LIVE_KINDS
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
        table, cut = read_table((folder / schema.TIMELINE_FILE).read_bytes(), finished)
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
    if not isinstance(classes, list) or not classes or not all(map(_is_text, classes)):
        raise SessionError(f"expected a list of class names in {path}, found {classes!r}")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _timeline(table: Table, classes: tuple[str, ...]) -> Timeline:
    names = [column.name for column in schema.columns(classes)]
    missing = [name for name in names if name not in table.names]
    if missing:
        raise ValueError(f"expected the columns of a timeline, found no {', '.join(missing)}")
    known = (column.name for column in schema.landmark_columns(LandmarkMode.ALL))
    extra = tuple(name for name in known if name in table.names)
    numbers = tuple(c.name for c in schema.FIXED_COLUMNS if c.decimals is not None)
    scores = tuple(names[len(schema.FIXED_COLUMNS) :])
    values = table.numbers((*numbers, *scores, *extra))
    column = {name: np.ascontiguousarray(values[:, at]) for at, name in enumerate(numbers)}
    wrong = np.flatnonzero(~(np.abs(column["time_s"]) <= LATEST_S))
    if len(wrong):
        raise ValueError(
            f"row {wrong[0] + 1}: expected a time in seconds, found {column['time_s'][wrong[0]]:g}"
        )
    tables = np.split(values, np.cumsum([len(numbers), len(classes), len(classes)]), axis=1)
    probabilities, cosines, landmarks = map(np.ascontiguousarray, tables[1:])
    text_of = {schema.text_cell(name): name for name in (*classes, labels.UNKNOWN)}
    return Timeline(
        frame=table.integers("frame"),
        time_s=column["time_s"],
        wall_time=_moments(table.texts("wall_time")),
        face_id=table.integers("face_id"),
        status=np.array(table.texts("status"), np.str_),
        boxes=np.stack([column[name] for name in ("x", "y", "width", "height")], axis=1),
        detection_score=column["detection_score"],
        label=np.array(table.texts("label", text_of), np.object_),
        raw_label=np.array(table.texts("raw_label", text_of), np.object_),
        margin=column["margin"],
        latency_ms=column["latency_ms"],
        probabilities=probabilities,
        cosines=cosines,
        extra=landmarks,
        extra_names=extra,
    )


def _moments(cells: Sequence[str]) -> NDArray[np.datetime64]:
    return np.array([cell.removesuffix("Z") or "NaT" for cell in cells], "datetime64[us]")
