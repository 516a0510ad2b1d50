"""Tidy frames: one row a frame and face, one column a value, with a person's edits in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo.landmark_names import LandmarkMode
from fervideo.session import schema
from fervideo.session.edits import face_name
from fervideo.session.export.job import ExportJob
from fervideo.session.export.tables import TableColumn, write_csv
from fervideo.session.markers import excluded


def write(job: ExportJob) -> None:
    """Write the frames as CSV."""
    write_csv(job.out, frame_table(job), job.tell)


def frame_table(job: ExportJob) -> list[TableColumn]:
    """Every column of the timeline, and those that follow from edits and markers beside them.

    Returns:
        Columns of r rows, one a frame and face.
    """
    table: list[TableColumn] = []
    values = _values(job)
    for column in schema.columns(job.session.classes):
        table.append(
            TableColumn(
                column.name, next(values), column.unit, column.meaning, column.decimals or 0
            )
        )
        table.extend(_beside(job, column.name))
    meanings = {column.name: column for column in schema.landmark_columns(LandmarkMode.ALL)}
    for name in job.session.timeline.extra_names:
        told = meanings[name]
        extra = job.session.timeline.extra_column(name)
        table.append(TableColumn(name, extra, told.unit, told.meaning, told.decimals or 0))
    return table


def _values(job: ExportJob) -> Iterator[NDArray[Any]]:
    """The values of the timeline in the order of `schema.columns`."""
    t = job.session.timeline
    yield from (t.frame, t.time_s, t.wall_time, t.face_id, t.status, *t.boxes.T)
    yield from (t.detection_score, t.label, t.raw_label, t.margin, t.latency_ms)
    yield from (*t.probabilities.T, *t.cosines.T)


def _beside(job: ExportJob, name: str) -> Iterator[TableColumn]:
    """The columns that stand to the right of a column of the timeline."""
    session, timeline = job.session, job.session.timeline
    if name == "time_s":
        meaning = "how long the frame lasts: until the next one"
        yield TableColumn("duration_s", session.durations, "s", meaning)
        inside = excluded(timeline.time_s, session.markers)
        yield TableColumn("excluded", inside, "1", "1 in a range that a person excluded, else 0")
    elif name == "face_id":
        yield TableColumn("face_name", _names(job), "text", "the face's name, or Face and number")
    elif name == "label":
        meaning = "the label as it was recorded, before any correction"
        yield TableColumn("machine_label", timeline.machine_label, "text", meaning)
        meaning = "1 where a person has set the label, else 0"
        yield TableColumn("corrected", timeline.corrected, "1", meaning)


def _names(job: ExportJob) -> NDArray[np.object_]:
    ids = job.session.timeline.face_id.tolist()
    name_of = {i: face_name(i, job.edits) if i >= 0 else "" for i in set(ids)}
    return np.array([name_of[i] for i in ids], np.object_)
