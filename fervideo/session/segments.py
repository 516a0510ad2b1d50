"""From rows to time: how long each frame lasts, and the runs of one label on one face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fervideo.session.timeline import Timeline

_SAME_TIME_S = 0.5e-6
"""Times are written in whole microseconds."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in which one face wore one label.

    Attributes:
        face_id: The face; -1 if it was not followed.
        label: The label, `labels.NO_LABEL` where the face had none.
        start_s: Time of the first frame.
        end_s: Time at which the last frame ends.
        confidence: Mean probability of the label's class, NaN if it is no class.
        frames: How many analysed frames it spans.
        machine_label: The recorded label, the one of most frames if there are several: another
            than `label` if a person has corrected it.
        corrected: A person has set the label of at least one of its frames.
    """

    face_id: int
    label: str
    start_s: float
    end_s: float
    confidence: float
    frames: int
    machine_label: str = ""
    corrected: bool = False

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


def frame_durations(
    times_s: NDArray[np.float64], longest_s: float | None = None
) -> NDArray[np.float64]:
    """Seconds each frame lasts: until the next one; the last one as long as the median frame.

    Args:
        times_s: (f,) times of the frames, in order.
        longest_s: Upper bound for one frame; None for none.

    Returns:
        (f,) float64, never negative; a single frame lasts 0.
    """
    if len(times_s) < 2:
        return np.zeros(len(times_s))
    steps = np.maximum(np.nan_to_num(np.diff(times_s)), 0.0)
    durations = np.append(steps, np.median(steps))
    return durations if longest_s is None else np.minimum(durations, longest_s)


def shown_at(
    times: NDArray[np.float64], starts: NDArray[np.float64], durations: NDArray[np.float64]
) -> NDArray[np.int64]:
    """(k,) which of some frames is shown at each time, -1 where none is.

    Args:
        times: (k,) seconds.
        starts: (r,) when the frames begin, in order.
        durations: (r,) how long they last.
    """
    if not len(starts):
        return np.full(len(times), -1)
    place = np.searchsorted(starts, times + _SAME_TIME_S, side="right") - 1
    begin = starts[np.maximum(place, 0)]
    end = begin + durations[np.maximum(place, 0)]
    shown = (times < end - _SAME_TIME_S) | (np.abs(times - begin) < _SAME_TIME_S)
    return np.where((place >= 0) & shown, place, -1)


def find_segments(
    timeline: Timeline,
    classes: Sequence[str],
    face_ids: Sequence[int],
    durations: NDArray[np.float64],
    *,
    raw: bool = False,
) -> tuple[Segment, ...]:
    """Runs of one label on one face over consecutive analysed frames.

    A segment ends where the label changes, where the face is missing from a frame, and where
    frames are missing from the source for longer than a frame may last.

    Args:
        timeline: r rows.
        classes: The C class names.
        face_ids: The faces wanted, in order.
        durations: (r,) seconds that each row's frame lasts.
        raw: Use the raw label in place of the stable one.
    """
    if raw:
        timeline = timeline.as_raw()
    frame_of_row, names = timeline.frame_of_row, timeline.label
    ends = timeline.time_s + durations
    found: list[Segment] = []
    for face_id in face_ids:
        rows = np.flatnonzero(timeline.face_id == face_id)
        same_label = names[rows][1:] == names[rows][:-1]
        next_frame = np.diff(frame_of_row[rows]) == 1
        no_gap = timeline.time_s[rows][1:] <= ends[rows][:-1] + 1e-6
        breaks = np.flatnonzero(~(same_label & next_frame & no_gap)) + 1
        found += [_segment(timeline, classes, run, ends) for run in np.split(rows, breaks)]
    return tuple(found)


def _segment(
    timeline: Timeline,
    classes: Sequence[str],
    rows: NDArray[np.int64],
    ends: NDArray[np.float64],
) -> Segment:
    label = str(timeline.label[rows[0]])
    confidence = np.nan
    if label in classes:
        values = timeline.probabilities[rows, classes.index(label)]
        values = values[np.isfinite(values)]
        confidence = float(values.mean()) if len(values) else np.nan
    corrected = bool(timeline.corrected[rows].any())
    machine = Counter(timeline.machine_label[rows].tolist()).most_common(1)[0][0]
    return Segment(
        face_id=int(timeline.face_id[rows[0]]),
        label=label,
        start_s=float(timeline.time_s[rows[0]]),
        end_s=float(ends[rows[-1]]),
        confidence=confidence,
        frames=len(rows),
        machine_label=str(machine) if corrected else label,
        corrected=corrected,
    )
