"""Face detection with MediaPipe's BlazeFace, in its short-range or full-range form."""

from __future__ import annotations

from enum import StrEnum
from types import TracebackType
from typing import Self

import mediapipe as mp
import numpy as np

from fervideo.resources import weights_file
from fervideo.types import ByteImage, Faces


class DetectorRange(StrEnum):
    """Which BlazeFace: faces within about two metres, or smaller ones too."""

    SHORT = "short"
    FULL = "full"
    AUTO = "auto"


_FILES = {
    DetectorRange.SHORT: "face_detection_short_range.tflite",
    DetectorRange.FULL: "face_detection_full_range_sparse.tflite",
}


class FaceDetector:
    """Finds faces and six keypoints each.

    Args:
        min_confidence: Faces that score lower are dropped, 0 to 1.
        detector_range: Which network to use.
    """

    def __init__(
        self, min_confidence: float = 0.5, detector_range: DetectorRange = DetectorRange.FULL
    ) -> None:
        vision = mp.tasks.vision
        model = weights_file(_FILES[detector_range])
        self._detector = vision.FaceDetector.create_from_options(
            vision.FaceDetectorOptions(
                base_options=mp.tasks.BaseOptions(model_asset_buffer=model.read_bytes()),
                min_detection_confidence=min_confidence,
            )
        )

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture.

        Args:
            image: uint8 RGB (H, W, 3).

        Returns:
            Faces in order of falling score, not yet tracked.
        """
        height, width = image.shape[:2]
        found = self._detector.detect(
            mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))
        ).detections
        found = [d for d in found if d.keypoints and len(d.keypoints) == 6]
        if not found:
            return Faces.none()
        found.sort(key=lambda d: -d.categories[0].score)
        boxes = [
            (b.origin_x, b.origin_y, b.origin_x + b.width, b.origin_y + b.height)
            for b in (d.bounding_box for d in found)
        ]
        keypoints = [[(k.x * width, k.y * height) for k in d.keypoints] for d in found]
        return Faces.detected(
            np.array(boxes, np.float32),
            np.array(keypoints, np.float32),
            np.array([d.categories[0].score for d in found], np.float32),
        )

    def close(self) -> None:
        """Release the network."""
        self._detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
