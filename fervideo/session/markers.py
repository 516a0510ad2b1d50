"""markers.csv: moments and ranges that a person has marked in a session."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session.schema import csv_bytes

MARKER_COLUMNS = ("time_s", "duration_s", "wall_time", "name", "note")


@dataclass(frozen=True, slots=True)
class Marker:
    """One mark.

    Attributes:
        time_s: Where it begins, in the time of the timeline.
        duration_s: How long it lasts; 0 for a moment.
        wall_time: When it begins, ISO 8601 UTC, or empty.
        name: What was marked, e.g. `stimulus`.
        note: Free text.
    """

    time_s: float
    duration_s: float
    wall_time: str
    name: str
    note: str


def create_markers(path: Path) -> None:
    """Write a marker file with its header alone. Raises OSError."""
    with path.open("xb") as file:
        file.write(csv_bytes([MARKER_COLUMNS]))


def read_markers(path: Path) -> tuple[Marker, ...]:
    """The marks of a session in the order of the file; none if there is no file.

    Raises:
        SessionError: The file is not a marker file.
    """
    if not path.exists():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        return _markers(rows)
    except (OSError, ValueError, csv.Error) as error:
        raise SessionError(f"cannot read the markers in {path}: {error}") from error


def _markers(rows: list[list[str]]) -> tuple[Marker, ...]:
    header = tuple(rows[0]) if rows else ()
    missing = [name for name in MARKER_COLUMNS if name not in header]
    if missing:
        raise ValueError(f"expected the columns {', '.join(MARKER_COLUMNS)}, found no {missing[0]}")
    place = {name: header.index(name) for name in MARKER_COLUMNS}
    whole = (row for row in rows[1:] if len(row) == len(header))
    return tuple(_marker({name: row[at] for name, at in place.items()}) for row in whole)


def _marker(cells: dict[str, str]) -> Marker:
    time_s, duration_s = float(cells["time_s"]), float(cells["duration_s"] or 0)
    if not (math.isfinite(time_s) and duration_s >= 0):
        raise ValueError(f"expected a time and a duration in seconds, found {cells['time_s']!r}")
    return Marker(time_s, duration_s, cells["wall_time"], cells["name"], cells["note"])
