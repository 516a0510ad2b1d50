"""The cameras of this computer, by number and by name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fervideo.capture.names import printable, quoted
from fervideo.errors import SourceError


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """One camera.

    Attributes:
        index: The number to open it by, unique among the cameras of this computer.
        name: What its maker calls it, printable.
        path: The system's path, `/dev/video0` on Linux; may be empty.
        backend: OpenCV's number of the system that lists it, 0 for any.
    """

    index: int
    name: str
    path: str
    backend: int


Enumerator = Callable[[int], Iterable[Any]]


def prepare_opencv() -> None:
    """Settle what OpenCV reads from the environment; call it before `cv2` is imported if you can.

    With its hardware transforms on, Media Foundation (Windows) takes seconds to open a camera.
    A value that the user has set stands.
    """
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")


def list_cameras(enumerator: Enumerator | None = None) -> list[CameraInfo]:
    """The cameras that can take pictures, in the order of their numbers.

    The metadata nodes that Linux lists beside each camera are left out. A camera that two of
    Windows' systems know is listed once. Where the cameras cannot be listed, the list is empty.

    Args:
        enumerator: Lists the cameras of one backend, for tests; by default
            `cv2_enumerate_cameras.enumerate_cameras`.
    """
    prepare_opencv()
    found: list[CameraInfo] = []
    for backend in _backends():
        known = {camera.name for camera in found}
        taken = {camera.index for camera in found}
        for camera in _enumerate(enumerator, backend):
            name = printable(str(camera.name or f"camera {camera.index}"))
            if name in known:
                continue
            # OpenCV reads 702 as number 2 of backend 700.
            index = camera.index + backend if camera.index in taken else camera.index
            found.append(CameraInfo(int(index), name, str(camera.path or ""), backend))
    return sorted(found, key=lambda camera: camera.index)


def _backends() -> tuple[int, ...]:
    import cv2

    by_system = {"linux": (cv2.CAP_V4L2,), "win32": (cv2.CAP_MSMF, cv2.CAP_DSHOW)}
    return by_system.get(sys.platform, (cv2.CAP_AVFOUNDATION,))


def _enumerate(enumerator: Enumerator | None, backend: int) -> list[Any]:
    try:
        if enumerator is not None:
            return list(enumerator(backend))
        from cv2_enumerate_cameras import enumerate_cameras

        return list(enumerate_cameras(backend))
    except (ImportError, NotImplementedError, OSError, RuntimeError):
        return []  # opening a camera by its number still works


def choose_camera(which: int | str, cameras: list[CameraInfo]) -> CameraInfo:
    """The camera meant by a number, a name, or a part of a name; capitals do not matter.

    Raises:
        SourceError: no such camera, or several whose names hold the same words.
    """
    if isinstance(which, int):
        matches = [camera for camera in cameras if camera.index == which]
        if not matches and not cameras and sys.platform != "linux":
            return CameraInfo(which, f"camera {which}", "", 0)  # may exist all the same
    else:
        words = which.strip().casefold()
        matches = [camera for camera in cameras if camera.name.casefold() == words]
        matches = matches or [camera for camera in cameras if words in camera.name.casefold()]
    if len(matches) == 1:
        return matches[0]
    wanted = f"camera {which}" if isinstance(which, int) else f"a camera called {quoted(which)}"
    if not cameras:
        raise SourceError(
            f"expected {wanted}, found no camera on this computer; plug one in, or open a video"
        )
    if not matches:
        raise SourceError(f"expected {wanted}, found only {describe(cameras)}")
    raise SourceError(f"expected {wanted}, found {describe(matches)}; choose one by its number")


def describe(cameras: list[CameraInfo]) -> str:
    """The cameras in a row, for a sentence: `0 (Logitech C920), 2 (OBS)`."""
    return ", ".join(f"{camera.index} ({camera.name})" for camera in cameras)
