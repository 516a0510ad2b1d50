"""More of what predictions say than `metrics.Scores`, for papers' tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import krippendorff
import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

from fervideo.evaluation.metrics import Scores, predict, score
from fervideo.types import FloatArray

BINS = 15
"""Bins of the calibration error, as in Guo et al. 2017."""

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class ClassScores:
    """One class against the rest.

    Attributes:
        name: The class.
        support: How many pictures show it.
        precision: Share of the answers with this class that are right; 0 where there are none.
        recall: Share of its pictures that are recognised.
        f1: Harmonic mean of the two.
        auc: Area under the ROC curve of its probability.
        auc_pr: Average precision: area under the precision-recall curve, by steps.

    All but `support` are NaN where no picture shows the class; `auc` and `auc_pr` also where
    every picture does.
    """

    name: str
    support: int
    precision: float
    recall: float
    f1: float
    auc: float
    auc_pr: float


@dataclass(frozen=True, slots=True)
class DetailedScores:
    """How well n predictions with probabilities fit.

    Attributes:
        scores: Accuracy, mean class recall, macro-F1, confusion matrix.
        kappa: Cohen's kappa, `(p_o - p_e) / (1 - p_e)`.
        alpha: Krippendorff's alpha for nominal data, labels and predictions as two coders.
        auc: Area under the ROC curve, each class against the rest, mean over classes.
        auc_pr: Average precision, likewise.
        calibration_error: Expected calibration error (ECE) of the predicted class's probability.
        table: One row for each class.

    Means are over the classes of which there are pictures. Where all pictures show one class there
    is nothing to tell apart: `auc` and `auc_pr` are NaN, and where every answer is that class too,
    so are `kappa` and `alpha`.
    """

    scores: Scores
    kappa: float
    alpha: float
    auc: float
    auc_pr: float
    calibration_error: float
    table: tuple[ClassScores, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def detailed_scores(
    truth: NDArray[np.int64],
    probabilities: FloatArray,
    classes: Sequence[str],
    predicted: NDArray[np.int64] | None = None,
) -> DetailedScores:
    """Compare predictions with labels.

    Args:
        truth: (n,) class indices.
        probabilities: (n, C), rows sum to 1; a row of zeros where there is no answer.
        classes: Names of the C classes.
        predicted: (n,) class indices, -1 for no answer, which counts as wrong; the most probable
            class if None.

    Raises:
        ValueError: The shapes do not fit.
    """
    expected = (len(truth), len(classes))
    if probabilities.shape != expected:
        raise ValueError(f"expected probabilities {expected}, found {probabilities.shape}")
    answers = predict(probabilities) if predicted is None else predicted
    table = class_table(truth, probabilities, classes, answers)
    return DetailedScores(
        scores=score(truth, answers, len(classes)),
        kappa=kappa(truth, answers),
        alpha=alpha(truth, answers),
        auc=_mean([row.auc for row in table]),
        auc_pr=_mean([row.auc_pr for row in table]),
        calibration_error=calibration_error(truth, probabilities, answers),
        table=table,
    )


def kappa(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Cohen's kappa; NaN where both are all of one and the same class, or empty."""
    if len(np.union1d(truth, predicted)) < 2:
        return _NAN
    return float(sk.cohen_kappa_score(truth, predicted))


def alpha(truth: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Krippendorff's alpha, nominal; NaN where both are all of one class, or empty.

    No answer (-1) is a value of its own here, not a missing one: to leave such pictures out would
    reward silence.
    """
    if len(np.union1d(truth, predicted)) < 2:
        return _NAN
    coders = np.stack([truth, predicted])
    return float(krippendorff.alpha(coders, level_of_measurement="nominal"))


def calibration_error(
    truth: NDArray[np.int64],
    probabilities: FloatArray,
    predicted: NDArray[np.int64],
    bins: int = BINS,
) -> float:
    """Expected calibration error: `sum_b n_b / n * |accuracy_b - confidence_b|`.

    Guo et al. 2017, equation 3: bins of equal width over the probability of the predicted class.
    Pictures without an answer are left out: nothing was claimed. NaN where none is left.

    Args:
        truth: (n,) class indices.
        probabilities: (n, C).
        predicted: (n,) class indices, -1 for no answer.
        bins: How many.
    """
    answered = predicted >= 0
    if not answered.any():
        return _NAN
    chosen = predicted[answered]
    confidence = probabilities[answered, chosen].astype(np.float64)
    right = (truth[answered] == chosen).astype(np.float64)
    # Bin b holds (b / bins, (b + 1) / bins]; 0 itself is in the first.
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    # n_b * |accuracy_b - confidence_b| is the difference of the sums within the bin.
    gaps = np.bincount(place, right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(chosen))


def class_table(
    truth: NDArray[np.int64],
    probabilities: FloatArray,
    classes: Sequence[str],
    predicted: NDArray[np.int64],
) -> tuple[ClassScores, ...]:
    """A row for each class; arguments as for `detailed_scores`."""
    rows = []
    for index, name in enumerate(classes):
        positive = truth == index
        support = int(positive.sum())
        if not support:
            rows.append(ClassScores(name, 0, _NAN, _NAN, _NAN, _NAN, _NAN))
            continue
        precision, recall, f1, _ = sk.precision_recall_fscore_support(
            positive, predicted == index, average="binary", zero_division=0
        )
        auc = auc_pr = _NAN
        if support < len(truth):
            auc = float(sk.roc_auc_score(positive, probabilities[:, index]))
            auc_pr = float(sk.average_precision_score(positive, probabilities[:, index]))
        rows.append(
            ClassScores(name, support, float(precision), float(recall), float(f1), auc, auc_pr)
        )
    return tuple(rows)


def markdown_table(table: Sequence[ClassScores]) -> str:
    """The per-class table as Markdown, three decimals, a dash for NaN."""
    lines = [
        "| class | pictures | precision | recall | F1 | AUC | AUC-PR |",
        "|---" + "|---:" * 6 + "|",
    ]
    for row in table:
        values = (row.precision, row.recall, row.f1, row.auc, row.auc_pr)
        cells = ["–" if np.isnan(v) else f"{v:.3f}" for v in values]
        lines.append(f"| {row.name} | {row.support} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _mean(values: Sequence[float]) -> float:
    """Mean of those that are not NaN; NaN if none is left."""
    known = [v for v in values if not np.isnan(v)]
    return float(np.mean(known)) if known else _NAN
