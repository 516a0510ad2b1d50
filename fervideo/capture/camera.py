"""A camera as a source: a thread grabs, the reader takes the newest picture, nobody is blocked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from fervideo.capture.camera_device import (
    Capture,
    Opener,
    open_capture,
    same_picture,
    stated_rate,
)
from fervideo.capture.camera_list import CameraInfo, choose_camera, list_cameras
from fervideo.capture.pictures import rgb_from_opencv
from fervideo.capture.source import Source, SourceInfo, SourceKind
from fervideo.errors import CameraFrozenError, CameraLostError, SourceError
from fervideo.types import Frame

__all__ = ["CameraInfo", "CameraSource", "Capture", "list_cameras", "open_capture"]

_RETRY_S = 0.02
_LONGEST_JOIN_S = 0.5


@dataclass(frozen=True, slots=True)
class _Grabbed:
    """A picture as OpenCV gave it, and when."""

    index: int
    instant_s: float
    wall_time: datetime
    image: NDArray[Any]


class CameraSource(Source):
    """Delivers the newest picture of a camera; older ones that were not read are dropped.

    A frozen camera (the same picture, or none, for `freeze_s`) raises CameraFrozenError from
    `read`; if it wakes up, a later `read` delivers again. A vanished one raises CameraLostError for
    good: open a new source when it is back.
    """

    def __init__(
        self,
        which: int | str = 0,
        *,
        opener: Opener = open_capture,
        cameras: Callable[[], list[CameraInfo]] = list_cameras,
        freeze_s: float = 2.0,
        lost_s: float = 1.0,
        open_timeout_s: float = 10.0,
    ) -> None:
        """Open a camera and wait for its first picture.

        Args:
            which: The camera's number, its name or a part of its name.
            opener: Opens the chosen camera.
            cameras: Lists the cameras.
            freeze_s: How long without a new picture counts as frozen.
            lost_s: How long failing to grab counts as lost.
            open_timeout_s: Longest wait for the first picture.

        Raises:
            SourceError: no such camera, in use elsewhere, forbidden, or it gives no picture.
        """
        self.camera = choose_camera(which, cameras())
        self._opener = opener
        self._freeze_s, self._lost_s = freeze_s, lost_s
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._newest: _Grabbed | None = None
        self._previous: NDArray[Any] | None = None
        self._failure: SourceError | None = None
        self._fps: float | None = None
        self._fresh_s = self._alarm_s = -1.0  # when the picture last changed, and the last alarm
        self._start_s = 0.0
        self._last_s = -1.0
        self.warning: str | None = None
        self.position = 0
        self._thread = threading.Thread(target=self._run, name="fervideo-camera", daemon=True)
        self._thread.start()
        self.info = self._await_first(open_timeout_s)

    def read(self) -> Frame | None:
        """The newest picture, waiting for one if need be; None after `close`.

        Raises:
            CameraLostError: it has vanished.
            CameraFrozenError: no new picture for `freeze_s`.
        """
        with self._changed:
            grabbed = self._wait_for_newest()
        if grabbed is None:
            return None
        # Two grabs within one tick of a coarse clock must still differ.
        self._last_s = max(grabbed.instant_s - self._start_s, self._last_s + 1e-6)
        return Frame(grabbed.index, self._last_s, grabbed.wall_time, rgb_from_opencv(grabbed.image))

    def close(self) -> None:
        """Let go of the camera. A thread that a driver holds is left to end when it is let go."""
        self._closed.set()
        with self._changed:
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(_LONGEST_JOIN_S)

    def _wait_for_newest(self) -> _Grabbed | None:
        while not self._closed.is_set():
            now = time.perf_counter()
            frozen = now - self._fresh_s >= self._freeze_s
            if self._newest is not None and not frozen:
                grabbed, self._newest = self._newest, None
                return grabbed
            if self._failure is not None:
                raise type(self._failure)(str(self._failure))
            # The alarm repeats at the same pace, so that a reader that goes on does not spin.
            left_s = max(self._fresh_s, self._alarm_s) + self._freeze_s - now
            if left_s <= 0:
                self._alarm_s = now
                raise CameraFrozenError(
                    f"the camera {self.camera.name} has given no new picture for "
                    f"{now - self._fresh_s:.1f} s; uncover it, or unplug it and plug it in again"
                )
            self._changed.wait(left_s)
        return None

    def _await_first(self, timeout_s: float) -> SourceInfo:
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._failure, timeout_s)
            first, failure = self._newest, self._failure
        if first is None:
            self._closed.set()
            raise failure or SourceError(
                f"the camera {self.camera.name} has given no picture in {timeout_s:g} s; "
                "close other programs that use it, or choose another camera"
            )
        return SourceInfo(
            kind=SourceKind.CAMERA,
            name=self.camera.name,
            location=str(self.camera.index),
            width=first.image.shape[1],
            height=first.image.shape[0],
            fps=self._fps,
            frame_count=None,
            duration_s=None,
        )

    # What follows runs in the thread that grabs.

    def _run(self) -> None:
        try:
            capture = self._opener(self.camera)
            try:
                self._grab_all(capture)
            finally:
                capture.release()
        except SourceError as error:
            self._fail(error)
        except Exception as error:  # a driver may raise anything, and the reader must hear of it
            reason = type(error).__name__
            self._fail(CameraLostError(f"the camera {self.camera.name} failed ({reason})"))

    def _grab_all(self, capture: Capture) -> None:
        if not capture.isOpened():
            raise SourceError(
                f"the camera {self.camera.name} cannot be opened; close other programs that use "
                "it and see that this one may use cameras"
            )
        self._fps = stated_rate(capture)
        failing_since_s: float | None = None
        while not self._closed.is_set():
            grabbed = capture.grab()
            instant_s, wall_time = time.perf_counter(), datetime.now(UTC)
            if grabbed:
                failing_since_s = None
                decoded, image = capture.retrieve()
                if decoded and image is not None and image.size:
                    self._post(_Grabbed(self.position, instant_s, wall_time, image))
                continue
            failing_since_s = instant_s if failing_since_s is None else failing_since_s
            # A camera that warms up may fail for a while; only one that has worked can be lost.
            too_long = self.position > 0 and instant_s - failing_since_s >= self._lost_s
            if too_long or self._is_unplugged():
                raise CameraLostError(
                    f"the camera {self.camera.name} has vanished; plug it in and open it again"
                )
            self._closed.wait(_RETRY_S)

    def _post(self, grabbed: _Grabbed) -> None:
        is_new = self._previous is None or not same_picture(self._previous, grabbed.image)
        self._previous = grabbed.image
        with self._changed:
            if grabbed.index == 0:
                self._start_s = grabbed.instant_s
            if is_new:
                self._fresh_s = grabbed.instant_s
            self._newest = grabbed
            self.position = grabbed.index + 1
            self._changed.notify_all()

    def _fail(self, error: SourceError) -> None:
        with self._changed:
            self._failure = error
            self._changed.notify_all()

    def _is_unplugged(self) -> bool:
        path = self.camera.path
        return path.startswith("/dev/") and not Path(path).exists()
