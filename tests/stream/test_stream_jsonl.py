from __future__ import annotations

import json
import threading

import pytest
from stream_results import Maker, with_landmarks

from fervideo import labels
from fervideo.errors import StreamError
from fervideo.sinks import Moment, MomentKind
from fervideo.stream.jsonl import JsonLines, frame_object

pytestmark = pytest.mark.usefixtures("no_thread_left")


def test_a_line_for_each_frame() -> None:
    written: list[bytes] = []
    make, sink = Maker(), JsonLines(written.append)
    for expression, count in (("happiness", 1), ("happiness", 0), ("fear", 2)):
        sink.result(make(expression, count), 0.0)
    sink.moment(Moment(MomentKind.MARKED, 0.0, make().frame.wall_time, "bell"))
    sink.close()
    lines = [json.loads(line) for line in written]
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in written)
    assert [line["frame"] for line in lines] == [0, 1, 2]
    assert [len(line["faces"]) for line in lines] == [1, 0, 2]
    assert [line["lost"] for line in lines] == [0, 0, 0]
    first = lines[0]
    assert first["time_s"] == 0 and first["wall_time"] == "2026-01-02T03:04:05.000000Z"
    assert (first["latency_ms"], first["model"]) == (12.5, "fake")
    face = first["faces"][0]
    assert (face["face_id"], face["status"], face["label"]) == (1, "ok", "happiness")
    assert [face[key] for key in ("x", "y", "width", "height")] == [0, 0, 40, 40]
    assert tuple(face["probabilities"]) == tuple(face["cosines"]) == labels.BASIC
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert "pose" not in face and "blendshapes" not in face


def test_landmarks_are_told_if_they_were_measured() -> None:
    result = Maker()()
    face = frame_object(with_landmarks(result))["faces"][0]
    assert face["pose"] == {"pitch": 1.25, "yaw": -30.0, "roll": None}
    assert len(face["blendshapes"]) == 52 and face["blendshapes"]["noseSneerRight"] == 1
    face = frame_object(with_landmarks(result, blendshapes=False))["faces"][0]
    assert "pose" in face and "blendshapes" not in face


def test_a_slow_reader_loses_whole_lines_which_are_counted() -> None:
    go_on, reading, written = threading.Event(), threading.Event(), []

    def write(line: bytes) -> None:
        reading.set()
        go_on.wait(10)
        written.append(json.loads(line))

    make, sink = Maker(), JsonLines(write, capacity=2)
    sink.result(make(), 0.0)
    reading.wait(10)
    for _ in range(6):
        sink.result(make(), 0.0)
    go_on.set()
    while len(written) < 3:
        pass
    sink.result(make(), 0.0)
    sink.close()
    assert [(line["frame"], line["lost"]) for line in written] == [(0, 0), (1, 0), (2, 0), (7, 4)]


def test_a_closed_pipe_ends_the_sink() -> None:
    def write(line: bytes) -> None:
        raise BrokenPipeError("nobody reads")

    make, sink = Maker(), JsonLines(write)
    sink.result(make(), 0.0)
    while sink.failure is None:
        pass
    with pytest.raises(StreamError, match="JSON lines have stopped: nobody reads"):
        sink.result(make(), 0.0)
    sink.close()
