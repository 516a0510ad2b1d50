"""From columns to curves that can be drawn: gaps stay gaps, an hour becomes a few points."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fervideo.capture.seeking import SAME_TIME_S

from .index import NO_ROW, SessionIndex

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
_POINTS_A_PIXEL = 4


def series(index: SessionIndex, face_id: int, values: NDArray[np.float64]) -> Series:
    """Times and values of a face frame by frame; NaN where it or the frame is missing.

    Args:
        index: The f frames.
        face_id: The face.
        values: (r,) values of all rows.

    Returns:
        Two arrays of f and more numbers.
    """
    rows = index.rows_of(face_id)
    found = np.full(len(rows), np.nan)
    there = rows != NO_ROW
    found[there] = values[rows[there]]
    gaps = np.flatnonzero(index.times_s[1:] > index.ends_s[:-1] + SAME_TIME_S) + 1
    return np.insert(index.times_s, gaps, index.ends_s[gaps - 1]), np.insert(found, gaps, np.nan)


def thinned(curve: Series, start_s: float, end_s: float, pixels: int) -> Series:
    """The part of a curve that is shown, as the least and greatest value of each pixel.

    Args:
        curve: Times, in order, and values.
        start_s: Start of what is shown.
        end_s: End of it.
        pixels: Its width.

    Returns:
        At most about `_POINTS_A_PIXEL * pixels` points, one beyond each end among them.
    """
    times, values = curve
    first = max(0, int(np.searchsorted(times, start_s)) - 1)
    after = int(np.searchsorted(times, end_s, side="right")) + 1
    times, values = times[first:after], values[first:after]
    if len(times) <= _POINTS_A_PIXEL * pixels:
        return times, values
    edges = np.linspace(times[0], times[-1], 2 * pixels)
    starts = np.unique(np.searchsorted(times, edges))
    starts = starts[starts < len(times)]
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return np.repeat(times[starts], 2), np.stack((low, high), axis=1).ravel()


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two values, at most so many, at least one if there is one."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    rough = (high - low) / max(1, most)
    size = 10 ** math.floor(math.log10(rough))
    step = next((size * f for f in (1, 2, 5, 10) if size * f >= rough * 0.999), size * 10)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]
