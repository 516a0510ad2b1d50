"""The two ways to run a BlazeFace network: MediaPipe, and OpenVINO, which is quicker."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from fervideo.errors import DeviceError
from fervideo.faces.blazeface import Layout, Letterbox, as_faces, read_answers
from fervideo.faces.quiet import quiet_native_log, release_quietly
from fervideo.openvino_library import import_openvino, is_installed, make_request, read_model
from fervideo.processor import threads_in_use
from fervideo.resources import weights_file
from fervideo.types import ByteImage, Faces

log = logging.getLogger(__name__)


class Engine(StrEnum):
    """What runs a network of the face detector.

    Both find the same faces with the same numbers, but for rounding. `AUTO` takes OpenVINO where
    it is installed and works, else MediaPipe.
    """

    AUTO = "auto"
    MEDIAPIPE = "mediapipe"
    OPENVINO = "openvino"


def engine_beside(device: object) -> Engine:
    """What should find the faces for a model on a device: who asks for `cpu` has no OpenVINO."""
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
    if engine is Engine.OPENVINO or (engine is Engine.AUTO and is_installed()):
        try:
            return Engine.OPENVINO, [OpenVinoNetwork(each, min_confidence) for each in layouts]
        except DeviceError as error:
            if engine is Engine.OPENVINO:
                raise
            log.warning("MediaPipe finds the faces: %s", error)
    return Engine.MEDIAPIPE, [MediaPipeNetwork(each, min_confidence) for each in layouts]


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
    """A BlazeFace network in OpenVINO, from the same weight file."""

    def __init__(self, layout: Layout, min_confidence: float) -> None:
        self._layout, self._min_confidence = layout, min_confidence
        self._request = make_request(_model(layout), threads_in_use())
        self._input = self._request.get_input_tensor(0).data
        first, second = (self._request.get_output_tensor(number).data[0] for number in (0, 1))
        swapped = first.shape[1] == 1
        self._answers, self._logits = (second, first) if swapped else (first, second)
        self._anchors = layout.anchors()
        self._letterbox = Letterbox((640, 480), layout.side)
        self.close = weakref.finalize(self, lambda: None)  # memory is all there is to give back

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture."""
        resolution_wh = image.shape[1], image.shape[0]
        if self._letterbox.resolution_wh != resolution_wh:
            self._letterbox = Letterbox(resolution_wh, self._layout.side)
        self._input[0] = self._letterbox(image)
        self._request.infer()
        places, scores = read_answers(
            self._layout, self._anchors, self._logits[:, 0], self._answers, self._min_confidence
        )
        return as_faces(self._letterbox.to_picture(places), scores, resolution_wh)


def _model(layout: Layout) -> Any:
    """The network as OpenVINO reads it, for uint8 pictures (1, side, side, 3)."""
    openvino = import_openvino()
    steps = openvino.preprocess.PrePostProcessor(read_model(weights_file(layout.file)))
    steps.input().tensor().set_element_type(openvino.Type.u8)
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(127.5).scale(127.5)
    return steps.build()
