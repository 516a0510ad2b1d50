"""A class that a network was never taught, and a person's own frames."""

import csv
import json

import numpy as np
import pytest
from fakes import FakeCard, FakeModel

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.evaluation.few_shot import few_shot_results, novelty
from fervideo.evaluation.few_shot_data import Embedded, Rule, novel_classes
from fervideo.evaluation.few_shot_report import (
    FewShotReport,
    UnknownRow,
    markdown,
    write_report,
)
from fervideo.evaluation.personal import NEUTRAL, OTHERS, OWN, STRANGER, personal_results
from fervideo.training.readers.samples import SPLITS, Samples, one_hot

CLASSES = labels.BASIC_WITH_CONTEMPT
CONTEMPT = len(labels.BASIC)
MODEL = FakeModel(FakeCard(scale=16.0, threshold=0.3))
"""Seven classes along the first seven axes of sixteen."""


def embedded(classes, directions, splits=None, subjects=None, noise=0.05, seed=0):
    """Pictures that look like these directions, each a little different."""
    rng = np.random.default_rng(seed)
    index = np.array([CLASSES.index(c) for c in classes], np.int64)
    found = np.array(directions, np.float64) + rng.normal(0, noise, (len(index), 16))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    samples = Samples(
        "made up",
        np.zeros((len(index), 1, 1, 3), np.uint8),
        one_hot(index, len(CLASSES)),
        index,
        np.full(len(index), 2) if splits is None else np.array([SPLITS.index(s) for s in splits]),
        np.full(len(index), -1) if subjects is None else np.array(subjects, np.int64),
        CLASSES,
    )
    return Embedded(samples, found.astype(np.float32))


def axis(index, size=1.0):
    row = np.zeros(16)
    row[index] = size
    return row


@pytest.fixture(scope="module")
def world():
    """Ten faces of each class; contempt lies along an axis of its own and a little to neutral."""
    classes = [c for c in CLASSES for _ in range(10)]
    directions = [axis(CLASSES.index(c)) for c in classes]
    for i, c in enumerate(classes):
        if c == "contempt":
            directions[i] = axis(12) + axis(0, 0.4)
    splits = ["train" if i % 10 < 4 else "test" for i in range(len(classes))]
    return embedded(classes, directions, splits)


def test_what_the_model_lacks_is_novel(world):
    assert novel_classes(world.samples, labels.BASIC) == ["contempt"]
    assert novel_classes(world.samples, CLASSES) == []


@pytest.mark.parametrize("shots", [1, 4])
def test_a_class_that_lies_apart_is_enrolled_and_costs_nothing(world, shots):
    results = few_shot_results(MODEL, world, "contempt", shots, ["test"], draws=3)
    assert [r.rule for r in results] == [Rule.PLAIN, Rule.CALIBRATED]
    for r in results:
        assert (r.novel_pictures, r.known_pictures) == (6, 42)
        assert r.enrolled_from == "other splits"
        assert r.mean("recall") == r.mean("precision") == 1.0
        assert r.mean("known") == r.mean("known_before") == 1.0
        assert r.mean("mean_recall") == 1.0 and r.mean("false_alarms") == 0
        assert len(r.draws) == 3


@pytest.fixture(scope="module")
def alike():
    """Contempt that looks like neutral."""
    classes = ["neutral"] * 20 + ["contempt"] * 20 + ["fear"] * 5
    return embedded(classes, [axis(0)] * 40 + [axis(4)] * 5)


def test_a_class_that_looks_like_another_is_not(alike):
    paper, _ = few_shot_results(MODEL, alike, "contempt", 5, ["test"], draws=4)
    assert paper.enrolled_from == "test"
    assert (paper.novel_pictures, paper.known_pictures) == (15, 25)  # not the five enrolled
    assert paper.mean("known") < paper.mean("known_before") == 1.0
    assert paper.mean("false_alarms") > 0.1


