"""Correction by a nominated neutral face."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enrolments import direction

from fervideo import labels
from fervideo.centers.calibration import typical_score
from fervideo.centers.centers import CenterSet
from fervideo.centers.neutral import corrected, deviation, expressive_as, expressive_warning
from fervideo.errors import ConfigError

CENTERS = CenterSet(labels.BASIC, np.eye(7, 16, dtype=np.float32), scale=5.0, threshold=0.3)
SAD_AT_REST = direction(0.3, 0, 0.6, 0, 0, 0, 0, 0.7)


def best(centers: CenterSet, face: np.ndarray) -> str:
    scores = centers.scores(centers.cosines(face[None]))[0]
    return centers.classes[int(scores.argmax())]


def test_a_face_that_looks_sad_at_rest_is_neutral_and_sad_when_it_is_sad() -> None:
    mine = corrected(CENTERS, SAD_AT_REST)
    assert best(CENTERS, SAD_AT_REST) == "sadness" and best(mine, SAD_AT_REST) == "neutral"
    assert best(mine, direction(0, 0, 1, 0, 0, 0, 0, 0.5)) == "sadness"
    assert best(mine, direction(0, 1, 0, 0, 0, 0, 0, 0.5)) == "happiness"


def test_with_full_strength_the_face_at_rest_scores_a_typical_neutral_and_nothing_else() -> None:
    mine = corrected(CENTERS, SAD_AT_REST, 1.0)
    scores = mine.scores(mine.cosines(SAD_AT_REST[None]))[0]
    assert scores[0] == pytest.approx(typical_score(CENTERS))
    np.testing.assert_allclose(scores[1:], np.minimum(scores[1:], 0), atol=1e-6)


def test_strength_scales_and_none_changes_nothing() -> None:
    half, full = (corrected(CENTERS, SAD_AT_REST, s).offsets for s in (0.5, 1.0))
    np.testing.assert_allclose(2 * half, full, atol=1e-6)
    np.testing.assert_array_equal(corrected(CENTERS, SAD_AT_REST, 0.0).offsets, CENTERS.offsets)


def test_a_face_that_is_neutral_already_is_left_alone() -> None:
    np.testing.assert_allclose(deviation(CENTERS, direction(1)), np.zeros(7), atol=1e-6)


def test_without_a_neutral_class_the_others_are_still_corrected() -> None:
    fewer = CENTERS.without("neutral")
    away = deviation(fewer, SAD_AT_REST)
    assert away[fewer.classes.index("sadness")] > 0.5 and away.min() == 0


def test_a_face_of_another_width_is_refused() -> None:
    with pytest.raises(ConfigError, match="16 numbers, found 4"):
        corrected(CENTERS, np.ones(4, np.float32))


def test_pictures_that_clearly_show_something_else_are_named_with_a_number() -> None:
    sure = replace(CENTERS, scale=16.0)
    smiles = np.stack([direction(0, 1), direction(0.1, 1), direction(1)])
    name, probability = expressive_as(sure, smiles)
    assert name == "happiness" and 0.5 < probability < 0.7
    assert f"happiness ({100 * probability:.0f} %)" in expressive_warning(sure, smiles)


def test_pictures_that_may_be_neutral_are_not_doubted() -> None:
    rests = np.stack([direction(1), direction(1, 0.5), direction(1, 0, 1.1)])
    assert expressive_as(replace(CENTERS, scale=16.0), rests) is None
    unclear = direction(0.3, 0.3, 0.35, 0.3, 0, 0, 0, 0.7)
    assert expressive_as(CENTERS, unclear[None]) is None
    assert expressive_warning(CENTERS, rests) == ""
