"""A face detector that is made while a model is loaded: on two cores half a second is saved."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from fervideo.analyzer_config import AnalyzerConfig
from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import engine_beside


class PreparedDetector:
    """Begins at once to make a face detector, in a thread of its own.

    Args:
        config: Settings of the detector that will be wanted, most likely.
        device: Name of the device that a model is loaded for, see `device.resolve_device`.
    """

    def __init__(self, config: AnalyzerConfig, device: str) -> None:
        self._made_for = config.detection, engine_beside(device)
        self._made: Future[FaceDetector] = Future()
        self._thread = threading.Thread(target=self._make, name="fervideo-detector", daemon=True)
        self._thread.start()

    def take(self, config: AnalyzerConfig, device: object) -> FaceDetector:
        """The detector for these settings beside a model on this device; the caller closes it.

        Waits until it is made. It is made anew if another one was prepared.

        Raises:
            DeviceError: Its networks cannot be run there.
        """
        detection, engine = config.detection, engine_beside(device)
        if (detection, engine) == self._made_for:
            return self._made.result()
        self.close()
        return FaceDetector(*detection, engine=engine)

    def close(self) -> None:
        """Nobody will take it: close it as soon as it is made."""
        self._made.add_done_callback(_close)

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end. True if it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _make(self) -> None:
        detection, engine = self._made_for
        try:
            self._made.set_result(FaceDetector(*detection, engine=engine))
        except BaseException as error:
            self._made.set_exception(error)


def _close(made: Future[FaceDetector]) -> None:
    if made.exception() is None:
        made.result().close()
