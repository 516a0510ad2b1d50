"""Losses by the names that recipes use."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from fervideo.losses.a_softmax import ASoftmax
from fervideo.losses.base import Joint, Loss, Softmax
from fervideo.losses.center import CenterLoss
from fervideo.losses.cosine_harmony import CosineHarmonyLoss
from fervideo.losses.lmcl import LMCL
from fervideo.losses.softmax_mse import SoftmaxMSE
from fervideo.losses.weighted_cluster import WeightedCluster
from fervideo.losses.weighted_softmax import WeightedSoftmax


class CosineHarmony(Loss):
    """`CosineHarmonyLoss` with the interface of the others. Its centers are learnt by gradient."""

    def __init__(
        self, classes: int, embedding_size: int, alpha: float = 0.1, form: str = "prose"
    ) -> None:
        super().__init__()
        self.harmony = CosineHarmonyLoss(classes, embedding_size, alpha, form)

    def forward(self, embedding: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """Scalar loss; see `Loss.forward`. The logits are not looked at."""
        loss: Tensor = self.harmony(embedding, labels)
        return loss


CLASSIFIERS: Mapping[str, type[Loss]] = {
    "softmax": Softmax,
    "weighted-softmax": WeightedSoftmax,
    "lmcl": LMCL,
    "a-softmax": ASoftmax,
    "softmax-mse": SoftmaxMSE,
}
"""Losses that can stand alone."""

AUXILIARIES: Mapping[str, type[Loss]] = {
    "center": CenterLoss,
    "weighted-cluster": WeightedCluster,
    "cosine-harmony": CosineHarmony,
}
"""Losses that stand beside one of the above."""

_WEIGHTS = {"center": 0.5, "weighted-cluster": 1.0, "cosine-harmony": 1.0}
_TASK = ("classes", "embedding_size", "class_counts")


def _parameters(kind: type[Loss]) -> list[str]:
    """What a loss is made of, by name."""
    parameters = inspect.signature(kind).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


def _kinds(name: str) -> list[type[Loss]]:
    """The one or two classes that `name` stands for. Raises ValueError."""
    classifier, plus, auxiliary = name.partition("+")
    if classifier not in CLASSIFIERS or (plus and auxiliary not in AUXILIARIES):
        raise ValueError(
            f"loss: expected one of {', '.join(CLASSIFIERS)}, or one of these + one of "
            f"{', '.join(AUXILIARIES)}, found {name!r}"
        )
    return [CLASSIFIERS[classifier], *([AUXILIARIES[auxiliary]] if plus else [])]


def loss_options(name: str) -> list[str]:
    """The options that `make_loss` takes for a name. Raises ValueError on an unknown name."""
    kinds = _kinds(name)
    known = [p for kind in kinds for p in _parameters(kind) if p not in _TASK]
    return known + ["weight"] * (len(kinds) - 1)


def make_loss(
    name: str,
    classes: int,
    embedding_size: int,
    class_counts: Sequence[int],
    **options: Any,
) -> Loss:
    """A loss by its name: `lmcl`, `weighted-softmax`, `weighted-softmax+weighted-cluster`, ...

    Args:
        name: A classifying loss, alone or joined by `+` to an auxiliary one.
        classes: C.
        embedding_size: D.
        class_counts: Training samples of each class, C of them, for the weighted losses.
        options: Of the loss, by the names of its constructor; with an auxiliary loss also
            `weight`, its lambda (by default that of its paper).

    Raises:
        ValueError: No such loss or option, or an impossible value.
    """
    kinds = _kinds(name)
    known = loss_options(name)
    for option in options:
        if option not in known:
            names = ", ".join(known) or "none"
            raise ValueError(f"{name}: expected options among {names}, found {option!r}")
    task = dict(zip(_TASK, (classes, embedding_size, class_counts), strict=True))
    given = {**task, **options}
    parts = [kind(**{p: given[p] for p in _parameters(kind) if p in given}) for kind in kinds]
    if len(parts) == 1:
        return parts[0]
    auxiliary = name.partition("+")[2]
    return Joint(parts[0], parts[1], options.get("weight", _WEIGHTS[auxiliary]))


def check_head(loss: Loss, head: str, scale: float) -> None:
    """See that a network's head gives the logits that a loss is made for.

    Args:
        loss: From `make_loss`.
        head: `linear` or `cosine`, of the recipe.
        scale: s of a cosine head.

    Raises:
        ValueError: It does not.
    """
    if loss.head not in ("any", head):
        raise ValueError(f"head: expected {loss.head} for this loss, found {head}")
    if loss.scale is not None and loss.scale != scale:
        raise ValueError(f"scale: expected {loss.scale} as in the loss, found {scale}")
