"""Videos made of pictures: who is in them, when they change, how they tremble."""

from dataclasses import replace

import numpy as np
import pytest
from painted import painted

from fervideo.errors import ConfigError, DatasetError
from fervideo.evaluation.drawing import boundary, draw, ladder
from fervideo.evaluation.sequences import (
    REPORTING,
    TUNING,
    Jitter,
    Kind,
    SequenceConfig,
    plan_sequences,
)

STILL = Jitter(0, 0, 0, 0, noise=(0, 0), quality=(95, 95), blinks=0)


@pytest.fixture(scope="module")
def data():
    return painted()


def test_the_halves_share_no_picture_and_every_switch_is_to_another_label(data):
    plans = plan_sequences(data, SequenceConfig(switches=40, blends=10))
    assert len(plans) == 100
    seen = [{i for p in plans if p.half == h for i in (p.first, p.second)} for h in (0, 1)]
    assert not seen[0] & seen[1]
    shown = data.samples.labels
    assert all(shown[p.first] != shown[p.second] for p in plans)
    for plan in plans:
        assert 30 <= plan.frames[0] <= 90
        assert plan.frames[1] == 0 if plan.kind is Kind.BLEND else 30 <= plan.frames[1] <= 90


def test_the_second_face_is_of_the_same_person_where_people_are_known():
    people = np.arange(84) // 7  # twelve people who show every class
    data = painted(84, people)
    plans = plan_sequences(data, SequenceConfig(switches=30, blends=0))
    assert all(people[p.first] == people[p.second] for p in plans)
    who = [{people[p.first] for p in plans if p.half == h} for h in (0, 1)]
    assert not who[0] & who[1]


def test_a_sequence_does_not_depend_on_how_many_others_there_are(data):
    few = plan_sequences(data, SequenceConfig(switches=3, blends=1), (REPORTING,))
    many = plan_sequences(data, SequenceConfig(switches=9, blends=4), (TUNING, REPORTING))
    assert set(few) <= set(many)
    other = plan_sequences(data, SequenceConfig(switches=3, blends=1, seed=5), (REPORTING,))
    assert other != few


def test_faces_that_the_detector_missed_are_left_out(data):
    found = np.arange(70) < 35
    plans = plan_sequences(replace(data, found=found), SequenceConfig(20, 5))
    assert all(found[[p.first, p.second]].all() for p in plans)
    with pytest.raises(DatasetError, match="two expressions"):
        plan_sequences(replace(data, found=data.samples.labels == 0), SequenceConfig(2, 0))


def test_the_picture_changes_when_the_plan_says_so(data):
    plan = plan_sequences(data, SequenceConfig(1, 0))[0]
    crops = draw(data, plan, 32, SequenceConfig(jitter=STILL))
    assert crops.shape == (sum(plan.frames), 32, 32, 3) and crops.dtype == np.uint8
    red = crops[..., 0].mean((1, 2))
    first, second = (data.samples.images[i, 0, 0, 0] for i in (plan.first, plan.second))
    np.testing.assert_allclose(red[: plan.frames[0]], first, atol=3)
    np.testing.assert_allclose(red[plan.frames[0] :], second, atol=3)


def test_a_face_trembles_by_as_much_as_it_is_told():
    data = painted()
    data.samples.images[:] = 0
    data.samples.images[:, :, 24:] = 200  # an edge down the middle
    plan = replace(plan_sequences(data, SequenceConfig(1, 0))[0], frames=(3000, 0))
    jitter = replace(STILL, shift=0.02)
    config = SequenceConfig(jitter=jitter)
    edge = (draw(data, plan, 48, config)[..., 0] < 100).mean((1, 2))  # its place, 0 to 1
    assert edge.std() == pytest.approx(0.02, rel=0.35)
    assert edge.mean() == pytest.approx(0.5, abs=0.01)
    together = np.corrcoef(edge[1:], edge[:-1])[0, 1]
    assert 0.4 < together < 0.8  # most of it is slow
    again = (draw(data, plan, 48, config)[..., 0] < 100).mean((1, 2))
    np.testing.assert_array_equal(again, edge)


def test_a_blend_lies_between_its_two_faces(data):
    plans = plan_sequences(data, SequenceConfig(1, 3))
    plan = next(p for p in plans if p.kind is Kind.BLEND)
    rungs = ladder(data, plan, 32, 5)[..., 0].mean((1, 2))
    ends = [float(data.samples.images[i, 0, 0, 0]) for i in (plan.first, plan.second)]
    np.testing.assert_allclose(rungs, np.linspace(*ends, 5), atol=1)
    crops = draw(data, plan, 32, SequenceConfig(jitter=STILL), mix=0.25)
    assert len(crops) == plan.frames[0]
    np.testing.assert_allclose(crops[..., 0].mean(), rungs[1], atol=3)


def test_the_boundary_is_where_the_best_class_changes():
    mix = np.linspace(0, 1, 11)[:, None]
    cosines = np.hstack([0.8 - mix, 0.1 + mix, 0 * mix]).astype(np.float32)
    assert boundary(cosines) == pytest.approx(0.35, abs=1e-3)
    assert boundary(np.hstack([1 + mix, 0 * mix])) is None
    twice = np.eye(3, dtype=np.float32)[[0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]]
    assert boundary(twice) == pytest.approx(0.55, abs=0.01)  # the one nearest the middle


@pytest.mark.parametrize("wrong", [{"switches": 0}, {"fps": 0}, {"longest_s": 0.5}])
def test_sequences_that_cannot_be(wrong):
    with pytest.raises(ConfigError):
        SequenceConfig(**wrong)
