"""Class centers of a trained network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from fervideo.models.network import CosineHead, ExpressionNetwork
from fervideo.training.cache import AlignedSamples
from fervideo.training.predict import run_network
from fervideo.types import FloatArray

FEWEST_AGREED = 10
"""Pictures of a class that its center is at least the mean of."""

CENTER_PICTURES = 400
"""Training pictures of each class and data set whose mean is a center: more move it very little."""


def unit_rows(rows: FloatArray) -> FloatArray:
    """Rows (n, D) scaled to length 1; a row of zeros, of a network that sees nothing, stays so."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def mean_centers(embeddings: FloatArray, classes: NDArray[np.int64], number: int) -> FloatArray:
    """(C, D) unit means of the normalised embeddings (n, D) of each class, labels (n,)."""
    unit = unit_rows(embeddings)
    return unit_rows(np.stack([unit[classes == c].mean(0) for c in range(number)]))


def some_of_each(data: AlignedSamples, limit: int) -> AlignedSamples:
    """At most `limit` pictures of each class, the same on every machine."""
    rng = np.random.default_rng(0)
    mask = np.zeros(len(data.samples), np.bool_)
    for c in np.unique(data.samples.labels):
        mask[rng.permutation(np.flatnonzero(data.samples.labels == c))[:limit]] = True
    return data.only(mask)


def find_centers(
    network: ExpressionNetwork, sets: Mapping[str, AlignedSamples], device: torch.device
) -> tuple[FloatArray, str]:
    """Class centers (C, D) of a network, and a phrase that says where they come from.

    Of a network without a cosine head they are means of training embeddings, of those pictures that
    the network's own head names as their owners do: labels of faces from the web are often wrong.
    """
    if isinstance(network.head, CosineHead):
        return network.head.centers.cpu().numpy(), "weights of the cosine head"
    embeddings, classes, named = [], [], []
    for samples in sets.values():
        train = some_of_each(samples.split("train"), CENTER_PICTURES)
        found, logits = run_network(network, train, device, network.input_size, flip=False)
        embeddings.append(unit_rows(found))
        classes.append(train.samples.labels)
        named.append(logits.argmax(1))
    number = next(iter(sets.values())).samples.targets.shape[1]
    kept = agreed(np.concatenate(classes), np.concatenate(named), number)
    centers = mean_centers(np.concatenate(embeddings)[kept], np.concatenate(classes)[kept], number)
    names = " and ".join(sets)
    return centers, f"mean of the training embeddings of {names} that its own head names rightly"


def agreed(classes: NDArray[np.int64], named: NDArray[np.int64], number: int) -> NDArray[np.bool_]:
    """Which pictures, labels (n,), are named so; all of a class of which too few are."""
    right = classes == named
    few = [c for c in range(number) if right[classes == c].sum() < FEWEST_AGREED]
    return np.asarray(right | np.isin(classes, few))
