"""JSON lines: one object for each analysed frame, on a line of its own.

The fields are in docs/streaming.md. They have the names of the timeline's columns where they are
the same thing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from fervideo.errors import StreamError
from fervideo.landmark_names import BLENDSHAPES, POSE_ANGLES
from fervideo.session.cells import face_status
from fervideo.session.schema import utc_text
from fervideo.sinks import Moment
from fervideo.stream.background import CAPACITY, BackgroundWriter
from fervideo.types import Landmarks, Result


class JsonLines:
    """A sink that writes JSON lines; where they cannot be written, `result` raises StreamError.

    A reader that is too slow loses whole lines, never parts; `lost` of the next line counts them.

    Args:
        write: Takes each line, UTF-8 with its line end. May block; what it raises ends the sink.
        capacity: How many lines may wait for a slow reader.
    """

    name = "JSON lines"

    def __init__(self, write: Callable[[bytes], None], capacity: int = CAPACITY) -> None:
        self._writer = BackgroundWriter(write, capacity=capacity)
        self._lost = 0

    @property
    def failure(self) -> Exception | None:
        """What `write` has raised, None if all is well."""
        return self._writer.failure

    def result(self, result: Result, captured_s: float) -> None:
        """Write one line."""
        told = {**frame_object(result), "lost": self._lost}
        line = json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        try:
            written = self._writer.put(line.encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:
            raise StreamError(f"{self.name} have stopped: {error.strerror or error}") from error
        self._lost = 0 if written else self._lost + 1

    def moment(self, moment: Moment) -> None:
        """Lines are of frames alone."""

    def close(self) -> None:
        """Write what waits."""
        self._writer.close()


def frame_object(result: Result) -> dict[str, Any]:
    """A result as JSON can hold it; what is not known is null."""
    frame, timings = result.frame, result.timings
    latency_s = timings.get("latency")
    return {
        "frame": frame.index,
        "time_s": round(frame.time_s, 6),
        "wall_time": utc_text(frame.wall_time),
        "latency_ms": None if latency_s is None else round(1000 * latency_s, 3),
        "model": result.model_name,
        "faces": [_face_object(result, row) for row in range(len(result.faces))],
    }


def _face_object(result: Result, row: int) -> dict[str, Any]:
    faces, label, recognition = result.faces, result.labels[row], result.recognition
    left, top, right, bottom = (float(edge) for edge in faces.boxes[row])
    told: dict[str, Any] = {
        "face_id": int(faces.track_ids[row]),
        "status": str(face_status(result, row)),
        "x": _number(left, 2),
        "y": _number(top, 2),
        "width": _number(right - left, 2),
        "height": _number(bottom - top, 2),
        "detection_score": _number(float(faces.scores[row]), 4),
        "label": label.name or None,
        "raw_label": label.raw_name or None,
        "margin": _number(label.margin, 6),
        "probabilities": _by_name(recognition.classes, recognition.probabilities[row].tolist(), 6),
        "cosines": _by_name(recognition.classes, recognition.cosines[row].tolist(), 6),
    }
    if result.landmarks is not None:
        told |= _landmarks_object(result.landmarks, row)
    return told


def _landmarks_object(found: Landmarks, row: int) -> dict[str, Any]:
    told = {"pose": _by_name(POSE_ANGLES, found.pose[row].tolist(), 2)}
    if found.blendshapes.shape[1]:
        told["blendshapes"] = _by_name(BLENDSHAPES, found.blendshapes[row].tolist(), 4)
    return told


def _by_name(names: tuple[str, ...], values: list[float], decimals: int) -> dict[str, Any]:
    return {name: _number(value, decimals) for name, value in zip(names, values, strict=True)}


def _number(value: float, decimals: int) -> float | None:
    return round(value, decimals) + 0.0 if math.isfinite(value) else None
