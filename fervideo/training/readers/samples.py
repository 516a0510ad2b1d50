"""What every reader returns: one data set in memory."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.types import ByteImage, FloatArray

log = logging.getLogger(__name__)

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Samples:
    """One data set in memory.

    Attributes:
        name: Short name, as on the command line.
        images: uint8 (n, H, W, 3) RGB, or (n, H, W, 1) grey.
        targets: (n, C) float32, a distribution over `classes` per image; what is learnt.
        labels: (n,) int64 index of the owners' own label; what metrics are computed against.
        splits: (n,) index into `SPLITS`.
        subjects: (n,) who is shown; -1 where the owners do not say.
        classes: The C class names; `labels.BASIC` first, where any of them occurs.
    """

    name: str
    images: ByteImage
    targets: FloatArray
    labels: NDArray[np.int64]
    splits: NDArray[np.int64]
    subjects: NDArray[np.int64]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def only(self, mask: NDArray[np.bool_]) -> Samples:
        """The samples where `mask` (n,) is True."""
        return Samples(
            self.name,
            self.images[mask],
            self.targets[mask],
            self.labels[mask],
            self.splits[mask],
            self.subjects[mask],
            self.classes,
        )

    def split(self, name: str) -> Samples:
        """The samples of `train`, `validation` or `test`."""
        return self.only(self.splits == SPLITS.index(name))

    def counts(self) -> dict[str, int]:
        """How many pictures of each class."""
        number = np.bincount(self.labels, minlength=len(self.classes))
        return {c: int(k) for c, k in zip(self.classes, number, strict=True)}


def one_hot(indices: NDArray[np.int64], classes: int) -> FloatArray:
    """(n,) indices to (n, classes) float32."""
    return np.eye(classes, dtype=np.float32)[indices]


def hold_out(class_of: NDArray[np.int64], part: float, seed: int = 2024) -> NDArray[np.bool_]:
    """A stratified validation mask over n samples, the same on every machine."""
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(class_of), np.bool_)
    for c in np.unique(class_of):
        members = np.flatnonzero(class_of == c)
        mask[rng.permutation(members)[: round(part * len(members))]] = True
    return mask


def make_samples(
    name: str,
    images: ByteImage,
    index: NDArray[np.int64],
    splits: NDArray[np.int64],
    targets: FloatArray | None = None,
    subjects: NDArray[np.int64] | None = None,
    classes: tuple[str, ...] = labels.BASIC,
) -> Samples:
    """Samples whose targets are the labels and whose subjects are unknown, unless given."""
    return Samples(
        name,
        images,
        one_hot(index, len(classes)) if targets is None else targets,
        index,
        splits,
        np.full(len(index), -1, np.int64) if subjects is None else subjects,
        classes,
    )


def announced(samples: Samples) -> Samples:
    """The same samples, after a line in the log on how many pictures of each class there are."""
    by_split = {s: int((samples.splits == i).sum()) for i, s in enumerate(SPLITS)}
    log.info(
        "%s: read %d pictures (%s): %s",
        samples.name,
        len(samples),
        ", ".join(f"{count} {split}" for split, count in by_split.items()),
        ", ".join(f"{count} {name}" for name, count in samples.counts().items()),
    )
    return samples


def validation_from_train(samples: Samples, part: float) -> Samples:
    """Turn a stratified part of the training split into validation, where owners have none."""
    splits = samples.splits.copy()
    train = np.flatnonzero(splits == SPLITS.index("train"))
    splits[train[hold_out(samples.labels[train], part)]] = SPLITS.index("validation")
    return replace(samples, splits=splits)


def with_classes(samples: Samples, classes: Sequence[str]) -> Samples:
    """The same pictures in the numbering of other classes, for a model or a mix that has these.

    Pictures of other classes are left out. A soft target loses what it gave to other classes and
    is scaled to sum to 1 again. Classes that the data set lacks stay empty.

    Raises:
        DatasetError: The data set has none of the classes.
    """
    chosen = tuple(classes)
    place = np.array([chosen.index(c) if c in chosen else -1 for c in samples.classes])
    if (place < 0).all():
        raise DatasetError(
            f"{samples.name}: expected any of the classes {', '.join(chosen)}, "
            f"found {', '.join(samples.classes)}"
        )
    kept = samples.only(place[samples.labels] >= 0)
    targets = np.zeros((len(kept), len(chosen)), np.float32)
    shared = np.flatnonzero(place >= 0)
    targets[:, place[shared]] = kept.targets[:, shared]
    index = place[kept.labels].astype(np.int64)
    total = targets.sum(1, keepdims=True)
    targets = np.where(total > 0, targets / np.maximum(total, 1e-9), one_hot(index, len(chosen)))
    return replace(kept, targets=targets, labels=index, classes=chosen)
