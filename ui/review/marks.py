"""The faces of one frame of a session, as the overlay draws them."""

from __future__ import annotations

import numpy as np

from fervideo import labels
from fervideo.landmark_names import POSE_ANGLES
from fervideo.session.schema import POSE_PREFIX, Status

from ..live.overlay import FaceMark
from .document import Document

_POSE = tuple(POSE_PREFIX + angle for angle in POSE_ANGLES)


def marks_at(document: Document, frame: int) -> tuple[FaceMark, ...]:
    """The marks of a frame, the chosen face last so that it is painted on top."""
    boxes = document.shown.timeline.boxes
    rows = [r for r in document.index.rows_at(frame) if np.isfinite(boxes[r]).all()]
    marks = [_mark(document, row) for row in rows]
    return tuple(sorted(marks, key=lambda mark: mark.chosen))


def _mark(document: Document, row: int) -> FaceMark:
    timeline = document.shown.timeline
    face_id, label = int(timeline.face_id[row]), str(timeline.label[row])
    corrected = bool(timeline.corrected[row])
    poor = timeline.status[row] == Status.LOW_QUALITY and not corrected
    left, top, width, height = (float(v) for v in timeline.boxes[row])
    margin = float(timeline.margin[row])
    known = labels.BY_NAME.get(label)
    sure = np.isfinite(margin) and label in document.recorded.classes and not (poor or corrected)
    return FaceMark(
        track_id=face_id,
        box=(left, top, left + width, top + height),
        text=_text(label, poor),
        short=known.short if known else _text(label, poor),
        margin="corrected" if corrected else f"{margin:+.2f}" if sure else "",
        color=document.color_of(label),
        chosen=face_id == document.face,
        is_poor=bool(poor),
        name=document.edits.names.get(face_id, ""),
        pose=_pose(document, row),
    )


def has_pose(document: Document) -> bool:
    """Whether the session has the angles of heads."""
    return set(_POSE) <= set(document.recorded.timeline.extra_names)


def _pose(document: Document, row: int) -> tuple[float, float, float] | None:
    """Pitch, yaw, roll; None where they were not measured."""
    if not has_pose(document):
        return None
    timeline = document.shown.timeline
    pitch, yaw, roll = (float(timeline.extra_column(name)[row]) for name in _POSE)
    return (pitch, yaw, roll) if np.isfinite((pitch, yaw, roll)).all() else None


def _text(label: str, poor: bool) -> str:
    if not label:
        return "low quality" if poor else "no label"
    return f"{label}?" if poor else label
