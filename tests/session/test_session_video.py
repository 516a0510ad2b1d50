"""The recorded video: true times, true colours, nobody waits for ever."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest
from session_results import SOURCE, make_result

from fervideo.errors import SessionError
from fervideo.session import read_session
from fervideo.session import video as video_module
from fervideo.session.video import QUEUE_FRAMES, VideoRecorder

UNEVEN = [5.0, 5.04, 5.08, 5.5, 5.51, 7.25, 7.2833, 11.0]


def decode(path: Path) -> tuple[list[float], list[np.ndarray], str]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        name = container.streams.video[0].codec_context.name
    return [float(f.time) for f in frames], [f.to_ndarray(format="rgb24") for f in frames], name


@pytest.mark.parametrize("encoder", ["libx264", "mpeg4"])
def test_every_frame_has_its_own_time(open_writer, monkeypatch, encoder):
    monkeypatch.setattr(video_module, "best_encoder", lambda: encoder)
    writer = open_writer(save_video=True)
    for index, time_s in enumerate(UNEVEN):
        writer.write(make_result(index, time_s, [(1, "fear")]))
    writer.close()
    session = read_session(writer.folder)
    times, images, codec = decode(session.video_path)
    start = session.description["video"]["start_time_s"]
    np.testing.assert_allclose(np.add(times, start), session.timeline.time_s, atol=1e-4)
    assert codec == {"libx264": "h264", "mpeg4": "mpeg4"}[encoder]
    assert [image.shape for image in images] == [(48, 64, 3)] * len(UNEVEN)
    for index, image in enumerate(images):
        assert abs(image.mean() - index * 8) < 4
    assert session.description["video"]["frames"] == len(UNEVEN)
    assert session.description["files"]["video"] == "video.mp4"
    assert writer.bytes_written > session.video_path.stat().st_size


def test_times_that_stand_still_are_pushed_forward(tmp_path):
    recorder = VideoRecorder(tmp_path / "v.mp4", live=False)
    for time_s in (0.0, 0.0, 1.0, 0.5, 2.0):
        recorder.put(time_s, np.zeros((16, 16, 3), np.uint8))
    recorder.close()
    times, _, _ = decode(tmp_path / "v.mp4")
    assert recorder.failure is None
    assert times == pytest.approx([0, 0, 1, 1, 2], abs=1e-3)
    assert np.all(np.diff(times) > 0)


def test_colours_and_odd_sizes_survive(tmp_path):
    colors = [(200, 40, 40), (40, 200, 40), (40, 40, 200)]
    recorder = VideoRecorder(tmp_path / "v.mp4", live=False)
    for index, color in enumerate(colors):
        size = (33, 65) if index < 2 else (120, 90)
        recorder.put(index / 10, np.full((*size, 3), color, np.uint8))
    recorder.close()
    _, images, _ = decode(tmp_path / "v.mp4")
    for image, color in zip(images, colors, strict=True):
        assert image.shape == (32, 64, 3)
        np.testing.assert_allclose(image.mean((0, 1)), color, atol=6)


def test_a_session_without_frames_has_no_video(open_writer):
    writer = open_writer(save_video=True)
    writer.close()
    assert read_session(writer.folder).video_path is None
    assert read_session(writer.folder).description["files"]["video"] is None


@pytest.fixture
def slow_encoder(monkeypatch) -> threading.Event:
    """Holds the encoder back until the event is set."""
    go = threading.Event()
    record = VideoRecorder._record

    def wait_and_record(recorder: VideoRecorder) -> None:
        go.wait(20)
        record(recorder)

    monkeypatch.setattr(VideoRecorder, "_record", wait_and_record)
    return go


def test_a_live_recording_drops_and_counts_what_the_encoder_cannot_take(open_writer, slow_encoder):
    writer = open_writer(save_video=True, source={**SOURCE, "kind": "camera"})
    started = time.monotonic()
    for index in range(QUEUE_FRAMES + 5):
        writer.write(make_result(index, index / 25, [(1, "fear")]))
    assert time.monotonic() - started < 5
    assert writer.video_frames_dropped == 5
    slow_encoder.set()
    writer.close()
    session = read_session(writer.folder)
    assert len(session.timeline) == QUEUE_FRAMES + 5
    assert session.description["video"]["frames_dropped"] == 5
    assert len(decode(session.video_path)[0]) == QUEUE_FRAMES


def test_a_file_waits_for_its_encoder_and_loses_no_frame(open_writer, slow_encoder):
    writer = open_writer(save_video=True)
    threading.Timer(0.2, slow_encoder.set).start()
    for index in range(QUEUE_FRAMES + 5):
        writer.write(make_result(index, index / 25, [(1, "fear")]))
    writer.close()
    times, _, _ = decode(read_session(writer.folder).video_path)
    assert len(times) == QUEUE_FRAMES + 5


def test_a_video_that_cannot_be_written_stops_the_recording_and_keeps_the_rows(
    open_writer, monkeypatch
):
    monkeypatch.setattr(video_module, "_open_output", lambda path: av.open(str(path / "no"), "w"))
    writer = open_writer(save_video=True)
    with pytest.raises(SessionError, match=r"the video could not be written .* rows are safe in"):
        for index in range(200):
            writer.write(make_result(index, index / 25, [(1, "fear")]))
            time.sleep(0.01)
    rows = writer.rows
    writer.close(end_reason="stopped")
    session = read_session(writer.folder)
    assert len(session.timeline) == rows > 0
    assert session.end_reason.startswith("error: recording stopped because the video")
