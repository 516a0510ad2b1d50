"""A-softmax loss of SphereFace (Liu et al. 2017), the control of papers/lmcl-custom-classes."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from fervideo.losses.base import Loss


def cosine_of_multiple(cosine: Tensor, m: int) -> Tensor:
    """`cos(m theta)` from `cos(theta)`: `T_0 = 1, T_1 = c, T_{k+1} = 2 c T_k - T_{k-1}`.

    A polynomial, so that no arc cosine is needed, whose slope is infinite where faces agree best.
    """
    before, now = torch.ones_like(cosine), cosine
    for _ in range(m - 1):
        before, now = now, 2 * cosine * now - before
    return now


def psi(cosine: Tensor, m: int) -> Tensor:
    """The falling extension of `cos(m theta)` to all of [0, pi], from 1 down to `1 - 2 m`.

    psi(theta) = (-1)^k cos(m theta) - 2 k  for theta in [k pi / m, (k + 1) pi / m], k < m.

    Value and slope are continuous at the joints, where cos(m theta) is 1 or -1.
    """
    joints = [math.cos(k * math.pi / m) for k in range(1, m)]
    k = sum((cosine <= joint).to(cosine.dtype) for joint in joints)
    k = torch.as_tensor(k, dtype=cosine.dtype, device=cosine.device)
    sign = 1 - 2 * (k % 2)
    return sign * cosine_of_multiple(cosine, m) - 2 * k


class ASoftmax(Loss):
    """Cross-entropy in which the right class must win by its angle times m.

    With embeddings x_i, unit class weights W_j without bias, and theta_ij the angle between:

        f_ij  = |x_i| cos(theta_ij)                                           for j != yi
        f_iyi = |x_i| (lambda cos(theta_iyi) + psi(theta_iyi)) / (1 + lambda)
        loss  = 1/n sum_i -log softmax(f_i)_yi

    lambda begins large (plain softmax) and falls with the steps t counted by `update`:
    `lambda = max(end, start (1 + rate t)^-1)`, with the constants of the authors' solver.

    The expression paper says that A-softmax normalises the input of the last layer as well. It
    does not: only the weights are normalised, and the embedding's length takes the part of s.
    That is built here; the sentence fits LMCL.

    m = 1 is the modified softmax loss. m is a whole number because cos(m theta) need not join up
    otherwise. A zero embedding has logits of 0: its loss is log C and its gradient finite. A class
    absent from the batch is a wrong class like any other.

    Args:
        margin: m, a whole number from 1. 4 in SphereFace.
        scale: s of the cosine head that the logits come from; they are divided by it.
        anneal_start: lambda before the first step; 0 for no annealing.
        anneal_rate: How fast lambda falls.
        anneal_end: The lambda at which it stops falling. 0 would end at psi alone, which
            SphereFace could not train.
    """

    head = "cosine"
    steps: Tensor

    def __init__(
        self,
        margin: int = 4,
        scale: float = 30.0,
        anneal_start: float = 1000.0,
        anneal_rate: float = 0.12,
        anneal_end: float = 5.0,
    ) -> None:
        super().__init__()
        if margin != int(margin) or margin < 1:
            raise ValueError(f"margin: expected a whole number from 1, found {margin}")
        if scale <= 0:
            raise ValueError(f"scale: expected above 0, found {scale}")
        if min(anneal_start, anneal_rate, anneal_end) < 0:
            raise ValueError("anneal_start, anneal_rate, anneal_end: expected 0 or more")
        self.margin = int(margin)
        self.scale: float = scale
        self.anneal_start = anneal_start
        self.anneal_rate = anneal_rate
        self.anneal_end = anneal_end
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @property
    def annealing(self) -> Tensor:
        """The present, a scalar."""
        falling = self.anneal_start / (1 + self.anneal_rate * self.steps)
        return falling.clamp_min(min(self.anneal_end, self.anneal_start))

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. Logits (n, C) are `scale * cosine`."""
        cosine = logits / self.scale
        length = torch.linalg.vector_norm(embedding, dim=1, keepdim=True)  # (n, 1)
        own = cosine.gather(1, labels[:, None])  # (n, 1)
        weight = self.annealing.to(cosine.dtype)
        hard = (weight * own + psi(own, self.margin)) / (1 + weight)
        return functional.cross_entropy(length * cosine.scatter(1, labels[:, None], hard), labels)

    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Count a step, which lowers lambda."""
        self.steps += 1
