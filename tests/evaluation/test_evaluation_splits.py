import numpy as np
import pytest

from fervideo.errors import DatasetError
from fervideo.evaluation.splits import TEST, TRAIN, VALIDATION, few_shot, k_fold
from fervideo.training.datasets import SPLITS, Samples, one_hot

CLASSES = ("a", "b", "c")


def data(labels, subjects=None):
    labels = np.array(labels, np.int64)
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1)
    subjects = np.full(len(labels), -1) if subjects is None else np.array(subjects)
    return Samples(
        "tiny", images, one_hot(labels, 3), labels, np.zeros_like(labels), subjects, CLASSES
    )


def people(number=40, each=6):
    """Everybody shows every class twice."""
    return data(np.tile([0, 1, 2], number * each // 3), np.repeat(np.arange(number), each))


def test_every_picture_is_test_once_and_classes_are_spread():
    samples = data(np.repeat([0, 1, 2], [100, 50, 10]))
    folds = k_fold(samples)
    assert len(folds) == 10
    tested = np.stack([f.splits == TEST for f in folds])
    assert (tested.sum(0) == 1).all()
    for fold in folds:
        split = fold.apply(samples)
        assert list(split.split("test").counts().values()) == [10, 5, 1]
        assert list(split.split("validation").counts().values()) == [9, 4, 1]


def test_nobody_is_in_two_parts():
    samples = people()
    for fold in k_fold(samples, 10):
        who = [set(samples.subjects[fold.splits == i]) for i in range(len(SPLITS))]
        assert not who[TRAIN] & who[TEST]
        assert not who[TRAIN] & who[VALIDATION]
        assert not who[VALIDATION] & who[TEST]
        assert [len(w) for w in who] == [32, 4, 4]


def test_some_people_unknown():
    samples = data(np.tile([0, 1, 2], 20), np.where(np.arange(60) < 30, np.arange(60) // 6, -1))
    for fold in k_fold(samples, 5):
        known = samples.subjects >= 0
        parts = [set(samples.subjects[known & (fold.splits == i)]) for i in range(3)]
        assert sum(map(len, parts)) == len(set().union(*parts)) == 5


def test_folds_are_the_same_for_a_seed_and_others_for_another():
    samples = people()
    first, again, other = (k_fold(samples, 4, seed)[0].splits for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_rare_class_is_absent_from_some_folds():
    samples = data(np.repeat([0, 1, 2], [50, 40, 2]))
    tests = [f.apply(samples).split("test").counts()["c"] for f in k_fold(samples, 5)]
    assert sorted(tests) == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("samples", "folds"),
    [(people(5), 6), (data([0, 0, 1, 1, 2]), 3), (people(), 1), (data([]), 2)],
)
def test_too_many_folds_is_one_sentence(samples, folds):
    with pytest.raises(DatasetError, match=r"tiny: expected at least .* found"):
        k_fold(samples, folds)


def test_few_shots_of_many_people_and_none_of_them_queried():
    samples = people()
    draw = few_shot(samples, 5)
    assert [int((samples.labels[draw.support] == c).sum()) for c in range(3)] == [5, 5, 5]
    assert samples.labels[draw.support].tolist() == sorted(samples.labels[draw.support])
    for c in range(3):
        chosen = draw.support[samples.labels[draw.support] == c]
        assert len(set(samples.subjects[chosen])) == 5
    enrolled = set(samples.subjects[draw.support])
    assert not enrolled & set(samples.subjects[draw.query])
    assert len(draw.query) == 6 * (40 - len(enrolled))


def test_people_take_turns_where_there_are_fewer_than_shots():
    samples = data([0] * 12, [1] * 7 + [2] * 2 + [3] * 3)
    support = few_shot(data([0] * 12, [-1] * 12), 2).support  # unknown people: any two pictures
    assert len(set(support)) == 2
    with pytest.raises(DatasetError, match="show nobody enrolled, found 0"):
        few_shot(samples, 3)  # one of each person, and nobody is left
    draw = few_shot(samples, 2)
    assert len(set(samples.subjects[draw.support])) == 2
    assert len(set(samples.subjects[draw.query])) == 1


def test_the_draw_of_the_lmcl_paper():
    samples = data(np.repeat([0, 1, 2], 25))
    draw = few_shot(samples, 10, queries=10)
    assert len(draw.support) == len(draw.query) == 30
    assert not set(draw.support) & set(draw.query)
    assert np.bincount(samples.labels[draw.query]).tolist() == [10, 10, 10]
    np.testing.assert_array_equal(draw.query, few_shot(samples, 10, queries=10).query)
    assert (draw.query != few_shot(samples, 10, seed=1, queries=10).query).any()


def test_too_few_pictures_is_one_sentence():
    samples = data([0, 0, 0, 1])
    with pytest.raises(DatasetError, match="expected at least 2 pictures of b, found 1"):
        few_shot(samples, 2)
    with pytest.raises(DatasetError, match="expected 2 pictures of a that show nobody enrolled"):
        few_shot(samples, 2, queries=2, classes=("a",))
    with pytest.raises(DatasetError, match="found 1 of wink"):
        few_shot(samples, 1, classes=("wink",))
    with pytest.raises(DatasetError, match="found 0 of a, b"):
        few_shot(samples, 0)
