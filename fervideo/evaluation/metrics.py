"""What a confusion matrix and the scores behind it say, with scikit-learn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

from fervideo.types import FloatArray


@dataclass(frozen=True, slots=True)
class Scores:
    """How well n predictions fit.

    Attributes:
        count: n.
        accuracy: Share of right answers.
        mean_recall: Mean over the classes present of each one's recall.
        macro_f1: Mean over the classes present of each one's F1.
        recalls: Recall of each class, NaN where the class is absent.
        confusion: (C, C) counts, rows true, columns predicted.
    """

    count: int
    accuracy: float
    mean_recall: float
    macro_f1: float
    recalls: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def score(truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int) -> Scores:
    """Compare predictions with labels.

    Args:
        truth: (n,) class indices.
        predicted: (n,) class indices; -1 is no answer and counts as wrong.
        classes: C.
    """
    present = sorted({int(c) for c in truth})
    answered = np.where(predicted < 0, classes, predicted)
    confusion = sk.confusion_matrix(truth, answered, labels=range(classes + 1))[:classes, :classes]
    recalls = sk.recall_score(truth, answered, labels=present, average=None, zero_division=0)
    f1 = sk.f1_score(truth, answered, labels=present, average="macro", zero_division=0)
    by_class = dict(zip(present, recalls, strict=True))
    return Scores(
        count=len(truth),
        accuracy=float((truth == answered).mean()) if len(truth) else float("nan"),
        mean_recall=float(np.mean(recalls)),
        macro_f1=float(f1),
        recalls=tuple(float(by_class.get(c, np.nan)) for c in range(classes)),
        confusion=tuple(tuple(int(k) for k in row) for row in confusion),
    )


def predict(scores: FloatArray) -> NDArray[np.int64]:
    """(n, C) scores to (n,) the best class."""
    return np.asarray(scores.argmax(1), np.int64)
