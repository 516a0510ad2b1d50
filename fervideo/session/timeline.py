"""The rows of a session as numpy columns."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


def _none() -> NDArray[np.object_]:
    return np.empty(0, np.object_)


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
        machine_label: (r,) stable label as it was recorded: `label` until a person corrects it.
        corrected: (r,) bool, True where `label` is a person's word.
        extra: (r, E) float64 head pose and blendshapes, if the session has any.
        extra_names: The E columns of `extra`, e.g. `pose_yaw`, `blend_jawOpen`.
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
    machine_label: NDArray[np.object_] = field(default_factory=_none)
    corrected: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    extra: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    extra_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.extra_names:
            object.__setattr__(self, "extra", np.empty((len(self), 0)))
        if len(self.machine_label) != len(self):
            object.__setattr__(self, "machine_label", self.label)
        if len(self.corrected) != len(self):
            object.__setattr__(self, "corrected", np.zeros(len(self), np.bool_))

    def __len__(self) -> int:
        return len(self.frame)

    def extra_column(self, name: str) -> NDArray[np.float64]:
        """(r,) one of the extra columns. Raises KeyError if the session does not have it."""
        if name not in self.extra_names:
            raise KeyError(name)
        return self.extra[:, self.extra_names.index(name)]

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """(f,) the first row of each frame, in order."""
        new = np.ones(len(self), np.bool_)
        new[1:] = (np.diff(self.frame) != 0) | (np.diff(self.time_s) != 0)
        return np.flatnonzero(new)

    @property
    def frame_of_row(self) -> NDArray[np.int64]:
        """(r,) which of the f frames each row belongs to, from 0."""
        steps = np.zeros(len(self), np.int64)
        steps[self.first_rows[1:]] = 1
        return np.cumsum(steps)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Timeline:
        """The timeline of these rows alone, given as a mask or as places."""
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        chosen: dict[str, Any] = {
            name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)
        }
        return replace(self, **chosen)

    def uncorrected(self) -> Timeline:
        """The timeline with every stable label as it was recorded."""
        nobody = np.zeros(len(self), np.bool_)
        return replace(self, label=self.machine_label, corrected=nobody)

    def as_raw(self) -> Timeline:
        """The timeline with the raw label of each frame in place of the stable one."""
        nobody = np.zeros(len(self), np.bool_)
        raw = self.raw_label
        return replace(self, label=raw, machine_label=raw, corrected=nobody)
