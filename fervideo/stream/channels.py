"""What the channels of the Lab Streaming Layer hold, and the sample of each face."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fervideo.landmark_names import LandmarkMode
from fervideo.session.cells import face_status
from fervideo.session.schema import FIXED_COLUMNS, Status, columns
from fervideo.types import Result

STATUSES = tuple(Status)
"""The channel `status` holds a place in this list."""

UNKNOWN_LABEL = -1.0

_NONE = math.nan

_FIXED = ("frame", "face_id", "status", "x", "y", "width", "height", "detection_score")
_CODES = {
    "status": "place in the list of statuses",
    "label": "place in the list of classes of the stable label; -1 unknown",
    "raw_label": "place in the list of classes of this frame's highest cosine",
    "face_id": "number of the face, the same as long as it is followed; -1 if there is none",
}


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: its label, its unit, and what it means."""

    label: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What decides the channels: a stream that changes one of these is a new stream.

    Attributes:
        model: Name of the model.
        classes: The C class names.
        landmarks: What is measured of the landmarks.
    """

    model: str
    classes: tuple[str, ...]
    landmarks: LandmarkMode

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels in order."""
        names = (*_FIXED, "label", "raw_label", "margin")
        by_name = {c.name: c for c in columns(self.classes, self.landmarks)}
        count = len(self.classes)
        rest = list(by_name)[len(FIXED_COLUMNS) :]  # probabilities, cosines, landmarks
        chosen = [*names, *rest[:count], *rest[2 * count :]]
        return tuple(
            Channel(
                name,
                "" if by_name[name].unit in ("1", "text") else by_name[name].unit,
                _CODES.get(name, by_name[name].meaning),
            )
            for name in chosen
        )


def layout_of(result: Result) -> Layout:
    """The layout that a result needs."""
    found = result.landmarks
    mode = LandmarkMode.OFF
    if found is not None:
        mode = LandmarkMode.ALL if found.blendshapes.shape[1] else LandmarkMode.POSE
    return Layout(result.model_name, result.recognition.classes, mode)


def samples(result: Result) -> list[list[float]]:
    """A sample for each face, or one that says there was none."""
    if not len(result.faces):
        count = len(layout_of(result).channels)
        start = [float(result.frame.index), -1.0, float(STATUSES.index(Status.NO_FACE))]
        return [start + [_NONE] * (count - len(start))]
    return [_sample(result, row) for row in range(len(result.faces))]


def _sample(result: Result, row: int) -> list[float]:
    faces, label, recognition = result.faces, result.labels[row], result.recognition
    left, top, right, bottom = (float(edge) for edge in faces.boxes[row])
    values = [
        float(result.frame.index),
        float(faces.track_ids[row]),
        float(STATUSES.index(face_status(result, row))),
        left,
        top,
        right - left,
        bottom - top,
        float(faces.scores[row]),
        _code(label.name, recognition.classes),
        _code(label.raw_name, recognition.classes),
        float(label.margin),
        *recognition.probabilities[row].tolist(),
    ]
    if result.landmarks is not None:
        values += result.landmarks.pose[row].tolist()
        values += result.landmarks.blendshapes[row].tolist()
    return values


def _code(name: str, classes: tuple[str, ...]) -> float:
    """Place of a class; -1 for unknown, NaN for no label."""
    if name in classes:
        return float(classes.index(name))
    return UNKNOWN_LABEL if name else _NONE
