"""Center loss (Wen et al. 2016; papers/senet-weighted-cluster, equations 2 and 3)."""

from __future__ import annotations

import torch
from torch import Tensor

from fervideo.losses.base import Loss, fresh_centers, sum_by_class


class CenterLoss(Loss):
    """Half the squared distance between embeddings and the center of their class.

        loss = 1/n sum_i 1/2 |x_i - c_yi|^2
        d loss / d x_i = (x_i - c_yi) / n

    Centers do not follow the gradient. After each step (Wen et al., equation 4):

        delta c_j = sum_i [yi = j] (c_j - x_i) / (1 + sum_i [yi = j])
        c_j <- c_j - rate * delta c_j

    Equation 2 sums over the batch while the text speaks of "the i-th training sample"; the mean is
    taken here, as in the authors' code. The 1 in the divisor keeps a class absent from the batch
    where it is, and makes a class seen once move half the way. A zero embedding is a place like
    any other: nothing is normalised.

    The loss knows no other class: alone it is best when everything is at one point, so it stands
    beside a classifying loss, with weight 0.5 in the SE-ResNet paper.

    Args:
        classes: C.
        embedding_size: D.
        rate: How far centers move, 0 to 1; alpha of Wen et al., who use 0.5.
    """

    centers: Tensor

    def __init__(self, classes: int, embedding_size: int, rate: float = 0.5) -> None:
        super().__init__()
        if not 0 <= rate <= 1:
            raise ValueError(f"rate: expected 0 to 1, found {rate}")
        self.register_buffer("centers", fresh_centers(classes, embedding_size))
        self.rate = rate

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The logits are not looked at."""
        away = embedding - self.centers[labels]  # (n, D)
        return 0.5 * away.square().sum(1).mean()

    @torch.no_grad()
    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Move the centers (C, D) towards embeddings (n, D) with labels (n,)."""
        classes = len(self.centers)
        away = self.centers[labels] - embedding.to(self.centers.dtype)
        count = sum_by_class(away.new_ones(len(away), 1), labels, classes)  # (C, 1)
        self.centers -= self.rate * sum_by_class(away, labels, classes) / (1 + count)
