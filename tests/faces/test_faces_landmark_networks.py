"""OpenVINO measures the landmarks, pose and blendshapes that MediaPipe measures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from media import SharedMedia
from scipy.spatial.transform import Rotation

from fervideo.capture.demo import DemoSource
from fervideo.capture.source import Source
from fervideo.capture.video import VideoSource
from fervideo.errors import DeviceError
from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import Engine
from fervideo.faces.face_crop import FaceCrop, Sampler
from fervideo.faces.head_pose import HeadPose, read_average_face
from fervideo.faces.landmarks import FaceLandmarker, pose_deg
from fervideo.resources import weights_file
from fervideo.types import ByteImage, Landmarks

POINTS_PX, POSE_DEG, BLENDSHAPES = 0.1, 0.01, 0.005
"""What other orders of summing up come to, with reserve."""


@pytest.fixture(scope="module")
def landmarkers() -> Iterator[tuple[FaceLandmarker, FaceLandmarker]]:
    with FaceLandmarker(engine="openvino") as fast, FaceLandmarker(engine="mediapipe") as plain:
        yield fast, plain


@pytest.fixture(scope="module")
def detector() -> Iterator[FaceDetector]:
    with FaceDetector(stills=True) as detector:
        yield detector


def assert_same(found: Landmarks, expected: Landmarks) -> None:
    np.testing.assert_allclose(found.points, expected.points, rtol=0, atol=POINTS_PX)
    np.testing.assert_allclose(found.pose, expected.pose, rtol=0, atol=POSE_DEG)
    np.testing.assert_allclose(found.blendshapes, expected.blendshapes, rtol=0, atol=BLENDSHAPES)


def frames(source: Source, every: int) -> Iterator[ByteImage]:
    with source:
        number = 0
        while (frame := source.read()) is not None:
            if number % every == 0:
                yield frame.image
            number += 1


def test_every_face_of_the_demo_and_of_a_clip(
    landmarkers: tuple[FaceLandmarker, FaceLandmarker],
    detector: FaceDetector,
    shared_media: SharedMedia,
) -> None:
    faces = 0
    for source in (DemoSource(), VideoSource(shared_media.clip)):
        for image in frames(source, 10):
            boxes = detector(image).boxes
            found, expected = (landmarker(image, boxes) for landmarker in landmarkers)
            assert_same(found, expected)
            faces += int(np.isfinite(found.pose[:, 0]).sum())
    assert faces >= 40


@pytest.mark.parametrize("size", [(640, 480), (1920, 1080), (453, 501)])
def test_a_group_in_pictures_of_any_size(
    landmarkers: tuple[FaceLandmarker, FaceLandmarker],
    detector: FaceDetector,
    shared_media: SharedMedia,
    size: tuple[int, int],
) -> None:
    image: ByteImage = cv2.resize(shared_media.group, size)  # type: ignore[assignment]
    boxes = detector(image).boxes
    found, expected = (landmarker(image, boxes) for landmarker in landmarkers)
    assert len(boxes) and np.isfinite(expected.pose).any()
    assert_same(found, expected)


@pytest.mark.parametrize("turn", [-40.0, 25.0])
def test_faces_that_are_tilted(
    landmarkers: tuple[FaceLandmarker, FaceLandmarker],
    detector: FaceDetector,
    shared_media: SharedMedia,
    turn: float,
) -> None:
    matrix = cv2.getRotationMatrix2D((256, 170), turn, 1)
    image: ByteImage = cv2.warpAffine(  # type: ignore[assignment]
        shared_media.portrait, matrix, (512, 512), borderMode=cv2.BORDER_REPLICATE
    )
    boxes = detector(image).boxes[:1]
    found, expected = (landmarker(image, boxes) for landmarker in landmarkers)
    assert abs(expected.pose[0, 2]) > 15
    assert_same(found, expected)


def test_faces_that_leave_the_picture(
    landmarkers: tuple[FaceLandmarker, FaceLandmarker],
    detector: FaceDetector,
    shared_media: SharedMedia,
) -> None:
    boxes = detector(shared_media.portrait).boxes[:1]
    left, top, right, bottom = boxes[0].astype(int)
    image = np.ascontiguousarray(shared_media.portrait[top + (bottom - top) // 5 :])
    moved = boxes - [0, top + (bottom - top) // 5, 0, top + (bottom - top) // 5]
    cut = np.ascontiguousarray(shared_media.portrait[:, : (2 * right + left) // 3])
    for picture, box in ((image, moved.astype(np.float32)), (cut, boxes)):
        found, expected = (landmarker(picture, box) for landmarker in landmarkers)
        assert np.isfinite(expected.pose).all()
        assert_same(found, expected)


@pytest.mark.parametrize("angles", [(0, 0, 0), (20, 0, 0), (0, -30, 0), (-10, 25, 15)])
def test_a_head_before_a_camera_is_found_turned_as_it_is(
    angles: tuple[float, float, float],
) -> None:
    with ZipFile(weights_file("face_landmarker.task")) as bundle:
        metadata = bundle.read("geometry_pipeline_metadata_landmarks.binarypb")
    corners, _ = read_average_face(metadata)
    pitch, yaw, roll = angles
    turned = Rotation.from_euler("YXZ", [yaw, -pitch, -roll], degrees=True).as_matrix()
    head = corners @ turned.T + [3, -2, -60]  # cm, the camera looks along -z
    depth = -head[:, 2]
    height = 2 * np.tan(np.radians(63) / 2)  # of the picture, 1 away
    points = np.zeros((478, 3), np.float32)
    points[:468, 0] = 0.5 + head[:, 0] / depth / height
    points[:468, 1] = 0.5 - head[:, 1] / depth / height
    points[:468, 2] = (depth - depth.mean()) / depth.mean() / height
    np.testing.assert_allclose(pose_deg(HeadPose(metadata)(points)), angles, atol=0.5)


def test_a_crop_cuts_out_what_it_projects_back() -> None:
    picture = np.zeros((300, 300, 3), np.uint8)
    cv2.circle(picture, (170, 120), 4, (255, 255, 255), -1)
    box = [[100, 60], [200, 180]]
    eyes = [[120, 100], [160, 130]]  # far from level
    crop = FaceCrop.around(np.array([*box, *eyes, *[[0, 0]] * 4], np.float32))
    square = np.empty((256, 256, 3), np.uint8)
    Sampler(256)(crop, picture, square)
    rows, columns = np.nonzero(square[..., 0] > 127)
    middle = np.array([[columns.mean() / 256, rows.mean() / 256, 0.5]], np.float32)
    np.testing.assert_allclose(crop.to_picture(middle)[0], [170, 120, 75], atol=0.5)


@pytest.mark.usefixtures("broken_openvino")
def test_where_it_is_broken_mediapipe_does_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with FaceLandmarker() as landmarker:
        assert landmarker.engine is Engine.MEDIAPIPE
    assert "MediaPipe measures the landmarks" in caplog.text
    with pytest.raises(DeviceError, match="cannot be loaded"):
        FaceLandmarker(engine="openvino")


def test_mediapipe_is_not_imported(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np; from fervideo.faces.landmarks import FaceLandmarker; "
        "box = np.array([[8, 8, 40, 40]], np.float32); "
        "found = FaceLandmarker()(np.zeros((48, 64, 3), np.uint8), box); "
        "assert np.isnan(found.pose).all(); "
        "print(sorted({'mediapipe', 'matplotlib', 'openvino'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("['openvino']\n", "")
    assert not list(tmp_path.iterdir())
