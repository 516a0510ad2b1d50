"""Reading sessions: whole, cut short, damaged, foreign."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from session_results import START, make_result

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session import read_session
from fervideo.session.markers import Marker, read_markers


@pytest.fixture
def recorded(open_writer) -> Path:
    """A finished session: two faces, one of them away for a frame, and a frame without any."""
    writer = open_writer()
    for index, faces in enumerate(
        [
            [(1, "fear"), (2, "anger")],
            [(1, "fear")],
            [(1, "fear"), (2, "anger")],
            [],
            [(1, "unknown")],
        ]
    ):
        writer.write(make_result(index, index * 0.25, faces))
    writer.close(frames_seen=5, frames_analysed=5, frames_dropped=0)
    return writer.folder


def test_what_was_written_is_read_back(recorded):
    session = read_session(recorded)
    timeline = session.timeline
    assert (session.classes, session.face_ids) == (labels.BASIC, (1, 2))
    assert (session.end_reason, session.markers, session.cut_lines) == ("complete", (), 0)
    assert session.video_path is None
    assert timeline.frame.tolist() == [0, 0, 1, 2, 2, 3, 4]
    assert timeline.face_id.tolist() == [1, 2, 1, 1, 2, -1, 1]
    assert timeline.status.tolist() == ["ok"] * 5 + ["no_face", "ok"]
    assert timeline.label.tolist()[-2:] == ["", "unknown"]
    np.testing.assert_allclose(timeline.time_s, timeline.frame * 0.25)
    assert timeline.wall_time[0] == np.datetime64(START.replace(tzinfo=None), "us")
    expected = make_result(2, 0.5, [(1, "fear"), (2, "anger")])
    np.testing.assert_allclose(
        timeline.probabilities[3:5], expected.recognition.probabilities, atol=1e-6
    )
    np.testing.assert_allclose(timeline.cosines[3:5], expected.recognition.cosines, atol=1e-6)
    assert timeline.raw_label.tolist()[3:5] == [label.raw_name for label in expected.labels]
    np.testing.assert_allclose(timeline.boxes[4], [10.25, 5.5, 20.5, 35.5])
    assert np.isnan(timeline.probabilities[5]).all()
    assert np.isnan(timeline.boxes[5]).all()


def test_segments_end_where_label_or_face_ends(recorded):
    session = read_session(recorded)
    found = [(s.face_id, s.label, s.start_s, s.end_s, s.frames) for s in session.segments()]
    assert found == [
        (1, "fear", 0.0, 0.75, 3),
        (1, "unknown", 1.0, 1.25, 1),
        (2, "anger", 0.0, 0.25, 1),
        (2, "anger", 0.5, 0.75, 1),
    ]
    fear, unknown = session.segments()[:2]
    rows = session.timeline.face_id == 1
    column = session.timeline.probabilities[rows, labels.BASIC.index("fear")]
    assert fear.confidence == pytest.approx(column[:3].mean())
    assert np.isnan(unknown.confidence)
    assert len(session.segments(raw=True)) >= 4


def test_a_session_without_rows_can_be_read(open_writer):
    session = read_session(open_writer().folder)
    assert len(session.timeline) == 0
    assert session.timeline.probabilities.shape == (0, 7)
    assert session.segments() == ()
    assert session.end_reason == "unfinished"


@pytest.mark.parametrize("cut", [1, 2, 30, 150])
def test_a_cut_last_line_is_left_out(open_writer, cut):
    writer = open_writer()
    for index in range(4):
        writer.write(make_result(index, index * 0.25, [(1, "fear")]))
    path = writer.folder / "timeline.csv"
    path.write_bytes(path.read_bytes()[:-cut])
    session = read_session(writer.folder)
    assert (len(session.timeline), session.cut_lines) == (3, 1)


def test_zeros_left_by_a_power_cut_are_left_out(open_writer):
    writer = open_writer()
    writer.write(make_result(0, 0.0, [(1, "fear")]))
    with (writer.folder / "timeline.csv").open("ab") as file:
        file.write(b"1,0.25" + bytes(4096))
    assert len(read_session(writer.folder).timeline) == 1


def test_a_file_saved_again_by_a_spreadsheet_can_be_read(recorded):
    path = recorded / "timeline.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(("\ufeff" + text.rstrip()).encode())
    assert len(read_session(recorded).timeline) == 7


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return apply


def describe(**changes: object) -> Callable[[Path], None]:
    return edit("session.json", lambda data: json.dumps({**json.loads(data), **changes}).encode())


def timeline(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return edit("timeline.csv", change)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "timeline.csv").unlink(), r"found no timeline\.csv"),
        (lambda folder: (folder / "session.json").unlink(), r"found no session\.json"),
        (describe(version=2), "version 1 or older, found version 2"),
        (describe(version="x"), "version number"),
        (describe(format="other"), "description of a fervideo session"),
        (describe(classes="fear"), "list of class names"),
        (edit("session.json", lambda data: data[:50]), "expected JSON"),
        (edit("session.json", lambda _: bytes(range(256))), "expected JSON"),
        (edit("session.json", lambda _: b"[" * 100_000), "expected JSON"),
        (timeline(lambda _: bytes(range(256)) * 9), "cannot read the timeline"),
        (timeline(lambda _: b"a\0b\r\n"), "binary"),
        (timeline(lambda _: b""), "header line"),
        (timeline(lambda _: b'"' + b"x" * 200_000), "header line|field"),
        (timeline(lambda data: data.replace(b"margin", b"edge")), "found no margin"),
        (timeline(lambda data: data.replace(b"p_fear", b"p_joy")), "found no p_fear"),
        (timeline(lambda data: data.replace(b"\r\n1,", b"\r\n1,2,3\r\n1,")), "line 4: expected 28"),
        (timeline(lambda data: data.replace(b"0.250000", b"soon")), "column time_s: .*soon"),
        (timeline(lambda data: data.replace(b"\r\n4,", b"\r\n4.5,")), "column frame: "),
        (timeline(lambda data: data.replace(b"\r\n4,", b"\r\n" + b"4" * 30 + b",")), "column fram"),
        (timeline(lambda data: data.replace(b"2025-", b"now-")), "cannot read the timeline"),
        (edit("markers.csv", lambda _: b"\xff\xfe\x00"), "markers"),
    ],
)
def test_what_is_no_session_is_told_in_one_sentence(recorded, damage, said):
    damage(recorded)
    with pytest.raises(SessionError, match=said) as caught:
        read_session(recorded)
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_told_in_one_sentence(tmp_path):
    with pytest.raises(SessionError, match="expected a session folder"):
        read_session(tmp_path / "nowhere")


def test_markers_are_read_and_may_be_missing(recorded):
    path = recorded / "markers.csv"
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write('1.5,0.5,,stimulus,"a, b"\r\n2.0,,,')
    assert read_session(recorded).markers == (Marker(1.5, 0.5, "", "stimulus", "a, b"),)
    path.write_bytes(b"time_s,name\r\n")
    with pytest.raises(SessionError, match="found no duration_s"):
        read_markers(path)
    path.unlink()
    assert read_session(recorded).markers == ()
