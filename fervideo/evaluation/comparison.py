"""All models side by side: how right, how large, how fast on this machine."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from fervideo.models.card import ModelCard
from fervideo.models.registry import find_weights, load_model
from fervideo.models.speed import time_a_face

TEN_CROPS = "given, ten crops"


@dataclass(frozen=True, slots=True)
class Standing:
    """One model in the comparison.

    Attributes:
        name: Of the model.
        network: A name in `models.network.builders()`.
        rafdb: Accuracy on RAF-DB's test pictures, from the card; None if it was not measured.
        rafdb_recall: Mean class recall on the same.
        fer2013: Accuracy on FER2013's PrivateTest.
        ckplus: Accuracy on CK+.
        ten_crop: Accuracy on RAF-DB over ten crops.
        parameters: Number of trained values.
        multiply_adds: For one face.
        ms: Milliseconds for one face, the median of several runs here.
        file_bytes: Size of the weight file.
    """

    name: str
    network: str
    rafdb: float | None
    rafdb_recall: float | None
    fer2013: float | None
    ckplus: float | None
    ten_crop: float | None
    parameters: int
    multiply_adds: int
    ms: float
    file_bytes: int


def recall_of(card: ModelCard, data: str) -> float | None:
    """Mean class recall by the centers on the crops as given, None if it was not measured."""
    for m in card.measurements:
        if (m.data, m.crops, m.decided_by) == (data, "given", "centers"):
            return m.mean_recall
    return None


def standing(name_or_path: str, device: str = "auto", runs: int = 20) -> Standing:
    """Load a model and measure its speed.

    Args:
        name_or_path: A shipped model or a weight file.
        device: See `device.resolve_device`.
        runs: How often a face is looked at.

    Raises:
        ModelError, DeviceError: No such model or device.
    """
    model = load_model(name_or_path, device)
    card = model.card
    return Standing(
        card.name,
        card.network,
        card.measured("rafdb test"),
        recall_of(card, "rafdb test"),
        card.measured("fer2013 test"),
        card.measured("ckplus test"),
        card.measured("rafdb test", TEN_CROPS),
        card.parameters,
        card.multiply_adds,
        time_a_face(model, runs),
        find_weights(name_or_path).stat().st_size,
    )


def write_csv(standings: Sequence[Standing], path: Path) -> None:
    """A row for each model, numbers as they are; what was not measured is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Standing)])
        writer.writeheader()
        writer.writerows(asdict(s) for s in standings)


def plot(standings: Sequence[Standing], path: Path, device: object) -> None:
    """Accuracy on RAF-DB over time a face; the area of a point is its number of parameters.

    Models without that figure are left out.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for s in standings:
        if s.rafdb is not None:
            area = 30 + 20 * s.parameters / 1e6
            axes.scatter(s.ms, 100 * s.rafdb, s=area, alpha=0.7)
            axes.annotate(s.name, (s.ms, 100 * s.rafdb), (6, 6), textcoords="offset points")
    axes.set_xscale("log")
    axes.margins(0.15)
    axes.grid(alpha=0.3)
    axes.set(xlabel=f"ms a face ({device}), area: parameters", ylabel="RAF-DB test accuracy, %")
    figure.savefig(path, dpi=150, format="png")
