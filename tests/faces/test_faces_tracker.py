from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from fakes import face_at, faces_at
from media import SharedMedia
from scipy.optimize import linear_sum_assignment

from fervideo.capture.video import VideoSource
from fervideo.faces.detector import FaceDetector
from fervideo.faces.tracker import Tracker, TrackerConfig, _assign
from fervideo.types import Faces


def times(fps: float, seconds: float) -> Iterator[float]:
    return (i / fps for i in range(round(fps * seconds)))


def test_numbers_begin_at_one_and_rows_come_in_their_order() -> None:
    tracker = Tracker()
    assert tracker(faces_at([(300, 0), (0, 0)]), 0.0).track_ids.tolist() == [1, 2]
    swapped = tracker(faces_at([(0, 0), (300, 0)]), 0.04)
    assert swapped.track_ids.tolist() == [1, 2]
    np.testing.assert_allclose(swapped.boxes[:, 0], [300, 0])


@pytest.mark.parametrize("fps", [8.0, 15.0, 60.0])
def test_a_face_in_motion_keeps_its_number(fps: float) -> None:
    """Three face widths a second, at every frame rate."""
    tracker = Tracker()
    ids = {int(tracker(face_at(120 * t, 50), t).track_ids[0]) for t in times(fps, 3)}
    assert ids == {1}


@pytest.mark.parametrize("fps", [10.0, 30.0])
def test_two_who_cross_keep_their_numbers(fps: float) -> None:
    """While one hides the other, only the one in front is seen."""
    tracker = Tracker()
    for t in times(fps, 4):
        right, left = 100 * t, 400 - 100 * t
        hidden = abs(right - left) < 25
        found = faces_at([(right, 50)] if hidden else [(right, 50), (left, 55)])
        tracked = tracker(found, t)
        assert tracked.boxes[tracked.track_ids == 1, 0] == pytest.approx(right)
        if not hidden:
            assert tracked.boxes[tracked.track_ids == 2, 0] == pytest.approx(left)


def test_a_face_lost_for_a_moment_keeps_its_number_and_for_long_gets_a_new_one() -> None:
    tracker = Tracker(TrackerConfig(forget_s=1.0))
    tracker(face_at(100, 100), 0.0)
    assert len(tracker(Faces.none(), 0.1)) == 0
    assert tracker(face_at(115, 100), 0.9).track_ids.tolist() == [1]
    tracker(Faces.none(), 1.0)
    assert tracker(face_at(115, 100), 2.0).track_ids.tolist() == [2]


def test_someone_else_far_off_is_not_taken_for_the_one_who_left() -> None:
    tracker = Tracker()
    tracker(face_at(0, 0), 0.0)
    assert tracker(face_at(400, 300), 0.1).track_ids.tolist() == [2]


def test_someone_of_another_size_is_not_taken_for_the_one_who_left() -> None:
    tracker = Tracker()
    tracker(face_at(100, 100, 40), 0.0)
    assert tracker(face_at(60, 60, 160), 0.1).track_ids.tolist() == [2]


def test_one_picture_a_second_is_no_reason_to_forget() -> None:
    tracker = Tracker(TrackerConfig(forget_s=0.5))
    ids = [int(tracker(face_at(100 + t, 100), float(t)).track_ids[0]) for t in range(5)]
    assert ids == [1] * 5


def test_a_weak_detection_continues_a_track_but_begins_none() -> None:
    tracker = Tracker(min_confidence=0.5)
    assert len(tracker(face_at(10, 10, score=0.4), 0.0)) == 0
    tracker(face_at(10, 10, score=0.8), 0.1)
    weak = faces_at([(12, 10), (300, 10)], 40, [0.35, 0.35])
    assert tracker(weak, 0.2).track_ids.tolist() == [1]


def test_no_number_is_given_twice() -> None:
    tracker = Tracker()
    tracker(face_at(0, 0), 5.0)
    tracker.reset()
    assert tracker(face_at(0, 0), 6.0).track_ids.tolist() == [2]
    assert tracker(face_at(0, 0), 1.0).track_ids.tolist() == [3]  # time ran backwards


def test_the_same_moment_twice_is_no_trouble() -> None:
    tracker = Tracker()
    for x in (0, 5, 3):
        assert tracker(face_at(x, 0), 1.0).track_ids.tolist() == [1]


def test_the_clip_shows_one_person_throughout(shared_media: SharedMedia) -> None:
    tracker = Tracker()
    seen: list[int] = []
    with VideoSource(shared_media.clip) as video, FaceDetector(keep_confidence=0.3) as detector:
        while (frame := video.read()) is not None:
            if frame.index % 3 == 0:
                seen += tracker(detector(frame.image), frame.time_s).track_ids.tolist()
    assert len(seen) >= frame_count(shared_media) // 3
    assert set(seen) == {1}


def frame_count(media: SharedMedia) -> int:
    with VideoSource(media.clip) as video:
        return video.info.frame_count or 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1)])
def test_one_track_or_one_face_is_assigned_as_by_the_hungarian_method(
    shape: tuple[int, int],
) -> None:
    rng = np.random.default_rng(shape[1])
    for _ in range(20):
        cost = rng.random(shape).astype(np.float32)
        for mine, theirs in zip(_assign(cost), linear_sum_assignment(cost), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_following_one_face_imports_no_optimizer() -> None:
    """It takes half a second, which the first label should not wait for."""
    program = (
        "import sys, fervideo.pipeline, fervideo.live.engine\n"
        "assert 'scipy.optimize' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
