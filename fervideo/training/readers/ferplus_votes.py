"""FER+ (Barsoum et al. 2016, arXiv 1608.01041): ten annotators' votes for each FER2013 picture.

`fer2013new.csv` has a row for each row of `fer2013.csv`, in the same order: Usage, Image name,
the votes for eight expressions, for `unknown` and for `NF`, no face.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.types import FloatArray

VOTES_FILE = "fer2013new.csv"

_OTHERS = ("unknown", "NF")


def read_votes(path: Path, expected: int, dataset: str) -> tuple[FloatArray, list[str]]:
    """Votes (n, 10) for `labels.BASIC_WITH_CONTEMPT`, unknown and no face; Usage of each row.

    Args:
        path: `fer2013new.csv`.
        expected: How many rows it must have.
        dataset: Name for messages.

    Raises:
        DatasetError: Columns or rows are not as expected.
    """
    word = {v: k for k, v in labels.FERPLUS_COLUMNS.items()}
    columns = [*(word[c] for c in labels.BASIC_WITH_CONTEMPT), *_OTHERS]
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        if not {"Usage", *columns} <= set(reader.fieldnames or ()):
            raise DatasetError(
                f"{dataset}: expected columns Usage, {', '.join(columns)} in {path.name}, "
                f"found {reader.fieldnames}"
            )
        rows = list(reader)
    if len(rows) != expected:
        raise DatasetError(
            f"{dataset}: expected {expected} rows in {path.name}, as in fer2013.csv, "
            f"found {len(rows)}"
        )
    try:
        votes = np.array([[float(r[c]) for c in columns] for r in rows], np.float32)
    except (TypeError, ValueError) as error:
        raise DatasetError(
            f"{dataset}: expected numbers of votes in {path.name}, found {error}"
        ) from None
    return votes, [r["Usage"] for r in rows]


def basic_votes(path: Path, expected: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Share of the votes over the basic seven (n, 7), and whether most saw a face (n,)."""
    votes, _ = read_votes(path, expected, "fer2013")
    basic = votes[:, : len(labels.BASIC)]
    return basic / np.maximum(basic.sum(1, keepdims=True), 1), votes[:, -1] <= 5


def majority(votes: FloatArray) -> NDArray[np.int64]:
    """The expression that has more than half of the votes.

    Single votes are dropped as outliers first, as the owners do.

    Args:
        votes: (n, 10) as from `read_votes`.

    Returns:
        (n,) index into `labels.BASIC_WITH_CONTEMPT`; -1 where no expression has a majority.
    """
    counted = np.where(votes > 1, votes, 0)
    best = counted.argmax(1)
    clear = counted.max(1) > 0.5 * counted.sum(1)
    return np.where(clear & (best < votes.shape[1] - len(_OTHERS)), best, -1)


def distribution(votes: FloatArray) -> FloatArray:
    """The owners' probabilistic target of one picture, for cross-entropy with soft labels.

    Single votes are dropped. Then answers are taken, the commonest first, until they hold three
    quarters of the votes, or three are taken, or `unknown` or `NF` comes up. A picture is of no
    use if that leaves half of the votes or fewer, more than three answers (by a tie), or if most
    chose `unknown` or `NF`.

    Args:
        votes: (10,) as a row from `read_votes`.

    Returns:
        (8,) summing to 1, or all 0: of no use.
    """
    counted = np.where(votes > 1, votes, 0)
    expressions = len(votes) - len(_OTHERS)
    total = counted.sum()
    taken = np.zeros_like(counted)
    for level in sorted({float(v) for v in counted if v}, reverse=True):
        if taken.sum() >= 0.75 * total or (taken > 0).sum() >= 3:
            break
        tied = counted == level
        taken[:expressions][tied[:expressions]] = level
        if tied[expressions:].any():
            if not taken.any():
                return np.zeros(expressions, np.float32)
            break
    if taken.sum() <= 0.5 * total or (taken > 0).sum() > 3:
        return np.zeros(expressions, np.float32)
    return np.asarray(taken[:expressions] / taken.sum(), np.float32)
