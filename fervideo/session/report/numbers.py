"""What a report says of a session in numbers: times, changes, transitions, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.session.edits import Edits, face_name
from fervideo.session.markers import excluded
from fervideo.session.reader import Session
from fervideo.session.schema import Status
from fervideo.session.segments import Segment, find_segments

JOINED_S = 1.0
"""Between two labels of one face that are further apart there is no transition: nobody looked."""


@dataclass(frozen=True, slots=True)
class FaceNumbers:
    """One face of a session, excluded ranges left out.

    Attributes:
        face_id: Its number.
        name: Its name, or `Face 3`.
        seconds: Seconds in each label, in the order of `SessionNumbers.names`.
        segments: How many stretches of each label there are.
        transitions: (L, L) how often the label of the row gave way to that of the column.
        labelled_s: Seconds with a label, `unknown` among them.
        low_quality_s: Seconds in view, too poor to believe, whatever the label kept.
        unlabelled_s: Seconds in view without a label.
        corrected_s: Seconds whose label a person has set.
    """

    face_id: int
    name: str
    seconds: tuple[float, ...]
    segments: tuple[int, ...]
    transitions: NDArray[np.int64]
    labelled_s: float
    low_quality_s: float
    unlabelled_s: float
    corrected_s: float

    @property
    def changes(self) -> int:
        """How often its label changed."""
        return int(self.transitions.sum())

    @property
    def changes_per_minute(self) -> float:
        """Changes for each minute with a label; NaN if there was none."""
        return self.changes / (self.labelled_s / 60) if self.labelled_s else float("nan")


@dataclass(frozen=True, slots=True)
class SessionNumbers:
    """A whole session, excluded ranges left out of everything but `excluded_s`.

    Attributes:
        names: The L labels that the numbers are of: all classes, then `unknown` and words of the
            user's if they occur.
        faces: The faces in the order of appearance.
        duration_s: Seconds of video or recording that were analysed.
        excluded_s: Those of them that a person excluded.
        no_face_s: Seconds without any face.
        frames: Frames analysed.
        frames_dropped: Frames seen and not analysed; None if not known.
        frames_lost: Frames analysed that the timeline has no more, since it was cut.
    """

    names: tuple[str, ...]
    faces: tuple[FaceNumbers, ...]
    duration_s: float
    excluded_s: float
    no_face_s: float
    frames: int
    frames_dropped: int | None
    frames_lost: int = 0

    @property
    def seconds(self) -> tuple[float, ...]:
        """Seconds in each label, summed over the faces."""
        return tuple(sum(face.seconds[i] for face in self.faces) for i in range(len(self.names)))

    @property
    def shares(self) -> tuple[float, ...]:
        """Part of the labelled time in each label; NaN if no time has a label."""
        total = sum(self.seconds)
        return tuple(s / total if total else float("nan") for s in self.seconds)

    @property
    def changes_per_minute(self) -> float:
        """Changes of all faces for each minute with a label; NaN if there was none."""
        minutes = sum(face.labelled_s for face in self.faces) / 60
        return sum(face.changes for face in self.faces) / minutes if minutes else float("nan")


def count_session(session: Session, edits: Edits | None = None) -> SessionNumbers:
    """Add up a session.

    Args:
        session: With edits applied, if there are any: see `edits.edited`.
        edits: They give the faces their names.
    """
    timeline, durations = session.timeline, session.durations
    out = excluded(timeline.time_s, session.markers)
    first = timeline.first_rows
    used, used_durations = timeline.select(~out), durations[~out]
    names = _names(session, used.label)
    segments = find_segments(used, session.classes, session.face_ids, used_durations)
    dropped = session.description.get("frames_dropped")
    return SessionNumbers(
        names,
        tuple(
            _face(face_id, names, segments, session, ~out, edits or Edits())
            for face_id in session.face_ids
        ),
        duration_s=float(durations[first].sum()),
        excluded_s=float(durations[first][out[first]].sum()),
        no_face_s=float(durations[(timeline.status == Status.NO_FACE) & ~out].sum()),
        frames=len(first),
        frames_dropped=dropped if isinstance(dropped, int) else None,
        frames_lost=session.frames_lost,
    )


def _names(session: Session, shown: NDArray[np.object_]) -> tuple[str, ...]:
    others = {str(name) for name in shown} - set(session.classes) - {labels.NO_LABEL}
    unknown = (labels.UNKNOWN,) if labels.UNKNOWN in others else ()
    return (*session.classes, *unknown, *sorted(others - {labels.UNKNOWN}))


def _face(
    face_id: int,
    names: Sequence[str],
    segments: Sequence[Segment],
    session: Session,
    used: NDArray[np.bool_],
    edits: Edits,
) -> FaceNumbers:
    timeline, durations = session.timeline, session.durations
    mine = (timeline.face_id == face_id) & used
    own = [s for s in segments if s.face_id == face_id and s.label != labels.NO_LABEL]
    seconds = tuple(float(durations[mine & (timeline.label == name)].sum()) for name in names)
    return FaceNumbers(
        face_id,
        face_name(face_id, edits),
        seconds,
        tuple(sum(s.label == name for s in own) for name in names),
        count_transitions(own, names),
        labelled_s=sum(seconds),
        low_quality_s=float(durations[mine & (timeline.status == Status.LOW_QUALITY)].sum()),
        unlabelled_s=float(durations[mine & (timeline.label == labels.NO_LABEL)].sum()),
        corrected_s=float(durations[mine & timeline.corrected].sum()),
    )


def count_transitions(segments: Sequence[Segment], names: Sequence[str]) -> NDArray[np.int64]:
    """(L, L) how often each label gave way to each other one.

    Args:
        segments: Of one face, in the order of time, none without a label.
        names: The L labels.
    """
    counts = np.zeros((len(names), len(names)), np.int64)
    for before, after in pairwise(segments):
        if before.label != after.label and after.start_s - before.end_s <= JOINED_S:
            counts[names.index(before.label), names.index(after.label)] += 1
    return counts
