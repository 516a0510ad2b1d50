"""The columns of py-feat's `Fex`, to be read with `feat.utils.io.read_feat`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.landmark_names import BLENDSHAPES
from fervideo.session.export.job import ExportJob
from fervideo.session.export.tables import TableColumn, write_csv
from fervideo.session.schema import BLENDSHAPE_PREFIX
from fervideo.session.timeline import Timeline

BOX = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight")
POSE = {"Pitch": ("pose_pitch", 1), "Roll": ("pose_roll", -1), "Yaw": ("pose_yaw", -1)}
"""py-feat's angles are in radians: positive where the nose points up, and where the head turns or
tilts to the person's own right."""

PLACE = ("X", "Y", "Z")
"""Where the head is: empty, but `Fex.poses` asks for these columns too."""

EMOTIONS = tuple(
    e.name
    for e in (
        labels.ANGER,
        labels.DISGUST,
        labels.FEAR,
        labels.HAPPINESS,
        labels.SADNESS,
        labels.SURPRISE,
        labels.NEUTRAL,
    )
)
"""py-feat's emotions in its order; other classes stand at the end of the row."""

COLUMNS = (
    *(*BOX, "FaceScore", *POSE, *PLACE, *EMOTIONS),
    *("input", "frame", "approx_time", "Identity"),
)


def write(job: ExportJob) -> None:
    """Write one row a frame and face; what was not measured is empty, as py-feat reads NaN."""
    session, timeline = job.session, job.session.timeline
    nothing = np.full(len(timeline), np.nan)
    column_of = dict(zip(session.classes, timeline.probabilities.T, strict=True))
    source = session.description.get("source")
    name = source.get("location") if isinstance(source, dict) else None
    table = [
        *(TableColumn(n, v, decimals=2) for n, v in zip(BOX, timeline.boxes.T, strict=True)),
        TableColumn("FaceScore", timeline.detection_score, decimals=4),
        *(TableColumn(n, sign * _radians(timeline, ours)) for n, (ours, sign) in POSE.items()),
        *(TableColumn(n, nothing) for n in PLACE),
        *(TableColumn(emotion, column_of.pop(emotion, nothing)) for emotion in EMOTIONS),
        TableColumn("input", np.full(len(timeline), name or "", np.object_)),
        TableColumn("frame", timeline.frame),
        TableColumn("approx_time", _minutes(timeline.time_s)),
        TableColumn("Identity", _identities(job)),
        TableColumn("time_s", timeline.time_s),
        *(TableColumn(class_name, values) for class_name, values in column_of.items()),
        *_blendshapes(timeline),
    ]
    write_csv(job.out, table, job.tell)


def _radians(timeline: Timeline, name: str) -> NDArray[np.float64]:
    """An angle of the head, which py-feat keeps in radians; NaN if it was not measured."""
    if name not in timeline.extra_names:
        return np.full(len(timeline), np.nan)
    return np.radians(timeline.extra_column(name))


def _blendshapes(timeline: Timeline) -> list[TableColumn]:
    """The blendshapes by MediaPipe's names, as `Fex.blendshapes` looks for them, if measured."""
    names = {f"{BLENDSHAPE_PREFIX}{n}": "_neutral" if n == "neutral" else n for n in BLENDSHAPES}
    return [
        TableColumn(theirs, timeline.extra_column(ours), decimals=4)
        for ours, theirs in names.items()
        if ours in timeline.extra_names
    ]


def _minutes(times_s: NDArray[np.float64]) -> NDArray[np.object_]:
    """Times as py-feat writes them: `01:05` for 65.9 s."""
    whole = [max(0, int(time_s)) if np.isfinite(time_s) else None for time_s in times_s.tolist()]
    return np.array(["" if s is None else f"{s // 60:02d}:{s % 60:02d}" for s in whole], np.object_)


def _identities(job: ExportJob) -> NDArray[np.object_]:
    ids = job.session.timeline.face_id.tolist()
    return np.array(["" if i < 0 else job.edits.name_of(i) or f"Person_{i}" for i in ids], object)
