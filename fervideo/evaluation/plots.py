"""Pictures for reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fervideo import labels

_CELL = 0.62
"""Inches of a cell of the matrix."""


def plot_confusion(
    confusion: Sequence[Sequence[int]], classes: Sequence[str], path: Path, title: str = ""
) -> None:
    """Draw a confusion matrix: each row's shares as shade, its counts and per cents as text.

    Shares are of the pictures that got an answer. A row without any stays white, with dashes.

    Args:
        confusion: (C, C) counts, rows true, columns answered, as in `metrics.Scores`.
        classes: Names of the C classes.
        path: A PNG file; its folder exists.
        title: Written above.

    Raises:
        ValueError: The matrix is not C x C.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = np.asarray(confusion, np.int64)
    number = len(classes)
    if counts.shape != (number, number):
        raise ValueError(f"expected a matrix {(number, number)}, found {counts.shape}")
    totals = counts.sum(1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    side = max(3.5, _CELL * number)
    figure = Figure(figsize=(side + 1.2, side + 0.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = [_short(name, number) for name in classes]
    axes.set_xticks(range(number), names, rotation=45 if number > 8 else 0, ha="center")
    axes.set_yticks(range(number), names)
    axes.set(xlabel="answer", ylabel="true", title=title)
    for row, column in np.ndindex(number, number):
        text = f"{100 * shares[row, column]:.0f} %\n{counts[row, column]}"
        color = "white" if shares[row, column] > 0.65 else "#222222"
        shown = text if totals[row, 0] else "–"
        axes.text(column, row, shown, ha="center", va="center", color=color, fontsize=7)
    figure.savefig(path, dpi=150)


def _short(name: str, number: int) -> str:
    """The three letters of a known expression; the first letters of a long name of many."""
    if name in labels.BY_NAME:
        return labels.BY_NAME[name].short
    return name.replace(" ", "\n") if number <= 15 else name[:12]
