"""What the window asks of the machine: its cameras, models and devices. Any of it may be slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from fervideo.errors import DeviceError
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
class ShippedModel:
    """All there is to know of a model: its card, and the size of its weight file."""

    card: ModelCard
    file_bytes: int
    is_default: bool


def _no_models() -> list[ShippedModel]:
    return []


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
    cards: Callable[[], list[ShippedModel]] = _no_models
    speed: Callable[[str, str], float] = _no_speed
    """Milliseconds a face takes, by model and device."""
    queue: Callable[[], Queue] = _queue
    """A queue of videos at rest. This one is called on the window's thread, for it is quick."""


def real_services() -> Services:
    """Ask the machine itself."""
    return Services(_cameras, _models, _devices, _cards, _speed)


def _cameras() -> list[Camera]:
    from fervideo.capture.camera_list import list_cameras

    return [Camera(camera.index, camera.name) for camera in list_cameras()]


def _models() -> list[ModelChoice]:
    from fervideo.models.registry import list_models

    return [ModelChoice(c.name, c.title, c.threshold, c.stabilizer) for c in list_models()]


def _cards() -> list[ShippedModel]:
    from fervideo.models.registry import DEFAULT_MODEL, find_weights, list_models

    return [
        ShippedModel(card, find_weights(card.name).stat().st_size, card.name == DEFAULT_MODEL)
        for card in list_models()
    ]


def _speed(model: str, device: str) -> float:
    from fervideo.models.registry import load_model
    from fervideo.models.speed import time_a_face

    return time_a_face(load_model(model, device))


def _devices() -> list[DeviceChoice]:
    from fervideo.device import describe_device, resolve_device

    names = _device_names(lambda name: resolve_device(name) is not None)
    found = [DeviceChoice(name, describe_device(resolve_device(name))) for name in names]
    return [DeviceChoice("auto", "Automatic"), *found]


def _device_names(exists: Callable[[str], bool]) -> list[str]:
    """Names of the devices that are there, found by asking for each."""

    def there(name: str) -> bool:
        try:
            return exists(name)
        except DeviceError:
            return False

    names = ["cpu"]
    for number in count():
        if not there(f"cuda:{number}"):
            break
        names.append(f"cuda:{number}")
    return [*names, "mps"] if there("mps") else names
