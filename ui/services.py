"""What the window asks of the machine: its cameras, models and devices. Any of it may be slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.errors import DeviceError, ModelError
from fervideo.stabilize import StabilizerConfig

if TYPE_CHECKING:
    from fervideo.models.card import ModelCard

    from .analyze.host import Queue


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera: its number and its name."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model: what it is called by, what to show, and what its card says of labels."""

    name: str
    title: str
    threshold: float
    stabilizer: StabilizerConfig | None = None


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device as PyTorch names it, and what to show."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ListedModel:
    """All there is to know of a model that can be used, or could be if its files were whole.

    Attributes:
        card: Its card; None if that cannot be read.
        file_bytes: Size of the weight file.
        is_default: It is the one that `default` means.
        path: Its weight file if it does not ship with the program, else empty.
        problem: A sentence why it cannot be used, empty if it can.
        stem: Name of the weight file without its suffix.
    """

    card: ModelCard | None
    file_bytes: int
    is_default: bool = False
    path: str = ""
    problem: str = ""
    stem: str = ""

    @property
    def name(self) -> str:
        """What sessions and the command line call it."""
        return self.card.name if self.card is not None else self.stem

    @property
    def title(self) -> str:
        """Its name on screen."""
        return self.card.title if self.card is not None else self.stem

    @property
    def load_by(self) -> str:
        """What to load it by: a shipped one's name, or the path of one's own."""
        return self.path or self.name


def _no_models() -> list[ListedModel]:
    return []


def _no_file(path: Path) -> ListedModel:
    raise ModelError(f"{path.name}: nothing is there to read it with")


def _queue() -> Queue:
    from fervideo.analysis.queue import AnalysisQueue

    return AnalysisQueue()


def _no_speed(model: str, device: str) -> float:
    raise DeviceError(f"cannot measure {model} on {device}: nothing is there to measure with")


@dataclass(frozen=True, slots=True)
class Services:
    """Ways to ask; each is called away from the window's thread. Tests put in their own."""

    cameras: Callable[[], list[Camera]]
    models: Callable[[], list[ModelChoice]]
    devices: Callable[[], list[DeviceChoice]]
    cards: Callable[[], list[ListedModel]] = _no_models
    """The models that ship with the program, the default first."""
    own_model: Callable[[Path], ListedModel] = _no_file
    """A weight file of the user's own. Raises ModelError if there is none."""
    speed: Callable[[str, str], float] = _no_speed
    """Milliseconds a face takes, by model and device."""
    queue: Callable[[], Queue] = _queue
    """A queue of videos at rest. This one is called on the window's thread, for it is quick."""


def real_services() -> Services:
    """Ask the machine itself."""
    from .models import shelf

    return Services(_cameras, _models, _devices, shelf.shipped, shelf.own, _speed)


def _cameras() -> list[Camera]:
    from fervideo.capture.camera_list import list_cameras

    return [Camera(camera.index, camera.name) for camera in list_cameras()]


def _models() -> list[ModelChoice]:
    from .models.shelf import shipped

    cards = [model.card for model in shipped() if model.card is not None and not model.problem]
    return [ModelChoice(c.name, c.title, c.threshold, c.stabilizer) for c in cards]


def _speed(model: str, device: str) -> float:
    from fervideo.models.registry import load_model
    from fervideo.models.speed import time_a_face

    return time_a_face(load_model(model, device))


def _devices() -> list[DeviceChoice]:
    from fervideo.device import describe_device, resolve_device

    names = _device_names(lambda name: resolve_device(name) is not None)
    found = [DeviceChoice(name, describe_device(name)) for name in names]
    return [DeviceChoice("auto", "Automatic"), *found]


def _device_names(exists: Callable[[str], bool]) -> list[str]:
    """Names of the devices that are there, found by asking for each."""

    def there(name: str) -> bool:
        try:
            return exists(name)
        except DeviceError:
            return False

    names = ["cpu", "openvino"] if there("openvino") else ["cpu"]
    for number in count():
        if not there(f"cuda:{number}"):
            break
        names.append(f"cuda:{number}")
    return [*names, "mps"] if there("mps") else names
