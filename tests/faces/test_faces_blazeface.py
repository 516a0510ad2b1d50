"""OpenVINO finds the faces that MediaPipe finds, with the same numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from media import SharedMedia

from fervideo import openvino_library
from fervideo.capture.demo import DemoSource
from fervideo.capture.source import Source
from fervideo.capture.video import VideoSource
from fervideo.errors import DeviceError
from fervideo.faces.blazeface import FULL_RANGE, SHORT_RANGE, Layout, merge_weighted
from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import Engine, MediaPipeNetwork, OpenVinoNetwork
from fervideo.types import ByteImage, Faces

POINTS_PX, SCORES = 0.01, 1e-4
"""What other orders of summing up come to, with reserve. Boxes are the very same whole pixels."""


def assert_same(found: Faces, expected: Faces) -> None:
    np.testing.assert_allclose(found.scores, expected.scores, atol=SCORES)
    np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=POINTS_PX)
    np.testing.assert_array_equal(found.boxes, expected.boxes)


@pytest.fixture(scope="module", params=[FULL_RANGE, SHORT_RANGE], ids=["full", "short"])
def networks(request: pytest.FixtureRequest) -> Iterator[tuple[OpenVinoNetwork, MediaPipeNetwork]]:
    layout: Layout = request.param
    mediapipe = MediaPipeNetwork(layout, 0.3)
    yield OpenVinoNetwork(layout, 0.3), mediapipe
    mediapipe.close()


# Odd sides are hard: places fall between two of the parts of a pixel to which OpenCV rounds.
@pytest.mark.parametrize("size", [(640, 480), (1920, 1080), (453, 501), (1001, 563), (96, 96)])
def test_a_group_in_pictures_of_any_size(
    networks: tuple[OpenVinoNetwork, MediaPipeNetwork],
    shared_media: SharedMedia,
    size: tuple[int, int],
) -> None:
    image: ByteImage = cv2.resize(shared_media.group, size)  # type: ignore[assignment]
    found, expected = (network(image) for network in networks)
    assert size == (96, 96) or len(expected)
    assert_same(found, expected)


def test_faces_that_leave_the_picture(
    networks: tuple[OpenVinoNetwork, MediaPipeNetwork], shared_media: SharedMedia
) -> None:
    left, top, right, bottom = networks[1](shared_media.portrait).boxes[0].astype(int)
    middle, height = (left + right) // 2, (top + bottom) // 2
    outside = 0
    for part in (
        np.s_[:, left + (right - left) // 4 :],
        np.s_[:, :middle],
        np.s_[top + (bottom - top) // 4 :],
        np.s_[:height],
    ):
        found, expected = (network(shared_media.portrait[part]) for network in networks)
        assert_same(found, expected)
        sides = shared_media.portrait[part].shape[1::-1]
        outside += int((expected.boxes[:, :2] < 0).sum() + (expected.boxes[:, 2:] > sides).sum())
    assert outside > 0, "no box reached over an edge, so nothing was shown"


def frames(source: Source, every: int) -> Iterator[ByteImage]:
    with source:
        number = 0
        while (frame := source.read()) is not None:
            if number % every == 0:
                yield frame.image
            number += 1


def test_every_face_of_the_demo_and_of_a_clip(shared_media: SharedMedia) -> None:
    faces = 0
    with (
        FaceDetector(keep_confidence=0.3, engine="openvino") as fast,
        FaceDetector(keep_confidence=0.3, engine="mediapipe") as plain,
    ):
        for source in (DemoSource(), VideoSource(shared_media.clip)):
            for image in frames(source, 5):
                expected = plain(image)
                assert_same(fast(image), expected)
                faces += len(expected)
    assert faces >= 100


def test_answers_that_overlap_are_one_face_weighted_by_score() -> None:
    boxes = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [40, 0, 50, 10]], np.float32)
    places = np.concatenate([boxes.reshape(3, 2, 2), boxes[:, None, :2] + 5], axis=1)
    merged, scores = merge_weighted(places, np.array([0.6, 0.9, 0.7], np.float32), 0.3)
    np.testing.assert_allclose(scores, [0.9, 0.7])
    x = (0.6 * 0 + 0.9 * 2) / 1.5
    np.testing.assert_allclose(merged[0], [[x, 0], [x + 10, 10], [x + 5, 5]], rtol=1e-6)
    np.testing.assert_allclose(merged[1], places[2])
    none, _ = merge_weighted(places[:0], np.zeros(0, np.float32), 0.3)
    assert none.shape == (0, 3, 2)


def test_where_it_is_missing_mediapipe_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino_library, "find_spec", lambda name: None)
    with FaceDetector() as detector:
        assert detector.engine is Engine.MEDIAPIPE


@pytest.mark.usefixtures("broken_openvino")
def test_where_it_is_broken_mediapipe_does_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with FaceDetector() as detector:
        assert detector.engine is Engine.MEDIAPIPE
    assert "MediaPipe finds the faces" in caplog.text
    with pytest.raises(DeviceError, match="cannot be loaded"):
        FaceDetector(engine="openvino")


def test_what_is_not_needed_is_not_imported(tmp_path: Path) -> None:
    """MediaPipe and what it imports cost half a second of the start."""
    code = (
        "import sys, numpy as np; from fervideo.pipeline import Analyzer; "
        "from fervideo.faces.detector import FaceDetector; "
        "assert FaceDetector()(np.zeros((48, 64, 3), np.uint8)).boxes.shape == (0, 4); "
        "print(sorted({'mediapipe', 'matplotlib', 'openvino'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("['openvino']\n", "")
    assert not list(tmp_path.iterdir())
