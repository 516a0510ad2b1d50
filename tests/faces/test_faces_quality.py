from __future__ import annotations

import cv2
import numpy as np
import pytest
from fakes import face_at
from media import SharedMedia

from fervideo.faces.align import align_faces
from fervideo.faces.detector import FaceDetector
from fervideo.faces.quality import QualityConfig, inside, judge, sharpness, yaw_deg
from fervideo.types import ByteImage, Faces


@pytest.fixture(scope="module")
def portrait_faces(shared_media: SharedMedia) -> Faces:
    with FaceDetector() as detector:
        return detector(shared_media.portrait)


def judged(image: ByteImage, faces: Faces, config: QualityConfig | None = None) -> Faces:
    crops = align_faces(image, faces.keypoints, 112)
    return judge(faces, crops, (image.shape[1], image.shape[0]), config)


def test_good_faces_are_good(shared_media: SharedMedia, portrait_faces: Faces) -> None:
    one = judged(shared_media.portrait, portrait_faces)
    assert one.quality_reasons == ("",) and not one.low_quality.any()
    with FaceDetector() as detector:
        five = judged(shared_media.group, detector(shared_media.group))
    assert five.quality_reasons == ("",) * 5


def test_a_face_of_48_pixels_is_good_and_one_of_20_small(
    shared_media: SharedMedia, portrait_faces: Faces
) -> None:
    side = float(np.mean(portrait_faces.boxes[0, 2:] - portrait_faces.boxes[0, :2]))
    for pixels, reason in ((48, ""), (20, "small")):
        scale = pixels / side
        image = cv2.resize(shared_media.portrait, None, fx=scale, fy=scale, interpolation=3)
        faces = Faces.detected(
            portrait_faces.boxes * scale, portrait_faces.keypoints * scale, portrait_faces.scores
        )
        assert judged(image, faces).quality_reasons[0].split(", ")[0] == reason


def test_a_blurred_face_is_told_even_through_noise(
    shared_media: SharedMedia, portrait_faces: Faces
) -> None:
    width = portrait_faces.boxes[0, 2] - portrait_faces.boxes[0, 0]
    blurred = cv2.GaussianBlur(shared_media.portrait, (0, 0), float(0.1 * width))
    noise = np.random.default_rng(1).normal(0, 2, blurred.shape)
    noisy = np.clip(blurred + noise, 0, 255).astype(np.uint8)
    for image in (blurred, noisy):
        marked = judged(image, portrait_faces)
        assert marked.quality_reasons == ("blurred",) and marked.low_quality.all()


def test_a_flat_crop_has_no_sharpness_and_no_trouble() -> None:
    assert sharpness(np.full((112, 112, 3), 90, np.uint8)) == 0.0
    assert sharpness(np.full((8, 8, 3), 90, np.uint8)) == 0.0


def head(yaw: float, roll: float = 0.0) -> np.ndarray:
    """The six points of a head with human proportions (mm) turned by `yaw` and `roll` degrees."""
    points = np.array(
        [[-32, 0, 0], [32, 0, 0], [0, 35, 21], [0, 70, 8], [-70, 15, -80], [70, 15, -80]], float
    )
    angle = np.radians(yaw)
    x = points[:, 0] * np.cos(angle) + points[:, 2] * np.sin(angle)
    turn = np.radians(roll)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return (np.stack([x, points[:, 1]], axis=1) @ rotation.T + 200).astype(np.float32)


@pytest.mark.parametrize("roll", [-40.0, 0.0, 90.0])
def test_yaw_follows_the_head_whatever_its_roll(roll: float) -> None:
    yaws = [-60, -30, 0, 30, 60]
    found = yaw_deg(np.stack([head(yaw, roll) for yaw in yaws]))
    assert found[2] == pytest.approx(0, abs=1)
    np.testing.assert_allclose(found, -found[::-1], atol=1)
    assert 15 < found[3] < 40 < found[4]


def test_a_strongly_turned_face_is_told() -> None:
    image = np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)
    faces = Faces.detected(
        np.array([[120, 150, 280, 310]] * 2, np.float32),
        np.stack([head(65), head(10)]),
        np.ones(2, np.float32),
    )
    assert judged(image, faces).quality_reasons == ("turned", "")


def test_points_that_coincide_are_no_trouble() -> None:
    points = np.full((1, 6, 2), 7, np.float32)
    assert np.isfinite(yaw_deg(points)).all()
    assert 0 <= inside(points, (20, 20))[0] <= 1


def test_a_face_cut_off_by_the_edge_is_told() -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    for x, reason in ((60.0, ""), (-14.0, "cut off"), (-40.0, "cut off"), (150.0, "cut off")):
        assert judged(image, face_at(x, 40)).quality_reasons == (reason,)


def test_several_reasons_are_all_told() -> None:
    image = np.zeros((60, 60, 3), np.uint8)
    assert judged(image, face_at(-8, 10, 20)).quality_reasons == ("small, blurred, cut off",)


def test_no_face_no_trouble() -> None:
    assert len(judged(np.zeros((60, 60, 3), np.uint8), Faces.none())) == 0
