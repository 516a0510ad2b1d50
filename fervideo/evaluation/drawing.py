"""The frames of a sequence: pictures cut with a trembling hand, lit, noisy and compressed."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch import Tensor

from fervideo.evaluation.sequences import Jitter, Kind, Plan, SequenceConfig
from fervideo.training.augment import warp
from fervideo.training.cache import AlignedSamples
from fervideo.types import ByteImage, FloatArray

_BORDER = 0.125
"""A blend keeps so much of the surroundings on each side of its crop, to be jittered in."""

_BLEND_SIDE = 192
"""Pixels of a blend: more than a crop, so that it is not blurred by being resampled twice."""


def draw(
    samples: AlignedSamples, plan: Plan, size: int, config: SequenceConfig, mix: float = 0.5
) -> ByteImage:
    """The crops of one sequence, as the aligner would cut them.

    Args:
        samples: The data set.
        plan: The sequence.
        size: Side of the crops.
        config: Frame rate, seed and jitter.
        mix: Share of the second picture in a blend.

    Returns:
        uint8 RGB (n, size, size, 3).
    """
    rng = np.random.default_rng([config.seed, list(Kind).index(plan.kind), plan.number, 1])
    number = sum(plan.frames)
    trembling = _trembling(number, config, rng)
    if plan.kind is Kind.BLEND:
        picture, matrix = blend(samples, plan, np.array([mix], np.float32))
        pictures, matrices = picture.repeat(number, 1, 1, 1), matrix.repeat(number, 1, 1)
        crops = warp(pictures, matrices, size, _maps(trembling))
    else:
        shown = np.repeat([plan.first, plan.second], plan.frames)
        pictures = torch.from_numpy(samples.samples.images[shown])
        crops = warp(pictures, torch.from_numpy(samples.aligned[shown]), size, _maps(trembling))
    lit = crops.permute(0, 2, 3, 1).numpy() * (1 + trembling[:, 4, None, None, None])
    return _camera(lit, config.jitter, rng)


def blend(samples: AlignedSamples, plan: Plan, mixes: FloatArray) -> tuple[Tensor, Tensor]:
    """Pictures between the two of a plan, with their surroundings.

    Args:
        samples: The data set.
        plan: The sequence.
        mixes: (k,) shares of the second picture.

    Returns:
        uint8 (k, H, H, 3), and (k, 2, 3) from unit picture to unit crop coordinates.
    """
    wide = 1 + 2 * _BORDER
    out = torch.tensor([[wide, 0, -_BORDER], [0, wide, -_BORDER], [0, 0, 1]])
    faces = [
        warp(
            torch.from_numpy(samples.samples.images[[i]]),
            torch.from_numpy(samples.aligned[[i]]),
            _BLEND_SIDE,
            out[None],
        )
        for i in (plan.first, plan.second)
    ]
    share = torch.from_numpy(mixes).view(-1, 1, 1, 1)
    mixed = (faces[0] * (1 - share) + faces[1] * share).round().clamp(0, 255)
    return mixed.permute(0, 2, 3, 1).to(torch.uint8), out[:2].repeat(len(mixes), 1, 1)


def ladder(samples: AlignedSamples, plan: Plan, size: int, steps: int) -> ByteImage:
    """Still crops (steps, size, size, 3) from the first picture of a plan to its second."""
    pictures, matrices = blend(samples, plan, np.linspace(0, 1, steps, dtype=np.float32))
    crops = warp(pictures, matrices, size)
    return np.asarray(crops.permute(0, 2, 3, 1).round().clamp(0, 255).byte().numpy())


def boundary(cosines: FloatArray) -> float | None:
    """The mix at which the best class changes, of cosines (steps, C) along a ladder.

    Where it changes more than once, the change nearest the middle; None where it never does.
    """
    best = cosines.argmax(1)
    turns = np.flatnonzero(best[1:] != best[:-1])
    if not len(turns):
        return None
    turn = int(turns[np.abs(turns + 0.5 - (len(best) - 1) / 2).argmin()])
    # Between two rungs the difference of the two classes is taken as a straight line.
    gap = [float(cosines[i, best[turn]] - cosines[i, best[turn + 1]]) for i in (turn, turn + 1)]
    within = gap[0] / (gap[0] - gap[1]) if gap[0] > gap[1] else 0.5
    return (turn + within) / (len(best) - 1)


def _trembling(number: int, config: SequenceConfig, rng: np.random.Generator) -> FloatArray:
    """(number, 5) shift along x and y, zoom, degrees, light of each frame."""
    jitter = config.jitter
    keep = math.exp(-1 / (config.fps * jitter.memory_s))
    fresh = rng.standard_normal((number, 5))
    slow = np.empty_like(fresh)
    slow[0] = fresh[0]
    for i in range(1, number):
        slow[i] = keep * slow[i - 1] + math.sqrt(1 - keep * keep) * fresh[i]
    quick = rng.standard_normal((number, 5))
    both = math.sqrt(jitter.slow) * slow + math.sqrt(1 - jitter.slow) * quick
    sizes = (jitter.shift, jitter.shift, jitter.zoom, jitter.turn, jitter.light)
    return np.asarray(both * sizes, np.float32)


def _maps(trembling: FloatArray) -> Tensor:
    """(n, 3, 3) affine maps of unit crop coordinates about the middle of the crop."""
    moved = torch.from_numpy(trembling)
    angle = torch.deg2rad(moved[:, 3])
    scale = 1 + moved[:, 2]
    maps = torch.zeros(len(moved), 3, 3)
    maps[:, 0, 0] = maps[:, 1, 1] = torch.cos(angle) * scale
    maps[:, 1, 0] = torch.sin(angle) * scale
    maps[:, 0, 1] = -maps[:, 1, 0]
    maps[:, :2, 2] = 0.5 - maps[:, :2, :2].sum(2) * 0.5 + moved[:, :2]
    maps[:, 2, 2] = 1
    return maps


def _camera(pictures: FloatArray, jitter: Jitter, rng: np.random.Generator) -> ByteImage:
    """Noise and compression of float RGB (n, S, S, 3), 0 to 255."""
    noise, quality = rng.uniform(*jitter.noise), round(rng.uniform(*jitter.quality))
    noisy = pictures + rng.normal(0, noise, pictures.shape)
    seen = np.empty(pictures.shape, np.uint8)
    for i, picture in enumerate(noisy.round().clip(0, 255).astype(np.uint8)):
        _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        seen[i] = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1]
    return seen
