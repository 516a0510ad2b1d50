"""Batches of crops, warped and spoilt where the pictures are.

Each picture is resampled once: its alignment and the random jitter are one affine transform.

Chance is drawn on the CPU, so that a run is varied alike on every device and a GPU is never waited
for; only the noise of dim pictures, of which there is much, is drawn where it is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

MEAN = 127.5
STD = 128.0


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """How strongly training crops are varied. Lengths are parts of the crop's side.

    Attributes:
        flip: Chance of a mirror image.
        rotation: Largest turn, degrees.
        zoom: Largest change of scale, so 0.1 is 0.9 to 1.1.
        shift: Largest shift along each axis.
        squeeze: Largest narrowing of one axis, as when a head turns.
        gray: Chance of losing colour.
        light: Strength of brightness, contrast and gamma changes.
        dim: Chance of a dark, noisy picture.
        blur: Chance of a picture as from a face of 20 to 60 pixels.
        erase: Chance of a covered patch.
        aligned: Chance that a crop is cut by the detector's points instead of the owners' frame.
    """

    flip: float = 0.5
    rotation: float = 12.0
    zoom: float = 0.1
    shift: float = 0.05
    squeeze: float = 0.12
    gray: float = 0.2
    light: float = 0.3
    dim: float = 0.15
    blur: float = 0.25
    erase: float = 0.2
    aligned: float = 0.6


NONE = AugmentConfig(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
"""No variation at all, aligned as at run time."""


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def _chance(n: int, p: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) < p


def jitter(n: int, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """(n, 3, 3) random affine maps of unit crop coordinates about the middle of the crop."""
    angle = _uniform(n, -config.rotation, config.rotation, generator) * (math.pi / 180)
    scale = 1 + _uniform(n, -config.zoom, config.zoom, generator)
    narrow = 1 + _uniform(n, 0, config.squeeze, generator)
    mirror = 1.0 - 2.0 * _chance(n, config.flip, generator).float()
    shift = _uniform(n * 2, -config.shift, config.shift, generator).view(n, 2)
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    maps = torch.zeros(n, 3, 3)
    maps[:, 0, 0], maps[:, 0, 1] = cos * narrow * mirror, -sin
    maps[:, 1, 0], maps[:, 1, 1] = sin * narrow * mirror, cos
    maps[:, :2, 2] = 0.5 - maps[:, :2, :2].sum(2) * 0.5 + shift
    maps[:, 2, 2] = 1
    return maps


def window(
    n: int,
    view: float,
    place: tuple[float, float] | None = None,
    generator: torch.Generator | None = None,
) -> Tensor | None:
    """(n, 3, 3) maps of a crop to the part of the aligned picture that it shows.

    Args:
        n: How many.
        view: Side of the part, of the whole 1.
        place: Where it is, from (0, 0) left and up to (1, 1); None for a random place of each.
        generator: Of random places.

    Returns:
        None if the crop shows everything.
    """
    if view >= 1:
        return None
    where = torch.rand(n, 2, generator=generator) if place is None else torch.tensor([place])
    maps = torch.zeros(n, 3, 3)
    maps[:, 0, 0] = maps[:, 1, 1] = view
    maps[:, :2, 2] = where * (1 - view)
    maps[:, 2, 2] = 1
    return maps


def warp(images: Tensor, to_crop: Tensor, size: int, maps: Tensor | None = None) -> Tensor:
    """Cut crops out of pictures.

    Args:
        images: uint8 (n, H, W, c), c 1 or 3, on any device.
        to_crop: (n, 2, 3) from unit picture to unit crop coordinates, on the CPU.
        size: Side of the crops.
        maps: (n, 3, 3) jitter of crop coordinates, on the CPU, or None.

    Returns:
        float32 (n, 3, size, size), 0 to 255; grey is repeated; outside the picture its edge.
    """
    last = torch.tensor([0.0, 0.0, 1.0]).expand(len(to_crop), 1, 3)
    back = torch.linalg.inv(torch.cat([to_crop, last], 1))
    if maps is not None:
        back = back @ maps
    # unit coordinates u = (g + 1) / 2 of the grid's g in -1..1, on both sides
    half = torch.tensor([[0.5, 0, 0.5], [0, 0.5, 0.5], [0, 0, 1]])
    theta = (torch.linalg.inv(half) @ back @ half).to(images.device, non_blocking=True)
    n, _, _, channels = images.shape
    grid = functional.affine_grid(theta[:, :2], [n, channels, size, size], align_corners=False)
    crops = functional.grid_sample(
        images.permute(0, 3, 1, 2).float(), grid, padding_mode="border", align_corners=False
    )
    return crops.expand(-1, 3, -1, -1) if channels == 1 else crops


def spoil(crops: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Vary light and colour, blur, dim and cover crops float (n, 3, S, S) 0 to 255."""
    n, device = len(crops), crops.device

    def each(numbers: Tensor) -> Tensor:
        """One number for each crop, where the crops are."""
        return numbers.view(-1, 1, 1, 1).to(device, non_blocking=True)

    gray = each(_chance(n, config.gray, generator))
    crops = torch.where(gray, crops.mean(1, keepdim=True), crops)
    crops = _blur(crops, config.blur, generator)
    if config.light > 0:
        gain = 1 + each(_uniform(n, -config.light, config.light, generator))
        contrast = 1 + each(_uniform(n, -config.light, config.light, generator))
        middle = crops.mean((1, 2, 3), keepdim=True)
        crops = ((crops - middle) * contrast + middle) * gain
    dim = _chance(n, config.dim, generator).nonzero().flatten()
    if len(dim):
        gain = each(_uniform(len(dim), 0.2, 0.6, generator))
        dim = dim.to(device, non_blocking=True)
        noise = _noise(crops[dim], generator) * 8
        crops = crops.index_copy(0, dim, crops[dim] * gain + noise)
    crops = crops.clamp(0, 255)
    return _erase(crops, config.erase, generator)


