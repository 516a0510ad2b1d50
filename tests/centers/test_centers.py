from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from fervideo.centers.centers import CenterSet
from fervideo.errors import ConfigError

RNG = np.random.default_rng(5)


def center_set(scale: float = 16.0) -> CenterSet:
    return CenterSet(("a", "b", "c"), RNG.normal(size=(3, 8)).astype(np.float32), scale, 0.4)


def test_centers_become_unit_vectors_and_cosines_are_cosines() -> None:
    centers = center_set()
    np.testing.assert_allclose(np.linalg.norm(centers.centers, axis=1), 1, atol=1e-6)
    embeddings = RNG.normal(size=(5, 8)).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosines = centers.cosines(embeddings)
    assert cosines.shape == (5, 3) and cosines.dtype == np.float32
    assert cosines[2, 1] == pytest.approx(float(embeddings[2] @ centers.centers[1]), abs=1e-6)


@pytest.mark.parametrize("scale", [1.0, 16.0, 500.0])
def test_probabilities_are_the_softmax_of_scaled_cosines(scale: float) -> None:
    cosines = RNG.uniform(-1, 1, (6, 3)).astype(np.float32)
    probabilities = center_set(scale).probabilities(cosines)
    np.testing.assert_allclose(probabilities, softmax(scale * cosines, axis=1), atol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_no_face_gives_empty_tables() -> None:
    centers = center_set()
    none = centers.cosines(np.zeros((0, 8), np.float32))
    assert none.shape == (0, 3) and centers.probabilities(none).shape == (0, 3)


def test_a_class_can_be_added_replaced_and_removed_without_touching_the_old_set() -> None:
    old = center_set()
    more = old.with_center("d", np.arange(1, 9))
    assert more.classes == ("a", "b", "c", "d") and old.classes == ("a", "b", "c")
    np.testing.assert_allclose(more.centers[:3], old.centers, atol=1e-6)
    replaced = more.with_center("b", np.eye(8)[2] * 7)
    assert replaced.classes == more.classes
    np.testing.assert_allclose(replaced.centers[1], np.eye(8)[2], atol=1e-6)
    assert not np.allclose(more.centers[1], replaced.centers[1])
    fewer = more.without("a")
    assert fewer.classes == ("b", "c", "d")
    np.testing.assert_allclose(fewer.centers, more.centers[1:], atol=1e-6)


@pytest.mark.parametrize("wrong", [np.zeros(8), np.ones(7), np.full(8, np.nan)])
def test_a_center_without_direction_or_of_another_size_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ConfigError):
        center_set().with_center("d", wrong)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ConfigError, match="differ"):
        CenterSet(("a", "a"), np.eye(2, dtype=np.float32), 1, 0)
    with pytest.raises(ConfigError, match="2 classes"):
        CenterSet(("a", "b"), np.eye(3, dtype=np.float32), 1, 0)
    with pytest.raises(ConfigError, match="no class z"):
        center_set().without("z")
    with pytest.raises(ConfigError):
        CenterSet(("a",), np.ones((1, 4), np.float32), 1, 0).without("a")
