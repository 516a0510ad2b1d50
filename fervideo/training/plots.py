"""Curves of a run, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def plot_curves(history: Sequence[dict[str, float]], path: Path) -> None:
    """Loss and validation accuracy by epoch.

    Args:
        history: A row for each epoch, as in `log.csv`.
        path: A PNG file.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] + 1 for row in history]
    left.plot(epochs, [row["loss"] for row in history], color="#333333")
    left.set(title="Training loss", xlabel="epoch")
    keys = [k for k in history[0] if k.endswith(("_accuracy", "_recall"))] if history else []
    for key in keys:
        style = "-" if key.endswith("_accuracy") else "--"
        right.plot(epochs, [row[key] for row in history], style, label=key.replace("_", " "))
    right.set(title="Validation", xlabel="epoch", ylim=(0, 1))
    if keys:
        right.legend(loc="lower right", frameon=False)
    figure.savefig(path, dpi=130)
