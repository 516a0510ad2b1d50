"""Cells, columns and folder names."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from fervideo import labels
from fervideo.session.naming import LONGEST_NAME, make_session_folder, session_name
from fervideo.session.schema import columns, csv_bytes, number_cell, text_cell, utc_text


def test_columns_stand_in_the_order_of_the_contract():
    names = [column.name for column in columns(("neutral", "fear"))]
    fixed = "frame time_s wall_time face_id status x y width height detection_score label"
    rest = "raw_label margin latency_ms p_neutral p_fear cos_neutral cos_fear"
    assert names == f"{fixed} {rest}".split()
    assert all(column.unit and column.meaning for column in columns(labels.BASIC))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_text_that_a_spreadsheet_would_run_is_made_text(start):
    assert text_cell(f"{start}1+1").startswith("'")
    assert text_cell(f"'{start}1+1").startswith("''"), "and stays different from its own quote"


def test_a_formula_behind_a_separator_is_made_text_too():
    assert text_cell("a;=HYPERLINK(1)") == "a;'=HYPERLINK(1)"
    assert text_cell("a\n@x") == "a '@x"


@pytest.mark.parametrize("plain", ["happiness", "half-smile", "a=b", "überrascht", "'quoted'", ""])
def test_ordinary_text_is_left_alone(plain):
    assert text_cell(plain) == plain


def test_a_cell_holds_one_line_and_survives_csv():
    hostile = 'a"b,c\nd\x00e\udcff'
    (row,) = csv.reader(io.StringIO(csv_bytes([[text_cell(hostile)]]).decode(), newline=""))
    assert row == ['a"b,c d e?']


def test_numbers_stay_numbers():
    assert number_cell(-0.25, 6) == "-0.250000"
    assert number_cell(1e-9, 6) == number_cell(-1e-9, 6) == "0.000000"
    assert (
        number_cell(float("nan"), 6) == number_cell(float("inf"), 2) == number_cell(None, 2) == ""
    )
    assert number_cell(36000.000001, 6) == "36000.000001"


def test_wall_time_is_utc_with_microseconds():
    here = datetime(2025, 3, 1, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(here) == "2025-03-01T12:00:00.000005Z"
    assert datetime.fromisoformat(utc_text(here)) == here
    assert utc_text(datetime(2025, 3, 1)) == utc_text(datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ("clip", "clip"),
        ("Über den Wolken (2)", "Über den Wolken (2)"),
        ('a<b>:"/\\|?*c', "a-b-c"),
        ("con", "_con"),
        ("NUL.mp4", "_NUL.mp4"),
        ("console", "console"),
        ("..", "session"),
        ("", "session"),
        (" .hidden. ", "hidden"),
        ("-rf", "rf"),
        ("line\nbreak\x00", "line-break"),
        ("bad\udcff", "bad"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_session_names_are_safe_everywhere(wanted, made):
    assert session_name(wanted) == made


def test_a_long_name_is_cut_without_breaking_a_character():
    name = session_name("é" * 500)
    assert 0 < len(name.encode()) <= LONGEST_NAME
    assert set(name) == {"é"}


def test_a_taken_name_gets_a_number(tmp_path: Path):
    (tmp_path / "clip-2").write_text("a file of that name")
    made = [make_session_folder(tmp_path / "clip").name for _ in range(3)]
    assert made == ["clip", "clip-3", "clip-4"]
