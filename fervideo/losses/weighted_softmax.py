"""Weighted-softmax loss (papers/senet-weighted-cluster, equations 1 and 6)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from fervideo.losses.base import Loss


def class_weights(class_counts: Sequence[int]) -> Tensor:
    """(C,) `W_j = N_min / N_j` of the numbers of training samples: 1 for the rarest class.

    A class without any sample is left out of N_min, or all weights would be 0; its own weight is
    1. Equation 6 names disgust as the smallest class; in the paper's own table 3 it is contempt.

    Raises:
        ValueError: A count is negative, or all are 0.
    """
    counts = torch.tensor(list(class_counts), dtype=torch.float32)
    if not len(counts) or bool((counts < 0).any()) or not bool(counts.any()):
        raise ValueError(
            f"class_counts: expected the number of samples of each class, found {class_counts}"
        )
    least = counts[counts > 0].min()
    return least / counts.where(counts > 0, least)


class WeightedSoftmax(Loss):
    """Cross-entropy in which a rare class counts for more.

        loss = 1/n sum_i -W_yi log softmax(logits_i)_yi,    W_j = N_min / N_j

    Equation 1 has neither 1/n nor, as PyTorch's weighted cross-entropy has, a division by the sum
    of the weights; only the first is added. So the loss is smaller than the plain one: by
    `C N_min / N` at chance level, 0.16 for RAF-DB. An optimiser that is not indifferent to scale
    needs a higher rate.

    A class absent from the batch has no part in it. Nothing is normalised, so a zero embedding
    needs no care.

    Args:
        class_counts: Training samples of each class, C of them.
    """

    weights: Tensor

    def __init__(self, class_counts: Sequence[int]) -> None:
        super().__init__()
        self.register_buffer("weights", class_weights(class_counts))

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The embedding is not looked at."""
        each = functional.cross_entropy(logits, labels, reduction="none")  # (n,)
        return (self.weights[labels] * each).mean()
