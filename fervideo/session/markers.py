"""markers.csv: moments and ranges that a person has marked in a session."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo.errors import SessionError
from fervideo.session.files import write_whole
from fervideo.session.schema import cell_text, csv_bytes, number_cell, text_cell

_HALF = 0.5e-6
"""Times are written in whole microseconds: what is nearer is the same time."""

MARKER_COLUMNS = ("time_s", "duration_s", "wall_time", "name", "note")


class MarkerKind(StrEnum):
    """What a marker is for. Its name tells: any name but `exclude` and `note` is an event's."""

    EVENT = "event"
    EXCLUDE = "exclude"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Marker:
    """One mark.

    Attributes:
        time_s: Where it begins, in the time of the timeline.
        duration_s: How long it lasts; 0 for a moment.
        wall_time: When it begins, ISO 8601 UTC, or empty.
        name: What was marked, e.g. `stimulus`; `exclude` for a range that statistics shall leave
            out, `note` for a remark.
        note: Free text.
    """

    time_s: float
    duration_s: float
    wall_time: str
    name: str
    note: str

    @property
    def kind(self) -> MarkerKind:
        """What it is for."""
        name = self.name.strip().casefold()
        return MarkerKind(name) if name in tuple(MarkerKind) else MarkerKind.EVENT


def create_markers(path: Path) -> None:
    """Write a marker file with its header alone. Raises OSError."""
    with path.open("xb") as file:
        file.write(csv_bytes([MARKER_COLUMNS]))


def excluded(times_s: NDArray[np.float64], markers: Iterable[Marker]) -> NDArray[np.bool_]:
    """Which moments lie in a range that a person has excluded.

    Args:
        times_s: (r,) seconds.
        markers: All marks; those named `exclude` count, from their start up to their end.

    Returns:
        (r,) bool.
    """
    inside = np.zeros(len(times_s), np.bool_)
    for marker in markers:
        if marker.kind is MarkerKind.EXCLUDE:
            end_s = marker.time_s + marker.duration_s
            inside |= (times_s > marker.time_s - _HALF) & (times_s < end_s - _HALF)
    return inside


def excluded_seconds(start_s: float, end_s: float, markers: Iterable[Marker]) -> float:
    """How much of the time from `start_s` to `end_s` lies in excluded ranges, in seconds."""
    ranges = sorted(
        (max(start_s, m.time_s), min(end_s, m.time_s + m.duration_s))
        for m in markers
        if m.kind is MarkerKind.EXCLUDE
    )
    total, counted_until = 0.0, start_s
    for start, end in ranges:
        total += max(0.0, end - max(start, counted_until))
        counted_until = max(counted_until, end)
    return total


def write_markers(path: Path, markers: Iterable[Marker]) -> None:
    """Replace a marker file as a whole; columns of other programs are not kept.

    Raises:
        SessionError: A marker has an impossible time, or the disk refuses.
    """
    rows = [_cells(marker) for marker in markers]
    try:
        write_whole(path, csv_bytes([MARKER_COLUMNS, *rows]))
    except OSError as error:
        raise _cannot_write(path, error) from error


def append_marker(path: Path, marker: Marker) -> None:
    """Add one mark at the end, in one write; the session may still be being recorded.

    The file is made if there is none. Columns of other programs stay, empty in the new line.

    Raises:
        SessionError: The marker has an impossible time, the file is not a marker file, or the
            disk refuses.
    """
    cells = dict(zip(MARKER_COLUMNS, _cells(marker), strict=True))
    try:
        data = path.read_bytes() if path.exists() else b""
        header = _header(_rows(data)) if data else MARKER_COLUMNS
        rows = [[cells.get(name, "") for name in header]]
        start = b"" if not data or data.endswith(b"\n") else b"\r\n"
        if not data:
            rows.insert(0, list(header))
        with path.open("ab") as file:
            file.write(start + csv_bytes(rows))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _cannot_write(path, error) from error
    except (ValueError, csv.Error) as error:
        raise _cannot_read(path, error) from error


def read_markers(path: Path) -> tuple[Marker, ...]:
    """The marks of a session in the order of the file; none if there is no file.

    Raises:
        SessionError: The file is not a marker file.
    """
    if not path.exists():
        return ()
    try:
        return _markers(_rows(path.read_bytes()))
    except (OSError, ValueError, csv.Error) as error:
        raise _cannot_read(path, error) from error


def _rows(data: bytes) -> list[list[str]]:
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return [row for row in csv.reader(text) if row]


def _header(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    header = tuple(rows[0]) if rows else ()
    missing = [name for name in MARKER_COLUMNS if name not in header]
    if missing:
        raise ValueError(f"expected the columns {', '.join(MARKER_COLUMNS)}, found no {missing[0]}")
    return header


def _markers(rows: list[list[str]]) -> tuple[Marker, ...]:
    header = _header(rows)
    place = {name: header.index(name) for name in MARKER_COLUMNS}
    whole = (row for row in rows[1:] if len(row) == len(header))
    return tuple(_marker({name: row[at] for name, at in place.items()}) for row in whole)


def _marker(cells: dict[str, str]) -> Marker:
    time_s, duration_s = float(cells["time_s"]), float(cells["duration_s"] or 0)
    _check(time_s, duration_s)
    name, note = cell_text(cells["name"]), cell_text(cells["note"])
    return Marker(time_s, duration_s, cells["wall_time"], name, note)


def _cells(marker: Marker) -> list[str]:
    try:
        _check(marker.time_s, marker.duration_s)
    except ValueError as error:
        raise SessionError(f"cannot keep the marker {marker.name!r}: {error}") from error
    times = [number_cell(marker.time_s, 6), number_cell(marker.duration_s, 6)]
    return [*times, *map(text_cell, (marker.wall_time, marker.name, marker.note))]


def _check(time_s: float, duration_s: float) -> None:
    if not (math.isfinite(time_s) and math.isfinite(duration_s) and duration_s >= 0):
        raise ValueError(
            f"expected a time and a duration in seconds, found {time_s!r} and {duration_s!r}"
        )


def _cannot_read(path: Path, error: Exception) -> SessionError:
    return SessionError(f"cannot read the markers in {path}: {error}")


def _cannot_write(path: Path, error: OSError) -> SessionError:
    return SessionError(
        f"cannot write the markers in {path}: {error.strerror or error}; make room, or check "
        "that the folder can be written"
    )
