"""The frames of a sequence: faces that tremble and blink, lit, noisy and compressed."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fervideo.evaluation.blinks import close_eyes, find_eyes, lid_positions
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
        faces, matrices = blend(samples, plan, np.array([mix], np.float32))
        shown = np.zeros(number, int)
    else:
        faces = torch.from_numpy(samples.samples.images[[plan.first, plan.second]])
        matrices = torch.from_numpy(samples.aligned[[plan.first, plan.second]])
        shown = np.repeat([0, 1], plan.frames)
    maps = _maps(trembling)
    crops = _rows(warp(faces[shown], matrices[shown], size, maps))
    _blink(crops, _rows(warp(faces, matrices, size)), shown, maps.numpy(), plan, config)
    return _camera(crops * (1 + trembling[:, 4, None, None, None]), config.jitter, rng)


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
    return _bytes(_rows(warp(pictures, matrices, size)))


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


def _blink(
    crops: FloatArray,
    still: FloatArray,
    shown: NDArray[np.int64],
    maps: FloatArray,
    plan: Plan,
    config: SequenceConfig,
) -> None:
    """Close the eyes of crops (n, S, S, 3) where a blink is due, in place.

    Args:
        crops: The frames.
        still: (k, S, S, 3) the faces without jitter.
        shown: (n,) which of them a frame shows.
        maps: (n, 3, 3) from coordinates of a frame to those of a still face, 0 to 1.
        plan: The sequence; its blinks do not depend on anything else that is random.
        config: Frame rate, seed and jitter.
    """
    rng = np.random.default_rng([config.seed, list(Kind).index(plan.kind), plan.number, 2])
    jitter = config.jitter
    closed = lid_positions(len(crops), config.fps, jitter.blinks, jitter.blink_s, rng)
    for face in np.unique(shown[closed > 0]):
        points = find_eyes(_bytes(still[face]))
        if points is None:  # too weak a face even for landmarks: it keeps its eyes open
            continue
        for i in np.flatnonzero((closed > 0) & (shown == face)):
            back = np.linalg.inv(maps[i])
            moved = points @ back[:2, :2].T + back[:2, 2]
            crops[i] = close_eyes(crops[i], moved, float(closed[i]))


def _rows(crops: Tensor) -> FloatArray:
    """Crops float (n, 3, S, S) as (n, S, S, 3)."""
    return np.ascontiguousarray(crops.permute(0, 2, 3, 1).numpy())


def _bytes(crops: FloatArray) -> ByteImage:
    return crops.round().clip(0, 255).astype(np.uint8)


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