def test_nobody_who_is_enrolled_is_recognised():
    people = np.repeat(np.arange(6), 6)
    classes = ["contempt", "contempt", "fear", "fear", "anger", "anger"] * 6
    directions = [axis(12 if c == "contempt" else CLASSES.index(c)) for c in classes]
    data = embedded(classes, directions, subjects=people)
    for r in few_shot_results(MODEL, data, "contempt", 4, ["test"], draws=5):
        assert (r.novel_pictures, r.known_pictures) == (4, 8)  # two of the six people are left
    with pytest.raises(DatasetError, match="nobody enrolled"):
        few_shot_results(MODEL, data, "contempt", 12, ["test"])
    with pytest.raises(DatasetError, match="at least 13 pictures"):
        few_shot_results(MODEL, data, "contempt", 13, ["test"])


def test_draws_are_seeded(alike):
    first, again, other = (
        few_shot_results(MODEL, alike, "contempt", 2, ["test"], 3, seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_novel_face_is_unknown_by_its_best_cosine(world):
    found = novelty(MODEL, world, "contempt", ["test"])
    assert found.auroc == 1.0  # 0.37 at best against 0.97
    assert found.known_rejected == 0 and 0 <= found.novel_rejected < 0.2
    strict = FakeModel(FakeCard(threshold=0.6))
    assert novelty(strict, world, "contempt", ["test"]).novel_rejected == 1.0
    with pytest.raises(DatasetError, match="found 0 and 0"):
        novelty(MODEL, world, "contempt", ["validation"])


@pytest.fixture(scope="module")
def crooked():
    """Twelve people whose sadness looks like anger, each in a way of their own."""
    classes, directions, people = [], [], []
    for person in range(12):
        own = axis(8 + person % 8)
        for c in ("sadness", "anger", "neutral"):
            for _ in range(3):
                classes.append(c)
                towards = axis(CLASSES.index(c))
                odd = axis(CLASSES.index("anger"), 0.7) + axis(CLASSES.index("sadness"), 0.6)
                directions.append(odd + own if c == "sadness" else towards)
                people.append(person)
    return embedded(classes, directions, subjects=people, noise=0.02)


def test_own_frames_help_and_a_strangers_help_less(crooked):
    results = {r.what: r for r in personal_results(MODEL, crooked, draws=3)}
    assert set(results) == {OWN, OTHERS, STRANGER, NEUTRAL}
    own, stranger = results[OWN], results[STRANGER]
    assert own.people == 12 and own.pictures == 12 * 6  # two of three frames of each expression
    assert np.mean(own.before) == pytest.approx(2 / 3, abs=0.05)
    assert np.mean(own.after) >= np.mean(own.before)
    assert np.mean(own.after) >= np.mean(stranger.after)
    assert stranger.before == own.before  # the same pictures
    assert results[OTHERS].pictures == 12 * 9
    assert results[NEUTRAL].pictures == 12 * 8  # all but the nominated one


def test_without_names_of_people_there_is_nothing_personal(world):
    assert personal_results(MODEL, world) == []


def test_the_report_is_written(world, crooked, tmp_path):
    enrolled = tuple(few_shot_results(MODEL, world, "contempt", 1, ["test"], draws=1))
    unknown = UnknownRow("fake", "made up", "contempt", novelty(MODEL, world, "contempt", ["test"]))
    personal = tuple(personal_results(MODEL, crooked, draws=2))
    report = FewShotReport(enrolled, (unknown,), personal, ("too few of something",))
    paths = write_report(report, tmp_path / "new")
    text = markdown(report)
    assert paths[0].read_text() == text
    assert "nan" not in text and "too few of something" in text
    assert "1.000 ± –" in text  # one draw has no spread
    for table in text.split("\n\n"):
        if table.startswith("|"):
            assert len({line.count("|") for line in table.splitlines()}) == 1
    with paths[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["rule"] for r in rows] == ["plain mean", "calibrated"]
    json.loads(paths[2].read_text(), parse_constant=lambda word: pytest.fail(word))
