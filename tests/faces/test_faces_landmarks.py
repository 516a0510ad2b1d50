from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from media import SharedMedia
from scipy.spatial.transform import Rotation

from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import Engine
from fervideo.faces.landmark_networks import MediaPipeLandmarks
from fervideo.faces.landmarks import FaceLandmarker, cut_out, mesh_edges, pose_deg
from fervideo.landmark_names import BLENDSHAPES
from fervideo.types import ByteImage, FloatArray, Landmarks


@pytest.fixture(scope="module", params=[Engine.MEDIAPIPE, Engine.OPENVINO])
def landmarker(request: pytest.FixtureRequest) -> Iterator[FaceLandmarker]:
    with FaceLandmarker(engine=request.param) as landmarker:
        yield landmarker


@pytest.fixture(scope="module")
def detector() -> Iterator[FaceDetector]:
    with FaceDetector() as detector:
        yield detector


def measure(landmarker: FaceLandmarker, detector: FaceDetector, image: ByteImage) -> Landmarks:
    """The landmarks of the surest face."""
    image = np.ascontiguousarray(image)
    return landmarker(image, detector(image).boxes[:1])


@pytest.mark.parametrize("scale", [1.0, 7.5])
@pytest.mark.parametrize(
    "angles", [(0, 0, 0), (20, 0, 0), (0, 30, 0), (0, 0, -40), (-15, 25, 10), (5, -70, 100)]
)
def test_the_angles_of_a_rotation_are_found_again(
    angles: tuple[float, float, float], scale: float
) -> None:
    pitch, yaw, roll = angles
    turned = Rotation.from_euler("YXZ", [yaw, -pitch, -roll], degrees=True).as_matrix()
    matrix = np.eye(4)
    matrix[:3, :3] = turned * scale
    np.testing.assert_allclose(pose_deg(matrix), angles, atol=1e-3)


def test_the_signs_of_the_angles() -> None:
    # x to the right of the picture, y up, z towards the camera; the nose points along z.
    up = Rotation.from_matrix([[1, 0, 0], [0, 0.8, 0.6], [0, -0.6, 0.8]]).as_matrix()
    assert (up @ (0, 0, 1))[1] > 0 and pose_deg(up)[0] > 0
    right = Rotation.from_matrix([[0.8, 0, 0.6], [0, 1, 0], [-0.6, 0, 0.8]]).as_matrix()
    assert (right @ (0, 0, 1))[0] > 0 and pose_deg(right)[1] > 0
    clockwise = Rotation.from_matrix([[0.8, 0.6, 0], [-0.6, 0.8, 0], [0, 0, 1]]).as_matrix()
    assert (clockwise @ (0, 1, 0))[0] > 0 and pose_deg(clockwise)[2] > 0


def test_a_mirrored_face_looks_and_tilts_the_other_way(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia
) -> None:
    pitch, yaw, roll = measure(landmarker, detector, shared_media.portrait).pose[0]
    mirrored = measure(landmarker, detector, shared_media.portrait[:, ::-1]).pose[0]
    assert abs(roll) > 2  # else its sign would prove nothing
    np.testing.assert_allclose(mirrored, (pitch, -yaw, -roll), atol=4)


@pytest.mark.parametrize("turn", [-25.0, 15.0])
def test_a_picture_turned_clockwise_adds_to_the_roll(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia, turn: float
) -> None:
    image = shared_media.portrait
    center = (image.shape[1] / 2, image.shape[0] / 3)
    # OpenCV turns against the clock.
    matrix = cv2.getRotationMatrix2D(center, -turn, 1.0)
    turned = cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    straight = measure(landmarker, detector, image).pose[0]
    assert measure(landmarker, detector, turned).pose[0, 2] - straight[2] == pytest.approx(
        turn, abs=5
    )


def test_the_place_and_the_size_of_a_face_do_not_change_its_pose(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia
) -> None:
    head = shared_media.portrait[:300, 80:380]
    small = cv2.resize(head, (180, 180), interpolation=cv2.INTER_AREA)
    room = np.full((600, 900, 3), 128, np.uint8)
    room[400:580, 700:880] = small
    alone = measure(landmarker, detector, head).pose[0]
    np.testing.assert_allclose(measure(landmarker, detector, room).pose[0], alone, atol=4)


