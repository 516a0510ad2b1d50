"""Softmax-MSE loss (Zhai et al. 2018, papers/lightcnn-dal-softmax-mse, section 3.3)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from fervideo.losses.base import Loss


def expected_label(logits: Tensor) -> Tensor:
    """(n,) mean class number under softmax of logits (n, C), `sum_k k p_k` (equations 1 and 2)."""
    numbers = torch.arange(logits.shape[1], device=logits.device, dtype=logits.dtype)
    return (functional.softmax(logits, dim=1) * numbers).sum(1)


class SoftmaxMSE(Loss):
    """The value of a regression on class numbers with the gradient of cross-entropy.

        p = softmax(logits),  yhat_i = sum_k k p_ik                        (equations 1 and 2)
        loss = 1/n sum_i (yhat_i - yi)^2                                   (equation 3)
        d loss / d logits_ik = (p_ik - [k = yi]) / n                       (equation 4)

    Equation 4 is not the derivative of equation 3: it is that of cross-entropy, on purpose ("we
    used the gradient of softmax loss function"). So the value is there to be watched, and what is
    learnt is exactly what plain softmax learns; a difference between the two in a table is a
    difference of chance. A gradient check against the value must fail, and does.

    Between equations 1 and 2 the paper sets p_k to the largest of all p; together with the sum
    over k this has no reading, so it is left out and yhat is the expectation. It depends on the
    order in which expressions happen to be numbered, which means nothing: two runs can only be
    compared under one order. Equation 4 is written for one image; the mean over the batch is
    taken, as Caffe does.

    A class absent from the batch and a zero embedding need no care.
    """

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The embedding is not looked at."""
        with torch.no_grad():
            value = (expected_label(logits) - labels).square().mean()
        learnt = functional.cross_entropy(logits, labels)
        return value + (learnt - learnt.detach())  # value of the one, gradient of the other
