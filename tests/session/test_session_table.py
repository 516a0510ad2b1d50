"""Reading cells: the fast way gives what the slow one gives."""

from __future__ import annotations

import csv
import io
import random

import numpy as np
import pytest

from fervideo.session.digits import Digits
from fervideo.session.table import PlainTable, read_table

ODD = [
    "1e-3",
    " 5",
    "+2.5",
    "nan",
    "-inf",
    "1_0.5",
    "123456789.25",
    ".5",
    "7.",
    "-",
    "0x1",
    "1.2.3",
]


def file_of(rows: list[list[str]], end: str = "\r\n") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def decimals(count: int, places: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    reach = 10.0 ** draw.choice([0, 1, 4, 7])
    return [f"{draw.uniform(-reach, reach):.{places}f}" for _ in range(count)]


@pytest.mark.parametrize("places", range(9))
def test_numbers_are_to_the_bit_what_python_makes_of_them(places: int) -> None:
    cells = [*decimals(2000, places, places), "-0" + (f".{'0' * places}" if places else "")]
    values = read_table(file_of([["a", "b"], *([c, "x"] for c in cells)]), True)[0].numbers(["a"])
    expected = np.array([[float(cell)] for cell in cells])
    assert values.tobytes() == expected.tobytes()


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_plain_file_reads_as_one_with_quotes(end: str) -> None:
    rows = [
        [str(i), cell, "" if i % 3 else decimals(1, 4, i)[0], f"näme {i % 5}"]
        for i, cell in enumerate(decimals(1200, 6, 3))
    ]
    header = ["n", "a", "b", "last"]
    plain, _ = read_table(file_of([header, *rows], end), True)
    quoted, _ = read_table(b'"n"' + file_of([header, *rows], end)[1:], True)
    assert isinstance(plain, PlainTable) and not isinstance(quoted, PlainTable)
    assert plain.names == quoted.names == tuple(header)
    np.testing.assert_array_equal(plain.numbers(["b", "a"]), quoted.numbers(["b", "a"]))
    assert plain.integers("n").tolist() == quoted.integers("n").tolist() == list(range(1200))
    meant = {"näme 2": "two"}
    assert plain.texts("last", meant) == quoted.texts("last", meant)
    assert plain.texts("last", meant)[:3] == ["näme 0", "näme 1", "two"]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_written_in_another_way_reads_as_python_reads_it(odd: str) -> None:
    table, _ = read_table(file_of([["a", "b"], ["0.500000", "x"], [odd, "x"], ["", "x"]]), True)
    try:
        expected = float(odd)
    except ValueError:
        with pytest.raises(ValueError, match=r"column a: .*could not convert"):
            table.numbers(["a"])
    else:
        np.testing.assert_array_equal(table.numbers(["a"])[:, 0], [0.5, expected, np.nan])


@pytest.mark.parametrize("odd", ["4.5", "4" * 30, "four", "٤", "123456789012", "-1", ""])
def test_whole_numbers(odd: str) -> None:
    table, _ = read_table(file_of([["a", "b"], ["1", "x"], [odd, "x"]]), True)
    slow, _ = read_table(b'"a"' + file_of([["a", "b"], ["1", "x"], [odd, "x"]])[1:], True)
    found = []
    for each in (table, slow):
        try:
            found.append(each.integers("a").tolist())
        except ValueError as error:
            found.append(str(error))
    assert found[0] == found[1]
    assert (
        found[0] == [1, int(odd or -1)]
        if odd in ("٤", "123456789012", "-1", "")
        else (found[0].startswith("column a: "))
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\r\n1,2\r\n3\r\n4,5\r\n", "line 3: expected 2 cells, found 1"),
        (b"a,b\r\n1,2,3\r\n4\r\n5,6\r\n", "line 2: expected 2 cells, found 3"),
        (b"a,b\n1,2\r3,4,5\n", "line 3: expected 2 cells, found 3"),
        (b"", "header line"),
        (b"a,b\r\n1,\0\r\n", "binary"),
        (b"a,b\r\n1,\xff\r\n", "utf-8"),
    ],
)
def test_lines_that_do_not_fit_are_told_by_number(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_table(data, True)


def test_blank_lines_and_a_cut_last_line_are_passed_over() -> None:
    table, cut = read_table(b"a,b\r\n1,2\r\n\r\n3,4\r\n", True)
    assert (table.integers("a").tolist(), cut) == ([1, 3], 0)
    for data, finished in ((b"a,b\r\n1,2\r\n3\r\n", True), (b"a,b\r\n1,2\r\n3,4", False)):
        table, cut = read_table(data, finished)
        assert (table.integers("a").tolist(), cut) == ([1], 1)
    table, cut = read_table(b"a,b\r\n1,2\r\n3,4", True)
    assert (table.integers("b").tolist(), cut) == ([2, 4], 0)


def test_a_cell_that_starts_the_text_is_read() -> None:
    text = b"-7.25"
    values, good = Digits(text).decimals(np.array([0]), np.array([5]), np.array([2]))
    assert (values[0], good[0]) == (-7.25, True)
