from __future__ import annotations

import cv2
import numpy as np
import pytest
from media import SharedMedia
from numpy.typing import NDArray
from skimage.transform import SimilarityTransform

from fervideo.faces.align import TEMPLATE, align_face, align_faces, similarity

RNG = np.random.default_rng(7)


def turned(points: NDArray[np.floating], degrees: float, scale: float, shift: tuple[float, float]):
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ rotation.T * scale + shift).astype(np.float32)


@pytest.mark.parametrize("degrees", [-120.0, -30.0, 0.0, 12.0, 179.0])
def test_a_similarity_is_recovered_exactly(degrees: float) -> None:
    target = TEMPLATE * 112
    points = turned(target, degrees, 2.5, (300.0, 40.0))
    matrix = similarity(points, target)
    np.testing.assert_allclose(points @ matrix[:, :2].T + matrix[:, 2], target, atol=1e-3)


def test_noisy_points_give_umeyamas_least_squares_answer() -> None:
    target = TEMPLATE * 112
    for _ in range(20):
        points = turned(target, RNG.uniform(-60, 60), RNG.uniform(0.3, 4), (50, 80))
        points += RNG.normal(0, 3, points.shape).astype(np.float32)
        other = SimilarityTransform.from_estimate(points, target)
        np.testing.assert_allclose(similarity(points, target), other.params[:2], atol=1e-4)


def test_points_that_coincide_do_not_break_it() -> None:
    matrix = similarity(np.full((4, 2), 5, np.float32), TEMPLATE * 112)
    assert np.isfinite(matrix).all()
    np.testing.assert_allclose(matrix[:, :2], np.eye(2))


def smooth_scene(scale: float) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A smooth picture whose content is known at every scale, and a face's points in it."""
    side = round(400 * scale)
    y, x = (np.indices((side, side)) + 0.5) / scale  # positions at scale 1
    image = np.stack(
        [128 + 90 * np.sin(x / 23), 128 + 90 * np.cos(y / 31), 128 + 90 * np.sin((x + y) / 41)], -1
    )
    points = turned(TEMPLATE * 112, 8, 1.1, (140, 130))
    return image.round().astype(np.uint8), (points * scale).astype(np.float32)


def shift_between(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how many pixels across and down `second` is moved against `first`, by least squares."""
    down, across = np.gradient(first, axis=(0, 1))
    slopes = np.stack([across.ravel(), down.ravel(), np.ones(first.size)], axis=1)
    return np.linalg.lstsq(slopes, (first - second).ravel(), rcond=None)[0][:2]


@pytest.mark.parametrize("scale", [0.7, 1.5, 2.0, 3.0, 5.0, 8.99])
def test_a_face_gives_the_same_crop_at_every_size(scale: float) -> None:
    """Halving before the warp, odd sides included, must not move the face."""
    usual = align_face(*smooth_scene(1.0), 112).astype(float)
    other = align_face(*smooth_scene(scale), 112).astype(float)
    assert np.abs(shift_between(usual, other)).max() < 0.1
    assert np.abs(usual - other).mean() < 0.6


def test_a_large_face_shrinks_without_aliasing() -> None:
    """Stripes finer than the crop's pixels become grey, not other stripes."""
    side = 2000
    image = np.zeros((side, side, 3), np.uint8)
    for left in range(7):
        image[:, left::14] = 255  # stripes as wide as half a pixel of the crop
    points = TEMPLATE * 112 * 15.3 + 100
    crop = align_face(image, points.astype(np.float32), 112).astype(float)
    assert abs(crop.mean() - 127.5) < 3
    assert crop.std() < 40
    plain = cv2.warpAffine(image, similarity(points, TEMPLATE * 112), (112, 112)).astype(float)
    assert plain.std() > 100


def test_outside_the_picture_its_edge_is_repeated() -> None:
    image = np.full((40, 40, 3), 77, np.uint8)
    crop = align_face(image, TEMPLATE * 112 - 60, 112)
    assert (crop == 77).all()


def test_faces_of_a_frame_are_stacked_in_order(shared_media: SharedMedia) -> None:
    points = np.stack(
        [np.vstack([TEMPLATE[[0, 1, 2, 3, 0, 1]] * 90 + 100 + 40 * i]) for i in (0, 1)]
    )
    crops = align_faces(shared_media.portrait, points.astype(np.float32), 64)
    assert crops.shape == (2, 64, 64, 3)
    np.testing.assert_array_equal(crops[1], align_face(shared_media.portrait, points[1], 64))
    assert align_faces(shared_media.portrait, points[:0].astype(np.float32), 64).shape[0] == 0
