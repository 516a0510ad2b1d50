"""Changing whose rows are whose, and what they are called, in a timeline already read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.session.schema import HIDDEN
from fervideo.session.timeline import Timeline

_OF_THE_FRAME = ("frame", "time_s", "wall_time", "latency_ms")
_HALF_A_MICROSECOND = 0.5e-6
"""Times are written in whole microseconds: nearer than half of one is the same time."""


def merged(timeline: Timeline, into: Mapping[int, int]) -> Timeline:
    """Faces under the number of the face they are.

    One person has one face: where two of them are in the same frame, the row with the larger box
    stays and the others go; of two as large, the one that had the number already.

    Args:
        timeline: r rows.
        into: The number each merged face gets.
    """
    if not into:
        return timeline
    old = timeline.face_id
    new = np.array([into.get(face, face) for face in old.tolist()], np.int64)
    area = np.nan_to_num(timeline.boxes[:, 2] * timeline.boxes[:, 3])
    frame = timeline.frame_of_row
    order = np.lexsort((old != new, -area, new, frame))  # the last key sorts first
    same_frame, same_face = np.diff(frame[order]) == 0, np.diff(new[order]) == 0
    several = np.append(False, same_frame & same_face)
    keep = np.ones(len(timeline), np.bool_)
    keep[order[several & np.isin(new[order], list(into.values()))]] = False
    return replace(timeline, face_id=new).select(keep)


def without(timeline: Timeline, faces: Collection[int]) -> Timeline:
    """The timeline without these faces' rows.

    A frame that would have no row left keeps one, empty, with the status `hidden`, so that no
    frame is lost and every other one lasts as long as before.
    """
    gone = np.isin(timeline.face_id, list(faces))
    frame = timeline.frame_of_row
    left = np.bincount(frame[~gone], minlength=frame[-1] + 1 if len(frame) else 0)
    blank = np.zeros(len(timeline), np.bool_)
    blank[timeline.first_rows[left == 0]] = True
    keep = ~gone | blank
    return _blanked(timeline.select(keep), blank[keep])


def relabelled(
    timeline: Timeline, face_id: int, start_s: float, end_s: float, label: str
) -> Timeline:
    """The timeline with another label on one face from one time up to another.

    The frame at `start_s` is always among them, that at `end_s` only if the two are the same.
    `machine_label` keeps what was recorded.
    """
    time_s = timeline.time_s
    at_start = np.abs(time_s - start_s) < _HALF_A_MICROSECOND
    inside = (time_s > start_s) & (time_s < end_s - _HALF_A_MICROSECOND)
    rows = (timeline.face_id == face_id) & (at_start | inside)
    names = timeline.label.copy()
    names[rows] = label
    return replace(timeline, label=names, corrected=timeline.corrected | rows)


def _blanked(timeline: Timeline, rows: NDArray[np.bool_]) -> Timeline:
    """The timeline with nothing but frame and time in these rows."""
    blank = {"face_id": -1, "status": HIDDEN}
    changed: dict[str, Any] = {}
    for each in fields(timeline):
        column = getattr(timeline, each.name)
        if each.name in _OF_THE_FRAME or not isinstance(column, np.ndarray):
            continue
        value = blank.get(each.name, _nothing(column.dtype))
        mask = rows.reshape(-1, *[1] * (column.ndim - 1))
        changed[each.name] = np.where(mask, np.array(value, _wide(column.dtype)), column)
    return replace(timeline, **changed)


def _nothing(dtype: np.dtype[Any]) -> object:
    """What stands for no value in a column of this type."""
    return {"f": np.nan, "i": -1, "b": False}.get(dtype.kind, labels.NO_LABEL)


def _wide(dtype: np.dtype[Any]) -> Any:
    return np.str_ if dtype.kind == "U" else dtype
