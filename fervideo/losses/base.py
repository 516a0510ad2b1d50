"""What every loss of a recipe has in common, the plain softmax loss, and the sum of two losses."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class Loss(nn.Module):
    """Base of the losses that a recipe can name; see `registry.make_loss`.

    All are means over the batch, so that a weight between two of them means the same at every
    batch size. The papers print sums; the difference is a factor of the learning rate.

    Attributes:
        head: The kind of head the logits must come from: `cosine`, or `any`.
        scale: The scale s that a cosine head must have, or None if any will do.
    """

    head: str = "any"
    scale: float | None = None

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of a batch.

        Args:
            embedding: (n, D) float32 or float64, not normalised.
            logits: (n, C), the network's head of these embeddings.
            labels: (n,) int64.
        """
        raise NotImplementedError

    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Move what follows a rule of its own instead of a gradient. Call it once a step.

        Most losses have nothing of the kind. Takes the batch as `forward` saw it.
        """


class Softmax(Loss):
    """Cross-entropy, the control of every paper: `1/n sum_i -log softmax(logits_i)_yi`."""

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The embedding is not looked at."""
        return functional.cross_entropy(logits, labels)


class Joint(Loss):
    """`classify + weight * auxiliary`, the joint supervision of the SE-ResNet paper's equation 3.

    Args:
        classify: A loss of the logits.
        auxiliary: A loss of the embedding.
        weight: lambda.
    """

    def __init__(self, classify: Loss, auxiliary: Loss, weight: float = 1.0) -> None:
        super().__init__()
        if weight < 0:
            raise ValueError(f"weight: expected 0 or more, found {weight}")
        self.classify = classify
        self.auxiliary = auxiliary
        self.weight = weight
        self.head = classify.head
        self.scale = classify.scale

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`."""
        first: Tensor = self.classify(embedding, logits, labels)
        second: Tensor = self.auxiliary(embedding, logits, labels)
        return first + self.weight * second

    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Update both parts."""
        self.classify.update(embedding, labels)
        self.auxiliary.update(embedding, labels)


def fresh_centers(classes: int, embedding_size: int) -> Tensor:
    """(C, D) random centers of length about 1.

    The papers do not say how centers begin. `randn` alone makes them sqrt(D) long, 23 for D = 512:
    so far apart that whatever is divided by their distances starts at nothing.
    """
    return torch.randn(classes, embedding_size) / math.sqrt(embedding_size)


def sum_by_class(rows: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Sums (C, D) of rows (n, D) over the samples of each class, in all processes of a run.

    A class absent from the batch has a sum of zero. A product with a one-hot matrix, since adding
    by index runs in another order each time on a GPU.
    """
    with torch.autocast(rows.device.type, enabled=False):
        sums: Tensor = functional.one_hot(labels, classes).to(rows.dtype).T @ rows
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.all_reduce(sums)
    return sums
