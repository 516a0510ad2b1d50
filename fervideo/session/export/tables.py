"""Columns of values on their way to a table, and tables as text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo.session.files import replacing
from fervideo.session.schema import number_cell, text_cell

_CHUNK = 4096
"""Rows made into text at a time: an hour of video need not fit into memory twice."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column.

    Attributes:
        name: As in the header.
        values: (r,) floats (NaN is missing), integers (negative is missing), booleans, UTC moments
            or text.
        unit: As in `schema.Column`.
        meaning: One sentence.
        decimals: Digits after the point of a float.
    """

    name: str
    values: NDArray[Any]
    unit: str = "1"
    meaning: str = ""
    decimals: int = 6


def write_csv(
    path: Path, columns: Sequence[TableColumn], tell: Callable[[float], None] = lambda done: None
) -> None:
    """Write columns of r rows as RFC 4180 text in UTF-8. Raises OSError."""
    rows = len(columns[0].values)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([text_cell(column.name) for column in columns])
        for start in range(0, rows, _CHUNK):
            tell(start / rows)
            part = slice(start, start + _CHUNK)
            writer.writerows(zip(*(cells(column, part) for column in columns), strict=True))


def cells(column: TableColumn, part: slice = slice(None)) -> list[str]:
    """Some values of a column as text; a missing one is empty, true is 1 and false 0."""
    values = column.values[part]
    match values.dtype.kind:
        case "f":
            return [number_cell(value, column.decimals) for value in values.tolist()]
        case "i":
            return [str(value) if value >= 0 else "" for value in values.tolist()]
        case "b":
            return [str(int(value)) for value in values.tolist()]
        case "M":
            texts = np.datetime_as_string(values, unit="us").tolist()
            return ["" if text == "NaT" else f"{text}Z" for text in texts]
    return [text_cell(str(value)) for value in values.tolist()]
