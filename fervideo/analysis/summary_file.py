"""One file about all videos of an analysis: a row, or an entry, for each."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fervideo import labels
from fervideo.analysis.jobs import Report
from fervideo.capture.names import quoted
from fervideo.errors import FervideoError, reason_of
from fervideo.session.files import is_another, write_whole
from fervideo.session.schema import csv_bytes, text_cell

SUFFIXES = (".csv", ".json")

_COLUMNS = (
    "source",
    "session",
    "skipped",
    "end_reason",
    "error",
    "warning",
    "duration_s",
    "frames",
    "frames_without_face",
    "faces",
    "label_changes",
    "low_quality_rows",
    "frames_per_s",
)

_A_SUMMARY = re.compile(rb'\A(source,session,skipped,|\[\s*(\]|\{\s*"source": ))')
"""The beginning of a summary that was written before."""

_SECONDS_PREFIX = "seconds_"


class SummaryFile:
    """A summary that is written anew after each video, so that a kill loses none.

    Args:
        path: A `.csv` or `.json` file; its folder is made.

    Raises:
        FervideoError: It has another suffix, is there and no summary, or its folder cannot be
            written.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.casefold() not in SUFFIXES:
            raise FervideoError(
                f"expected a summary file that ends in {' or '.join(SUFFIXES)}, found {path.name!r}"
            )
        if path.is_dir():
            raise FervideoError(f"expected a summary file, found the folder {path}; name a file")
        if is_another(path, _A_SUMMARY):
            raise FervideoError(
                f"expected a new file for the summary, found {quoted(path)}, which is no summary; "
                "choose another name"
            )
        self._path = path
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            raise FervideoError(f"cannot write the summary {path}: its folder is write-protected")

    def write(self, reports: Sequence[Report]) -> None:
        """Write the reports so far, in their order. Raises FervideoError."""
        data = summary_csv(reports) if _is_csv(self._path) else summary_json(reports)
        with self._told():
            write_whole(self._path, data)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FervideoError(
                f"cannot write the summary {self._path}: {reason_of(error)}; choose a "
                "folder that can be written, on a disk with room"
            ) from error


def _is_csv(path: Path) -> bool:
    return path.suffix.casefold() == ".csv"


def summary_json(reports: Sequence[Report]) -> bytes:
    """The reports as a JSON list, UTF-8."""
    text = json.dumps([report.plain() for report in reports], indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def summary_csv(reports: Sequence[Report]) -> bytes:
    """The reports as RFC 4180 text, UTF-8: a row each, a column for each expression seen.

    An expression that a video does not show has 0 seconds there; a video without a session has
    empty cells.
    """
    told = [report.plain() for report in reports]
    seen = {name for entry in told for name in entry.get("seconds", {})}
    names = [name for name in (*labels.BY_NAME, *sorted(seen - {*labels.BY_NAME})) if name in seen]
    header = [*_COLUMNS, *(text_cell(_SECONDS_PREFIX + name) for name in names)]
    return csv_bytes([header, *(_row(entry, names) for entry in told)])


def _row(entry: dict[str, Any], names: Sequence[str]) -> list[str]:
    seconds = entry.get("seconds")
    cells = [_cell(entry.get(column)) for column in _COLUMNS]
    return [*cells, *("" if seconds is None else _cell(seconds.get(name, 0.0)) for name in names)]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text_cell(value)
    return "" if value is None else str(value)
