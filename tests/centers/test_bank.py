"""Ordinary faces, and expressions that are placed by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enrolments import MODEL, SIZE, direction, smirk
from fakes import FakeModel

from fervideo.centers.bank import FaceBank
from fervideo.centers.calibration import GONE_OVER, add_expression, score_line
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.preview import doubtful_frames
from fervideo.centers.profile import Profile
from fervideo.errors import ConfigError
from fervideo.types import FloatArray

CLASSES = ("neutral", "happiness", "sadness")
COMMON = direction(0, 0, 0, 0, 0, 2)
"""What all faces share."""


def people(towards: FloatArray, count: int, seed: int, noise: float = 0.1) -> FloatArray:
    """Faces of people who differ much, along two axes that have nothing to do with expressions."""
    rng = np.random.default_rng(seed)
    rows = towards + COMMON + rng.normal(0, noise, (count, SIZE))
    rows[:, 8:10] += rng.normal(0, 0.5, (count, 2))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def ordinary(count: int = 40, seed: int = 0) -> tuple[FloatArray, np.ndarray]:
    rows = [people(direction(*np.eye(3)[i]), count, seed + i) for i in range(3)]
    return np.concatenate(rows), np.repeat(np.arange(3), count)


def classes(from_head: bool = True) -> CenterSet:
    """Three classes that a network was taught, with a bank of forty faces of each."""
    rows, labels = ordinary()
    centers = np.stack([direction(*np.eye(3)[i]) for i in range(3)])
    if not from_head:
        centers = np.stack([rows[labels == i].mean(axis=0) for i in range(3)])
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    bank = FaceBank.of(rows, labels, CLASSES, centers, from_head)
    typical = float(np.median(bank.scores.max(axis=1)))
    return CenterSet(CLASSES, centers, scale=8.0, threshold=0.2, typical=typical, bank=bank)


def enrolled(towards: FloatArray, count: int = 10, seed: int = 7) -> ModelCenter:
    return ModelCenter.of(MODEL.card, people(towards, count, seed))


def taken(centers: CenterSet, rows: FloatArray, name: str) -> float:
    """Share of faces that are called so."""
    best = centers.scores(centers.cosines(rows)).argmax(axis=1)
    return float((best == centers.classes.index(name)).mean())


SUBTLE = direction(0.8, 0, 0, 0.6)
"""An expression that is much like neutral."""


@pytest.mark.parametrize("from_head", [True, False])
def test_few_faces_of_strangers_go_over_to_a_subtle_expression(from_head: bool) -> None:
    before, added = classes(from_head), enrolled(SUBTLE)
    after = add_expression(before, "smirk", added)
    rows, _ = ordinary(200, seed=50)
    assert taken(after, rows, "smirk") < 3 * GONE_OVER
    assert taken(after, people(SUBTLE, 200, 60), "smirk") > 0.3
    if from_head:
        assert taken(before.with_center("smirk", added.center), rows, "smirk") > 0.3


@pytest.mark.parametrize("from_head", [True, False])
def test_as_many_of_the_bank_go_over_as_may(from_head: bool) -> None:
    centers = classes(from_head)
    bank = centers.bank
    assert bank is not None
    for seed in range(5):
        after = add_expression(centers, "smirk", enrolled(SUBTLE, 3, seed))
        right = bank.embeddings[bank.named_rightly]
        assert taken(after, right, "smirk") == pytest.approx(GONE_OVER, abs=1 / len(right))


def test_what_people_differ_in_counts_less_than_what_expressions_differ_in() -> None:
    bank = classes().bank
    assert bank is not None
    found = bank.centers_for(enrolled(SUBTLE, 2).mean[None])[0]
    plain = enrolled(SUBTLE, 2).center
    assert np.abs(found[8:10]).max() < np.abs(plain[8:10]).max()
    assert abs(found @ COMMON) < 0.3 < plain @ COMMON
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_a_system_of_n_equations_gives_fishers_discriminant() -> None:
    from fervideo.centers.bank import SHRINKAGE

    bank = classes().bank
    assert bank is not None
    rows, labels = bank.embeddings.astype(np.float64), bank.labels
    means = np.stack([rows[labels == i].mean(axis=0) for i in range(3)])
    within = rows - means[labels]
    covariance = within.T @ within / (len(rows) - 3)
    rounded = np.trace(covariance) / SIZE * np.eye(SIZE)
    shrunken = (1 - SHRINKAGE) * covariance + SHRINKAGE * rounded
    asked = enrolled(SUBTLE).mean
    expected = np.linalg.solve(shrunken, asked - means.mean(axis=0))
    expected /= np.linalg.norm(expected)
    np.testing.assert_allclose(bank.centers_for(asked[None])[0], expected, atol=1e-4)


def test_a_model_of_means_gets_a_mean() -> None:
    bank, added = classes(from_head=False).bank, enrolled(SUBTLE)
    assert bank is not None
    np.testing.assert_allclose(bank.centers_for(added.mean[None])[0], added.center, atol=1e-6)


def test_a_mean_amid_all_faces_keeps_a_direction() -> None:
    bank = classes().bank
    assert bank is not None
    middle = np.mean([bank.embeddings[bank.labels == i].mean(axis=0) for i in range(3)], axis=0)
    found = bank.centers_for(middle[None].astype(np.float32))
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)


def test_a_new_class_is_as_eager_as_the_models_own() -> None:
    centers = classes()
    bank, line = centers.bank, score_line(enrolled(SUBTLE), centers)
    assert bank is not None
    right = bank.named_rightly
    scores = bank.scores[right][bank.labels[right][:, None] != np.arange(3)]
    spread = (line.gain * bank.embeddings[right] @ line.center).std()
    assert spread == pytest.approx(scores.std(), rel=1e-4)


def test_faces_of_a_class_that_is_left_out_do_not_count() -> None:
    """Laughing is much like happiness; with happiness left out it may have its faces."""
    laughing = enrolled(direction(0, 1, 0, 0.3))
    rows = people(direction(0, 1), 100, 80)
    both = add_expression(classes(), "laughing", laughing)
    alone = add_expression(classes().beside("happiness"), "laughing", laughing).without("happiness")
    assert taken(both, rows, "laughing") < 0.3
    assert taken(alone, rows, "laughing") > 0.9


def test_classes_that_are_left_out_by_a_profile_do_not_count() -> None:
    everyone = np.eye(7, SIZE, dtype=np.float32)
    rng = np.random.default_rng(3)
    rows = np.repeat(everyone, 10, axis=0) + rng.normal(0, 0.1, (70, SIZE)).astype(np.float32)
    bank = FaceBank.of(rows, np.repeat(np.arange(7), 10), MODEL.card.classes, everyone, True)
    model = FakeModel(bank=bank)
    profile = Profile.new("Anna").with_expression(smirk()).with_enabled("happiness", False)
    found = profile.apply(model)
    assert found.bank is not None and "happiness" not in found.bank.classes
    assert found.classes[-1] == "smirk" and "happiness" not in found.classes
    line = score_line(smirk().center, found)
    assert found.gains[-1] == pytest.approx(line.gain)
    assert found.offsets[-1] == pytest.approx(line.offset, abs=1e-5)


def test_the_order_of_enrolments_is_all_one() -> None:
    first, second = enrolled(SUBTLE), enrolled(direction(0, 0, 0.5, 0, 0.8))
    there = add_expression(add_expression(classes(), "a", first), "b", second)
    back = add_expression(add_expression(classes(), "b", second), "a", first)
    for name in "ab":
        i, j = there.classes.index(name), back.classes.index(name)
        assert (there.gains[i], there.offsets[i]) == (back.gains[j], back.offsets[j])


def test_frames_that_are_added_to_a_class_do_not_compete_with_it() -> None:
    centers = classes()
    mine = people(direction(0, 0.7, 0.7), 20, 90)  # a smile that looks sad, of one's own
    after = add_expression(centers, "happiness", ModelCenter.of(MODEL.card, mine))
    asked = people(direction(0, 0.7, 0.7), 200, 91)
    assert taken(after, asked, "happiness") > taken(centers, asked, "happiness") + 0.1
    rows, labels = ordinary(100, seed=95)
    assert taken(after, rows[labels == 2], "sadness") > 0.85


def test_a_frame_of_another_expression_is_doubtful() -> None:
    frames = np.concatenate([people(SUBTLE + direction(0, 0, 0, 1), 8, 70), people(SIX, 1, 71)])
    found = doubtful_frames(ModelCenter.of(MODEL.card, frames), frames, classes())
    assert found == (8,)


SIX = direction(0, 1)


def test_without_a_class() -> None:
    bank = classes().bank
    assert bank is not None
    fewer = bank.without("happiness")
    assert fewer.classes == ("neutral", "sadness")
    assert fewer.scores.shape == (80, 2) and set(fewer.labels) == {0, 1}
    np.testing.assert_array_equal(fewer.scores[-1], bank.scores[-1, [0, 2]])
    assert fewer.without("neutral") is fewer  # one class tells nothing
    assert bank.without("nobody") is bank


def test_a_bank_that_cannot_be_is_refused() -> None:
    rows, labels = ordinary(3)
    centers = np.eye(3, SIZE, dtype=np.float32)
    with pytest.raises(ConfigError, match="two or more ordinary faces"):
        FaceBank.of(rows[:3], labels[:3], CLASSES, centers, True)
    with pytest.raises(ConfigError, match="3 classes, found others"):
        FaceBank.of(rows, labels + 1, CLASSES, centers, True)
    bank = FaceBank.of(rows, labels, CLASSES, centers, True)
    with pytest.raises(ConfigError, match="of 9 ordinary faces"):
        replace(bank, labels=labels[:5])
