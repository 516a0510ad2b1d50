"""Pictures as one model sees them, and the ways a few of them become a class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo.centers.calibration import add_expression
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.device import resolve_device
from fervideo.errors import DatasetError
from fervideo.models.card import ModelCard
from fervideo.models.registry import Model
from fervideo.training.cache import load_aligned
from fervideo.training.predict import run_network
from fervideo.training.readers.samples import SPLITS, Samples
from fervideo.types import FloatArray

MOST_CANDIDATES = 300
"""So many pictures of a novel class at most are drawn from."""


class Rule(StrEnum):
    """How a few embeddings become a class."""

    PLAIN = "plain mean"
    """Their normalised mean is one more center, and the highest cosine wins, as in the paper."""

    CALIBRATED = "calibrated"
    """As the program does it, see `centers.calibration`."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Pictures as one model sees them.

    Attributes:
        samples: The pictures; those of classes unknown to the model too.
        embeddings: (n, D) float32, unit rows.
    """

    samples: Samples
    embeddings: FloatArray

    def of_class(self, name: str) -> NDArray[np.bool_]:
        """(n,) which pictures show a class."""
        return np.asarray(self.samples.labels == self.samples.classes.index(name))


def novel_classes(samples: Samples, classes: Sequence[str]) -> list[str]:
    """Classes that a data set shows and a model lacks."""
    return [c for c, count in samples.counts().items() if count and c not in classes]


def embed_few_shot(
    model: Model,
    data: str,
    root: Path,
    queries: Sequence[str],
    cache: Path = Path("cache"),
    report: Callable[[int], None] = lambda n: None,
) -> Embedded:
    """Look at the pictures to be recognised, and at those of novel classes to be enrolled.

    Args:
        model: The network.
        data: Name of a data set, see `datasets.READERS`.
        root: The owners' folder.
        queries: Splits whose pictures are recognised.
        cache: Folder of decoded data sets.
        report: Called with the number of pictures decoded.

    Raises:
        DatasetError: The data set has no class that the model has, or no picture in these splits.
    """
    everything = load_aligned(data, root, cache, report)
    s = everything.samples
    if not any(c in model.card.classes for c in s.classes):
        raise DatasetError(
            f"{data}: expected any of the classes {', '.join(model.card.classes)}, "
            f"found {', '.join(s.classes)}"
        )
    asked = in_splits(s, queries)
    if not asked.any():
        raise DatasetError(f"{data}: expected pictures in {', '.join(queries)}, found none")
    rng = np.random.default_rng(0)
    for name in novel_classes(s, model.card.classes):
        others = np.flatnonzero((s.labels == s.classes.index(name)) & ~asked)
        asked[rng.permutation(others)[:MOST_CANDIDATES]] = True
    chosen = everything.only(asked)
    where = resolve_device(str(model.device))
    found, _ = run_network(model.network, chosen, where, model.card.sees, aligned=True, flip=False)
    return Embedded(chosen.samples, found / np.linalg.norm(found, axis=1, keepdims=True))


def enrolled(
    base: CenterSet, card: ModelCard, name: str, embeddings: FloatArray, rule: Rule
) -> CenterSet:
    """The model's classes and one that these unit embeddings (k, D) make."""
    center = ModelCenter.of(card, embeddings)
    if rule is Rule.CALIBRATED:
        return add_expression(base, name, center)
    return base.with_center(name, center.center)


def answers(centers: CenterSet, embeddings: FloatArray) -> NDArray[np.str_]:
    """(n,) names of the classes of the highest scores."""
    best = centers.scores(centers.cosines(embeddings)).argmax(axis=1)
    return np.asarray(np.array(centers.classes)[best])


def in_splits(samples: Samples, names: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) which pictures are in these splits."""
    return np.isin(samples.splits, [SPLITS.index(name) for name in names])


def of_known_classes(samples: Samples, centers: CenterSet) -> NDArray[np.bool_]:
    """(n,) which pictures show one of these classes."""
    return np.isin(np.array(samples.classes)[samples.labels], centers.classes)
