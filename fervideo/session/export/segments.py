"""Segments: one row for each stretch of time in which a face wore one label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fervideo.session.edits import face_name
from fervideo.session.export.job import ExportJob
from fervideo.session.export.tables import TableColumn, write_csv
from fervideo.session.markers import excluded_seconds
from fervideo.session.segments import Segment


def write(job: ExportJob) -> None:
    """Write the segments as CSV, by start."""
    found = sorted(job.session.segments(), key=lambda s: (s.start_s, s.face_id))
    write_csv(job.out, segment_table(job, found), job.tell)


def segment_table(job: ExportJob, found: Sequence[Segment]) -> list[TableColumn]:
    """Columns of one row a segment."""

    def numbers(values: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(values, np.float64)

    def texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array(values, np.object_)

    outside = [excluded_seconds(s.start_s, s.end_s, job.session.markers) for s in found]
    return [
        TableColumn("start_s", numbers([s.start_s for s in found])),
        TableColumn("end_s", numbers([s.end_s for s in found])),
        TableColumn("duration_s", numbers([s.duration_s for s in found])),
        TableColumn("face_id", np.array([s.face_id for s in found], np.int64)),
        TableColumn("face_name", texts([face_name(s.face_id, job.edits) for s in found])),
        TableColumn("label", texts([s.label for s in found])),
        TableColumn("machine_label", texts([s.machine_label for s in found])),
        TableColumn("corrected", np.array([s.corrected for s in found], np.bool_)),
        TableColumn("confidence", numbers([s.confidence for s in found])),
        TableColumn("frames", np.array([s.frames for s in found], np.int64)),
        TableColumn("excluded_s", numbers(outside)),
    ]
