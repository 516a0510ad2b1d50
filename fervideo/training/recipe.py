"""A training run as a frozen record, read from TOML. An unknown key is an error."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fervideo.errors import RecipeError
from fervideo.training.augment import AugmentConfig


@dataclass(frozen=True, slots=True)
class DataShare:
    """One data set in the mix.

    Attributes:
        name: `rafdb`, `fer2013`, ...
        share: Part of every batch.
        balance: Class weights are `frequency ** -balance`, mean 1 over the samples; 0 is none.
    """

    name: str
    share: float = 1.0
    balance: float = 0.5


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one picture size.

    Attributes:
        epochs: Epochs of `Recipe.epoch_images` pictures.
        size: Side of the crops in pixels; small ones make the first epochs cheap.
        freeze: Name prefixes of parameters that stay as they are.
    """

    epochs: int
    size: int = 112
    freeze: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LossConfig:
    """What is minimised.

    Attributes:
        label_smoothing: Share of every target spread evenly.
        cosine_harmony: Weight of the Cosine-Harmony loss.
        alpha: Its alpha.
        form: Its form, `prose` or `printed`.
        teach_maps: Weight of reproducing the teacher's stage maps.
        teach_embedding: Weight of `1 - cosine` to the teacher's embedding.
        teach_logits: Weight of the divergence from the teacher's class probabilities.
        temperature: Of the teacher's and the pupil's logits.
        classify: Weight of cross-entropy.
    """

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
    loss: LossConfig = LossConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    augment: AugmentConfig = AugmentConfig()

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


def _build(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = set(values) - known
    if unknown:
        raise RecipeError(
            f"{where}: expected keys among {', '.join(sorted(known))}, "
            f"found {', '.join(sorted(unknown))}"
        )
    clean = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    try:
        return kind(**clean)
    except TypeError as error:
        raise RecipeError(f"{where}: {error}") from None


def load_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: The file is missing, is not TOML, or has an unknown or missing key.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"expected a recipe at {path}, could not read it: {error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path.name}: expected TOML, found {error}") from None
    values["data"] = [_build(DataShare, v, f"{path.name} [[data]]") for v in values.get("data", ())]
    values["phases"] = [_build(Phase, v, f"{path.name} [[phases]]") for v in values.get("phases", ())]
    parts = {"loss": LossConfig, "optimizer": OptimizerConfig, "augment": AugmentConfig}
    for key, kind in parts.items():
        if key in values:
            values[key] = _build(kind, values[key], f"{path.name} [{key}]")
    recipe: Recipe = _build(Recipe, values, path.name)
    if not recipe.data or not recipe.phases:
        raise RecipeError(f"{path.name}: expected at least one [[data]] and one [[phases]]")
    return recipe
