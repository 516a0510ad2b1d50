"""The names that OpenFace gives its columns, for those that fervideo measures too."""

from __future__ import annotations

import numpy as np

from fervideo.session import schema
from fervideo.session.export.job import ExportJob
from fervideo.session.export.tables import TableColumn, write_csv
from fervideo.session.schema import HIDDEN, Status

POSE = {"pose_Rx": ("pose_pitch", -1), "pose_Ry": ("pose_yaw", -1), "pose_Rz": ("pose_roll", 1)}
"""OpenFace's angles are in radians, about axes that point right, down and away from the camera:
positive where the nose points down, to the left of the picture, and the head tilts clockwise."""

COLUMNS = ("frame", "face_id", "timestamp", "confidence", "success")


def write(job: ExportJob) -> None:
    """Write one row a frame and face.

    As in OpenFace, frames count from 1, and a row without a face has confidence 0 and success 0.
    Gaze, landmarks and action units are not measured and have no columns, nor has the head's
    pose unless it was asked for; the label and the probabilities of the classes follow under
    fervideo's names.
    """
    timeline = job.session.timeline
    found = ~np.isin(timeline.status, [str(Status.NO_FACE), HIDDEN])
    reliable = found & (timeline.status != Status.LOW_QUALITY)
    confidence = np.where(found, timeline.detection_score, 0.0)
    probabilities = zip(job.session.classes, timeline.probabilities.T, strict=True)
    table = [
        TableColumn("frame", timeline.frame + 1),
        TableColumn("face_id", timeline.face_id),
        TableColumn("timestamp", timeline.time_s),
        TableColumn("confidence", confidence, decimals=4),
        TableColumn("success", reliable),
        *(
            TableColumn(name, sign * np.radians(timeline.extra_column(ours)))
            for name, (ours, sign) in POSE.items()
            if ours in timeline.extra_names
        ),
        TableColumn("label", timeline.label),
        *(TableColumn(f"{schema.PROBABILITY_PREFIX}{n}", v) for n, v in probabilities),
    ]
    write_csv(job.out, table, job.tell)
