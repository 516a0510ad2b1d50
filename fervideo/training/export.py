"""From a finished run to a weight file and its card: centers, calibration on validation data."""

from __future__ import annotations

import copy
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from fervideo.device import resolve_device
from fervideo.errors import DatasetError, ModelError
from fervideo.evaluation.sequences import SequenceConfig
from fervideo.evaluation.splits import FoldChoice
from fervideo.evaluation.stability_tuning import calibrate_stabilizer
from fervideo.models.card import ModelCard, write_card
from fervideo.models.network import ExpressionNetwork
from fervideo.models.registry import CENTERS, load_model
from fervideo.stabilize import StabilizerConfig
from fervideo.training.cache import AlignedSamples
from fervideo.training.checkpoint import write_atomically
from fervideo.training.class_centers import find_centers, unit_rows
from fervideo.training.face_bank import find_bank, fits
from fervideo.training.predict import run_network
from fervideo.training.recipe import Recipe, load_recipe
from fervideo.training.run import load_data, make_network
from fervideo.types import FloatArray

log = logging.getLogger(__name__)

KNOWN_SHARE = 0.95
"""Share of rightly recognised validation faces that stay known at the calibrated threshold."""


CALM_SWITCHES, CALM_BLENDS = 40, 8
"""Sequences, over all data sets, on which the stabilizer is tuned: some 5,000 pictures to look at.
`fervideo bench stability --tune --record` does it on more."""


def calibrate_scale(cosines: FloatArray, classes: NDArray[np.int64]) -> float:
    """The s of `softmax(s * cosine)` with the lowest cross-entropy on (n, C) cosines."""
    z = torch.from_numpy(cosines)
    y = torch.from_numpy(classes)
    grid = np.geomspace(2, 64, 120)
    losses = [float(torch.nn.functional.cross_entropy(float(s) * z, y)) for s in grid]
    return float(round(grid[int(np.argmin(losses))], 2))


def calibrate_threshold(cosines: FloatArray, classes: NDArray[np.int64]) -> float:
    """The best cosine that `KNOWN_SHARE` of the rightly recognised faces exceed."""
    right = cosines.argmax(1) == classes
    return float(round(float(np.quantile(cosines.max(1)[right], 1 - KNOWN_SHARE)), 3))


def typical_cosine(cosines: FloatArray, classes: NDArray[np.int64]) -> float:
    """The median best cosine of the rightly recognised faces."""
    right = cosines.argmax(1) == classes
    return float(round(float(np.median(cosines.max(1)[right])), 3))


def count_operations(network: ExpressionNetwork) -> tuple[int, int]:
    """Parameters and multiply-adds of the fused network for one crop, head included."""
    network = copy.deepcopy(network).cpu().eval().fuse()
    size = network.input_size
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, size, size))
    parameters = sum(p.numel() for p in network.parameters())
    return parameters, counter.get_total_flops() // 2


def read_run(folder: Path, recipe: Recipe) -> ExpressionNetwork:
    """The best weights of a run. Raises ModelError if it has none."""
    path = folder / "checkpoint.safetensors"
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"expected a run's checkpoint at {path}, found {error}") from None
    network = make_network(recipe)
    network.load_state_dict({k[5:]: v for k, v in tensors.items() if k.startswith("best.")})
    return network.eval()


def _half(network: ExpressionNetwork) -> ExpressionNetwork:
    """The network as it will be read back: parameters rounded to 16 bits."""
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor.half().float())
    return network


def export(
    recipe_path: Path,
    data: Mapping[str, Path],
    *,
    runs: Path = Path("runs"),
    cache: Path = Path("cache"),
    output: Path = Path("weights"),
    device: str = "auto",
    fold: FoldChoice | None = None,
) -> Path:
    """Write `NAME.safetensors` (16-bit) and `NAME.json` from a finished run.

    Centers are the weights of a cosine head, else class means of training embeddings. Of these a
    few of each class go along, to place expressions of a user's own by. Scale,
    threshold and stabilizer are calibrated on the validation splits. Test splits are not touched.

    Args:
        recipe_path: The recipe of the run.
        data: Folder of each of its data sets by name.
        runs: Folder of runs.
        cache: Folder of decoded data sets.
        output: Where the two files go.
        device: See `device.resolve_device`.
        fold: The fold that the run was trained on, see `run.train`.

    Returns:
        Path of the weight file.

    Raises:
        RecipeError, DatasetError, ModelError, DeviceError: Something is not there or not right.
    """
    recipe, where = load_recipe(recipe_path), resolve_device(device)
    recipe = recipe if fold is None else replace(recipe, name=fold.name_of(recipe.name))
    network = _half(read_run(runs / recipe.name, recipe).to(where))
    sets = load_data(recipe, data, cache, lambda n: None, fold)
    centers, origin = find_centers(network, sets, where)
    cosines, truth = _validation_cosines(network, sets, centers, where)
    tensors = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    tensors[CENTERS] = torch.from_numpy(centers)
    bank = find_bank(network, sets, where)
    if fits(bank, recipe.classes, centers):
        tensors.update(bank)
    else:
        log.warning("%s: too few training pictures to place expressions by", recipe.name)
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"{recipe.name}.safetensors"
    write_atomically(path, tensors, {"name": recipe.name})
    parameters, multiply_adds = count_operations(network)
    about = recipe.about
    card = ModelCard(
        name=recipe.name,
        title=about.title or recipe.name,
        paper=about.paper,
        network=recipe.network,
        head=recipe.head,
        classes=recipe.classes,
        embedding_size=network.embedding_size,
        scale=calibrate_scale(cosines, truth),
        threshold=calibrate_threshold(cosines, truth),
        typical_cosine=typical_cosine(cosines, truth),
        centers_from=origin,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=parameters,
        input_size=network.frame_size,
        window=network.input_size if network.input_size != network.frame_size else None,
        multiply_adds=multiply_adds,
        training=about.training,
        datasets=about.datasets,
        limits=about.limits,
    )
    write_card(card, path.with_suffix(".json"))
    calm = _calm_settings(path, sets, device)
    write_card(replace(card, stabilizer=calm), path.with_suffix(".json"))
    return path


def _calm_settings(
    path: Path, sets: Mapping[str, AlignedSamples], device: str
) -> StabilizerConfig | None:
    """How calm labels by these weights should be; None if validation data cannot tell."""
    validation = [samples.split("validation") for samples in sets.values()]
    config = SequenceConfig(
        switches=max(1, CALM_SWITCHES // len(sets)), blends=max(1, CALM_BLENDS // len(sets))
    )
    try:
        return calibrate_stabilizer(load_model(str(path), device), validation, config)
    except DatasetError as error:
        log.warning("%s: general stabilizer settings are kept: %s", path.name, error)
        return None


def _validation_cosines(
    network: ExpressionNetwork,
    sets: Mapping[str, AlignedSamples],
    centers: FloatArray,
    device: torch.device,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Cosines (n, C) and labels (n,) of all validation pictures."""
    cosines, truth = [], []
    for samples in sets.values():
        validation = samples.split("validation")
        embeddings, _ = run_network(network, validation, device, network.input_size, flip=False)
        cosines.append(unit_rows(embeddings) @ centers.T)
        truth.append(validation.samples.labels)
    return np.concatenate(cosines).astype(np.float32), np.concatenate(truth)
