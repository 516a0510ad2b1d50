"""Weighted-cluster loss (Ngo and Yoon 2020, papers/senet-weighted-cluster, section 3.3.3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from fervideo.losses.base import Loss, fresh_centers, sum_by_class
from fervideo.losses.weighted_softmax import class_weights


class WeightedCluster(Loss):
    """Center loss, divided by how far a class stands from the others, and weighted by rarity.

    With c_j the center of class j and W_j = N_min / N_j (equations 4, 6 and 7):

        apart_j = sum_{l != j} |c_l - c_j|^2 + alpha
        loss = 1/n sum_i 1/2 W_yi |x_i - c_yi|^2 / apart_yi
        d loss / d x_i = 1/n W_yi (x_i - c_yi) / apart_yi

    Centers follow a rule instead of the gradient (equations 8 and 9), once a step:

        delta c_j = sum_i [yi = j] W_j (c_j - x_i) / apart_j
        c_j <- c_j - gamma * delta c_j

    Where the paper is in error, and what is done here:
    - Equation 4 sums over `j != i`, the number of a sample; `j != yi` is meant.
    - Equation 5 prints the loss with a minus before lambda and without sum and weight. Equation 4
      and algorithm 1 have plus, sum and weight, and so has this.
    - Equation 8 prints `x_i - c_j`, which equation 9 then subtracts: centers would flee their
      class, faster and faster. The sign of center loss is used.
    - Equation 1 and 4 sum over the batch; the mean is taken, see `Loss`. The update sums, as
      printed: with large batches a step may pass beyond the mean of the class, which drives
      centers apart, which shortens the next step.

    The rule treats apart_j as a constant: no center is pushed from another, though the prose says
    so. Classes part because embeddings do, led by the weighted softmax loss beside this one. Nor
    has the rule the `1 + count` of center loss.

    A class absent from the batch keeps its center and still counts in the apart_j of the others.
    A zero embedding is a place like any other. Coinciding centers leave alpha to divide by.

    Args:
        classes: C.
        embedding_size: D.
        class_counts: Training samples of each class, C of them.
        alpha: Above 0; 1 in the paper.
        gamma: Learning rate of the centers; 1 in the paper.
    """

    centers: Tensor
    weights: Tensor

    def __init__(
        self,
        classes: int,
        embedding_size: int,
        class_counts: Sequence[int],
        alpha: float = 1.0,
        gamma: float = 1.0,
    ) -> None:
        super().__init__()
        if len(class_counts) != classes:
            raise ValueError(f"class_counts: expected {classes} counts, found {len(class_counts)}")
        if alpha <= 0:
            raise ValueError(f"alpha: expected above 0, found {alpha}")
        if gamma < 0:
            raise ValueError(f"gamma: expected 0 or more, found {gamma}")
        self.register_buffer("centers", fresh_centers(classes, embedding_size))
        self.register_buffer("weights", class_weights(class_counts))
        self.alpha = alpha
        self.gamma = gamma

    def _pull(self) -> Tensor:
        """(C,) `W_j / apart_j`."""
        between = self.centers[:, None] - self.centers[None]  # (C, C, D)
        apart = between.square().sum((1, 2)) + self.alpha
        return self.weights / apart

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The logits are not looked at."""
        away = embedding - self.centers[labels]  # (n, D)
        return 0.5 * (self._pull()[labels] * away.square().sum(1)).mean()

    @torch.no_grad()
    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Move the centers (C, D) by equations 8 and 9 for embeddings (n, D) and labels (n,)."""
        away = self.centers[labels] - embedding.to(self.centers.dtype)
        change = self._pull()[:, None] * sum_by_class(away, labels, len(self.centers))
        self.centers -= self.gamma * change
