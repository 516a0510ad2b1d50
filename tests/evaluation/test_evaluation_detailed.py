"""Metrics against numbers worked out by hand."""

import json
import math

import cv2
import numpy as np
import pytest

from fervideo import labels
from fervideo.evaluation.detailed import (
    alpha,
    calibration_error,
    detailed_scores,
    kappa,
    markdown_table,
)
from fervideo.evaluation.plots import plot_confusion

CLASSES = ("a", "b", "c")
TRUTH = np.array([0, 0, 0, 1, 1, 2])
PROBABILITIES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.5, 0.3, 0.2],
        [0.3, 0.6, 0.1],
        [0.2, 0.7, 0.1],
        [0.1, 0.9, 0.0],
        [0.4, 0.2, 0.4],
    ]
)
ANSWERS = np.array([0, 0, 1, 1, 1, 0])


def test_kappa_by_hand():
    # agree 4 of 6; by chance 3*3/36 + 2*3/36 + 1*0/36 = 15/36
    assert kappa(TRUTH, ANSWERS) == pytest.approx((4 / 6 - 15 / 36) / (1 - 15 / 36))
    assert kappa(TRUTH, TRUTH) == 1


def test_alpha_by_hand():
    # Of 12 values 6 are a, 5 b, 1 c. Observed disagreement: 2 of 6 pictures. Expected: pairs of
    # different values, (6*5 + 6*1 + 5*1) * 2 of 12*11.
    assert alpha(TRUTH, ANSWERS) == pytest.approx(1 - (2 / 6) / (82 / 132))
    assert alpha(TRUTH, TRUTH) == 1


def test_silence_is_a_wrong_answer_to_kappa_and_alpha():
    silent = np.where(TRUTH == ANSWERS, ANSWERS, -1)
    assert kappa(TRUTH, silent) < 1
    assert alpha(TRUTH, silent) < 1


def test_auc_by_hand():
    found = detailed_scores(TRUTH, PROBABILITIES, CLASSES)
    a, b, c = found.table
    # a: .8 .5 .3 against .2 .1 .4: of 9 pairs only .3 < .4 is wrong.
    assert a.auc == pytest.approx(8 / 9)
    # b: .7 .9 against .1 .3 .6 .2: all right. c: .4 against the rest: all right.
    assert (b.auc, c.auc) == (1, 1)
    assert found.auc == pytest.approx((8 / 9 + 2) / 3)
    # a, in falling order: right, right, wrong, right: precision 1, 1, 3/4 at each third of recall.
    assert a.auc_pr == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert found.auc_pr == pytest.approx((a.auc_pr + 2) / 3)


def test_table_by_hand():
    found = detailed_scores(TRUTH, PROBABILITIES, CLASSES, ANSWERS)
    a, b, c = found.table
    assert (a.precision, a.recall, a.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (b.precision, b.recall, b.f1) == pytest.approx((2 / 3, 1, 4 / 5))
    assert (c.precision, c.recall, c.f1) == (0, 0, 0)
    assert [r.support for r in found.table] == [3, 2, 1]
    assert found.scores.accuracy == pytest.approx(4 / 6)
    assert found.scores.macro_f1 == pytest.approx(np.mean([r.f1 for r in found.table]))
    assert markdown_table(found.table).splitlines()[3] == (
        "| b | 2 | 0.667 | 1.000 | 0.800 | 1.000 | 1.000 |"
    )
    assert json.loads(json.dumps(found.as_dict()))["table"][1]["support"] == 2


def test_calibration_error_by_hand():
    truth = np.array([0, 0, 0, 0])
    probabilities = np.array([[0.9, 0.1], [0.92, 0.08], [0.4, 0.6], [0.45, 0.55]])
    answers = probabilities.argmax(1)
    # Fifteenths: .9 and .92 in the 14th bin, right twice; .6 in the 9th and .55 too, wrong twice.
    expected = 2 / 4 * abs(1 - 0.91) + 2 / 4 * abs(0 - 0.575)
    assert calibration_error(truth, probabilities, answers) == pytest.approx(expected)
    # One bin: half right, confidence 0.7425 on average.
    assert calibration_error(truth, probabilities, answers, bins=1) == pytest.approx(0.2425)


def test_calibration_of_certainty_and_of_silence():
    sure = np.eye(2)[[0, 0, 1, 1]]
    assert calibration_error(np.array([0, 0, 1, 1]), sure, sure.argmax(1)) == 0
    assert calibration_error(np.array([1, 1, 0, 0]), sure, sure.argmax(1)) == 1
    some = np.array([0, -1, 1, -1])  # of the two that answered, both are right
    assert calibration_error(np.array([0, 1, 1, 0]), sure, some) == 0
    assert math.isnan(calibration_error(np.array([0, 0, 1, 1]), sure, np.full(4, -1)))


def test_a_class_absent_does_not_count():
    four = np.hstack([PROBABILITIES, np.zeros((6, 1))])
    found = detailed_scores(TRUTH, four, (*CLASSES, "d"))
    three = detailed_scores(TRUTH, PROBABILITIES, CLASSES)
    for name in ("kappa", "alpha", "auc", "auc_pr", "calibration_error"):
        assert getattr(found, name) == pytest.approx(getattr(three, name))
    absent = found.table[3]
    assert absent.support == 0
    assert all(math.isnan(v) for v in (absent.recall, absent.precision, absent.f1, absent.auc))
    assert markdown_table(found.table).splitlines()[-1] == "| d | 0 | – | – | – | – | – |"


def test_one_class_only():
    truth = np.zeros(3, np.int64)
    sure = np.tile([0.9, 0.1], (3, 1))
    found = detailed_scores(truth, sure, ("a", "b"))
    assert all(math.isnan(v) for v in (found.kappa, found.alpha, found.auc, found.auc_pr))
    assert found.scores.accuracy == 1
    assert found.calibration_error == pytest.approx(0.1)
    wrong = detailed_scores(truth, sure[:, ::-1], ("a", "b"))
    assert wrong.kappa == 0 and math.isnan(wrong.auc)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"expected probabilities \(6, 2\), found \(6, 3\)"):
        detailed_scores(TRUTH, PROBABILITIES, ("a", "b"))


def dark_blue(path):
    """Share of a picture's pixels that are the shade of a full cell."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB).astype(int)
    assert 500 < image.shape[0] < 1500 and 500 < image.shape[1] < 1500
    return ((image[..., 2] > 90) & (image[..., 0] < 40) & (image[..., 1] < 90)).mean()


def test_confusion_plot_is_dark_where_answers_are(tmp_path):
    right, even, empty = (tmp_path / f"{n}.png" for n in ("right", "even", "empty"))
    plot_confusion((np.eye(7, dtype=int) * 90).tolist(), labels.BASIC, right, "CK+ test")
    plot_confusion(np.full((7, 7), 10).tolist(), labels.BASIC, even)
    plot_confusion(np.zeros((7, 7), int).tolist(), labels.BASIC, empty)
    assert dark_blue(right) > 0.04
    assert dark_blue(even) == dark_blue(empty) == 0
    with pytest.raises(ValueError, match="expected a matrix"):
        plot_confusion(np.eye(7).tolist(), labels.BASIC_WITH_CONTEMPT, right)


def test_confusion_plot_of_many_long_names(tmp_path):
    path = tmp_path / "compound.png"
    plot_confusion(np.eye(11, dtype=int).tolist(), labels.COMPOUND, path)
    assert cv2.imread(str(path)) is not None
