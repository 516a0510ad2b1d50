"""Gathering frames of one expression until there is a center. No threads, no files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from fervideo.centers.applied import model_centers
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.names import clean_expression_name
from fervideo.centers.neutral import expressive_warning
from fervideo.centers.preview import Preview as Preview
from fervideo.centers.preview import make_preview
from fervideo.errors import ProfileError
from fervideo.faces.align import align_faces
from fervideo.model_like import ModelLike
from fervideo.types import ByteImage, FloatArray, Result

WANTED = 20
"""Frames of an enrolment: three seconds of a face that is held."""

SHORTEST_GAP_S = 0.1

SAME_PICTURE = 2.0
"""Two faces that differ by less, in grey levels on average, are one picture with other noise:
sensor noise of 6 grey levels makes 1.1, a shift by a pixel 3 to 9."""

LIKE_PICTURE, LIKE_COSINE = 6.0, 0.998
"""Two faces that differ by less than the one, and whose embeddings are nearer than the other, teach
nothing new. The median of successive frames of a video is 4.5 and 0.996."""


class Answer(StrEnum):
    """What became of an offered frame."""

    ACCEPTED = "accepted"
    NO_FACE = "no face"
    TOO_POOR = "too poor"
    DUPLICATE = "near duplicate"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an offered frame, and why.

    Attributes:
        answer: Accepted, or why not.
        reason: A few words for the person, e.g. `small, blurred`; empty if accepted.
    """

    answer: Answer
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """The frame counts."""
        return self.answer is Answer.ACCEPTED


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame that counts.

    Attributes:
        crop: The face, uint8 RGB (S, S, 3).
        embedding: (D,) float32, unit length.
        time_s: Time in its source, None for a picture.
    """

    crop: ByteImage
    embedding: FloatArray
    time_s: float | None


class EnrollmentSession:
    """Takes frames of one expression, leaves out the poor and the repeated, and makes a center.

    Args:
        model: The network whose embeddings are offered.
        name: The expression, new or not.
        wanted: Frames after which it is complete.

    Raises:
        ProfileError: No expression can have that name.
    """

    def __init__(self, model: ModelLike, name: str, wanted: int = WANTED) -> None:
        self.name = clean_expression_name(name)
        self.wanted = wanted
        self.model = model
        self._samples: list[Sample] = []
        self._smalls: list[FloatArray] = []
        self.counts: dict[Answer, int] = dict.fromkeys(Answer, 0)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The frames that count, in the order they came."""
        return tuple(self._samples)

    @property
    def progress(self) -> float:
        """How much of the wanted frames is there, 0 to 1."""
        return min(1.0, len(self._samples) / self.wanted)

    @property
    def is_complete(self) -> bool:
        """As many frames as wanted are there."""
        return len(self._samples) >= self.wanted

    def offer(self, result: Result, track_id: int | None = None, *, timed: bool = True) -> Verdict:
        """Offer one frame.

        Args:
            result: Its result, by this session's model.
            track_id: The face that is meant; the largest if None.
            timed: False for pictures that are no video, whose times mean nothing.

        Raises:
            ProfileError: The result is of another model.
        """
        row = _row_of(result, track_id)
        if row is None:
            return self._count(Verdict(Answer.NO_FACE, "no face in the picture"))
        if result.model_name != self.model.card.name:
            raise ProfileError(
                f"expected frames of the model {self.model.card.name}, found one of "
                f"{result.model_name}; enroll the expression anew"
            )
        poor = result.faces.quality_reasons[row] if result.faces.low_quality[row] else ""
        size = self.model.card.input_size
        crop = align_faces(result.frame.image, result.faces.keypoints[row : row + 1], size)[0]
        time_s = result.frame.time_s if timed else None
        return self.offer_face(crop, result.recognition.embeddings[row], time_s, poor)

    def offer_face(
        self,
        crop: ByteImage,
        embedding: FloatArray,
        time_s: float | None = None,
        poor: str = "",
    ) -> Verdict:
        """Offer one face.

        Args:
            crop: uint8 RGB (S, S, 3).
            embedding: (D,) float32, unit length.
            time_s: Time in its source, None for a picture.
            poor: Why the face cannot be believed, empty if it can.
        """
        verdict = self._judge(crop, embedding, time_s, poor)
        if verdict.accepted:
            self._smalls.append(_small(crop))
            self._samples.append(Sample(crop, np.asarray(embedding, np.float32), time_s))
        return self._count(verdict)

    def drop(self, index: int) -> None:
        """Take one frame out again."""
        del self._samples[index], self._smalls[index]

    def preview(self, centers: CenterSet) -> Preview:
        """Where the expression would lie among these classes. Raises ProfileError."""
        added = self._center()
        return make_preview(self.name, added, self._embeddings(), centers)

    def neutral_warning(self) -> str:
        """What speaks against these frames as a neutral face, a sentence; empty if nothing."""
        if not self._samples:
            return ""
        return expressive_warning(model_centers(self.model), self._embeddings())

    def finish(self) -> Enrolment:
        """The center and the frames it is made of. Raises ProfileError if there are none."""
        return Enrolment(self.name, self._center(), tuple(s.crop for s in self._samples))

    def _center(self) -> ModelCenter:
        if not self._samples:
            raise ProfileError(f"expected at least one good frame of {self.name}, found none")
        return ModelCenter.of(self.model.card, self._embeddings())

    def _embeddings(self) -> FloatArray:
        return np.stack([sample.embedding for sample in self._samples])

    def _judge(
        self, crop: ByteImage, embedding: FloatArray, time_s: float | None, poor: str
    ) -> Verdict:
        if self.is_complete:
            return Verdict(Answer.ENOUGH, f"{self.wanted} frames are there")
        if poor:
            return Verdict(Answer.TOO_POOR, poor)
        if not self._samples:
            return Verdict(Answer.ACCEPTED)
        last_s = self._samples[-1].time_s
        if time_s is not None and last_s is not None and 0 <= time_s - last_s < SHORTEST_GAP_S:
            return Verdict(Answer.DUPLICATE, "too soon after the frame before")
        if self._is_repeated(crop, embedding):
            return Verdict(Answer.DUPLICATE, "too much like a frame before")
        return Verdict(Answer.ACCEPTED)

    def _is_repeated(self, crop: ByteImage, embedding: FloatArray) -> bool:
        small = _small(crop)
        for sample, other in zip(self._samples, self._smalls, strict=True):
            differ = float(np.abs(small - other).mean())
            like = differ < LIKE_PICTURE and float(sample.embedding @ embedding) > LIKE_COSINE
            if like or differ < SAME_PICTURE:
                return True
        return False

    def _count(self, verdict: Verdict) -> Verdict:
        self.counts[verdict.answer] += 1
        return verdict


def _small(crop: ByteImage) -> FloatArray:
    """(28, 28) grey values of a face, without its brightness, to compare pictures by."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (28, 28), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(small - small.mean(), np.float32)


def _row_of(result: Result, track_id: int | None) -> int | None:
    faces = result.faces
    if track_id is not None:
        rows = np.flatnonzero(faces.track_ids == track_id)
        return int(rows[0]) if len(rows) else None
    if not len(faces):
        return None
    return int(np.prod(faces.boxes[:, 2:] - faces.boxes[:, :2], axis=1).argmax())
