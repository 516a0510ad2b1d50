"""Draw the features of models with three numbers a face on the sphere, as in the LMCL paper.

    python scripts/plot_sphere.py sphere-softmax.safetensors sphere-lmcl.safetensors \
        --data rafdb:PATH -o sphere.png

Each picture of the split is a point in the direction of its embedding, each class's center a large
one. The spheres are turned so that the mean of the centers looks at the reader.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fervideo import labels
from fervideo.errors import FervideoError, ModelError
from fervideo.types import FloatArray

_POINTS = 1500
"""At most so many pictures are drawn: more hide each other."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the spheres; returns the exit status, 2 after bad input."""
    parser = argparse.ArgumentParser(description="Features on a sphere, a PNG.")
    parser.add_argument("models", nargs="+", type=Path, help="weight files with 3 numbers a face")
    parser.add_argument("--data", required=True, metavar="NAME:PATH", help="such as rafdb:PATH")
    parser.add_argument("--split", default="validation", choices=("train", "validation", "test"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("-o", "--output", type=Path, default=Path("sphere.png"))
    options = parser.parse_args(arguments)
    try:
        draw(options.models, options.data, options.split, options.cache, options.output)
    except (FervideoError, OSError) as error:
        sys.stderr.write(f"plot_sphere: {error}\n")
        return 2
    sys.stdout.write(f"{options.output}\n")
    return 0


def draw(models: Sequence[Path], data: str, split: str, cache: Path, output: Path) -> None:
    """One sphere beside the other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6 * len(models), 4.9), layout="constrained")
    FigureCanvasAgg(figure)
    for number, model in enumerate(models, 1):
        axes: Any = figure.add_subplot(1, len(models), number, projection="3d")
        _draw_one(axes, model, data, split, cache)
    handles, names = figure.axes[0].get_legend_handles_labels()
    columns = min(len(names), 4 * len(models))
    place = "outside lower center"
    figure.legend(handles, names, loc=place, ncols=columns, frameon=False, markerscale=3)
    figure.savefig(output, dpi=130)


def _draw_one(axes: Any, model: Path, data: str, split: str, cache: Path) -> None:
    embeddings, truth, centers, classes, name = _embed(model, data, split, cache)
    turn = _towards_reader(_unit(centers).mean(axis=0))
    points, middles = _unit(embeddings) @ turn.T, _unit(centers) @ turn.T
    axes.view_init(elev=0, azim=0)
    axes.plot_surface(*_ball(), color="#DDDDDD", alpha=0.12, linewidth=0, shade=False)
    for row, label in enumerate(classes):
        known = labels.BY_NAME.get(label)
        color = known.color if known else "#444444"
        mine = points[truth == row]
        axes.scatter(*mine.T, s=3, color=color, alpha=0.6, label=label)
        axes.scatter(*middles[row], s=90, color=color, edgecolors="black", depthshade=False)
    axes.set_box_aspect((1, 1, 1), zoom=1.45)
    axes.set_axis_off()
    axes.set_title(name)


def _embed(
    model: Path, data: str, split: str, cache: Path
) -> tuple[FloatArray, np.ndarray, FloatArray, tuple[str, ...], str]:
    """Embeddings (n, 3), labels (n,), centers (C, 3), the classes and the model's title."""
    from fervideo.device import resolve_device
    from fervideo.models.card import read_card
    from fervideo.models.registry import read_weights
    from fervideo.training.cache import load_aligned
    from fervideo.training.datasets import parse_data
    from fervideo.training.predict import run_network

    card = read_card(model.with_suffix(".json"))
    if card.embedding_size != 3:
        raise ModelError(
            f"{card.name}: expected a model with 3 numbers a face, such as one of the network "
            f"lmcl-sphere, found {card.embedding_size}"
        )
    network, centers = read_weights(model, card)
    name, root = parse_data(data)
    samples = load_aligned(name, root, cache).split(split).with_classes(card.classes)
    rows = np.random.default_rng(0).permutation(len(samples.samples))[:_POINTS]
    samples = samples.only(np.isin(np.arange(len(samples.samples)), rows))
    where = resolve_device("auto")
    ready = network.eval().fuse().to(where)
    embeddings, _ = run_network(ready, samples, where, card.sees, aligned=False, flip=False)
    return embeddings, samples.samples.labels, centers, card.classes, card.name


def _unit(rows: FloatArray) -> FloatArray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def _towards_reader(direction: FloatArray) -> FloatArray:
    """The (3, 3) rotation, or reflection, that brings a direction to the x axis."""
    if np.linalg.norm(direction) < 1e-6:
        return np.eye(3)
    basis = np.column_stack([direction, np.eye(3)])
    left = np.linalg.qr(basis)[0]
    left[:, 0] *= np.sign(left[:, 0] @ direction)
    return np.asarray(left.T)


def _ball() -> tuple[FloatArray, FloatArray, FloatArray]:
    around, down = np.meshgrid(np.linspace(0, 2 * np.pi, 40), np.linspace(0, np.pi, 20))
    return (
        np.asarray(np.cos(around) * np.sin(down)),
        np.asarray(np.sin(around) * np.sin(down)),
        np.asarray(np.cos(down)),
    )


if __name__ == "__main__":
    sys.exit(main())