def test_each_row_is_the_face_of_its_box(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia
) -> None:
    faces = detector(shared_media.group)
    found = landmarker(shared_media.group, faces.boxes)
    assert len(faces) == 5 and np.isfinite(found.points).all()
    noses = found.points[:, 1, :2]  # landmark 1 is the tip of the nose
    size = (faces.boxes[:, 2:] - faces.boxes[:, :2]).mean(axis=1)
    away = np.linalg.norm(noses - faces.keypoints[:, 2], axis=1)
    assert (away < 0.15 * size).all()


def test_what_is_no_face_is_a_row_of_nothing(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia
) -> None:
    image = np.full((200, 300, 3), 90, np.uint8)
    image[:, 150:] = cv2.resize(shared_media.portrait[:300, 80:380], (150, 200))
    boxes = np.array([[20, 40, 60, 80], [400, 10, 440, 50], [5, 5, 5, 5]], np.float32)
    found = landmarker(image, np.concatenate([boxes, detector(image).boxes[:1]]))
    assert np.isnan(found.points[:3]).all() and np.isnan(found.pose[:3]).all()
    assert np.isnan(found.blendshapes[:3]).all()
    assert np.isfinite(found.points[3]).all() and np.isfinite(found.pose[3]).all()


def test_no_box_no_row(landmarker: FaceLandmarker) -> None:
    found = landmarker(np.zeros((40, 40, 3), np.uint8), np.empty((0, 4), np.float32))
    assert found.points.shape == (0, 478, 3) and found.blendshapes.shape == (0, 52)


def test_blendshapes_by_name(
    landmarker: FaceLandmarker, detector: FaceDetector, shared_media: SharedMedia
) -> None:
    scores = dict(
        zip(
            BLENDSHAPES,
            measure(landmarker, detector, shared_media.portrait).blendshapes[0],
            strict=True,
        )
    )
    assert scores["mouthSmileLeft"] > 0.3 and scores["mouthSmileRight"] > 0.3
    assert scores["mouthFrownLeft"] < 0.1 and scores["jawOpen"] < 0.3


def test_the_names_are_mediapipes_in_its_order(shared_media: SharedMedia) -> None:
    network = MediaPipeLandmarks(blendshapes=True)
    found = network.detect(shared_media.portrait).face_blendshapes[0]
    network.close()
    assert tuple(shape.category_name.lstrip("_") for shape in found) == BLENDSHAPES


@pytest.mark.parametrize("engine", [Engine.MEDIAPIPE, Engine.OPENVINO])
def test_the_pose_alone_has_no_blendshapes(
    detector: FaceDetector, shared_media: SharedMedia, engine: Engine
) -> None:
    with FaceLandmarker(blendshapes=False, engine=engine) as landmarker:
        found = measure(landmarker, detector, shared_media.portrait)
    assert found.blendshapes.shape == (1, 0) and np.isfinite(found.pose).all()


@pytest.mark.parametrize(
    ("corner", "side", "shape", "first"),
    [
        ((2, 1), 3, (3, 3), 12),
        ((-4, -4), 6, (6, 6), 0),
        ((8, 3), 40, (40, 40), 38),
        ((-600, -600), 1200, (512, 512), 0),
    ],
)
def test_a_square_is_whole_even_over_the_edge(
    corner: tuple[int, int], side: int, shape: tuple[int, int], first: int
) -> None:
    image = np.repeat(np.arange(60, dtype=np.uint8).reshape(6, 10)[..., None], 3, axis=2)
    square = cut_out(image, corner, side)
    assert square.shape == (*shape, 3) and square[0, 0, 0] == first
    assert square.flags.c_contiguous


def test_the_mesh_joins_every_landmark_but_the_irises() -> None:
    edges: FloatArray = mesh_edges()
    assert set(np.unique(edges)) == set(range(468))
    assert len({frozenset(edge) for edge in edges.tolist()}) == len(edges)
