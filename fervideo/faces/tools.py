"""The face detector and the landmarker of an analyzer, made as its settings and device ask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from fervideo.analyzer_config import AnalyzerConfig
from fervideo.closing import Closing
from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import engine_beside
from fervideo.faces.landmarks import FaceLandmarker
from fervideo.faces.preparing import PreparedDetector
from fervideo.landmark_names import LandmarkMode
from fervideo.types import ByteImage, Faces, Landmarks

Detector = Callable[[ByteImage], Faces]


class FaceTools(Closing):
    """What finds faces, and the points in them.

    One thread calls it. The points are found in a thread of their own, beside the expressions.

    Args:
        config: Settings.
        device: Where the model runs, which decides what runs these networks.
        detector: A face detector in place of the one that `config` describes; its owner closes it.
            Or one that is being made, which is taken and closed here.
    """

    def __init__(
        self,
        config: AnalyzerConfig,
        device: object,
        detector: Detector | PreparedDetector | None,
    ) -> None:
        self._config = config
        self._engine = engine_beside(device)
        self._own: FaceDetector | None = None
        if isinstance(detector, PreparedDetector):
            detector = self._own = detector.take(config, device)
        elif detector is None:
            detector = self._own = FaceDetector(*config.detection, engine=self._engine)
        self._detector = detector
        self._landmarker: FaceLandmarker | None = None
        self._beside: ThreadPoolExecutor | None = None

    @property
    def engine_name(self) -> str:
        """What finds the faces: `mediapipe`, `openvino`, or `other` for what the maker gave."""
        return "other" if self._own is None else self._own.engine.value

    def change(self, config: AnalyzerConfig, device: object) -> None:
        """Follow other settings or another device; if that fails, all stays as it was.

        Raises:
            DeviceError: A network cannot be run there.
        """
        engine, old = engine_beside(device), self._config
        moved = engine is not self._engine
        if self._own is not None and (moved or config.detection != old.detection):
            own = FaceDetector(*config.detection, engine=engine)
            self._own.close()
            self._detector = self._own = own
        if moved or config.landmarks is not old.landmarks:
            self._close_landmarker()
        self._config, self._engine = config, engine

    def find(self, image: ByteImage) -> Faces:
        """The faces in an image, uint8 RGB (H, W, 3)."""
        return self._detector(image)

    def start_landmarks(self, image: ByteImage, faces: Faces) -> Future[Landmarks] | None:
        """Begin to measure the landmarks of the faces; None if they are not asked for."""
        mode = self._config.landmarks
        if mode is LandmarkMode.OFF:
            return None
        if self._landmarker is None:
            self._landmarker = FaceLandmarker(mode is LandmarkMode.ALL, self._engine)
        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, thread_name_prefix="fervideo-landmarks")
        return self._beside.submit(self._landmarker, image, faces.boxes)

    def close(self) -> None:
        """Release the face detector and the landmarker."""
        if self._own is not None:
            self._own.close()
        self._close_landmarker()

    def _close_landmarker(self) -> None:
        if self._beside is not None:
            self._beside.shutdown()  # waits for a frame that was given up
            self._beside = None
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None
