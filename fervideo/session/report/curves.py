"""Curves of the probabilities over time, thinned out for long sessions."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from fervideo import labels
from fervideo.session.reader import Session

MEAN_S = 0.5
"""Width of the running mean that the bold curves show."""

MOST_POINTS = 4000
"""Points of a curve that are drawn: twice what a wide picture has columns."""


def draw_curves(axes: Axes, session: Session, face_id: int, colors: tuple[str, str, str]) -> None:
    """The probability of every class on one face, thin as recorded, bold as a running mean.

    Args:
        axes: Where to draw.
        session: What to draw.
        face_id: The face.
        colors: Of the paper, of faint text, of the grid.
    """
    paper, faint, grid = colors
    axes.set_facecolor(paper)
    axes.set(ylim=(-0.02, 1.02), yticks=[0, 0.5, 1])
    axes.tick_params(colors=faint, labelsize=8.5, length=0, pad=5)
    axes.grid(axis="y", color=grid, linewidth=1.0)
    axes.set_axisbelow(True)
    axes.set_ylabel(
        f"probability\nbold: mean of {MEAN_S:g} s", fontsize=8.5, color=faint, labelpad=4
    )
    rows = session.timeline.face_id == face_id
    times, ends = session.timeline.time_s[rows], (session.timeline.time_s + session.durations)[rows]
    values = session.timeline.probabilities[rows]
    gaps = np.flatnonzero(times[1:] > ends[:-1] + 1e-6) + 1
    every = max(1, len(times) // MOST_POINTS)
    width_s = max(MEAN_S, float(np.ptp(times)) / MOST_POINTS * 2 if len(times) else 0.0)
    mean = running_mean(times, values, width_s, gaps)
    broken = np.insert(times, gaps, np.nan)[::every]
    for column, name in enumerate(session.classes):
        color = labels.color_of(name, session.classes)
        thin, bold = (np.insert(v[:, column], gaps, np.nan)[::every] for v in (values, mean))
        if every == 1:
            axes.plot(broken, thin, color=color, linewidth=0.5, alpha=0.35)
        axes.plot(broken, bold, color=color, linewidth=1.9, solid_capstyle="round")


def running_mean(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    width_s: float,
    gaps: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Mean of `values` (r, C) over a window of `width_s` seconds around each of `times` (r,).

    The window never reaches over a gap: `gaps` are the rows before which something is missing.
    NaN counts as absent.
    """
    parts = []
    for t, v in zip(np.split(times, gaps), np.split(values, gaps), strict=True):
        known = np.isfinite(v)
        nothing = np.zeros((1, v.shape[1]))
        total = np.vstack([nothing, np.cumsum(np.where(known, v, 0.0), axis=0)])
        count = np.vstack([nothing, np.cumsum(known, axis=0)])
        first = np.searchsorted(t, t - width_s / 2, side="left")
        last = np.searchsorted(t, t + width_s / 2, side="right")
        number = count[last] - count[first]
        mean = (total[last] - total[first]) / np.maximum(number, 1)
        parts.append(np.where(number > 0, mean, np.nan))
    return np.concatenate(parts)
