"""The straight line from a frame to its result, called by one thread."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from fervideo.analyzer_config import AnalyzerConfig as AnalyzerConfig
from fervideo.centers.applied import centers_of
from fervideo.centers.centers import CenterSet
from fervideo.centers.description import describe_profile
from fervideo.centers.profile import Profile
from fervideo.closing import Closing
from fervideo.config import to_dict
from fervideo.faces.align import TEMPLATE, align_faces
from fervideo.faces.preparing import PreparedDetector as PreparedDetector
from fervideo.faces.quality import judge
from fervideo.faces.tools import Detector as Detector
from fervideo.faces.tools import FaceTools
from fervideo.faces.tracker import Tracker, select
from fervideo.model_like import ModelCardLike as ModelCardLike
from fervideo.model_like import ModelLike as ModelLike
from fervideo.stabilize import Stabilizer, StabilizerConfig
from fervideo.timing import Clock, StageTimer
from fervideo.types import Faces, FloatArray, Frame, Recognition, Result


class Analyzer(Closing):
    """Detect, track, align, embed, decide: one frame in, its result out.

    One thread calls it; `configure` may be called by any.

    Args:
        model: The network.
        config: Settings.
        detector: A face detector in place of the one that `config` describes; its owner closes it.
            Or one that is being made, which becomes the analyzer's own.
        centers: Class centers in place of the model's own and the profile's.
        profile: A person's own expressions; None for the model's alone.
        clock: What a result's timings are taken with.

    Raises:
        ProfileError: The profile cannot be used with the model.
    """

    def __init__(
        self,
        model: ModelLike,
        config: AnalyzerConfig | None = None,
        detector: Detector | PreparedDetector | None = None,
        centers: CenterSet | None = None,
        profile: Profile | None = None,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._config = config or AnalyzerConfig()
        self._wanted = self._config
        self._model, self._profile = model, profile
        self._tools = FaceTools(self._config, model.device, detector)
        self._tracker = Tracker(self._config.tracker, self._config.new_face_confidence)
        self._centers = centers or centers_of(model, profile)
        self._stabilizer = self._make_stabilizer()

    @property
    def config(self) -> AnalyzerConfig:
        """The settings of the next frame."""
        with self._lock:
            return self._wanted

    @property
    def model(self) -> ModelLike:
        """The network in use."""
        return self._model

    @property
    def centers(self) -> CenterSet:
        """The class centers in use."""
        return self._centers

    @property
    def profile(self) -> Profile | None:
        """The profile in use, None for the model's own classes alone."""
        return self._profile

    @property
    def detector_engine(self) -> str:
        """What finds the faces: `mediapipe`, `openvino`, or `other` for what the maker gave."""
        return self._tools.engine_name

    @property
    def threshold(self) -> float:
        """Best cosine under which a face is unknown: the settings' if given, else the model's."""
        wanted = self.config.threshold
        return self._centers.threshold if wanted is None else wanted

    @property
    def stabilizer(self) -> StabilizerConfig:
        """How calm the label is: the settings' if given, else the model's at their strength."""
        config = self.config
        if config.stabilizer is not None:
            return config.stabilizer
        # Who builds a model of their own need not say how calm it is.
        own: StabilizerConfig | None = getattr(self._model.card, "stabilizer", None)
        return StabilizerConfig.from_strength(config.strength, own)

    def configure(self, config: AnalyzerConfig) -> None:
        """Change the settings from the next frame on. Tracks and labels go on."""
        with self._lock:
            self._wanted = config

    def use(
        self, model: ModelLike, centers: CenterSet | None = None, profile: Profile | None = None
    ) -> None:
        """Take another network, other centers or another profile, from the next frame on.

        Tracks go on. Labels start afresh unless nothing changes for them, since cosines of two
        networks do not compare.

        Raises:
            ProfileError: The profile cannot be used with the model; all stays as it was.
            DeviceError: Faces cannot be found on the model's device; all stays as it was.
        """
        centers = centers or centers_of(model, profile)
        goes_on = model is self._model and centers.decides_like(self._centers)
        self._tools.change(self._config, model.device)
        self._model, self._centers, self._profile = model, centers, profile
        if not goes_on:
            self._stabilizer = self._make_stabilizer()

    def reset(self) -> None:
        """Forget faces and labels: the next frame comes from another source."""
        self._tracker.reset()
        self._stabilizer.reset()

    def warm_up(self) -> None:
        """Do everything once that is slow the first time, so that the first frame is not late."""
        image = np.zeros((240, 320, 3), np.uint8)
        points = TEMPLATE[[0, 1, 2, 3, 0, 1]] * 100 + 60
        box = np.array([[60, 60, 160, 160]], np.float32)
        face = Faces.detected(box, points[None], np.ones(1, np.float32))
        self._tools.find(image)
        crops = align_faces(image, face.keypoints, self._model.card.input_size)
        judge(face, crops, (320, 240), self._config.quality)
        self._recognize(self._model.embed(crops))
        landmarks = self._tools.start_landmarks(image, face)
        if landmarks is not None:
            landmarks.result()

    def settings(self) -> dict[str, Any]:
        """Everything that decides a result besides the network, as plain values."""
        told = {
            **to_dict(self.config),
            "threshold": self.threshold,
            "stabilizer": to_dict(self.stabilizer),
            "scale": self._centers.scale,
            "device": str(self._model.device),
            "face_detector": self.detector_engine,
        }
        if self._profile is not None:
            told["profile"] = describe_profile(self._profile, self._model.card, self._centers)
        return told

    def __call__(self, frame: Frame) -> Result:
        """Analyse one frame.

        Args:
            frame: Its time decides tracking and smoothing; a time before that of the frame before
                starts them afresh.

        Returns:
            The result; faces of low quality are in it, marked.
        """
        self._apply_config()
        timer = StageTimer(self._clock)
        detected = self._tools.find(frame.image)
        timer.lap("detect")
        faces = self._largest(self._tracker(detected, frame.time_s))
        timer.lap("track")
        crops = align_faces(frame.image, faces.keypoints, self._model.card.input_size)
        faces = judge(faces, crops, frame.resolution_wh, self._config.quality)
        timer.lap("align")
        measured = self._tools.start_landmarks(frame.image, faces)
        embeddings = self._model.embed(crops)
        timer.lap("embed")
        recognition = self._recognize(embeddings)
        labels = self._stabilizer.update(
            frame.time_s,
            faces.track_ids,
            self._centers.scores(recognition.cosines),
            ~faces.low_quality,
        )
        timer.lap("decide")
        landmarks = None
        if measured is not None:
            landmarks = measured.result()
            timer.lap("landmarks")
        name = self._model.card.name
        return Result(frame, faces, recognition, labels, timer.total(), name, landmarks)

    def close(self) -> None:
        """Release the face detector and the landmarker."""
        self._tools.close()

    def _recognize(self, embeddings: FloatArray) -> Recognition:
        cosines = self._centers.cosines(embeddings)
        return Recognition(
            self._centers.classes, embeddings, cosines, self._centers.probabilities(cosines)
        )

    def _largest(self, faces: Faces) -> Faces:
        if len(faces) <= self._config.max_faces:
            return faces
        areas = np.prod(faces.boxes[:, 2:] - faces.boxes[:, :2], axis=1)
        rows = np.argsort(-areas, kind="stable")[: self._config.max_faces]
        return select(faces, np.sort(rows))

    def _apply_config(self) -> None:
        wanted = self.config
        if wanted is self._config:
            return
        self._tools.change(wanted, self._model.device)
        self._config = wanted
        self._tracker.config = wanted.tracker
        self._tracker.min_confidence = wanted.new_face_confidence
        self._stabilizer.config = self.stabilizer
        self._stabilizer.threshold = self.threshold

    def _make_stabilizer(self) -> Stabilizer:
        return Stabilizer(self._centers.classes, self.threshold, self.stabilizer)
