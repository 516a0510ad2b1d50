"""The format of a session folder: its files, its columns, and how a value becomes a cell."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

from fervideo.landmark_names import BLENDSHAPES, POSE_ANGLES, LandmarkMode

FORMAT = "fervideo-session"
VERSION = 1

TIMELINE_FILE = "timeline.csv"
DESCRIPTION_FILE = "session.json"
MARKERS_FILE = "markers.csv"
VIDEO_FILE = "video.mp4"

EDITS_FILE = "edits.json"

UNFINISHED = "unfinished"

LIVE_KINDS = ("camera", "stream")
"""Kinds of source, as `session.json` names them, that do not wait."""

HIDDEN = "hidden"
"""Status of a frame whose every face a person has hidden: in edited sessions, never in a file."""


class Status(StrEnum):
    """Why a row holds the values it holds; anything but `ok` is the reason for its empty cells."""

    OK = "ok"
    NO_FACE = "no_face"
    LOW_QUALITY = "low_quality"
    NO_LABEL = "no_label"
    INCOMPLETE = "incomplete"


STATUS_MEANINGS: dict[Status, str] = {
    Status.OK: "a face, judged; every cell has a value, but for landmarks that were not made out",
    Status.NO_FACE: "the frame was analysed and no face was found; every cell of a face is empty",
    Status.LOW_QUALITY: "a face too small, blurred, turned or cut off to be believed; its label "
    "is the one held from before, or empty",
    Status.NO_LABEL: "a good face that has no stable label yet",
    Status.INCOMPLETE: "a good face, but a value was not measured or is not a finite number",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the timeline.

    Attributes:
        name: As in the header.
        unit: `s`, `px`, `ms`, `1` for a pure number, `text`, or `date and time`.
        meaning: One sentence for whoever opens the file.
        decimals: Digits written after the point; None where the cell is not a decimal number.
    """

    name: str
    unit: str
    meaning: str
    decimals: int | None = None


FIXED_COLUMNS: tuple[Column, ...] = (
    Column("frame", "1", "number of the frame in its source, from 0; gaps are frames not analysed"),
    Column("time_s", "s", "time of the frame from the start of the source", 6),
    Column("wall_time", "date and time", "when the frame was captured or read, ISO 8601, UTC"),
    Column("face_id", "1", "number of the face, the same as long as it is followed"),
    Column("status", "text", "ok, or the reason why cells of this row are empty"),
    Column("x", "px", "left edge of the face's box, from the left of the picture", 2),
    Column("y", "px", "top edge of the face's box, from the top of the picture", 2),
    Column("width", "px", "width of the face's box", 2),
    Column("height", "px", "height of the face's box", 2),
    Column("detection_score", "1", "the detector's confidence that this is a face, 0 to 1", 4),
    Column("label", "text", "stable expression, calm over time; unknown if near no class"),
    Column("raw_label", "text", "class of the highest cosine in this frame alone"),
    Column(
        "margin",
        "1",
        "smoothed cosine of the stable label minus that of the best other class",
        6,
    ),
    Column("latency_ms", "ms", "time from the capture of the frame (the read, for a file) "
           "to its labels; where that is not known, the time its analysis took", 3),
)  # fmt: skip

PROBABILITY_PREFIX = "p_"
COSINE_PREFIX = "cos_"
POSE_PREFIX = "pose_"
BLENDSHAPE_PREFIX = "blend_"
FACE_DECIMALS = 6
"""Digits after the point of margins, probabilities and cosines: all that float32 holds."""


_POSE_MEANINGS = {
    "pitch": "how far the head is turned up: positive where the nose points up",
    "yaw": "how far the head is turned to the side: positive where the nose points to the right "
    "of the picture",
    "roll": "how far the head is tilted: positive if clockwise in the picture",
}
_NOT_MADE_OUT = "empty where no landmarks were made out"


@cache
def landmark_columns(landmarks: LandmarkMode) -> tuple[Column, ...]:
    """The columns of head pose and blendshapes, in order; none if they are off."""
    if landmarks is LandmarkMode.OFF:
        return ()
    pose = tuple(
        Column(POSE_PREFIX + name, "deg", f"{_POSE_MEANINGS[name]}; {_NOT_MADE_OUT}", 2)
        for name in POSE_ANGLES
    )
    if landmarks is LandmarkMode.POSE:
        return pose
    blendshapes = (
        Column(
            BLENDSHAPE_PREFIX + name,
            "1",
            f"strength of MediaPipe's blendshape {name}, 0 to 1, left and right being the "
            f"person's own; {_NOT_MADE_OUT}",
            4,
        )
        for name in BLENDSHAPES
    )
    return (*pose, *blendshapes)


def columns(
    classes: Sequence[str], landmarks: LandmarkMode = LandmarkMode.OFF
) -> tuple[Column, ...]:
    """Every column of a timeline, in order.

    Args:
        classes: The C class names, in the order of the model's columns.
        landmarks: What is measured of the face besides.
    """
    probabilities = (
        Column(
            header_cell(PROBABILITY_PREFIX, name),
            "1",
            f"probability of {name}: softmax of the scaled cosines, 0 to 1",
            FACE_DECIMALS,
        )
        for name in classes
    )
    cosines = (
        Column(
            header_cell(COSINE_PREFIX, name),
            "1",
            f"cosine between the face's embedding and the center of {name}, -1 to 1",
            FACE_DECIMALS,
        )
        for name in classes
    )
    return (*FIXED_COLUMNS, *probabilities, *cosines, *landmark_columns(landmarks))


_FORMULA_START = re.compile(r"^(?='*[\t\r])|(?:^|(?<=[;,\t\r\n]))(?=[\s']*[=+\-@＝＋－＠])")
_ADDED_APOSTROPHE = re.compile(r"(?:^|(?<=[;,]))'(?=[\s']*[=+\-@＝＋－＠])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def text_cell(text: str) -> str:
    """Text that no spreadsheet runs as a formula, on one line.

    An apostrophe goes before a formula's first sign, at the start of the cell and after a
    separator (a program that splits the file at semicolons sees a cell begin there). Apostrophes
    that already stand there get one more, so that different texts stay different. Control
    characters become spaces.
    """
    safe = _CONTROL.sub(" ", _FORMULA_START.sub("'", text))
    return safe.encode("utf-8", "replace").decode("utf-8")


def cell_text(cell: str) -> str:
    """The text that `text_cell` made `cell` of, control characters aside."""
    return _ADDED_APOSTROPHE.sub("", cell)


def header_cell(prefix: str, class_name: str) -> str:
    """Name of the column of a class, e.g. `p_happiness`, safe to open in a spreadsheet."""
    return text_cell(prefix + class_name)


def number_cell(value: float | None, decimals: int) -> str:
    """`value` with a fixed number of decimals, or an empty cell if there is no finite value."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"  # + 0.0 turns -0.0 into 0.0


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, e.g. `2025-03-01T12:00:00.000000Z`.

    A moment without a time zone is taken for UTC.
    """
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 text in UTF-8, each ended by CR LF."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8")
