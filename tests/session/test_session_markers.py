"""Marks of a person: written whole, added while a session is being recorded, read back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from session_results import make_result

from fervideo.errors import SessionError
from fervideo.session import Marker, MarkerKind, append_marker, read_markers, read_session
from fervideo.session.markers import excluded, write_markers

STIMULUS = Marker(1.5, 0.0, "2025-03-01T12:00:01.500000Z", "stimulus 1", "a, b\u00e9")
RANGE = Marker(2.0, 0.5, "", "exclude", "cable pulled")


def test_markers_are_replaced_as_a_whole(tmp_path):
    path = tmp_path / "markers.csv"
    write_markers(path, [STIMULUS, RANGE])
    assert read_markers(path) == (STIMULUS, RANGE)
    write_markers(path, (RANGE,))
    assert read_markers(path) == (RANGE,)
    assert [each.name for each in tmp_path.iterdir()] == ["markers.csv"]


def test_a_marker_is_added_while_the_session_is_recorded(open_writer):
    writer = open_writer()
    path = writer.folder / "markers.csv"
    writer.write(make_result(0, 0.0, [(1, "fear")]))
    append_marker(path, STIMULUS)
    assert read_session(writer.folder).markers == (STIMULUS,)
    writer.write(make_result(1, 0.25, [(1, "fear")]))
    append_marker(path, RANGE)
    writer.close()
    session = read_session(writer.folder)
    assert session.markers == (STIMULUS, RANGE)
    assert len(session.timeline) == 2


def test_a_marker_is_added_to_whatever_is_there(tmp_path):
    path = tmp_path / "markers.csv"
    append_marker(path, STIMULUS)
    assert read_markers(path) == (STIMULUS,)
    path.write_bytes(b"name,rater,time_s,duration_s,wall_time,note\r\nbell,AB,1,0,,")
    append_marker(path, RANGE)
    assert read_markers(path) == (Marker(1.0, 0.0, "", "bell", ""), RANGE)
    assert b"bell,AB,1,0,," in path.read_bytes(), "another program's column stays"


def test_kinds_are_told_by_name():
    kinds = [Marker(0, 0, "", name, "").kind for name in ("Exclude", "note ", "event", "bell", "")]
    assert kinds == [
        MarkerKind.EXCLUDE,
        MarkerKind.NOTE,
        MarkerKind.EVENT,
        MarkerKind.EVENT,
        MarkerKind.EVENT,
    ]


def test_moments_in_an_excluded_range():
    times = np.array([1.75, 2.0, 2.25, 2.5])
    assert excluded(times, [STIMULUS, RANGE]).tolist() == [False, True, True, False]
    assert not excluded(times, []).any()


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "a;@x", "-5", "' '=x", "it's", "'"])
def test_text_a_spreadsheet_would_run_is_harmless_and_read_back(tmp_path, text):
    path = tmp_path / "markers.csv"
    marker = Marker(0.0, 0.0, "", text, text)
    for _ in range(2):
        write_markers(path, [marker])
        assert read_markers(path) == (marker,)
    assert ",=" not in path.read_text() and ",-" not in path.read_text()


@pytest.mark.parametrize(
    "marker",
    [
        Marker(math.nan, 0.0, "", "x", ""),
        Marker(0.0, math.inf, "", "x", ""),
        Marker(0.0, -1.0, "", "x", ""),
    ],
)
def test_an_impossible_marker_is_refused_and_nothing_is_lost(tmp_path, marker):
    path = tmp_path / "markers.csv"
    write_markers(path, [STIMULUS])
    with pytest.raises(SessionError, match="expected a time and a duration"):
        write_markers(path, [STIMULUS, marker])
    with pytest.raises(SessionError, match="expected a time and a duration"):
        append_marker(path, marker)
    assert read_markers(path) == (STIMULUS,)


def test_trouble_is_told_in_one_sentence(tmp_path):
    with pytest.raises(SessionError, match="cannot write the markers"):
        write_markers(tmp_path / "nowhere" / "markers.csv", [])
    with pytest.raises(SessionError, match="cannot write the markers"):
        append_marker(tmp_path / "nowhere" / "markers.csv", STIMULUS)
    foreign = tmp_path / "markers.csv"
    foreign.write_bytes(b"time_s;name\r\n")
    with pytest.raises(SessionError, match=r"cannot read the markers .* found no time_s"):
        append_marker(foreign, STIMULUS)
    assert foreign.read_bytes() == b"time_s;name\r\n"
