"""The model card: everything about a weight file that is not in its tensors, as JSON beside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fervideo.config import from_dict
from fervideo.errors import ConfigError, ModelError
from fervideo.stabilize import StabilizerConfig


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A data set that weights were trained on, or that an earlier stage of them was.

    Attributes:
        name: As its owners call it.
        use: What for.
        licence: What its owners allow.
    """

    name: str
    use: str
    licence: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure and the command that made it.

    Attributes:
        data: Data set and split, e.g. `rafdb test`.
        crops: `given` (the owners' alignment), `aligned` (the detector's points, as given where it
            found no face) or `detected` (a missed face is a wrong answer).
        decided_by: `centers` or `head`.
        count: Pictures.
        accuracy: Share of right answers.
        mean_recall: Mean class recall.
        macro_f1: Mean class F1.
        command: What printed it.
    """

    data: str
    crops: str
    decided_by: str
    count: int
    accuracy: float
    mean_recall: float
    macro_f1: float
    command: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a user, a session file and the program must know of a weight file.

    Attributes:
        name: Name of the weight file, and on the command line.
        title: Name on screen.
        paper: Where the system was published.
        network: A name in `models.network.builders()`.
        head: `linear` or `cosine`.
        classes: C class names, in order.
        embedding_size: D.
        scale: s of `softmax(s * cosine)`, calibrated on validation data.
        threshold: Best cosine under which a face is unknown, calibrated on validation data.
        typical_cosine: Median best cosine of the validation faces that are rightly recognised, to
            bring expressions of a user's own to the same scale; None if it was not measured.
        centers_from: Where the class centers come from.
        sha256: Of the weight file.
        parameters: Number of trained values, for inference.
        multiply_adds: For one crop.
        input_size: Side of the aligned crops in pixels.
        window: Side of the middle part of a crop that the network sees, None for all of it.
        color: `rgb`.
        mean: Subtracted from pixels 0..255.
        std: Pixels are divided by this.
        alignment: How crops are cut.
        training: How the weights were made, in a sentence or two, and by which recipe.
        datasets: Data sets trained on.
        limits: What the weights are not good for.
        measurements: Figures.
        stabilizer: How calm labels are unless the user says otherwise, calibrated on validation
            data; None for the general settings.
    """

    name: str
    title: str
    paper: str
    network: str
    head: str
    classes: tuple[str, ...]
    embedding_size: int
    scale: float
    threshold: float
    centers_from: str
    sha256: str
    parameters: int
    multiply_adds: int
    input_size: int = 112
    color: str = "rgb"
    mean: float = 127.5
    std: float = 128.0
    alignment: str = (
        "similarity transform of the eyes, nose tip and mouth centre of BlazeFace to the frame of "
        "RAF-DB's aligned pictures (fervideo.faces.align.TEMPLATE)"
    )
    training: str = ""
    datasets: tuple[DatasetUse, ...] = ()
    limits: str = ""
    measurements: tuple[Measurement, ...] = field(default=())
    window: int | None = None
    typical_cosine: float | None = None
    stabilizer: StabilizerConfig | None = None

    @property
    def sees(self) -> int:
        """Side of the picture that the network itself gets, in pixels."""
        return self.window or self.input_size

    def measured(
        self, data: str, crops: str = "given", decided_by: str = "centers"
    ) -> float | None:
        """Accuracy of one measurement, None if it was not made."""
        for m in self.measurements:
            if (m.data, m.crops, m.decided_by) == (data, crops, decided_by):
                return m.accuracy
        return None


def read_card(path: Path) -> ModelCard:
    """Read a card.

    Raises:
        ModelError: The file is missing, is no JSON, or lacks something.
    """
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return from_dict(ModelCard, values)
    except OSError:
        raise ModelError(
            f"expected the model card {path.name} beside the weights, found none in {path.parent}"
        ) from None
    except (ConfigError, TypeError, AttributeError) as error:
        raise ModelError(f"{path.name}: not a model card: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path.name}: expected a model card in JSON: {error}") from None


def write_card(card: ModelCard, path: Path) -> None:
    """Write a card, to be read back by `read_card`. One that is there stays whole until then."""
    text = json.dumps(asdict(card), indent=2, ensure_ascii=False)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
