"""A training run as a frozen record, read from TOML. An unknown key is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fervideo import labels
from fervideo.config import load_config
from fervideo.errors import ConfigError, RecipeError
from fervideo.losses.base import Loss
from fervideo.losses.registry import check_head, loss_options, make_loss
from fervideo.models.card import DatasetUse
from fervideo.training.augment import AugmentConfig


@dataclass(frozen=True, slots=True)
class DataShare:
    """One data set in the mix.

    Attributes:
        name: `rafdb`, `fer2013`, ...
        share: Part of every batch.
        balance: Class weights are `frequency ** -balance`, mean 1 over the samples; 0 is none.
        soft: Share of the data set's soft targets, where it has any; its hard labels get the rest.
    """

    name: str
    share: float = 1.0
    balance: float = 0.5
    soft: float = 1.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one picture size.

    Attributes:
        epochs: Epochs of `Recipe.epoch_images` pictures.
        size: Side of the crops in pixels, None for the network's own; small ones make the first
            epochs cheap. The last phase's is the size that the weights are used with.
        freeze: Name prefixes of parameters that stay as they are.
    """

    epochs: int
    size: int | None = None
    freeze: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LossConfig:
    """What is minimised.

    `softmax` learns from soft targets (the votes of FER+, label smoothing) with the class weights
    of each data set's `balance`, alone and as the first part of a sum. All other classifying
    losses are defined on hard labels, the owners' own: neither smoothing nor `balance` has a part
    in them. A fair control of one of those is `softmax` with both set to 0.

    Attributes:
        name: A name of `losses.registry.make_loss`: `softmax`, `lmcl`, `softmax+center`, ...
        options: Of that loss. Where it has a `scale`, that is the head's unless given.
        label_smoothing: Share of every target spread evenly, for `softmax`.
        cosine_harmony: Weight of the Cosine-Harmony loss beside the named one. Here it runs in
            the precision of the network; `softmax+cosine-harmony` is the same in float32.
        alpha: Its alpha.
        form: Its form, `prose` or `printed`.
        teach_maps: Weight of reproducing the teacher's stage maps.
        teach_embedding: Weight of `1 - cosine` to the teacher's embedding.
        teach_logits: Weight of the divergence from the teacher's class probabilities.
        temperature: Of the teacher's and the pupil's logits.
        classify: Weight of the named loss.
    """

    name: str = "softmax"
    options: Mapping[str, Any] = field(default_factory=dict)
    label_smoothing: float = 0.1
    cosine_harmony: float = 0.0
    alpha: float = 0.1
    form: str = "prose"
    teach_maps: float = 0.0
    teach_embedding: float = 0.0
    teach_logits: float = 0.0
    temperature: float = 2.0
    classify: float = 1.0


@dataclass(frozen=True, slots=True)
class OptimizerConfig:
    """AdamW with one cycle: linear warm-up, then cosine decay to nothing.

    Attributes:
        body_rate: Peak learning rate of transferred layers.
        head_rate: Peak learning rate of new layers.
        weight_decay: Decoupled, on matrices only.
        warm_up: Part of the run spent warming up.
        batch: Pictures a step.
        ema: Decay of the moving average of weights, per step.
        clip: Largest gradient norm.
    """

    body_rate: float = 5e-4
    head_rate: float = 3e-3
    weight_decay: float = 0.02
    warm_up: float = 0.1
    batch: int = 64
    ema: float = 0.995
    clip: float = 5.0


