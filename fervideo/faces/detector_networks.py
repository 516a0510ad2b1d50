"""The two ways to run a BlazeFace network: MediaPipe, and OpenVINO, which is quicker."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from fervideo.errors import DeviceError
from fervideo.faces.blazeface import Layout, Letterbox, as_faces, read_answers
from fervideo.faces.quiet import quiet_native_log, release_quietly
from fervideo.openvino_library import is_installed, make_request, read_picture_model
from fervideo.processor import threads_in_use
from fervideo.resources import weights_file
from fervideo.types import ByteImage, Faces, FloatArray

log = logging.getLogger(__name__)

Made = TypeVar("Made")


class Engine(StrEnum):
    """What runs the networks that find faces and landmarks.

    Both give the same numbers, but for rounding. `AUTO` takes OpenVINO where it is installed and
    works, else MediaPipe.
    """

    AUTO = "auto"
    MEDIAPIPE = "mediapipe"
    OPENVINO = "openvino"


def engine_beside(device: object) -> Engine:
    """What should find faces for a model on a device: who asks for `cpu` has no OpenVINO."""
    return Engine.MEDIAPIPE if str(device) == "cpu" else Engine.AUTO


class DetectorNetwork(Protocol):
    """One BlazeFace network, from a picture (H, W, 3) to its faces in order of falling score."""

    @property
    def close(self) -> Callable[[], object]:
        """Gives back what it holds. May be called twice."""

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture."""


def make_networks(
    layouts: Sequence[Layout], min_confidence: float, engine: Engine
) -> tuple[Engine, list[DetectorNetwork]]:
    """Networks that give the faces from `min_confidence` on, and what runs them.

    Args:
        layouts: Which networks.
        min_confidence: 0 to 1.
        engine: What should run them.

    Raises:
        DeviceError: OpenVINO was asked for by name and cannot be loaded.
    """

    def with_openvino() -> list[DetectorNetwork]:
        return [OpenVinoNetwork(layout, min_confidence) for layout in layouts]

    def with_mediapipe() -> list[DetectorNetwork]:
        return [MediaPipeNetwork(layout, min_confidence) for layout in layouts]

    return make_with(engine, with_openvino, with_mediapipe, "finds the faces")


def make_with(
    engine: Engine, with_openvino: Callable[[], Made], with_mediapipe: Callable[[], Made], task: str
) -> tuple[Engine, Made]:
    """What an engine makes, and which one `AUTO` came to.

    Args:
        engine: What should run it.
        with_openvino: Makes it, or raises `DeviceError`.
        with_mediapipe: Makes it.
        task: What it does, for the log: "finds the faces".

    Raises:
        DeviceError: OpenVINO was asked for by name and cannot be loaded.
    """
    if engine is Engine.OPENVINO or (engine is Engine.AUTO and is_installed()):
        try:
            return Engine.OPENVINO, with_openvino()
        except DeviceError as error:
            if engine is Engine.OPENVINO:
                raise
            log.warning("MediaPipe %s: %s", task, error)
    return Engine.MEDIAPIPE, with_mediapipe()


class MediaPipeNetwork:
    """A BlazeFace network in MediaPipe's task FaceDetector."""

    def __init__(self, layout: Layout, min_confidence: float) -> None:
        import mediapipe as mp  # late: it is slow to import, and with OpenVINO it is not needed

        self._mediapipe = mp
        vision = mp.tasks.vision
        model = weights_file(layout.file)
        with quiet_native_log():
            self._detector = vision.FaceDetector.create_from_options(
                vision.FaceDetectorOptions(
                    base_options=mp.tasks.BaseOptions(model_asset_buffer=model.read_bytes()),
                    min_detection_confidence=min_confidence,
                )
            )
            # The first picture is slow, and it brings the last of the chatter.
            self(np.zeros((64, 64, 3), np.uint8))
        self.close = weakref.finalize(self, release_quietly, self._detector)

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture."""
        height, width = image.shape[:2]
        picture = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image)
        )
        found: list[Any] = self._detector.detect(picture).detections
        found = [d for d in found if d.keypoints and len(d.keypoints) == 6]
        if not found:
            return Faces.none()
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


class OpenVinoNetwork:
    """A BlazeFace network in OpenVINO, from the same weight file.

    Args:
        layout: Which network.
        min_confidence: 0 to 1.
        path: Where the weight file lies, if not among fervideo's.
    """

    def __init__(self, layout: Layout, min_confidence: float, path: Path | None = None) -> None:
        self._layout, self._min_confidence = layout, min_confidence
        model = read_picture_model(path or weights_file(layout.file), mean=127.5, scale=127.5)
        self._request = make_request(model, threads_in_use())
        self._input = self._request.get_input_tensor(0).data
        first, second = (self._request.get_output_tensor(number).data[0] for number in (0, 1))
        swapped = first.shape[1] == 1
        self._answers, self._logits = (second, first) if swapped else (first, second)
        self._anchors = layout.anchors()
        self._letterbox = Letterbox((640, 480), layout.side)
        self.close = weakref.finalize(self, lambda: None)  # memory is all there is to give back

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture."""
        return as_faces(*self.places(image), (image.shape[1], image.shape[0]))

    def places(self, image: ByteImage) -> tuple[FloatArray, FloatArray]:
        """Faces of one picture unrounded: (n, 8, 2) corners and points in pixels, (n,) scores."""
        resolution_wh = image.shape[1], image.shape[0]
        if self._letterbox.resolution_wh != resolution_wh:
            self._letterbox = Letterbox(resolution_wh, self._layout.side)
        self._input[0] = self._letterbox(image)
        self._request.infer()
        places, scores = read_answers(
            self._layout, self._anchors, self._logits[:, 0], self._answers, self._min_confidence
        )
        return self._letterbox.to_picture(places), scores
