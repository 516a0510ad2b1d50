"""The cells of a timeline: a CSV file by columns, fast where it is as fervideo writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fervideo.session.digits import MOST, Digits

Places = NDArray[np.int64]
Span = tuple[Places, Places]

_COMMA, _LF = b",\n"
_BLOCK = 512
_AS_IT_IS: Mapping[str, str] = {}


class Table:
    """Columns of text, by name.

    Args:
        columns: The cells of each column, all of the same number.
    """

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self._columns = columns
        self.names = tuple(columns)

    def texts(self, name: str, meant: Mapping[str, str] = _AS_IT_IS) -> Sequence[str]:
        """The cells of a column.

        Args:
            name: The column.
            meant: What to give in place of some cells.
        """
        return [meant.get(cell, cell) for cell in self._columns[name]]

    def numbers(self, names: Sequence[str]) -> NDArray[np.float64]:
        """(r, k) columns of numbers, NaN where a cell is empty. Raises ValueError."""
        columns = [[_number(name, cell) for cell in self._columns[name]] for name in names]
        return np.array(columns, np.float64).reshape(len(names), -1).T

    def integers(self, name: str) -> NDArray[np.int64]:
        """(r,) a column of whole numbers, -1 where a cell is empty. Raises ValueError."""
        return np.array([_integer(name, cell) for cell in self._columns[name]], np.int64)


class PlainTable(Table):
    """A table without quotes, whose cells are known by their places in the file alone.

    Args:
        names: Names of the C columns.
        data: The lines after the header.
        ends: (r, C) place of the comma or line end after each cell.
    """

    def __init__(self, names: Sequence[str], data: bytes, ends: Places) -> None:
        super().__init__(dict.fromkeys(names, ()))
        self._data, self._digits, self._ends = data, Digits(data), ends
        self._end_length = 2 if data[-2:] == b"\r\n" else 1

    def texts(self, name: str, meant: Mapping[str, str] = _AS_IT_IS) -> Sequence[str]:
        """The cells of a column; equal ones are one string."""
        cells = self._cells(name)
        words = {cell: cell.decode() for cell in set(cells)}
        words = {cell: meant.get(word, word) for cell, word in words.items()}
        return [words[cell] for cell in cells]

    def numbers(self, names: Sequence[str]) -> NDArray[np.float64]:
        """(r, k) columns of numbers, NaN where a cell is empty. Raises ValueError."""
        found = np.empty((len(self._ends), len(names)))
        decimals = self._decimals(names)
        # Few rows at a time: then the memory next to the processor holds them.
        for first in range(0, len(found), _BLOCK):
            starts, ends = self._places(names, first)
            values, good = self._digits.decimals(starts, ends, decimals)
            values[ends == starts] = np.nan
            for row, column in np.argwhere(~good & (ends > starts)).tolist():
                cell = self._data[starts[row, column] : ends[row, column]].decode()
                values[row, column] = _number(names[column], cell)
            found[first : first + _BLOCK] = values
        return found

    def integers(self, name: str) -> NDArray[np.int64]:
        """(r,) a column of whole numbers, -1 where a cell is empty. Raises ValueError."""
        found = np.empty(len(self._ends), np.int64)
        for first in range(0, len(found), _BLOCK):
            starts, ends = (places[:, 0] for places in self._places([name], first))
            values, good = self._digits.decimals(starts, ends, np.zeros_like(ends))
            values[ends == starts] = -1
            found[first : first + _BLOCK] = values
            for row in np.flatnonzero(~good & (ends > starts)).tolist():
                cell = self._data[starts[row] : ends[row]].decode()
                found[first + row] = _integer(name, cell)
        return found

    def _places(self, names: Sequence[str], first: int, count: int = _BLOCK) -> Span:
        """(n, k) where the cells of some columns start and end, from this row on."""
        at = np.array([self.names.index(name) for name in names], np.int64)
        rows = self._ends[first : first + count]
        ends, starts = rows[:, at], rows[:, at - 1] + 1
        starts[1:, at == 0] = rows[:-1, -1:] + 1
        starts[:1, at == 0] = self._ends[first - 1, -1] + 1 if first else 0
        return starts, ends - (at == len(self.names) - 1) * (self._end_length - 1)

    def _cells(self, name: str) -> list[bytes]:
        starts, ends = self._places([name], 0, len(self._ends))
        places = zip(starts[:, 0].tolist(), ends[:, 0].tolist(), strict=True)
        return [self._data[start:end] for start, end in places]

    def _decimals(self, names: Sequence[str]) -> Places:
        """(k,) digits after the point: those of a first cell, since the others have as many."""
        starts, ends = self._places(names, 0)
        found = np.zeros(len(names), np.int64)
        for at in range(len(names)):
            for row in np.flatnonzero(ends[:, at] > starts[:, at])[:1]:
                cell = self._data[starts[row, at] : ends[row, at]]
                found[at] = min(len(cell.partition(b".")[2]), MOST)
        return found


def read_table(data: bytes, finished: bool) -> tuple[Table, int]:
    """The cells of a CSV file with a header, and how many cut lines were left out at its end.

    Args:
        data: The file.
        finished: It was closed in order, so that a last line without an end is whole.

    Raises:
        ValueError: It is no such file, in words that say where.
        csv.Error: It is no CSV file.
    """
    whole = _whole_lines(data, finished).removeprefix(b"\xef\xbb\xbf")
    text = whole.decode("utf-8")
    if "\0" in text:
        raise ValueError("expected text, found binary data")
    cut = int(not data.endswith(b"\n") and not finished)
    return _plain_table(whole, cut) or _quoted_table(text, cut)


def _whole_lines(data: bytes, finished: bool) -> bytes:
    """`data` without a last line that has no end, nor the zeros a power cut leaves there.

    A finished file keeps such a line: someone has merely trimmed the line end.
    """
    data = data.rstrip(b"\0")
    if data.endswith(b"\n") or finished:
        return data
    return data[: data.rfind(b"\n") + 1]


def _plain_table(data: bytes, cut: int) -> tuple[Table, int] | None:
    """The table, if it is as simple as those that fervideo writes and every line is whole."""
    lone_cr = data.count(b"\r") - data.count(b"\r\n")
    if b'"' in data or lone_cr or not data.endswith(b"\n"):
        return None
    header, _, body = data.partition(b"\n")
    names = header.removesuffix(b"\r").decode().split(",")
    is_crlf = header.endswith(b"\r")
    if body.count(b"\r") != (body.count(b"\n") if is_crlf else 0) or len(set(names)) < len(names):
        return None
    codes = np.frombuffer(body, np.uint8)
    places = np.flatnonzero((codes == _COMMA) | (codes == _LF))
    if len(places) % len(names):
        return None
    ends = places.reshape(-1, len(names))
    if body.count(b"\n") != len(ends) or (codes[ends[:, -1]] != _LF).any():
        return None
    return PlainTable(names, body, ends), cut


def _quoted_table(text: str, cut: int) -> tuple[Table, int]:
    """Any table, cell by cell; a last line with too few cells is left out."""
    reader = csv.reader(io.StringIO(text, newline=""))
    rows = [(reader.line_num, row) for row in reader if row]
    if not rows:
        raise ValueError("expected a header line, found none")
    header = rows[0][1]
    if len(rows) > 1 and len(rows[-1][1]) < len(header):
        rows.pop()
        cut = 1
    for line, row in rows:
        if len(row) != len(header):
            raise ValueError(f"line {line}: expected {len(header)} cells, found {len(row)}")
    cells = [row for _, row in rows[1:]]
    columns = list(zip(*cells, strict=True)) if cells else [()] * len(header)
    return Table(dict(zip(header, columns, strict=True))), cut


def _number(name: str, cell: str) -> float:
    try:
        return float(cell) if cell else np.nan
    except ValueError as error:
        raise ValueError(f"column {name}: {error}") from error


def _integer(name: str, cell: str) -> int:
    try:
        found = int(cell) if cell else -1
    except ValueError as error:
        raise ValueError(f"column {name}: {error}") from error
    if not -(2**63) <= found < 2**63:
        raise ValueError(f"column {name}: expected a whole number of 64 bits, found {cell}")
    return found
