"""How much boxes overlap."""

from __future__ import annotations

import numpy as np

from fervideo.types import FloatArray


def overlaps(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Intersection over union and over the smaller box, of each pair.

    Args:
        first: (n, 4) left, top, right, bottom.
        second: (m, 4).

    Returns:
        Two (n, m) float32 arrays, 0 to 1; 0 where a box is empty.
    """
    left_top = np.maximum(first[:, None, :2], second[None, :, :2])
    right_bottom = np.minimum(first[:, None, 2:], second[None, :, 2:])
    intersection = np.prod(np.clip(right_bottom - left_top, 0, None), axis=2)
    areas = np.prod(np.clip(first[:, 2:] - first[:, :2], 0, None), axis=1)[:, None]
    others = np.prod(np.clip(second[:, 2:] - second[:, :2], 0, None), axis=1)[None, :]
    union = np.maximum(areas + others - intersection, 1e-6)
    smaller = np.maximum(np.minimum(areas, others), 1e-6)
    return (
        np.asarray(intersection / union, np.float32),
        np.asarray(intersection / smaller, np.float32),
    )
