"""A camera of the tests: behaves well until it is told to freeze, block, vanish or fail."""

from __future__ import annotations

import threading
import time

import numpy as np
from capture_clips import grey

from fervideo.capture.camera import CameraInfo

CAMERAS = [
    CameraInfo(0, "Logitech C920", "", 0),
    CameraInfo(2, "OBS Virtual Camera", "", 0),
    CameraInfo(4, "Logitech Brio", "", 0),
]


class FakeCamera:
    """Stands in for `cv2.VideoCapture`; `opener` gives it to a CameraSource.

    `mode` is one of `live`, `same` (the picture repeats), `failing` (grab says no), `blocked`
    (grab does not return until the mode changes), `garbled` (grabs, cannot decode), `raising`.
    """

    def __init__(self, mode: str = "live", *, opens: bool = True, interval_s: float = 0.01) -> None:
        self.mode, self.opens, self.interval_s = mode, opens, interval_s
        self.count = 0
        self.opened: list[CameraInfo] = []
        self.released = threading.Event()

    def opener(self, camera: CameraInfo) -> FakeCamera:
        self.opened.append(camera)
        self.released.clear()
        return self

    def isOpened(self) -> bool:
        return self.opens

    def grab(self) -> bool:
        time.sleep(self.interval_s)
        while self.mode == "blocked":
            time.sleep(0.005)
        if self.mode == "raising":
            raise RuntimeError("driver trouble")
        if self.mode == "live":
            self.count += 1
        return self.mode != "failing"

    def retrieve(self) -> tuple[bool, np.ndarray | None]:
        if self.mode == "garbled":
            return False, None
        image = grey(self.count)
        image[0, 0] = (1, 2, 3)  # BGR, as OpenCV has it
        return True, image

    def get(self, prop: int, /) -> float:
        return 30.0

    def release(self) -> None:
        self.released.set()
