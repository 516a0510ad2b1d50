from __future__ import annotations

import numpy as np
import pytest

from fervideo.centers.sphere import SphereMap, fit_sphere
from fervideo.errors import ConfigError


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def random_rows(count: int, width: int, seed: int = 1) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, width)))


def angles(rows: np.ndarray) -> np.ndarray:
    cosines = np.clip(rows.astype(np.float64) @ rows.T.astype(np.float64), -1, 1)
    return np.degrees(np.arccos(cosines))[np.triu_indices(len(rows), 1)]


def hidden_in(width: int, rows: np.ndarray) -> np.ndarray:
    """Points of a sphere, turned into a space of more dimensions."""
    basis = np.linalg.qr(np.random.default_rng(3).normal(size=(width, 3)))[0]
    return unit(rows @ basis.T)


def test_a_three_wide_embedding_is_shown_as_it_is() -> None:
    centers = random_rows(7, 3)
    sphere = fit_sphere(centers)
    assert sphere.is_exact
    assert sphere.rms_deg == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(sphere.centers, centers, atol=1e-6)
    seen = random_rows(5, 3, seed=2)
    np.testing.assert_allclose(sphere.points(seen), seen, atol=1e-6)
    np.testing.assert_allclose(sphere.share(seen), 1, atol=1e-6)


def test_centers_that_fit_on_a_sphere_keep_their_angles() -> None:
    on_sphere = random_rows(6, 3)
    sphere = fit_sphere(hidden_in(64, on_sphere))
    assert not sphere.is_exact
    np.testing.assert_allclose(angles(sphere.centers), angles(on_sphere), atol=0.5)
    assert sphere.worst_deg < 0.5


def test_distortion_is_that_of_the_points_shown() -> None:
    centers = random_rows(7, 256)
    sphere = fit_sphere(centers)
    error = angles(sphere.points(centers)) - angles(centers)
    assert sphere.rms_deg == pytest.approx(np.sqrt(np.mean(error**2)), abs=1e-3)
    assert sphere.worst_deg == pytest.approx(np.abs(error).max(), abs=1e-3)
    assert sphere.worst_deg > 5  # seven directions at right angles cannot all fit


def test_it_is_better_than_the_three_main_directions() -> None:
    centers = random_rows(7, 256)
    main = np.linalg.svd(centers, full_matrices=False)[2][:3]
    error = angles(unit(centers @ main.T)) - angles(centers)
    assert fit_sphere(centers).rms_deg < 0.9 * np.sqrt(np.mean(error**2))


def test_everything_has_unit_length_and_the_same_comes_out_twice() -> None:
    centers, seen = random_rows(9, 128), random_rows(50, 128, seed=5)
    first, second = fit_sphere(centers), fit_sphere(centers.copy())
    np.testing.assert_array_equal(first.matrix, second.matrix)
    for points in (first.centers, first.points(seen)):
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(first.points(centers), first.centers, atol=1e-5)


def test_an_embedding_between_two_centers_lies_between_their_points() -> None:
    centers = random_rows(7, 256)
    sphere = fit_sphere(centers)
    middle = sphere.points(unit(centers[:1] + centers[1:2]))[0]
    whole = np.degrees(np.arccos(sphere.centers[0] @ sphere.centers[1]))
    parts = np.degrees(np.arccos(np.clip(sphere.centers[:2] @ middle, -1, 1)))
    assert parts.sum() == pytest.approx(whole, abs=0.5)
    assert parts.max() < whole


def test_what_is_near_no_center_is_told() -> None:
    centers = random_rows(7, 256)
    sphere = fit_sphere(centers)
    apart = np.linalg.qr(np.vstack([centers, random_rows(1, 256, 9)]).T)[0][:, -1:].T
    assert sphere.share(apart.astype(np.float32))[0] < 0.05
    assert sphere.share(centers).min() > 0.9
    np.testing.assert_allclose(np.linalg.norm(sphere.points(apart), axis=1), 1, atol=1e-6)


def test_a_new_center_leaves_the_others_about_where_they_were() -> None:
    centers = random_rows(7, 256)
    new = unit(centers[1] + 0.3 * random_rows(1, 256, 4)[0])
    before = fit_sphere(centers)
    after = fit_sphere(np.vstack([centers, new]), before.centers)
    moved = np.degrees(np.arccos(np.clip((before.centers * after.centers[:7]).sum(1), -1, 1)))
    assert moved.max() < 30
    nearest = int((after.centers[:7] @ after.centers[7]).argmax())
    assert nearest == 1


@pytest.mark.parametrize("width", [1, 2, 4, 5])
def test_few_centers_and_narrow_embeddings(width: int) -> None:
    for count in (1, 2, 3):
        sphere = fit_sphere(random_rows(count, width, seed=count))
        assert isinstance(sphere, SphereMap)
        assert sphere.centers.shape == (count, 3)
        assert np.isfinite(sphere.matrix).all()
        assert sphere.rms_deg < 2


def test_two_centers_that_coincide_do_not_upset_it() -> None:
    centers = random_rows(7, 256)
    twice = np.vstack([centers, centers[2:3]])
    sphere = fit_sphere(twice)
    assert np.abs(sphere.matrix).max() < 100
    assert sphere.centers[2] @ sphere.centers[7] > 0.99


def test_no_direction_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match="direction"):
        fit_sphere(np.zeros((2, 8), np.float32))
    with pytest.raises(ConfigError, match="direction"):
        fit_sphere(np.zeros((0, 8), np.float32))
