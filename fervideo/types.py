"""What travels along the line from source to session: frozen records, shapes checked when built."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
ByteImage = NDArray[np.uint8]


def _check(name: str, array: NDArray[np.generic], shape: tuple[int | None, ...]) -> None:
    """Raise ValueError unless `array` has `shape`, where None stands for any length."""
    if array.ndim != len(shape) or any(
        want is not None and want != have for want, have in zip(shape, array.shape, strict=True)
    ):
        raise ValueError(f"{name}: expected shape {shape}, found {array.shape}")


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and its time.

    Attributes:
        index: Number of the frame in its source, from 0. Gaps mean frames that were dropped.
        time_s: Seconds from the start of the source: the container's presentation time for a
            file, the monotonic clock right after the grab for a camera.
        wall_time: UTC time of capture (of reading, for a file).
        image: uint8 RGB, shape (H, W, 3).
    """

    index: int
    time_s: float
    wall_time: datetime
    image: ByteImage

    def __post_init__(self) -> None:
        _check("Frame.image", self.image, (None, None, 3))
        if self.image.dtype != np.uint8:
            raise ValueError(f"Frame.image: expected uint8, found {self.image.dtype}")

    @property
    def resolution_wh(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of one frame, a struct of arrays; row i of each array is the same face.

    Attributes:
        boxes: (n, 4) float32, left, top, right, bottom in pixels.
        keypoints: (n, 6, 2) float32 pixels: the eye on the left of the picture, the eye on its
            right, nose tip, mouth centre, ear on the left, ear on the right.
        scores: (n,) float32 detection confidence, 0 to 1.
        track_ids: (n,) int64, stable from frame to frame; -1 before tracking.
        low_quality: (n,) bool, True where the face is too small, blurred, turned or cut off
            for its expression to be believed.
        quality_reasons: n words, what is wrong with each face, empty if nothing.
    """

    boxes: FloatArray
    keypoints: FloatArray
    scores: FloatArray
    track_ids: NDArray[np.int64]
    low_quality: NDArray[np.bool_]
    quality_reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.boxes)
        _check("Faces.boxes", self.boxes, (n, 4))
        _check("Faces.keypoints", self.keypoints, (n, 6, 2))
        _check("Faces.scores", self.scores, (n,))
        _check("Faces.track_ids", self.track_ids, (n,))
        _check("Faces.low_quality", self.low_quality, (n,))
        if len(self.quality_reasons) != n:
            raise ValueError(
                f"Faces.quality_reasons: expected {n}, found {len(self.quality_reasons)}"
            )

    def __len__(self) -> int:
        return len(self.boxes)

    @classmethod
    def detected(cls, boxes: FloatArray, keypoints: FloatArray, scores: FloatArray) -> Faces:
        """Faces fresh from a detector: not yet tracked, not yet judged."""
        n = len(boxes)
        return cls(
            boxes=np.asarray(boxes, np.float32).reshape(n, 4),
            keypoints=np.asarray(keypoints, np.float32).reshape(n, 6, 2),
            scores=np.asarray(scores, np.float32).reshape(n),
            track_ids=np.full(n, -1, np.int64),
            low_quality=np.zeros(n, np.bool_),
            quality_reasons=("",) * n,
        )

    @classmethod
    def none(cls) -> Faces:
        """No face at all."""
        empty = np.zeros((0,), np.float32)
        return cls.detected(empty.reshape(0, 4), empty.reshape(0, 6, 2), empty)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What the network said of each face.

    Attributes:
        classes: The C class names, in the order of the columns.
        embeddings: (n, D) float32, unit length.
        cosines: (n, C) float32 cosine between embedding and each class's center.
        probabilities: (n, C) float32, softmax(scale * cosines); rows sum to 1.
    """

    classes: tuple[str, ...]
    embeddings: FloatArray
    cosines: FloatArray
    probabilities: FloatArray

    def __post_init__(self) -> None:
        n, c = len(self.embeddings), len(self.classes)
        _check("Recognition.embeddings", self.embeddings, (n, None))
        _check("Recognition.cosines", self.cosines, (n, c))
        _check("Recognition.probabilities", self.probabilities, (n, c))


@dataclass(frozen=True, slots=True)
class Label:
    """The verdict on one face in one frame.

    Attributes:
        name: The stable label, `labels.UNKNOWN` if near no center, `labels.NO_LABEL` if the face
            is of low quality and has no label yet.
        raw_name: The class of the highest cosine in this frame alone.
        margin: Smoothed cosine of `name` minus that of the best other class; negative while a
            challenger leads but has not yet won.
        is_known: False if `name` is `labels.UNKNOWN` or empty.
    """

    name: str
    raw_name: str
    margin: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The fine shape of each face; rows of NaN where the landmarker found no face.

    Attributes:
        points: (n, 478, 3) float32 x and y in pixels of the picture, and z in the same unit, the
            smaller the nearer to the camera.
        pose: (n, 3) float32 pitch, yaw and roll in degrees, 0 for a face that looks straight into
            the camera: pitch is positive where the nose points up, yaw where it points to the
            right of the picture, roll where the head is tilted clockwise in the picture.
        blendshapes: (n, 52) float32, 0 to 1, in the order of `landmark_names.BLENDSHAPES`; (n, 0)
            if they were not asked for.
    """

    points: FloatArray
    pose: FloatArray
    blendshapes: FloatArray

    def __post_init__(self) -> None:
        n = len(self.points)
        _check("Landmarks.points", self.points, (n, 478, 3))
        _check("Landmarks.pose", self.pose, (n, 3))
        _check("Landmarks.blendshapes", self.blendshapes, (n, None))


@dataclass(frozen=True, slots=True)
class Result:
    """All that is known of one frame.

    Attributes:
        frame: The very frame that was analysed.
        faces: n faces.
        recognition: n rows.
        labels: n labels.
        timings: Seconds spent in each stage, by the stage's name: `detect`, `track`, `align`,
            `embed`, `decide`, `landmarks` if they were asked for, and `total`.
        model_name: Name of the model that made `recognition`.
        landmarks: n rows; None if they were not asked for.
    """

    frame: Frame
    faces: Faces
    recognition: Recognition
    labels: tuple[Label, ...]
    timings: dict[str, float] = field(default_factory=dict)
    model_name: str = ""
    landmarks: Landmarks | None = None

    def __post_init__(self) -> None:
        n = len(self.faces)
        if len(self.recognition.cosines) != n or len(self.labels) != n:
            raise ValueError(
                f"Result: expected {n} rows, found {len(self.recognition.cosines)} cosines "
                f"and {len(self.labels)} labels"
            )
        if self.landmarks is not None and len(self.landmarks.points) != n:
            raise ValueError(f"Result: expected {n} landmarks, found {len(self.landmarks.points)}")
