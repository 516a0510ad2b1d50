"""Running a network over a data set, on one view of each picture or on several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor

from fervideo.models.network import ExpressionNetwork
from fervideo.training.augment import normalize, warp, window
from fervideo.training.cache import AlignedSamples
from fervideo.types import ByteImage, FloatArray

MIDDLE = ((0.5, 0.5),)
"""Where in an aligned picture the one view is, as parts of the room it has."""
FIVE = (*MIDDLE, (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
"""The middle and the corners; with their mirror images, ten."""


def run_network(
    network: ExpressionNetwork,
    data: AlignedSamples,
    device: torch.device,
    size: int = 112,
    aligned: bool = True,
    flip: bool = True,
    batch: int = 128,
    ten_crop: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Embeddings (n, D) and logits (n, C) of all samples, averaged over the views of each.

    Args:
        network: In evaluation mode.
        data: The samples.
        device: Where the network is.
        size: Side of the crops.
        aligned: Cut by the detector's points (as given where it found nothing), else as given.
        flip: Average with the mirror image.
        batch: Pictures at a time.
        ten_crop: The middle, the corners and the mirror images of these, if the network looks at
            less than the whole aligned picture.
    """
    matrices = data.aligned if aligned else data.given
    embeddings, logits = [], []
    for start in range(0, len(data.samples), batch):
        part = slice(start, start + batch)
        pictures = torch.from_numpy(data.samples.images[part]).to(device, non_blocking=True)
        to_crop = torch.from_numpy(matrices[part])
        # Rounded, since at run time crops are bytes.
        views = (
            warp(pictures, to_crop, size, window(len(to_crop), network.view, place)).round()
            for place in (FIVE if ten_crop else MIDDLE)
        )
        e, z = run_views(network, views, flip or ten_crop)
        embeddings.append(e.cpu().numpy())
        logits.append(z.cpu().numpy())
    return np.concatenate(embeddings).astype(np.float32), np.concatenate(logits).astype(np.float32)


def run_crops(
    network: ExpressionNetwork,
    crops: ByteImage,
    device: torch.device,
    flip: bool = False,
    ten_crop: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """The same for crops as at run time, uint8 RGB (n, F, F, 3), F the network's frame size."""
    embeddings, logits = [], []
    for start in range(0, len(crops), 128):
        part = torch.from_numpy(crops[start : start + 128]).to(device).permute(0, 3, 1, 2).float()
        places = FIVE if ten_crop else MIDDLE
        e, z = run_views(network, _cut(part, network.input_size, places), flip or ten_crop)
        embeddings.append(e.cpu().numpy())
        logits.append(z.cpu().numpy())
    return np.concatenate(embeddings), np.concatenate(logits)


def _cut(crops: Tensor, size: int, places: Iterable[tuple[float, float]]) -> Iterator[Tensor]:
    """Windows (n, 3, size, size) of crops (n, 3, F, F)."""
    room = crops.shape[2] - size
    for across, down in places:
        x, y = int(across * room), int(down * room)
        yield crops[:, :, y : y + size, x : x + size]


def run_views(
    network: ExpressionNetwork, views: Iterable[Tensor], flip: bool
) -> tuple[Tensor, Tensor]:
    """Mean embedding (n, D) and logits (n, C) over views (n, 3, S, S), 0 to 255."""
    found = []
    with torch.inference_mode():
        for view in views:
            images = normalize(view)
            for shown in (images, images.flip(3)) if flip else (images,):
                output = network(shown.contiguous(memory_format=torch.channels_last))
                found.append((output.embedding.float(), output.logits.float()))
        embeddings, logits = zip(*found, strict=True)
        number = len(found)
        return sum(embeddings[1:], embeddings[0]) / number, sum(logits[1:], logits[0]) / number
