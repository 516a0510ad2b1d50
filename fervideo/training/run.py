"""From a recipe and data sets to a trained run: what `fervideo train` does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fervideo.device import resolve_device
from fervideo.errors import ModelError, RecipeError
from fervideo.evaluation.splits import FoldChoice
from fervideo.models.card import read_card
from fervideo.models.mobilefacenet import MobileFaceNet, face_recognition_network
from fervideo.models.network import ExpressionNetwork, builders
from fervideo.models.registry import BANK, BANK_LABELS, CENTERS, find_weights, read_weights
from fervideo.training.cache import AlignedSamples, load_aligned
from fervideo.training.engine import Progress, Trainer
from fervideo.training.plots import plot_curves
from fervideo.training.processes import joined_processes
from fervideo.training.recipe import Recipe, load_recipe

log = logging.getLogger(__name__)

VALIDATION_LIMIT = 1300
"""Validation pictures of each data set that are looked at after every epoch."""


def make_network(recipe: Recipe) -> ExpressionNetwork:
    """The recipe's network with fresh weights.

    Raises:
        RecipeError: There is no such network.
    """
    known = builders()
    if recipe.network not in known:
        raise RecipeError(
            f"{recipe.name}: expected a network among {', '.join(known)}, found {recipe.network!r}"
        )
    torch.manual_seed(recipe.seed)
    network = known[recipe.network](len(recipe.classes), recipe.head, recipe.scale)
    if recipe.phases[-1].size:
        network.resize(recipe.phases[-1].size)
    return network


def start_network(recipe: Recipe, start: Path | None) -> tuple[ExpressionNetwork, tuple[str, ...]]:
    """The recipe's network as training finds it, and the prefixes of its fresh layers.

    Args:
        recipe: Says how to start.
        start: The file to start from, unless the recipe starts from scratch.

    Raises:
        RecipeError: The recipe needs a file and none was given.
        ModelError: The file does not fit.
    """
    network = make_network(recipe)
    if recipe.start == "scratch":
        return network, ("",)
    path = _need(recipe, start)
    if recipe.start == "face-recognition":
        if not isinstance(network, MobileFaceNet):
            raise RecipeError(f"{recipe.name}: only mobilefacenet starts from face-recognition")
        network.load_face_recognition(path)
        return network, ("linear1.", "head.")
    if recipe.start == "weights":
        return network, ("head.", *load_start(network, path))
    raise RecipeError(
        f"{recipe.name}: expected start to be scratch, face-recognition or weights, "
        f"found {recipe.start!r}"
    )


def _need(recipe: Recipe, start: Path | None) -> Path:
    if start is None:
        raise RecipeError(f"{recipe.name}: starts from {recipe.start}: give the file with --start")
    if not start.is_file():
        raise RecipeError(f"{recipe.name}: expected a file at {start}, found none")
    return start


def load_start(network: ExpressionNetwork, path: Path) -> tuple[str, ...]:
    """Start from a weight file or a run's checkpoint; last layers of another shape stay fresh.

    Returns:
        Names of the tensors beside the head that stay fresh.

    Raises:
        ModelError: The file is no weight file, or of another network.
    """
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: expected weights, found {error}") from None
    if any(k.startswith("best.") for k in tensors):
        tensors = {k[5:]: v for k, v in tensors.items() if k.startswith("best.")}
    own = network.state_dict()
    tensors = {k: v for k, v in tensors.items() if k not in (CENTERS, BANK, BANK_LABELS)}
    others = {k for k, v in tensors.items() if k in own and own[k].shape != v.shape}
    missing, unexpected = network.load_state_dict(
        {k: v for k, v in tensors.items() if k not in others}, strict=False
    )
    fresh = [k for k in missing if not k.startswith("head.")]
    missing = network.start_without(
        [k for k in fresh if k not in others or not k.startswith(network.last_layers)]
    )
    unexpected = [k for k in unexpected if not k.startswith("head.")]
    if missing or unexpected:
        raise ModelError(
            f"{path}: expected the layers of {type(network).__name__}, found {len(missing)} "
            f"missing and {len(unexpected)} unknown"
        )
    return tuple(fresh)


def find_teacher(recipe: Recipe, teacher: Path | None) -> ExpressionNetwork | None:
    """The network to learn from: face recognition from a file, or a shipped or trained model."""
    if not recipe.teacher:
        return None
    if recipe.teacher == "face-recognition":
        if teacher is None:
            raise RecipeError(f"{recipe.name}: learns from face recognition: give --teacher FILE")
        return face_recognition_network(teacher)
    path = teacher or find_weights(recipe.teacher)
    network, _ = read_weights(path, read_card(path.with_suffix(".json")))
    return network


def load_data(
    recipe: Recipe,
    data: Mapping[str, Path],
    cache: Path,
    report: Callable[[int], None],
    fold: FoldChoice | None = None,
) -> dict[str, AlignedSamples]:
    """The recipe's data sets, as far as they show its expressions, under a fold's splits if given.

    Raises:
        RecipeError: The place of one was not given.
    """
    missing = [d.name for d in recipe.data if d.name not in data]
    if missing:
        raise RecipeError(
            f"{recipe.name}: learns from {', '.join(missing)}: give --data {missing[0]}:PATH"
        )
    sets = {d.name: load_aligned(d.name, data[d.name], cache, report) for d in recipe.data}
    if fold is not None:
        sets = {n: replace(s, samples=fold.of(s.samples)) for n, s in sets.items()}
    return {n: s.with_classes(recipe.classes) for n, s in sets.items()}


def _some(data: AlignedSamples, limit: int) -> AlignedSamples:
    mask = np.zeros(len(data.samples), np.bool_)
    mask[np.random.default_rng(0).permutation(len(mask))[:limit]] = True
    return data.only(mask)


def train(
    recipe: Path | Recipe,
    data: Mapping[str, Path],
    *,
    start: Path | None = None,
    teacher: Path | None = None,
    cache: Path = Path("cache"),
    runs: Path = Path("runs"),
    device: str = "auto",
    fold: FoldChoice | None = None,
    report: Callable[[Progress], None] = lambda p: None,
    report_cache: Callable[[int], None] = lambda n: None,
) -> Path:
    """Train by a recipe, or go on with a run that was interrupted.

    Under `torchrun` all processes call this, and train together.

    Args:
        recipe: The recipe, or its file.
        data: Folder of each data set by name.
        start: File that the recipe starts from.
        teacher: File of the teacher.
        cache: Folder of decoded data sets.
        runs: Folder of runs; this one's is named after the recipe.
        device: See `device.resolve_device`.
        fold: One of k divisions of each data set, in place of the owners' split; the run's name
            says which.
        report: Called as the run goes on.
        report_cache: Called while a data set is decoded, with the number of pictures done.

    Returns:
        The run's folder: `checkpoint.safetensors`, `log.csv`, `curves.png`.

    Raises:
        RecipeError, DatasetError, ModelError, DeviceError: Something is not there or not right.
    """
    plan = load_recipe(recipe) if isinstance(recipe, Path) else recipe
    plan = plan if fold is None else replace(plan, name=fold.name_of(plan.name))
    folder = runs / plan.name
    with joined_processes(resolve_device(device)) as (processes, where):
        network, fresh = start_network(plan, start)
        master = find_teacher(plan, teacher)
        with processes.first_goes_ahead():
            sets = load_data(plan, data, cache, report_cache, fold)
        for name, samples in sets.items():
            log.info("%s: %s", name, samples.split("train").samples.counts())
        trainer = Trainer(
            plan,
            network,
            fresh,
            [sets[d.name].split("train") for d in plan.data],
            {n: _some(s.split("validation"), VALIDATION_LIMIT) for n, s in sets.items()},
            folder,
            where,
            master,
        )
        trainer.train(report)
        if processes.is_first:
            plot_curves(trainer.history, folder / "curves.png")
    return folder
