"""The settings of the whole line from a frame to its result."""

from __future__ import annotations

from dataclasses import dataclass, field

from fervideo.config import check_range
from fervideo.faces.detector import DetectorRange
from fervideo.faces.quality import QualityConfig
from fervideo.faces.tracker import TrackerConfig
from fervideo.landmark_names import LandmarkMode
from fervideo.stabilize import StabilizerConfig


@dataclass(frozen=True, slots=True)
class AnalyzerConfig:
    """Settings of the whole line.

    Attributes:
        min_confidence: A new face must be detected with at least this confidence, 0 to 1.
        keep_confidence: A face that is followed already may score as low as this.
        detector_range: Which face detector.
        fallback_every: After a second of video without a face, the detector tries harder only on
            one frame in so many.
        stills: The pictures are no video: the detector tries hard on each, and where no face is
            sure the best one from `keep_confidence` on counts.
        max_faces: At most so many faces of a frame are analysed, the largest ones.
        landmarks: Whether head pose, or head pose and blendshapes, are measured too; each face
            then takes some 10 ms longer on one core.
        threshold: Best cosine under which a face is unknown; None takes the model's own.
        tracker: How faces are followed.
        quality: Which faces are too poor to judge.
        strength: How calm the label is, 0 to 1; a half is what the model's card says.
        stabilizer: Exact settings of that, in place of the model's own and the strength.

    Raises:
        ConfigError: A setting is out of its range.
    """

    min_confidence: float = 0.5
    keep_confidence: float = 0.3
    detector_range: DetectorRange = DetectorRange.AUTO
    fallback_every: int = 5
    stills: bool = False
    max_faces: int = 10
    landmarks: LandmarkMode = LandmarkMode.OFF
    threshold: float | None = None
    tracker: TrackerConfig = field(default_factory=TrackerConfig)
    quality: QualityConfig = field(default_factory=QualityConfig)
    strength: float = 0.5
    stabilizer: StabilizerConfig | None = None

    def __post_init__(self) -> None:
        check_range("min_confidence", self.min_confidence, 0, 1)
        check_range("keep_confidence", self.keep_confidence, 0, 1)
        check_range("fallback_every", self.fallback_every, 1, 1000)
        check_range("max_faces", self.max_faces, 1, 100)
        check_range("strength", self.strength, 0, 1)
        if self.threshold is not None:
            check_range("threshold", self.threshold, -1, 1)

    @property
    def new_face_confidence(self) -> float:
        """Score from which on a face that was not there before counts."""
        lowest = min(self.keep_confidence, self.min_confidence)
        return lowest if self.stills else self.min_confidence

    @property
    def detection(self) -> tuple[float, DetectorRange, float, int, bool]:
        """What a `FaceDetector` takes first; where it changes, only a new one can follow."""
        lowest = min(self.keep_confidence, self.min_confidence)
        return self.min_confidence, self.detector_range, lowest, self.fallback_every, self.stills
