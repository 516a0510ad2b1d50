"""The video with overlays, read back with PyAV."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session import Edits, Marker, edited, read_session, write_markers
from fervideo.session.export import export_session
from fervideo.session.export.marks import FaceMark, MarkPainter

BOX = (60.0, 80.0, 90.0, 110.0)


def decode(path: Path) -> tuple[list[float], list[np.ndarray]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [float(f.time) for f in frames], [f.to_ndarray(format="rgb24") for f in frames]


def mark(label: str, **changes) -> FaceMark:
    plain = FaceMark(BOX, label, "Anna", labels.color_of(label), is_poor=False)
    return replace(plain, **changes)


def painted(*marks: FaceMark, size=(320, 240)) -> np.ndarray:
    image = np.full((size[1], size[0], 3), 128, np.uint8)
    MarkPainter(size).paint(image, marks)
    return image


def has(image: np.ndarray, color: str) -> bool:
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return bool((np.abs(image.astype(int) - wanted).max(axis=2) <= 2).any())


def test_every_frame_keeps_its_own_time_and_shows_its_labels(record):
    recorded = record(save_video=True)
    times, images = decode(recorded.export("video"))
    np.testing.assert_allclose(
        np.add(times, 1.0), np.unique(recorded.session.timeline.time_s), atol=1e-4
    )
    _, plain = decode(recorded.session.video_path)
    changed = [
        bool((np.abs(a.astype(int) - b) > 40).any()) for a, b in zip(images, plain, strict=True)
    ]
    assert changed == [True] * 3 + [False] + [True] * 5 + [False], "no face, and a hidden one"
    assert images[0].shape == (240, 320, 3)


def test_the_original_serves_where_nothing_was_recorded(record, tmp_path):
    with_video = record(save_video=True)
    video = with_video.session.video_path
    original = tmp_path / "elsewhere.mp4"
    original.write_bytes(video.read_bytes())
    bare = record(folder="bare")
    out = tmp_path / "o.mp4"
    with pytest.raises(
        SessionError, match="expected a video to paint on, found none: No video was"
    ):
        export_session(bare.session, Edits(), "video", out)
    assert not out.exists()
    assert list(tmp_path.glob(".o.mp4*")) == []
    # The original begins at 0, as a file that was analysed does; frames from 1 s on are not there.
    path = bare.session.folder / "session.json"
    description = json.loads(path.read_text())
    description["source"] |= {"location": str(original)}
    path.write_text(json.dumps(description))
    timeline = bare.session.folder / "timeline.csv"
    shifted = timeline.read_text().replace(",1.", ",0.")
    timeline.write_text(shifted)
    session = read_session(bare.session.folder)
    export_session(session, Edits(), "video", out)
    times, _ = decode(out)
    np.testing.assert_allclose(times, np.unique(session.timeline.time_s), atol=1e-4)
    moved = tmp_path / "moved.mp4"
    original.rename(moved)
    export_session(session, Edits(), "video", out, media=moved)
    assert decode(out)[0] == times


def test_excluded_time_is_marked(record):
    recorded = record(save_video=True, frames=[[]] * 10)
    folder = recorded.session.folder
    write_markers(folder / "markers.csv", [Marker(1.5, 0.15, "", "exclude", "")])
    out = recorded.out / "v.mp4"
    export_session(read_session(folder), Edits(), "video", out)
    _, images = decode(out)
    dark = [bool((image[-12:, :12] < 30).all()) for image in images[5:]]
    assert dark == [False, True, True, False, False], "the first pictures are dark all over"


def test_it_can_be_stopped_and_tells_how_far_it_is(record):
    recorded = record(save_video=True)
    told: list[float] = []
    stop = threading.Event()

    def on_progress(done: float) -> None:
        told.append(done)
        if len(told) == 3:
            stop.set()

    with pytest.raises(SessionError, match="was stopped"):
        recorded.export("video", on_progress=on_progress, stop=stop)
    assert list(recorded.out.iterdir()) == []
    assert told == sorted(told) and told[0] == pytest.approx(0, abs=0.01)
    assert all(not t.name.startswith("fervideo") for t in threading.enumerate())


def test_a_session_without_frames_is_told(record):
    recorded = record(frames=[], save_video=True)
    with pytest.raises(SessionError, match="expected a video to paint on"):
        recorded.export("video")


@pytest.mark.parametrize("label", [*labels.BASIC, labels.UNKNOWN])
def test_box_and_swatch_have_the_labels_colour(label):
    image = painted(mark(label))
    assert has(image, labels.color_of(label))
    assert not has(image, "#123456")
    line = "#C8CCD4" if label == labels.UNKNOWN else labels.color_of(label)
    edge = image[150:151, 57:64]
    assert has(edge, line) or label == labels.UNKNOWN


def test_names_in_any_script_are_drawn_apart_or_as_marks():
    anna, li = painted(mark("fear")), painted(mark("fear", name="李"))
    assert (anna != li).any()
    if hasattr(cv2, "FontFace"):
        assert (painted(mark("fear", name="王")) != li).any()


def test_plates_stay_inside_and_do_not_hide_each_other():
    for box in [(-40.0, -40.0, 90.0, 90.0), (300.0, 230.0, 200.0, 200.0), (0.0, 0.0, 320.0, 240.0)]:
        assert has(painted(mark("anger", box=box)), labels.color_of("anger")), box
    two = painted(mark("fear"), mark("anger", box=(62.0, 82.0, 90.0, 110.0)))
    assert has(two, labels.color_of("fear")) and has(two, labels.color_of("anger"))
    assert painted(mark("anger"), size=(40, 30)).shape == (30, 40, 3), "too small for any plate"


def test_a_poor_face_is_dashed():
    solid, dashed = painted(mark("fear")), painted(mark("fear", is_poor=True))
    color = np.array([0xCC, 0x79, 0xA7])
    lines = [(np.abs(image[190, 60:150].astype(int) - color).max(axis=1) < 30).mean()
             for image in (solid, dashed)]  # fmt: skip
    assert lines[0] > 0.9 > 0.8 > lines[1] > 0.4


def test_the_edited_session_is_what_is_painted(record):
    recorded = record(save_video=True, edits=Edits().correct(1, 1.0, 1.12, "disgust"))
    _, images = decode(recorded.export("video"))
    assert edited(recorded.session, recorded.edits).timeline.corrected.any()
    assert near(images[0], "#009E73") and not near(images[0], labels.color_of("happiness"))


def near(image: np.ndarray, color: str) -> bool:
    """Video coding blurs colours: a good many pixels are near."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(image.astype(int) - wanted).max(axis=2) <= 24).sum()) > 20
