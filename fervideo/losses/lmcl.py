"""Large margin cosine loss, LMCL or CosFace (Wang et al. 2018; papers/lmcl-custom-classes)."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from fervideo.losses.base import Loss


class LMCL(Loss):
    """Cross-entropy of scaled cosines, of which the right one is made smaller by a margin.

    With unit embeddings x_i of class y_i, unit class weights W_j and cos_ij = W_j . x_i:

        z_ij = s (cos_ij - m [j = yi])
        loss = 1/n sum_i -log( e^{z_iyi} / sum_j e^{z_ij} )

    The logits come from a `CosineHead` of the same s and are `s cos`: the margin is `s m` taken
    from one of them, and the class weights stay in the head, where they are the class centers.

    The expression paper calls this "large margin softmax loss", which is another one; its symbols
    and figures (s = 30, m = 0.35, threshold 0.6) are those of the cosine loss. Its grid for m,
    "from 0.3 to 0.5 in intervals of 0.2", holds neither its own best m of 0.35 nor the 0.42 above
    which it sees accuracy fall: an interval of 0.05 holds the first and brackets the second.

    m = 0 is the normalised softmax loss. A zero embedding has cosine 0 to every class and a finite
    loss; the gradient of its direction is finite too but of the order of 1e12, since any step
    turns it: clip gradients. A class absent from the batch is a wrong class like any other.

    Args:
        scale: s, above 0. The lower it is, the less even a perfect embedding can say: its
            probability is at most `1 / (1 + (C - 1) e^{-s (C / (C - 1) - m)})`.
        margin: m, from 0. Beyond C / (C - 1) no arrangement of classes can satisfy it.
    """

    head = "cosine"

    def __init__(self, scale: float = 30.0, margin: float = 0.35) -> None:
        super().__init__()
        if scale <= 0:
            raise ValueError(f"scale: expected above 0, found {scale}")
        if not 0 <= margin < 2:
            raise ValueError(f"margin: expected 0 to 2, found {margin}")
        self.scale: float = scale
        self.margin = margin

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. Logits (n, C) are `scale * cosine`."""
        own = functional.one_hot(labels, logits.shape[1])
        return functional.cross_entropy(logits - self.scale * self.margin * own, labels)
