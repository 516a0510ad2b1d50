"""A session in a few numbers: time in each expression, changes, frames without a face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.session.reader import Session
from fervideo.session.schema import Status


@dataclass(frozen=True, slots=True)
class FaceSummary:
    """One face.

    Attributes:
        face_id: Its number.
        seconds: Seconds in each stable label that occurred, longest first; `labels.UNKNOWN`
            among them, time without any label not.
        unlabelled_s: Seconds in view without a label.
        label_changes: How often the stable label changed; frames without a label do not count.
        low_quality_frames: Frames in which the face was too poor to believe.
        frames: Frames in which it was seen.
    """

    face_id: int
    seconds: dict[str, float]
    unlabelled_s: float
    label_changes: int
    low_quality_frames: int
    frames: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole session.

    Attributes:
        duration_s: Sum of the durations of all analysed frames.
        frames: Frames analysed.
        frames_without_face: Those among them in which no face was found.
        frames_dropped: Frames seen and not analysed; None if not known (unfinished session).
        seconds: Seconds in each stable label, summed over the faces, longest first.
        label_changes: Sum over the faces.
        low_quality_rows: Sum over the faces.
        faces: One summary a face, in the order of appearance.
    """

    duration_s: float
    frames: int
    frames_without_face: int
    frames_dropped: int | None
    seconds: dict[str, float]
    label_changes: int
    low_quality_rows: int
    faces: tuple[FaceSummary, ...]


def summarize(session: Session) -> Summary:
    """Add up a session by its real timestamps: each frame lasts until the next one."""
    timeline, durations = session.timeline, session.durations
    first = timeline.first_rows
    faces = tuple(_face(session, face_id, durations) for face_id in session.face_ids)
    dropped = session.description.get("frames_dropped")
    return Summary(
        duration_s=float(durations[first].sum()),
        frames=len(first),
        frames_without_face=int(np.count_nonzero(timeline.status == Status.NO_FACE)),
        frames_dropped=dropped if isinstance(dropped, int) else None,
        seconds=_longest_first((name, s) for face in faces for name, s in face.seconds.items()),
        label_changes=sum(face.label_changes for face in faces),
        low_quality_rows=int(np.count_nonzero(timeline.status == Status.LOW_QUALITY)),
        faces=faces,
    )


def _face(session: Session, face_id: int, durations: NDArray[np.float64]) -> FaceSummary:
    timeline = session.timeline
    rows = np.flatnonzero(timeline.face_id == face_id)
    names, seconds = timeline.label[rows].tolist(), durations[rows].tolist()
    pairs = list(zip(names, seconds, strict=True))
    shown = np.array([name for name in names if name != labels.NO_LABEL], np.object_)
    return FaceSummary(
        face_id=face_id,
        seconds=_longest_first((name, s) for name, s in pairs if name != labels.NO_LABEL),
        unlabelled_s=sum(s for name, s in pairs if name == labels.NO_LABEL),
        label_changes=int(np.count_nonzero(shown[1:] != shown[:-1])),
        low_quality_frames=int(np.count_nonzero(timeline.status[rows] == Status.LOW_QUALITY)),
        frames=len(rows),
    )


def _longest_first(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for name, seconds in pairs:
        total[name] = total.get(name, 0.0) + seconds
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def summary_line(summary: Summary, frames_per_second: float | None = None) -> str:
    """One line for the end of an analysis.

    Args:
        summary: What to tell.
        frames_per_second: Speed of the analysis, if it was measured.
    """
    expressions = ", ".join(f"{name} {s:.1f} s" for name, s in summary.seconds.items())
    parts = [
        f"{_count(summary.frames, 'frame')} ({summary.duration_s:.1f} s)",
        _count(len(summary.faces), "face"),
        expressions or "no expression",
        _count(summary.label_changes, "label change"),
        f"{_count(summary.frames_without_face, 'frame')} without a face",
    ]
    if summary.low_quality_rows:
        parts.append(f"{summary.low_quality_rows} of low quality")
    if summary.frames_dropped:
        parts.append(f"{summary.frames_dropped} dropped")
    if frames_per_second is not None:
        parts.append(f"{frames_per_second:.1f} frames/s")
    return "; ".join(parts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
