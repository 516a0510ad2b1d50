"""Sums over sessions, done by hand here."""

from __future__ import annotations

import numpy as np
import pytest
from session_results import SOURCE, make_result

from fervideo import labels
from fervideo.session import read_session, summarize, summary_line
from fervideo.session.segments import frame_durations


def test_uneven_frames_last_until_the_next_one(open_writer):
    # frames at        0.0   0.1   0.5   0.6   1.6   1.7        the last lasts the median, 0.1
    # each lasts       0.1   0.4   0.1   1.0   0.1   0.1
    writer = open_writer()
    for index, (time_s, faces) in enumerate(
        [
            (0.0, [(1, "fear"), (2, "anger")]),
            (0.1, [(1, "fear")]),
            (0.5, []),
            (0.6, [(1, "anger"), (2, labels.UNKNOWN)]),
            (1.6, [(1, labels.NO_LABEL)]),
            (1.7, [(1, "anger"), (2, "anger")]),
        ]
    ):
        writer.write(make_result(index, time_s, faces, low_quality=[1] if time_s == 1.6 else []))
    writer.close(frames_seen=8, frames_analysed=6, frames_dropped=2)
    summary = summarize(read_session(writer.folder))
    first, second = summary.faces
    assert first.seconds == pytest.approx({"anger": 1.1, "fear": 0.5})
    assert second.seconds == pytest.approx({labels.UNKNOWN: 1.0, "anger": 0.2})
    assert first.unlabelled_s == pytest.approx(0.1)
    assert (first.label_changes, second.label_changes) == (1, 2)
    assert (first.low_quality_frames, first.frames, second.frames) == (1, 5, 3)
    assert summary.duration_s == pytest.approx(1.8)
    assert summary.seconds == pytest.approx({"anger": 1.3, labels.UNKNOWN: 1.0, "fear": 0.5})
    assert list(summary.seconds) == ["anger", labels.UNKNOWN, "fear"]
    assert (summary.frames, summary.frames_without_face, summary.label_changes) == (6, 1, 3)
    assert (summary.low_quality_rows, summary.frames_dropped) == (1, 2)
    assert summary_line(summary, 31.26) == (
        "6 frames (1.8 s); 2 faces; anger 1.3 s, unknown 1.0 s, fear 0.5 s; 3 label changes; "
        "1 frame without a face; 1 of low quality; 2 dropped; 31.3 frames/s"
    )


@pytest.mark.parametrize(
    ("kind", "seconds", "segments"),
    [("camera", [0.1, 1.0, 1.0], 2), ("video", [0.1, 60.0, 30.05], 1)],
)
def test_a_pause_of_a_camera_is_not_an_expression_held(open_writer, kind, seconds, segments):
    writer = open_writer(source={**SOURCE, "kind": kind})
    for index, time_s in enumerate([0.0, 0.1, 60.1]):
        writer.write(make_result(index, time_s, [(1, "fear")]))
    writer.close()
    session = read_session(writer.folder)
    total = sum(segment.duration_s for segment in session.segments())
    assert summarize(session).seconds["fear"] == pytest.approx(sum(seconds))
    assert total == pytest.approx(sum(seconds))
    assert len(session.segments()) == segments


def test_an_empty_session_adds_up_to_nothing(open_writer):
    summary = summarize(read_session(open_writer().folder))
    assert (summary.duration_s, summary.frames, summary.faces) == (0.0, 0, ())
    assert summary_line(summary) == (
        "0 frames (0.0 s); 0 faces; no expression; 0 label changes; 0 frames without a face"
    )


def test_durations_are_never_negative():
    assert frame_durations(np.array([1.0])).tolist() == [0.0]
    assert frame_durations(np.array([0.0, 1.0, 0.5, 2.5])).tolist() == [1.0, 0.0, 2.0, 1.0]
