"""An enrolled center beside centers of another kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enrolments import SIZE, around, direction

from fervideo.centers.calibration import (
    MOST_ALIKE,
    add_expression,
    expected_cosine,
    score_line,
    typical_score,
)
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.errors import ConfigError

CLASSES = ("neutral", "happiness", "sadness")


class Card:
    name, sha256 = "wide", "a" * 64


def built_in(lean: float) -> CenterSet:
    """Centers that lie mostly where no embedding is: a typical face has the cosine `lean`."""
    away = np.sqrt(1 - lean**2)
    rows = [
        lean * direction(*np.eye(3)[i]) + away * direction(*[0] * (10 + i), 1) for i in range(3)
    ]
    return CenterSet(CLASSES, np.array(rows), scale=4.0 / lean, threshold=0.4 * lean)


def center_of(embeddings: np.ndarray) -> ModelCenter:
    return ModelCenter.of(Card(), embeddings)


def named(centers: CenterSet, embeddings: np.ndarray) -> list[str]:
    scores = centers.scores(centers.cosines(embeddings))
    return [centers.classes[i] for i in scores.argmax(axis=1)]


@pytest.mark.parametrize("lean", [0.25, 0.9])
def test_faces_of_other_classes_stay_theirs_whatever_the_models_centers_are_like(
    lean: float,
) -> None:
    # The new expression has something of happiness, as expressions have.
    new = direction(0, 0.5, 0, 0, 0, 1)
    centers = add_expression(built_in(lean), "smirk", center_of(around(new, 10)))
    assert named(centers, around(new, 20, seed=1)) == ["smirk"] * 20
    for i, name in enumerate(CLASSES):
        assert named(centers, around(direction(*np.eye(3)[i]), 20, seed=2)) == [name] * 20


def test_the_bare_cosine_would_take_the_faces_of_others() -> None:
    new = direction(0, 0.5, 0, 0, 0, 1)
    bare = built_in(0.25).with_center("smirk", around(new, 10).mean(axis=0))
    assert named(bare, around(direction(0, 1), 20, seed=2)) == ["smirk"] * 20


def test_a_face_like_the_enrolled_scores_as_a_typical_one_and_half_of_that_cosine_is_unknown() -> (
    None
):
    centers = built_in(0.25)
    added = center_of(around(direction(0, 0, 0, 0, 0, 1), 10, spread=0.1))
    line, own = score_line(added, centers), expected_cosine(added)
    assert line.gain * own - line.offset == pytest.approx(typical_score(centers))
    assert line.gain * own / 2 - line.offset == pytest.approx(centers.threshold)


def test_a_face_near_no_center_is_unknown_also_with_expressions_of_ones_own() -> None:
    centers = built_in(0.25)
    centers = add_expression(centers, "smirk", center_of(around(direction(*[0] * 5, 1), 10)))
    strange = around(direction(*[0] * 7, 1), 5)
    assert (centers.scores(centers.cosines(strange)).max(axis=1) < centers.threshold).all()
    member = around(direction(*[0] * 5, 1), 5, seed=3)
    assert (centers.scores(centers.cosines(member)).max(axis=1) > centers.threshold).all()


def test_expected_cosine_is_that_of_a_further_frame() -> None:
    rng = np.random.default_rng(0)
    everyone = around(direction(1), 4000, spread=0.3)
    expected, found = [], []
    for _ in range(200):
        few = everyone[rng.choice(4000, 10, replace=False)]
        center = center_of(few)
        expected.append(expected_cosine(center))
        found.append(float((everyone @ center.center).mean()))
    assert np.mean(expected) == pytest.approx(np.mean(found), abs=0.02)


def test_expected_cosine_stays_sensible_at_its_ends() -> None:
    same = np.repeat(direction(1)[None], 5, axis=0)
    assert expected_cosine(center_of(same)) == MOST_ALIKE
    assert 0 < expected_cosine(center_of(same[:1])) < 1
    apart = np.eye(SIZE, dtype=np.float32)[:6]
    assert expected_cosine(center_of(apart)) >= 0.1


def test_adding_frames_averages_the_scores_by_their_numbers() -> None:
    centers = built_in(0.25)
    added = center_of(around(direction(0, 1, 0, 1), 20))
    both = add_expression(centers, "happiness", added)
    alone = add_expression(centers, "new", added)
    faces = around(direction(0.3, 1, 0, 0.4), 7)
    old = centers.scores(centers.cosines(faces))[:, 1]
    new = alone.scores(alone.cosines(faces))[:, 3]
    mixed = both.scores(both.cosines(faces))
    np.testing.assert_allclose(mixed[:, 1], (old + new) / 2, atol=1e-5)  # 20 frames against 20
    np.testing.assert_allclose(mixed[:, 0], centers.scores(centers.cosines(faces))[:, 0], atol=1e-6)
    assert both.classes == centers.classes


def test_a_center_of_another_width_is_refused() -> None:
    added = center_of(np.eye(5, dtype=np.float32))
    for name in ("new", "happiness"):
        with pytest.raises(ConfigError, match="16 numbers, found 5"):
            add_expression(built_in(0.5), name, added)


def test_scores_and_probabilities_follow_gain_and_offset() -> None:
    centers = built_in(0.5).with_center("new", direction(0, 0, 0, 1), gain=0.5, offset=0.1)
    cosines = np.array([[0.1, 0.2, 0.3, 0.9]], np.float32)
    scores = centers.scores(cosines)
    np.testing.assert_allclose(scores, [[0.1, 0.2, 0.3, 0.35]], atol=1e-6)
    expected = np.exp(centers.scale * scores) / np.exp(centers.scale * scores).sum()
    np.testing.assert_allclose(centers.probabilities(cosines), expected, atol=1e-6)
    fewer = centers.without("happiness")
    np.testing.assert_allclose(fewer.scores(cosines[:, [0, 2, 3]]), scores[:, [0, 2, 3]])
    with pytest.raises(ConfigError, match="a number for each of 4 classes"):
        replace(centers, gains=np.ones(3, np.float32))
