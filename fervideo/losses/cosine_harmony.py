"""Cosine-Harmony loss (Chen and Huang 2024, section 2.2.3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def adjusted_cosine_distance(x: Tensor, centers: Tensor) -> Tensor:
    """`1 - cos(x - mean(x), c - mean(c))` for all pairs, each vector less its own mean.

    Args:
        x: (n, D).
        centers: (C, D).

    Returns:
        (n, C), between 0 and 2. A constant vector has no direction: its distance is 1.
    """
    x = functional.normalize(x - x.mean(1, keepdim=True), dim=1)
    centers = functional.normalize(centers - centers.mean(1, keepdim=True), dim=1)
    return 1 - x @ centers.T


class CosineHarmonyLoss(nn.Module):
    """Pulls features to the center of their class and pushes them from the others.

    With d the adjusted cosine distance, over n features x_i of class y_i and learnt centers c_j:

        intra = 1/n sum_i d(x_i, c_yi)
        inter = 1/(n (C - 1)) sum_i sum_{j != yi} d(x_i, c_j)
        variance = the variance of the features over the batch, summed over the D axes
        loss = alpha * intra / variance + (1 - alpha) * sign * inter

    The paper prints `+ (1 - alpha) inter`, and its public code masks `inter` with the mask of
    `intra`: the loss then pulls twice and never pushes. The paper's prose minimises intra and
    maximises inter. `form="prose"` does so: it takes `2 - inter`, which falls as classes part and,
    d being at most 2, is never negative. `form="printed"` is the public code's.

    A batch of one has no variance and uses 1 in its place. A class absent from the batch gets no
    pull, only push. Dividing by a variance that the network can enlarge at will lets features grow;
    the cross-entropy beside this loss and weight decay keep them in bounds.

    Args:
        classes: C.
        size: D.
        alpha: Share of intra, 0.1 to 0.5 in table 4, best at 0.1.
        form: `prose` or `printed`.
    """

    def __init__(self, classes: int, size: int, alpha: float = 0.1, form: str = "prose") -> None:
        super().__init__()
        if form not in ("prose", "printed"):
            raise ValueError(f"form: expected prose or printed, found {form!r}")
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha: expected 0 to 1, found {alpha}")
        self.centers = nn.Parameter(torch.randn(classes, size))
        self.alpha = alpha
        self.form = form

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss of features (n, D), float, and labels (n,), int64."""
        n, classes = len(features), len(self.centers)
        distance = adjusted_cosine_distance(features, self.centers)  # (n, C)
        own = functional.one_hot(labels, classes).to(distance.dtype)
        intra = (distance * own).sum() / n
        variance = features.var(0).sum() if n > 1 else features.new_ones(())
        variance = variance.clamp_min(1e-6)
        if self.form == "printed":
            inter = (distance * own).sum() / (n * (classes - 1))
        else:
            inter = 2 - (distance * (1 - own)).sum() / (n * (classes - 1))
        return self.alpha * intra / variance + (1 - self.alpha) * inter
