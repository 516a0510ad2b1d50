"""The two ways to run the landmark networks: MediaPipe, and OpenVINO, which is quicker."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from fervideo.faces.blazeface import SHORT_RANGE, Layout
from fervideo.faces.detector_networks import Engine, OpenVinoNetwork, make_with
from fervideo.faces.face_crop import FaceCrop, Sampler
from fervideo.faces.head_pose import HeadPose
from fervideo.faces.quiet import quiet_native_log, release_quietly
from fervideo.landmark_names import BLENDSHAPE_LANDMARKS
from fervideo.openvino_library import make_request, read_model, read_picture_model
from fervideo.processor import threads_in_use
from fervideo.resources import weights_file
from fervideo.types import ByteImage, FloatArray

_BUNDLE = "face_landmarker.task"

_LEAST_CONFIDENCE = 0.3
"""The tracker knows that there is a face, so that a doubtful one is believed here."""

_DETECTOR = Layout("face_detector.tflite", SHORT_RANGE.side, SHORT_RANGE.grids, overlap=0.5)


@dataclass(frozen=True, slots=True)
class FaceShape:
    """What was measured of one face.

    Attributes:
        points: (478, 3) landmarks in sides of the square picture.
        head: (3, 3) or (4, 4) from the head to the camera: see `landmarks.pose_deg`.
        blendshapes: (52,), or (0,) if they were not asked for.
    """

    points: FloatArray
    head: NDArray[np.floating]
    blendshapes: FloatArray


class LandmarkNetwork(Protocol):
    """From a square picture with a face (S, S, 3) to its shape, or None where no face is seen."""

    @property
    def close(self) -> Callable[[], object]:
        """Gives back what it holds. May be called twice."""

    def __call__(self, picture: ByteImage) -> FaceShape | None:
        """Measure the surest face of a square picture."""


def make_landmark_network(blendshapes: bool, engine: Engine) -> tuple[Engine, LandmarkNetwork]:
    """The networks, and what runs them.

    Args:
        blendshapes: Measure the blendshapes too.
        engine: What should run them.

    Raises:
        DeviceError: OpenVINO was asked for by name and cannot be loaded.
    """

    def with_openvino() -> LandmarkNetwork:
        return OpenVinoLandmarks(blendshapes)

    def with_mediapipe() -> LandmarkNetwork:
        return MediaPipeLandmarks(blendshapes)

    return make_with(engine, with_openvino, with_mediapipe, "measures the landmarks")


class MediaPipeLandmarks:
    """The networks in MediaPipe's task FaceLandmarker."""

    def __init__(self, blendshapes: bool) -> None:
        import mediapipe as mp  # late: it is slow to import, and with OpenVINO it is not needed

        self._mediapipe = mp
        vision = mp.tasks.vision
        bundle = weights_file(_BUNDLE)
        with quiet_native_log():
            self._landmarker = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=mp.tasks.BaseOptions(model_asset_buffer=bundle.read_bytes()),
                    min_face_detection_confidence=_LEAST_CONFIDENCE,
                    min_face_presence_confidence=_LEAST_CONFIDENCE,
                    output_face_blendshapes=blendshapes,
                    output_facial_transformation_matrixes=True,
                )
            )
            # The first picture is slow, and it brings the last of the chatter.
            self.detect(np.zeros((64, 64, 3), np.uint8))
        self.close = weakref.finalize(self, release_quietly, self._landmarker)

    def __call__(self, picture: ByteImage) -> FaceShape | None:
        """Measure the surest face of a square picture."""
        found = self.detect(picture)
        if not found.face_landmarks:
            return None
        scores = found.face_blendshapes[0] if found.face_blendshapes else []
        return FaceShape(
            np.array([(p.x, p.y, p.z) for p in found.face_landmarks[0]], np.float32),
            found.facial_transformation_matrixes[0],
            np.array([shape.score for shape in scores], np.float32),
        )

    def detect(self, picture: ByteImage) -> Any:
        """MediaPipe's own result."""
        image = self._mediapipe.Image
        format_ = self._mediapipe.ImageFormat.SRGB
        return self._landmarker.detect(image(image_format=format_, data=picture))


class OpenVinoLandmarks:
    """The networks in OpenVINO, from the same bundle, in the order of MediaPipe's graph.

    The bundle's own detector finds the face; the crop around it, with the eyes level, goes to the
    landmark network; the blendshapes and the pose come from the landmarks.
    """

    def __init__(self, blendshapes: bool) -> None:
        threads = threads_in_use()
        # OpenVINO reads such networks from files only.
        with TemporaryDirectory() as folder, ZipFile(weights_file(_BUNDLE)) as bundle:
            bundle.extractall(folder)
            files = Path(folder)
            self._detector = OpenVinoNetwork(
                _DETECTOR, _LEAST_CONFIDENCE, path=files / _DETECTOR.file
            )
            landmarks = read_picture_model(files / "face_landmarks_detector.tflite", 0, 255)
            self._landmarks = make_request(landmarks, threads)
            self._picture = self._landmarks.get_input_tensor(0).data[0]
            self._sample = Sampler(len(self._picture))
            self._points = self._landmarks.get_tensor("Identity").data.reshape(-1, 3)
            self._presence = self._landmarks.get_tensor("Identity_1").data.reshape(-1)
            self._blendshapes = None
            if blendshapes:
                shapes = read_model(files / "face_blendshapes.tflite")
                self._blendshapes = make_request(shapes, threads)
            metadata = files / "geometry_pipeline_metadata_landmarks.binarypb"
            self._head = HeadPose(metadata.read_bytes())
        self.close = weakref.finalize(self, lambda: None)  # memory is all there is to give back

    def __call__(self, picture: ByteImage) -> FaceShape | None:
        """Measure the surest face of a square picture."""
        places, _ = self._detector.places(picture)
        if not len(places):
            return None
        crop = FaceCrop.around(places[0])
        self._sample(crop, picture, self._picture)
        self._landmarks.infer()
        if self._presence[0] < math.log(
            _LEAST_CONFIDENCE / (1 - _LEAST_CONFIDENCE)
        ):  # it is a logit
            return None
        pixels = crop.to_picture(self._points / len(self._picture))
        points = (pixels / len(picture)).astype(np.float32)
        return FaceShape(points, self._head(points), self._scores(pixels))

    def _scores(self, pixels: NDArray[np.float64]) -> FloatArray:
        if self._blendshapes is None:
            return np.empty(0, np.float32)
        self._blendshapes.get_input_tensor(0).data[0] = pixels[BLENDSHAPE_LANDMARKS, :2]
        self._blendshapes.infer()
        return np.array(self._blendshapes.get_output_tensor(0).data, np.float32)
