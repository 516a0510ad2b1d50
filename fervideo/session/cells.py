"""The rows of one result, as cells of text."""

from __future__ import annotations

from fervideo.landmark_names import LandmarkMode
from fervideo.session.schema import (
    FACE_DECIMALS,
    Status,
    landmark_columns,
    number_cell,
    text_cell,
    utc_text,
)
from fervideo.types import Landmarks, Result


def result_rows(
    result: Result, class_count: int, landmarks: LandmarkMode = LandmarkMode.OFF
) -> list[list[str]]:
    """One row a face, or one row that says there was no face.

    Args:
        result: n faces.
        class_count: How many classes the session has, C.
        landmarks: Which landmark columns the session has, L of them.

    Returns:
        max(n, 1) rows of 14 + 2 C + L cells in the order of `schema.columns`.
    """
    rows = _rows(result, class_count)
    if landmarks is not LandmarkMode.OFF:
        for number, row in enumerate(rows):
            row += _landmark_cells(result.landmarks, number, landmarks)
    return rows


def _rows(result: Result, class_count: int) -> list[list[str]]:
    """The rows up to the cosines."""
    frame, timings = result.frame, result.timings
    latency_s = timings.get("latency", timings.get("total"))
    latency = number_cell(None if latency_s is None else latency_s * 1000, 3)
    start = [str(frame.index), number_cell(frame.time_s, 6), utc_text(frame.wall_time)]
    if not len(result.faces):
        face, scores = [""] * 8, [""] * (2 * class_count)
        return [[*start, "", Status.NO_FACE, *face, latency, *scores]]
    return [_face_row(result, face, start, latency) for face in range(len(result.faces))]


def _face_row(result: Result, face: int, start: list[str], latency: str) -> list[str]:
    label, track = result.labels[face], int(result.faces.track_ids[face])
    left, top, right, bottom = result.faces.boxes[face].tolist()
    numbers = [
        *(number_cell(value, 2) for value in (left, top, right - left, bottom - top)),
        number_cell(float(result.faces.scores[face]), 4),
    ]
    names = [text_cell(label.name), text_cell(label.raw_name)]
    rest = [number_cell(label.margin, FACE_DECIMALS), latency]
    scores = [
        number_cell(value, FACE_DECIMALS)
        for table in (result.recognition.probabilities, result.recognition.cosines)
        for value in table[face].tolist()
    ]
    face_id = str(track) if track >= 0 else ""
    complete = all([*start, face_id, *numbers, *names, *rest, *scores])
    status = face_status(result, face)
    if status is Status.OK and not complete:
        status = Status.INCOMPLETE
    return [*start, face_id, status, *numbers, *names, *rest, *scores]


def _landmark_cells(found: Landmarks | None, face: int, mode: LandmarkMode) -> list[str]:
    """Pose and blendshapes of one face; empty where there are none."""
    columns = landmark_columns(mode)
    values: list[float] = []
    if found is not None and face < len(found.pose):
        values = [*found.pose[face].tolist(), *found.blendshapes[face].tolist()]
    cells = [
        number_cell(value, column.decimals or 0)
        for value, column in zip(values, columns, strict=False)
    ]
    return cells + [""] * (len(columns) - len(cells))


def face_status(result: Result, face: int) -> Status:
    """Why a face has the values it has; `OK` if nothing speaks against them."""
    if result.faces.low_quality[face]:
        return Status.LOW_QUALITY
    return Status.OK if result.labels[face].name else Status.NO_LABEL
