"""Which pictures make a batch: a pure function of seed and step, so that any run can resume."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fervideo.errors import RecipeError
from fervideo.training.augment import AugmentConfig, jitter, spoil, warp, window
from fervideo.training.cache import AlignedSamples
from fervideo.training.datasets import one_hot
from fervideo.training.processes import Processes
from fervideo.training.recipe import DataShare
from fervideo.types import ByteImage

CPU = torch.device("cpu")

ALONE = Processes()

RESIDENT_SHARE = 0.4
"""Part of a GPU's free memory that the pictures of one data set may take."""


def fits_on_device(size: int, device: torch.device) -> bool:
    """Whether to keep pictures of so many bytes on a device that is not the CPU."""
    if device.type != "cuda":
        return False
    free, _ = torch.cuda.mem_get_info(device)
    return size < RESIDENT_SHARE * free


class Pictures:
    """The pictures of a data set, kept on the training device if they fit.

    Args:
        images: uint8 (n, H, W, c).
        device: Where batches are wanted.
    """

    def __init__(self, images: ByteImage, device: torch.device) -> None:
        self.images = images
        self.device = device
        self.resident = (
            torch.from_numpy(images).to(device) if fits_on_device(images.nbytes, device) else None
        )

    def __getitem__(self, chosen: NDArray[np.int64]) -> Tensor:
        """uint8 (k, H, W, c) on the device, of (k,) indices."""
        if self.resident is not None:
            return self.resident[torch.from_numpy(chosen).to(self.device, non_blocking=True)]
        pictures = torch.from_numpy(self.images[chosen])
        if self.device.type == "cuda":
            pictures = pictures.pin_memory()
        return pictures.to(self.device, non_blocking=True)


class Mix:
    """Draws batches of augmented crops from several data sets.

    Args:
        parts: Training samples, one for each share.
        shares: Their parts of a batch and class balance.
        batch: Pictures a batch, of all processes together.
        seed: Of order and augmentation.
        device: Where pictures are augmented and batches are wanted.
        processes: Each takes an equal part of every batch.
        view: Part of the side of an aligned picture that a crop shows, at a random place.
    """

    def __init__(
        self,
        parts: Sequence[AlignedSamples],
        shares: Sequence[DataShare],
        batch: int,
        seed: int,
        device: torch.device = CPU,
        processes: Processes = ALONE,
        view: float = 1.0,
    ) -> None:
        if batch % processes.count:
            raise RecipeError(
                f"optimizer.batch: expected a multiple of the {processes.count} processes, "
                f"found {batch}"
            )
        self.device, self.processes, self.view = device, processes, view
        self.pictures = [Pictures(p.samples.images, device) for p in parts]
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
            class_weights(p.samples.labels, s.balance, p.samples.targets.shape[1])
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

    def _own(self, part: int, step: int) -> NDArray[np.int64]:
        """Which of these are this process's, dealt out like cards."""
        before = sum(self.counts[:part])
        first = (self.processes.rank - before) % self.processes.count
        return self.indices(part, step)[first :: self.processes.count]

    def __call__(
        self, step: int, size: int, config: AugmentConfig
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """This process's part of batch number `step`, on the device.

        Returns:
            crops float (n, 3, size, size) 0..255, targets (n, C), labels (n,), weights (n,).
        """
        generator = torch.Generator().manual_seed(step_seed(self.seed, step, self.processes.rank))
        crops, targets, classes, weights = [], [], [], []
        for number, part in enumerate(self.parts):
            chosen = self._own(number, step)
            if not len(chosen):
                continue
            use = torch.rand(len(chosen), generator=generator) < config.aligned
            matrices = np.where(
                use.numpy()[:, None, None], part.aligned[chosen], part.given[chosen]
            )
            maps = jitter(len(chosen), config, generator)
            shown = window(len(chosen), self.view, None, generator)
            maps = maps if shown is None else maps @ shown
            crops.append(
                warp(self.pictures[number][chosen], torch.from_numpy(matrices), size, maps)
            )
            targets.append(torch.from_numpy(self.targets[number][chosen]))
            classes.append(torch.from_numpy(part.samples.labels[chosen]))
            weights.append(self.weights[number][classes[-1]])
        spoilt = spoil(torch.cat(crops), config, generator)
        there = (
            torch.cat(t).to(self.device, non_blocking=True) for t in (targets, classes, weights)
        )
        return spoilt, *there  # type: ignore[return-value]


def step_seed(seed: int, step: int, rank: int) -> int:
    """Of what is random in one step of one process."""
    return (seed << 32) + (rank << 26) + step


def class_counts(parts: Sequence[AlignedSamples], shares: Sequence[DataShare]) -> list[int]:
    """(C,) how many pictures of each class a mix shows in the time of one picture each."""
    total = sum(s.share for s in shares)
    pictures = sum(len(p.samples) for p in parts)
    seen = np.zeros(parts[0].samples.targets.shape[1])
    for part, share in zip(parts, shares, strict=True):
        counts = np.bincount(part.samples.labels, minlength=len(seen))
        seen += pictures * share.share / total * counts / max(1, len(part.samples))
    return [int(n) for n in np.ceil(seen.round(6))]


def class_weights(labels: NDArray[np.int64], balance: float, classes: int) -> Tensor:
    """(C,) weights `frequency ** -balance`, scaled to mean 1 over the samples."""
    counts = np.bincount(labels, minlength=classes).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1) ** -balance, 0)
    weights /= (weights * counts).sum() / counts.sum()
    return torch.tensor(weights, dtype=torch.float32)
