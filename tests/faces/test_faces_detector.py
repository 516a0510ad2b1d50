from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from fakes import faces_at
from media import SharedMedia

from fervideo.faces.detector import DetectorRange, FaceDetector
from fervideo.faces.merge import means, surest, without_duplicates
from fervideo.types import ByteImage, Faces


@pytest.mark.parametrize("detector_range", list(DetectorRange))
def test_a_portrait_has_one_face_with_its_points_in_order(
    shared_media: SharedMedia, detector_range: DetectorRange
) -> None:
    with FaceDetector(detector_range=detector_range) as detector:
        faces = detector(shared_media.portrait)
    assert len(faces) == 1
    left, top, right, bottom = faces.boxes[0]
    assert 100 < left < right < 350 and 20 < top < bottom < 300
    left_eye, right_eye, nose, mouth, left_ear, right_ear = faces.keypoints[0]
    assert left_ear[0] < left_eye[0] < nose[0] < right_eye[0] < right_ear[0]
    assert left_eye[1] < nose[1] < mouth[1]


def test_a_group_of_five_is_found_whole(shared_media: SharedMedia) -> None:
    with FaceDetector() as detector:
        faces = detector(shared_media.group)
    assert len(faces) == 5
    assert (np.diff(faces.scores) <= 0).all()


@pytest.mark.parametrize("corners", [(90, 175, 180, 265), (95, 165, 185, 260)])
def test_a_face_that_fills_the_picture_is_found_where_it_is(
    shared_media: SharedMedia, corners: tuple[int, int, int, int]
) -> None:
    """The full-range network misses it; the fallbacks report it in the picture's own pixels."""
    top, bottom, left, right = corners
    tight = np.ascontiguousarray(shared_media.portrait[top:bottom, left:right])
    with FaceDetector() as auto, FaceDetector(detector_range="full") as full:
        assert len(full(tight)) == 0
        found = auto(tight)
        whole = auto(shared_media.portrait)
    assert len(found) == 1
    away = found.keypoints[0] + (left, top) - whole.keypoints[0]
    assert np.abs(away[:4]).max() < 8


def test_a_tight_crop_of_a_huge_picture_is_mapped_back_too(shared_media: SharedMedia) -> None:
    tight = shared_media.portrait[95:165, 185:260]
    huge = cv2.resize(tight, None, fx=12, fy=12, interpolation=cv2.INTER_CUBIC)
    with FaceDetector() as detector:
        small, large = detector(np.ascontiguousarray(tight)), detector(huge)
    assert np.abs(large.keypoints[0, :4] / 12 - small.keypoints[0, :4]).max() < 6


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (15, 15), (16, 2000), (33, 17), (3000, 40)])
def test_odd_pictures_are_no_trouble(shape: tuple[int, int]) -> None:
    with FaceDetector() as detector:
        assert len(detector(np.zeros((*shape, 3), np.uint8))) == 0


def test_a_huge_picture_has_its_faces(shared_media: SharedMedia) -> None:
    """OpenCV, and MediaPipe with it, fails beyond 32766 pixels."""
    height, width = shared_media.portrait.shape[:2]
    with FaceDetector() as detector:
        assert len(detector(np.zeros((33, 40000, 3), np.uint8))) == 0
        tall = cv2.resize(shared_media.portrait, (9000, 9000 * height // width))
        large, small = detector(tall), detector(shared_media.portrait)
    assert len(large) == len(small) == 1
    assert np.abs(large.keypoints / 9000 - small.keypoints / width).max() < 0.01


class Counted:
    """Counts the calls of a network."""

    def __init__(self, net: Callable[[ByteImage], Faces]) -> None:
        self.net, self.close, self.calls = net, net.close, 0

    def __call__(self, image: ByteImage) -> Faces:
        self.calls += 1
        return self.net(image)


def test_without_faces_the_fallbacks_grow_rare() -> None:
    with FaceDetector(fallback_every=5) as detector:
        short = detector._short = Counted(detector._short)
        blank = np.zeros((240, 320, 3), np.uint8)
        for _ in range(25):
            detector(blank)
        assert short.calls == 50
        for _ in range(50):
            detector(blank)
        assert short.calls == 50 + 20


def test_searches_are_averaged_face_by_face() -> None:
    faces = means(faces_at([(10, 10), (14, 12), (200, 10)], 40, [0.3, 0.9, 0.6]))
    np.testing.assert_allclose(faces.scores, [0.9, 0.6])
    np.testing.assert_allclose(faces.boxes[:, :2], [[13, 11.5], [200, 10]], atol=1e-4)
    assert len(means(Faces.none())) == 0


def test_the_same_face_twice_is_one() -> None:
    faces = faces_at([(10, 10), (14, 12), (200, 10)], 40, [0.6, 0.9, 0.7])
    kept = without_duplicates(faces)
    np.testing.assert_allclose(kept.scores, [0.9, 0.7])
    np.testing.assert_allclose(kept.boxes[0, :2], [14, 12])


def test_a_face_inside_another_is_one() -> None:
    outer, inner = faces_at([(10, 10)], 100, [0.9]), faces_at([(20, 20)], 50, [0.8])
    both = type(outer).detected(
        np.vstack([outer.boxes, inner.boxes]),
        np.vstack([outer.keypoints, inner.keypoints]),
        np.concatenate([outer.scores, inner.scores]),
    )
    assert len(without_duplicates(both)) == 1


def test_neighbours_that_touch_are_two() -> None:
    assert len(without_duplicates(faces_at([(10, 10), (40, 10)], 40))) == 2


SCRIPT = """
import os, sys
import numpy as np
from fervideo.faces.detector import FaceDetector
detector = FaceDetector()
detector(np.zeros((64, 64, 3), np.uint8))
if "close" in sys.argv:
    detector.close()
    detector.close()
print("done")
os.write(2, b"a real error\\n")
"""


@pytest.mark.parametrize("argument", ["close", "forget"])
def test_the_terminal_stays_clean_to_the_end(argument: str) -> None:
    """Neither the native loggers nor an unclosed detector's death say a word."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, argument], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "done\n", "a real error\n")


def test_it_is_quick(shared_media: SharedMedia) -> None:
    """A tenfold reserve on its 6 ms of processor time; a warm-up each time, say, would show."""
    with FaceDetector() as detector:
        detector(shared_media.portrait)
        start = time.process_time()
        for _ in range(5):
            detector(shared_media.portrait)
        assert (time.process_time() - start) / 5 < 0.06


def test_of_unsure_faces_a_still_keeps_the_best_and_a_sure_one_stands_alone() -> None:
    boxes = np.array([[0, 0, 9, 9], [20, 0, 29, 9], [40, 0, 49, 9]], np.float32)
    points = np.zeros((3, 6, 2), np.float32)

    def scores(*values: float) -> list[float]:
        faces = Faces.detected(boxes, points, np.array(values, np.float32))
        return [round(float(s), 2) for s in surest(faces, 0.5).scores]

    assert scores(0.9, 0.6, 0.4) == [0.9, 0.6]
    assert scores(0.45, 0.4, 0.3) == [0.45]
    assert len(surest(Faces.none(), 0.5)) == 0