@dataclass(frozen=True, slots=True)
class About:
    """What the model card will say that no tensor knows.

    Attributes:
        title: Name on screen.
        paper: Where the system was published.
        training: How the weights were made.
        limits: What they are not good for.
        datasets: Data sets they learnt from, earlier stages included.
    """

    title: str = ""
    paper: str = ""
    training: str = ""
    limits: str = ""
    datasets: tuple[DatasetUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """One run, from start to weight file.

    Attributes:
        name: Name of the run and of the weight file.
        network: A name in `models.network.builders()`.
        head: `linear` or `cosine`.
        scale: s of a cosine head.
        start: `scratch`, `face-recognition` (a file given with `--start`), or `weights` (a file
            of this network).
        teacher: Empty, `face-recognition`, or the name of a shipped model.
        data: The mix.
        phases: In order.
        epoch_images: Pictures an epoch; a checkpoint and a validation follow each.
        seed: Of everything random.
        about: For the model card.
        exclude: Basic expressions that are left out: no output, no picture.
        contempt: Whether contempt is learnt beside the seven, as AffectNet-8 has it.
    """

    name: str
    network: str
    data: tuple[DataShare, ...]
    phases: tuple[Phase, ...]
    head: str = "linear"
    scale: float = 16.0
    start: str = "scratch"
    teacher: str = ""
    epoch_images: int = 10_000
    seed: int = 0
    loss: LossConfig = field(default_factory=LossConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    about: About = field(default_factory=About)
    exclude: tuple[str, ...] = ()
    contempt: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """The expressions that are learnt, in their usual order."""
        names = labels.BASIC_WITH_CONTEMPT if self.contempt else labels.BASIC
        return tuple(name for name in names if name not in self.exclude)

    @property
    def epochs(self) -> int:
        """Epochs of all phases."""
        return sum(p.epochs for p in self.phases)

    def phase_of(self, epoch: int) -> Phase:
        """The phase that epoch number `epoch`, from 0, belongs to."""
        for phase in self.phases:
            if epoch < phase.epochs:
                return phase
            epoch -= phase.epochs
        return self.phases[-1]


def load_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: The file is missing, is not TOML, or has an unknown or missing key.
    """
    try:
        recipe = load_config(Recipe, path)
    except (ConfigError, TypeError) as error:
        raise RecipeError(f"{path.name}: {error}") from None
    check_recipe(recipe, path.name)
    return recipe


def check_recipe(recipe: Recipe, name: str) -> None:
    """See that a recipe can be followed, before any data are read.

    Args:
        recipe: The recipe.
        name: What to call it.

    Raises:
        RecipeError: It has no data or phases, leaves out what there is not or leaves too little, or
            its loss does not exist or does not fit.
    """
    if not recipe.data or not recipe.phases:
        raise RecipeError(f"{name}: expected at least one [[data]] and one [[phases]]")
    if recipe.loss.cosine_harmony and recipe.loss.name.endswith("+cosine-harmony"):
        raise RecipeError(
            f"{name}: expected the Cosine-Harmony loss once, found it in loss.name and in "
            "loss.cosine_harmony"
        )
    strangers = [e for e in recipe.exclude if e not in labels.BASIC]
    if strangers or len(recipe.classes) < 2:
        raise RecipeError(
            f"{name}: expected exclude to leave two or more of {', '.join(labels.BASIC)}, "
            f"found {', '.join(strangers or recipe.exclude)}"
        )
    number = len(recipe.classes)
    try:
        build_loss(recipe, number, number, [1] * number)
    except RecipeError as error:
        raise RecipeError(f"{name}: {error}") from None


def build_loss(
    recipe: Recipe, classes: int, embedding_size: int, class_counts: Sequence[int]
) -> Loss:
    """The loss that a recipe names, for a network of this size.

    Args:
        recipe: Names the loss, its options and the head.
        classes: C.
        embedding_size: D.
        class_counts: Training pictures of each class, C of them.

    Raises:
        RecipeError: No such loss or option, an impossible value, or another head is needed.
    """
    config = recipe.loss
    try:
        scale = {"scale": recipe.scale} if "scale" in loss_options(config.name) else {}
        loss = make_loss(
            config.name, classes, embedding_size, class_counts, **{**scale, **config.options}
        )
        check_head(loss, recipe.head, recipe.scale)
    except ValueError as error:
        raise RecipeError(str(error)) from None
    except TypeError as error:  # text where a number belongs
        raise RecipeError(f"loss.options: expected numbers, found otherwise: {error}") from None
    return loss
