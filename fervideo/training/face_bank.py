"""The ordinary faces that a weight file carries, and adding them to one that is there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

from fervideo.centers.bank import FaceBank
from fervideo.device import resolve_device
from fervideo.errors import ConfigError, DatasetError
from fervideo.models.card import read_card, write_card
from fervideo.models.network import ExpressionNetwork
from fervideo.models.registry import BANK, BANK_LABELS, find_weights, read_weights
from fervideo.training.cache import AlignedSamples, load_aligned
from fervideo.training.checkpoint import write_atomically
from fervideo.training.class_centers import some_of_each, unit_rows
from fervideo.training.predict import run_network
from fervideo.types import FloatArray

FACES = 40
"""Ordinary faces of each class, of all data sets together: 20 to 160 do alike."""


def find_bank(
    network: ExpressionNetwork, sets: Mapping[str, AlignedSamples], device: torch.device
) -> dict[str, Tensor]:
    """Embeddings (n, D) of training pictures and their classes (n,), as a weight file holds them.

    As many of each data set, the same pictures on every machine; of unit length, in 16 bits.
    """
    embeddings, classes = [], []
    for samples in sets.values():
        train = some_of_each(samples.split("train"), -(-FACES // len(sets)))
        if len(train.samples):
            found, _ = run_network(network, train, device, network.input_size, flip=False)
            embeddings.append(unit_rows(found))
            classes.append(train.samples.labels)
    if not embeddings:
        return {}
    faces = torch.from_numpy(np.concatenate(embeddings)).half()
    return {BANK: faces, BANK_LABELS: torch.from_numpy(np.concatenate(classes)).to(torch.uint8)}


def fits(bank: Mapping[str, Tensor], classes: tuple[str, ...], centers: FloatArray) -> bool:
    """Whether there are enough faces to place expressions by."""
    try:
        FaceBank.of(bank[BANK].numpy(), bank[BANK_LABELS].numpy(), classes, centers, False)
    except (ConfigError, KeyError):
        return False
    return True


def add_bank(
    weights: str,
    data: Mapping[str, Path],
    *,
    cache: Path = Path("cache"),
    output: Path | None = None,
    device: str = "auto",
) -> Path:
    """Give a weight file ordinary faces, or others; nothing else of it changes but its sha256.

    Args:
        weights: Name of a model, or its weight file, with its card beside it.
        data: Folder of each data set by name; those that it learnt from.
        cache: Folder of decoded data sets.
        output: Where the file and its card go; in place of what is there if None.
        device: See `device.resolve_device`.

    Returns:
        Path of the weight file.

    Raises:
        ModelError, DatasetError, DeviceError: Something is not there or not right.
    """
    source, where = find_weights(weights), resolve_device(device)
    card = read_card(source.with_suffix(".json"))
    network, centers = read_weights(source, card)
    network = network.eval().to(where)
    sets = {
        name: load_aligned(name, root, cache, lambda n: None).with_classes(card.classes)
        for name, root in data.items()
    }
    bank = find_bank(network, sets, where)
    if not fits(bank, card.classes, centers):
        raise DatasetError(
            f"expected training pictures of {card.name}'s classes in {', '.join(data)}, found too "
            "few"
        )
    path = source if output is None else output / source.name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, {**_tensors(source), **bank}, {"name": card.name})
    write_card(replace(card, sha256=_sha256(path)), path.with_suffix(".json"))
    return path


def _tensors(path: Path) -> dict[str, Tensor]:
    """As they are in the file, not widened to 32 bits."""
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
