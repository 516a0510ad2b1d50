"""The rows of a session as numpy columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Timeline:
    """The r rows of a timeline, a struct of arrays. A missing number is NaN.

    Attributes:
        frame: (r,) int64 number of the frame.
        time_s: (r,) float64 seconds from the start of the source.
        wall_time: (r,) datetime64[us], UTC.
        face_id: (r,) int64, -1 where there is none.
        status: (r,) values of `Status`, as text.
        boxes: (r, 4) float64 left, top, width, height in pixels.
        detection_score: (r,) float64, 0 to 1.
        label: (r,) stable label, `labels.NO_LABEL` where there is none.
        raw_label: (r,) class of the highest cosine, or `labels.NO_LABEL`.
        margin: (r,) float64.
        latency_ms: (r,) float64.
        probabilities: (r, C) float64.
        cosines: (r, C) float64.
    """

    frame: NDArray[np.int64]
    time_s: NDArray[np.float64]
    wall_time: NDArray[np.datetime64]
    face_id: NDArray[np.int64]
    status: NDArray[np.str_]
    boxes: NDArray[np.float64]
    detection_score: NDArray[np.float64]
    label: NDArray[np.object_]
    raw_label: NDArray[np.object_]
    margin: NDArray[np.float64]
    latency_ms: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    cosines: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """(f,) the first row of each frame, in order."""
        new = np.ones(len(self), np.bool_)
        new[1:] = (np.diff(self.frame) != 0) | (np.diff(self.time_s) != 0)
        return np.flatnonzero(new)
