"""FER+ as a data set in its own right: the pictures of FER2013 with the votes of ten annotators.

Both readers want `fer2013.csv` (or `.csv.gz`) and `fer2013new.csv` in one folder, and take over
the owners' own training and test protocol (github.com/microsoft/FERPlus): eight classes, Training,
PublicTest (validation) and PrivateTest, single votes dropped, metrics against the majority.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.fer2013 import USAGE, Fer2013Table, read_table
from fervideo.training.readers.ferplus_votes import (
    VOTES_FILE,
    distribution,
    majority,
    read_votes,
)
from fervideo.training.readers.files import find
from fervideo.training.readers.samples import Samples, announced, make_samples
from fervideo.types import FloatArray

CLASSES = labels.BASIC_WITH_CONTEMPT


def read_ferplus(root: Path) -> Samples:
    """FER+ with probabilistic targets: the distribution of the votes.

    Training keeps what the owners' probabilistic mode keeps, validation and test what has a
    majority. The label is the majority; a training picture without one has the commonest vote,
    the first in class order in a tie.

    Raises:
        DatasetError: A table is missing, or the two do not fit.
    """
    table, votes = _read(root, "ferplus")
    targets = np.stack([distribution(row) for row in votes])
    clear = majority(votes)
    kept = np.where(table.splits == 0, targets.any(1), clear >= 0)
    index = np.where(clear >= 0, clear, targets.argmax(1)).astype(np.int64)
    samples = make_samples("ferplus", table.images, index, table.splits, targets, classes=CLASSES)
    return announced(samples.only(kept))


def read_ferplus_majority(root: Path) -> Samples:
    """FER+ with majority targets: 25,060 train, 3,199 validation and 3,153 test pictures.

    Kept is what has more than half of its votes on one expression.

    Raises:
        DatasetError: A table is missing, or the two do not fit.
    """
    table, votes = _read(root, "ferplus-majority")
    index = majority(votes)
    kept = index >= 0
    samples = make_samples(
        "ferplus-majority", table.images[kept], index[kept], table.splits[kept], classes=CLASSES
    )
    return announced(samples)


def _read(root: Path, dataset: str) -> tuple[Fer2013Table, FloatArray]:
    folder = root.parent if root.is_file() else root
    votes_file = find(folder, dataset, VOTES_FILE)
    table = read_table(root, dataset)
    votes, usage = read_votes(votes_file, len(table.images), dataset)
    wrong = [i for i, u in enumerate(usage) if USAGE.get(u) != table.splits[i]]
    if wrong:
        raise DatasetError(
            f"{dataset}: expected the same Usage in both tables, found {usage[wrong[0]]!r} in row "
            f"{wrong[0] + 1} of {VOTES_FILE}: the rows are not in the same order"
        )
    return table, votes
