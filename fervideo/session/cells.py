"""The rows of one result, as cells of text."""

from __future__ import annotations

from fervideo.session.schema import FACE_DECIMALS, Status, number_cell, text_cell, utc_text
from fervideo.types import Result


def result_rows(result: Result, class_count: int) -> list[list[str]]:
    """One row a face, or one row that says there was no face.

    Args:
        result: n faces.
        class_count: How many classes the session has, C.

    Returns:
        max(n, 1) rows of 14 + 2 C cells in the order of `schema.columns`.
    """
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
    status = _status(bool(result.faces.low_quality[face]), label.name, complete)
    return [*start, face_id, status, *numbers, *names, *rest, *scores]


def _status(low_quality: bool, label: str, complete: bool) -> Status:
    if low_quality:
        return Status.LOW_QUALITY
    if not label:
        return Status.NO_LABEL
    return Status.OK if complete else Status.INCOMPLETE
