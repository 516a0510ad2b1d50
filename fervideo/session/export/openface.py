"""The names that OpenFace gives its columns, for those that fervideo measures too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fervideo.session import schema
from fervideo.session.export.job import ExportJob
from fervideo.session.export.tables import TableColumn, write_csv
from fervideo.session.schema import HIDDEN, POSE_PREFIX, Status
from fervideo.session.timeline import Timeline

Floats = NDArray[np.float64]

POSE = ("pose_Rx", "pose_Ry", "pose_Rz")
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
        *_pose(timeline),
        TableColumn("label", timeline.label),
        *(TableColumn(f"{schema.PROBABILITY_PREFIX}{n}", v) for n, v in probabilities),
    ]
    write_csv(job.out, table, job.tell)


def _pose(timeline: Timeline) -> list[TableColumn]:
    """The head's angles, if they were measured."""
    ours = [f"{POSE_PREFIX}{name}" for name in ("pitch", "yaw", "roll")]
    if not set(ours) <= set(timeline.extra_names):
        return []
    angles = turned_as_openface(*(np.radians(timeline.extra_column(name)) for name in ours))
    return [TableColumn(name, values) for name, values in zip(POSE, angles, strict=True)]


def turned_as_openface(pitch: Floats, yaw: Floats, roll: Floats) -> tuple[Floats, Floats, Floats]:
    """OpenFace's three angles of a pose: the same rotation, taken apart in another order.

    Ours is Ry(yaw) Rx(-pitch) Rz(-roll) about x right, y up, z towards the camera. About OpenFace's
    axes that is R = Ry(-yaw) Rx(-pitch) Rz(roll), which its angles have to make as R = Rx Ry Rz.

    Args:
        pitch: (r,) radians, as all angles here.
        yaw: (r,)
        roll: (r,)
    """
    sin_x, cos_x = np.sin(-pitch), np.cos(pitch)
    sin_y, cos_y = np.sin(-yaw), np.cos(yaw)
    sin_z, cos_z = np.sin(roll), np.cos(roll)
    to_x = cos_y * cos_z + sin_y * sin_x * sin_z  # R[0, 0] = cos Ry cos Rz
    to_y = sin_y * sin_x * cos_z - cos_y * sin_z  # R[0, 1] = -cos Ry sin Rz
    to_z = sin_y * cos_x  # R[0, 2] = sin Ry
    about_x = np.arctan2(sin_x, cos_y * cos_x)  # R[1, 2] = -sin Rx cos Ry, R[2, 2] = cos Rx cos Ry
    return about_x, np.arcsin(np.clip(to_z, -1, 1)), np.arctan2(-to_y, to_x)