def _noise(like: Tensor, generator: torch.Generator) -> Tensor:
    """Normal noise of a tensor's shape, where that is."""
    if like.device.type == "cpu":
        return torch.randn(like.shape, generator=generator)
    seed = int(torch.randint(2**62, (1,), generator=generator))
    there = torch.Generator(like.device).manual_seed(seed)
    return torch.randn(like.shape, generator=there, device=like.device)


def _blur(crops: Tensor, chance: float, generator: torch.Generator) -> Tensor:
    """Shrink some crops to a random small size and enlarge them again."""
    chosen = _chance(len(crops), chance, generator).nonzero().flatten()
    if not len(chosen):
        return crops
    small = int(torch.randint(20, 60, (1,), generator=generator))
    chosen = chosen.to(crops.device, non_blocking=True)
    size = crops.shape[2:]
    part = functional.interpolate(crops[chosen], (small, small), mode="area")
    part = functional.interpolate(part, size, mode="bilinear", align_corners=False)
    return crops.index_copy(0, chosen, part)


def _erase(crops: Tensor, chance: float, generator: torch.Generator) -> Tensor:
    """Cover a rectangle of some crops with a flat colour."""
    size = crops.shape[2]
    crops = crops.contiguous()
    for i in _chance(len(crops), chance, generator).nonzero().flatten().tolist():
        h, w = (int(torch.randint(size // 8, size // 2, (1,), generator=generator)) for _ in "hw")
        y, x = (int(torch.randint(0, size - s, (1,), generator=generator)) for s in (h, w))
        crops[i, :, y : y + h, x : x + w] = torch.rand(1, generator=generator).item() * 255
    return crops


def normalize(crops: Tensor) -> Tensor:
    """0..255 to what networks see, `(pixel - 127.5) / 128`."""
    return (crops - MEAN) / STD
