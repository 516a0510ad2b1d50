"""Which pictures make a batch: a pure function of seed and step, so that any run can resume."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fervideo.training.augment import AugmentConfig, jitter, spoil, warp
from fervideo.training.cache import AlignedSamples
from fervideo.training.datasets import one_hot
from fervideo.training.recipe import DataShare


class Mix:
    """Draws batches of augmented crops from several data sets.

    Args:
        parts: Training samples, one for each share.
        shares: Their parts of a batch and class balance.
        batch: Pictures a batch.
        seed: Of order and augmentation.
    """

    def __init__(
        self,
        parts: Sequence[AlignedSamples],
        shares: Sequence[DataShare],
        batch: int,
        seed: int,
    ) -> None:
        self.parts = list(parts)
        total = sum(s.share for s in shares)
        self.counts = [round(batch * s.share / total) for s in shares]
        self.counts[0] += batch - sum(self.counts)
        self.seed = seed
        self.targets = [
            s.soft * p.samples.targets
            + (1 - s.soft) * one_hot(p.samples.labels, p.samples.targets.shape[1])
            for p, s in zip(self.parts, shares, strict=True)
        ]
        self.weights = [
            class_weights(p.samples.labels, s.balance)
            for p, s in zip(self.parts, shares, strict=True)
        ]
        self._order = lru_cache(maxsize=8)(self._permutation)

    def _permutation(self, part: int, turn: int) -> NDArray[np.int64]:
        rng = np.random.default_rng((self.seed, part, turn))
        return rng.permutation(len(self.parts[part].samples))

    def indices(self, part: int, step: int) -> NDArray[np.int64]:
        """Which samples of a data set are in batch number `step`: each once a pass, shuffled."""
        size = len(self.parts[part].samples)
        places = np.arange(step * self.counts[part], (step + 1) * self.counts[part])
        return np.array([self._order(part, p // size)[p % size] for p in places], np.int64)

    def __call__(
        self, step: int, size: int, config: AugmentConfig
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Batch number `step`.

        Returns:
            crops float (n, 3, size, size) 0..255, targets (n, C), labels (n,), weights (n,).
        """
        generator = torch.Generator().manual_seed((self.seed << 32) + step)
        crops, targets, classes, weights = [], [], [], []
        for number, part in enumerate(self.parts):
            chosen = self.indices(number, step)
            use = torch.rand(len(chosen), generator=generator) < config.aligned
            matrices = np.where(
                use.numpy()[:, None, None], part.aligned[chosen], part.given[chosen]
            )
            crops.append(
                warp(
                    torch.from_numpy(part.samples.images[chosen]),
                    torch.from_numpy(matrices),
                    size,
                    jitter(len(chosen), config, generator),
                )
            )
            targets.append(torch.from_numpy(self.targets[number][chosen]))
            classes.append(torch.from_numpy(part.samples.labels[chosen]))
            weights.append(self.weights[number][classes[-1]])
        spoilt = spoil(torch.cat(crops), config, generator)
        return spoilt, torch.cat(targets), torch.cat(classes), torch.cat(weights)


def class_counts(parts: Sequence[AlignedSamples], shares: Sequence[DataShare]) -> list[int]:
    """(C,) how many pictures of each class a mix shows in the time of one picture each."""
    total = sum(s.share for s in shares)
    pictures = sum(len(p.samples) for p in parts)
    seen = np.zeros(parts[0].samples.targets.shape[1])
    for part, share in zip(parts, shares, strict=True):
        counts = np.bincount(part.samples.labels, minlength=len(seen))
        seen += pictures * share.share / total * counts / max(1, len(part.samples))
    return [int(n) for n in np.ceil(seen.round(6))]


def class_weights(labels: NDArray[np.int64], balance: float) -> Tensor:
    """(C,) weights `frequency ** -balance`, scaled to mean 1 over the samples."""
    counts = np.bincount(labels, minlength=7).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1) ** -balance, 0)
    weights /= (weights * counts).sum() / counts.sum()
    return torch.tensor(weights, dtype=torch.float32)
