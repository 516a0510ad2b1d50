"""A face's probabilities at a fixed rate, as BIDS wants continuous recordings."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo.errors import SessionError
from fervideo.landmark_names import LandmarkMode
from fervideo.session.edits import face_name
from fervideo.session.export.job import ExportJob
from fervideo.session.markers import excluded
from fervideo.session.schema import (
    PROBABILITY_PREFIX,
    Status,
    landmark_columns,
    number_cell,
)
from fervideo.session.segments import shown_at

MOST_SAMPLES = 20_000_000
"""Nine days at 25 a second; more comes from damaged times."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One face's continuous recording.

    Attributes:
        label: BIDS label, e.g. `face3`.
        description: Content of the JSON sidecar.
        data: The gzipped table, tabs between, without a header.
    """

    label: str
    description: dict[str, Any]
    data: bytes


def recordings(job: ExportJob) -> list[Recording]:
    """The continuous recording of every face.

    Sample k is what was true at StartTime + k / SamplingFrequency: the values of the frame that
    was shown then. Nothing is interpolated; while the face was not seen, every value is n/a.

    Raises:
        SessionError: The times are too far apart to be real.
    """
    timeline, durations = job.session.timeline, job.session.durations
    first = timeline.first_rows
    if not len(first):
        return []
    rate = sampling_frequency(durations[first])
    start_s = float(timeline.time_s[first[0]])
    end_s = float((timeline.time_s + durations).max())
    count = max(1.0, np.ceil((end_s - start_s) * rate - 1e-3))
    if not count <= MOST_SAMPLES:
        raise SessionError(
            f"expected times that can be resampled, found {start_s:g} s to {end_s:g} s at "
            f"{rate:g} Hz; the timeline may be damaged"
        )
    times = start_s + np.arange(int(count)) / rate
    return [_recording(job, face_id, times, rate) for face_id in job.session.face_ids]


def sampling_frequency(durations: NDArray[np.float64]) -> float:
    """Samples a second that fit frames of these lengths: the rate of the median frame."""
    median = float(np.median(durations))
    return min(1000.0, max(0.001, round(1 / median, 3))) if median > 0 else 1.0


def _recording(job: ExportJob, face_id: int, times: NDArray[np.float64], rate: float) -> Recording:
    session, timeline = job.session, job.session.timeline
    rows = np.flatnonzero(timeline.face_id == face_id)
    rows = rows[np.argsort(timeline.time_s[rows], kind="stable")]
    shown = shown_at(times, timeline.time_s[rows], session.durations[rows])
    poor = (timeline.status == Status.LOW_QUALITY).astype(np.float64)
    measured = np.column_stack(
        (timeline.probabilities, timeline.detection_score, poor, timeline.extra)
    )
    values = np.full((len(times), measured.shape[1]), np.nan)
    values[shown >= 0] = measured[rows[shown[shown >= 0]]]
    outside = excluded(times, session.markers).astype(np.float64)
    names = _columns(session.classes, timeline.extra_names)
    description = {
        "SamplingFrequency": rate,
        "StartTime": float(times[0]),
        "Columns": list(names),
        "PhysioType": "generic",
        "Description": f"{face_name(face_id, job.edits)}: what the model said of the face",
        **names,
    }
    data = _table(np.column_stack((values, outside)))
    return Recording(f"face{face_id}", description, gzip.compress(data, mtime=0))


def _columns(classes: tuple[str, ...], extra: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What each column means, in order."""
    told = {column.name: column for column in landmark_columns(LandmarkMode.ALL)}
    return {
        **{
            f"{PROBABILITY_PREFIX}{' '.join(name.split())}": {
                "Description": f"Probability of {name}, 0 to 1"
            }
            for name in classes
        },
        "detection_score": {"Description": "The detector's confidence that this is a face, 0 to 1"},
        "low_quality": {"Description": "1 where the face is too poor to be believed, else 0"},
        **{name: {"Description": told[name].meaning, "Units": told[name].unit} for name in extra},
        "excluded": {"Description": "1 in a range that a person excluded, else 0"},
    }


def _table(values: NDArray[np.float64]) -> bytes:
    """(k, c) numbers as text; not a number becomes n/a."""
    lines = ("\t".join(map(_number, row)) for row in values.tolist())
    return "".join(f"{line}\n" for line in lines).encode()


def _number(value: float) -> str:
    return number_cell(value, 6).rstrip("0").rstrip(".") or "n/a"
