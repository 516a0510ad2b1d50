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
    left_top = np.maximum(first[:, None, :2], second[:, :2])
    right_bottom = np.minimum(first[:, None, 2:], second[:, 2:])
    intersection = _areas(right_bottom - left_top)
    areas, others = (
        _areas(first[:, 2:] - first[:, :2])[:, None],
        _areas(second[:, 2:] - second[:, :2]),
    )
    union = np.maximum(areas + others - intersection, 1e-6)
    smaller = np.maximum(np.minimum(areas, others), 1e-6)
    return (
        np.asarray(intersection / union, np.float32),
        np.asarray(intersection / smaller, np.float32),
    )


def _areas(sides: FloatArray) -> FloatArray:
    """Area of (..., 2) width and height; none where one is negative."""
    positive = np.maximum(sides, 0)
    return np.asarray(positive[..., 0] * positive[..., 1], np.float32)
