"""The loss of a recipe: cross-entropy, the paper's loss, and what a teacher adds."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from fervideo.losses.base import Joint, Loss, Softmax
from fervideo.losses.cosine_harmony import CosineHarmonyLoss
from fervideo.models.network import ExpressionNetwork
from fervideo.training.recipe import LossConfig


class Teaching(nn.Module):
    """Learning from another network: its stage maps, its embedding, its class probabilities.

    The teacher sees every picture at its own size, however small the pupil's are: a network that
    learnt at 112 pixels is half blind at 64. Its maps are averaged down to the pupil's.

    Args:
        pupil: The network that learns.
        teacher: The network that knows; not trained.
        config: Weights of the three parts.
        size: Side of the crops for which map widths are measured.
    """

    def __init__(
        self,
        pupil: ExpressionNetwork,
        teacher: ExpressionNetwork,
        config: LossConfig,
        size: int = 112,
    ) -> None:
        super().__init__()
        self.config = config
        self.teacher = [
            teacher.eval().requires_grad_(False)
        ]  # in a list: not a part of this module
        blank = torch.zeros(2, 3, size, size)
        with torch.no_grad():
            was_training = pupil.training
            pupil.eval()
            mine, theirs = pupil.stage_maps(blank), teacher.stage_maps(blank)
            embedding = teacher.embed_map(theirs[-1])[0].shape[1]
            pupil.train(was_training)
        if not config.teach_maps:  # two networks with stages of their own can still talk
            mine, theirs = [], []
        self.stages = _partners([m.shape[2] for m in mine], [t.shape[2] for t in theirs])
        mine = [mine[i] for i in self.stages]
        self.bridges = nn.ModuleList(
            nn.Conv2d(m.shape[1], t.shape[1], 1) for m, t in zip(mine, theirs, strict=True)
        )
        # A teacher's channels differ in size a thousandfold: each is standardised.
        self.standards = nn.ModuleList(nn.BatchNorm2d(t.shape[1], affine=False) for t in theirs)
        self.bridge = nn.Linear(pupil.embedding_size, embedding, bias=False)

    def forward(
        self, images: Tensor, maps: list[Tensor], embedding: Tensor, logits: Tensor
    ) -> Tensor:
        """Scalar: how far the pupil's maps, embedding and logits are from the teacher's."""
        teacher, config = self.teacher[0], self.config
        with torch.no_grad():
            their_maps = teacher.stage_maps(_resized(images, teacher.input_size))
            their_embedding, _ = teacher.embed_map(their_maps[-1])
        loss: Tensor = embedding.new_zeros((), dtype=torch.float32)
        if config.teach_maps:
            mine = [maps[i] for i in self.stages]
            for m, t, bridge, standard in zip(
                mine, their_maps, self.bridges, self.standards, strict=True
            ):
                target = standard(
                    functional.adaptive_avg_pool2d(t.float(), (m.shape[2], m.shape[3]))
                )
                far = functional.smooth_l1_loss(bridge(m).float(), target)
                loss = loss + config.teach_maps * far
        if config.teach_embedding:
            cosine = functional.cosine_similarity(
                self.bridge(embedding).float(), their_embedding.float()
            )
            loss = loss + config.teach_embedding * (1 - cosine).mean()
        if config.teach_logits:
            heat = config.temperature
            their_logits = teacher.head(their_embedding).float()
            loss = loss + config.teach_logits * heat * heat * functional.kl_div(
                functional.log_softmax(logits.float() / heat, 1),
                functional.log_softmax(their_logits / heat, 1),
                log_target=True,
                reduction="batchmean",
            )
        return loss


def _partners(mine: list[int], theirs: list[int]) -> list[int]:
    """Which of the pupil's maps, by their widths, learns from each of the teacher's.

    Each from the one beside it where there are as many, else from the one nearest in width.
    """
    if len(mine) == len(theirs):
        return list(range(len(mine)))
    return [min(range(len(mine)), key=lambda i: abs(math.log(mine[i] / t))) for t in theirs]


def _resized(images: Tensor, size: int) -> Tensor:
    """Images (n, 3, S, S) as (n, 3, size, size)."""
    if images.shape[2:] == (size, size):
        return images
    return functional.interpolate(images, (size, size), mode="bilinear", align_corners=False)


def soft_cross_entropy(
    logits: Tensor, targets: Tensor, weights: Tensor, smoothing: float
) -> Tensor:
    """`mean_i weight_i * -sum_k q_ik log softmax(logits_i)_k`, q the smoothed targets.

    Args:
        logits: (n, C).
        targets: (n, C), rows sum to 1.
        weights: (n,).
        smoothing: Share of every target spread evenly.
    """
    smooth = targets * (1 - smoothing) + smoothing / targets.shape[1]
    cross = -(smooth * functional.log_softmax(logits, 1)).sum(1)
    return (weights * cross).mean()


class Objective(nn.Module):
    """Everything that is minimised, with its own parts (centers, bridges).

    Args:
        network: The network that learns.
        config: Of the recipe.
        classes: C.
        loss: The loss that the recipe names.
        teacher: A network to learn from, or None.
    """

    def __init__(
        self,
        network: ExpressionNetwork,
        config: LossConfig,
        classes: int,
        loss: Loss,
        teacher: ExpressionNetwork | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self.loss = loss
        self.harmony = (
            CosineHarmonyLoss(classes, network.embedding_size, config.alpha, config.form)
            if config.cosine_harmony
            else None
        )
        self.teaching = Teaching(network, teacher, config) if teacher is not None else None

    def forward(
        self,
        network: ExpressionNetwork,
        images: Tensor,
        targets: Tensor,
        labels: Tensor,
        weights: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Scalar loss and embeddings (n, D) of a batch; see `Mix` for the shapes."""
        maps = network.stage_maps(images)
        embedding, _ = network.embed_map(maps[-1])
        logits = network.head(embedding).float()
        config = self.config
        loss = logits.new_zeros(())
        if config.classify:
            loss = loss + config.classify * self._classify(
                embedding, logits, targets, labels, weights
            )
        if self.harmony is not None:
            loss = loss + config.cosine_harmony * self.harmony(embedding.float(), labels)
        if self.teaching is not None:
            loss = loss + self.teaching(images, maps, embedding, logits)
        return loss, embedding.detach().float()

    def _classify(
        self, embedding: Tensor, logits: Tensor, targets: Tensor, labels: Tensor, weights: Tensor
    ) -> Tensor:
        """The named loss: cross-entropy on soft targets, all others on hard labels, in float32."""
        with torch.autocast(embedding.device.type, enabled=False):
            named, embedding = self.loss, embedding.float()
            plain = named.classify if isinstance(named, Joint) else named
            if not isinstance(plain, Softmax):
                value: Tensor = named(embedding, logits, labels)
                return value
            value = soft_cross_entropy(logits, targets, weights, self.config.label_smoothing)
            if isinstance(named, Joint):
                value = value + named.weight * named.auxiliary(embedding, logits, labels)
            return value

    def update(self, embedding: Tensor, labels: Tensor) -> None:
        """Move what follows no gradient, after a step: embeddings (n, D) and labels (n,)."""
        self.loss.update(embedding, labels)
