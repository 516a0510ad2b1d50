"""A picture of each face, so that people know whom they name and merge."""

from __future__ import annotations

import threading

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from fervideo.session.playback import open_playback
from fervideo.session.reader import Session
from fervideo.types import ByteImage

from ..widgets.pictures import to_image

SIDE_PX = 96
MOST_FACES = 60
_AROUND = 0.12
"""Of the box, on each side."""


def thumbnails(session: Session, stop: threading.Event) -> dict[int, QImage]:
    """The clearest look at each face, by its number. May take seconds: not for the window.

    Args:
        session: The session as it was recorded.
        stop: Set it to end early.
    """
    wanted = _best_rows(session)
    pictures = open_playback(session).pictures
    found: dict[int, QImage] = {}
    if pictures is None:
        return found
    try:
        # In the order of time, so that the video is gone through once.
        for face_id, row in sorted(wanted.items(), key=lambda pair: pair[1]):
            if stop.is_set():
                break
            picture = pictures.at(float(session.timeline.time_s[row]))
            if picture is not None:
                scale = picture.image.shape[1] / pictures.size_wh[0]
                box = session.timeline.boxes[row] * scale
                found[face_id] = _crop(picture.image, box.tolist())
    finally:
        pictures.close()
    return found


def _best_rows(session: Session) -> dict[int, int]:
    """For each face the row with the largest box that the detector is sure of."""
    timeline = session.timeline
    area = timeline.boxes[:, 2] * timeline.boxes[:, 3] * timeline.detection_score
    area = np.nan_to_num(area * np.where(timeline.status == "ok", 1.0, 0.3), nan=-1.0)
    found = {}
    for face_id in session.face_ids[:MOST_FACES]:
        rows = np.flatnonzero(timeline.face_id == face_id)
        best = int(rows[area[rows].argmax()])
        if area[best] > 0:
            found[face_id] = best
    return found


def _crop(image: ByteImage, box: list[float]) -> QImage:
    """A square round the face, as far as the picture reaches."""
    left, top, width, height = box
    side = max(8, round(max(width, height) * (1 + 2 * _AROUND)))
    side = min(side, *image.shape[:2])
    x = min(max(0, round(left + width / 2 - side / 2)), image.shape[1] - side)
    y = min(max(0, round(top + height / 2 - side / 2)), image.shape[0] - side)
    smooth = Qt.TransformationMode.SmoothTransformation
    return to_image(image[y : y + side, x : x + side]).scaled(SIDE_PX, SIDE_PX, mode=smooth)
