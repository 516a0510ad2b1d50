"""Detections of one picture from several searches, made into one detection a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fervideo.faces.blazeface import merge_weighted
from fervideo.faces.boxes import overlaps
from fervideo.types import Faces


def rows_of(faces: Faces, mask: NDArray[np.bool_]) -> Faces:
    """Those untracked faces for which mask (n,) is true."""
    return Faces.detected(faces.boxes[mask], faces.keypoints[mask], faces.scores[mask])


def join(first: Faces, second: Faces) -> Faces:
    """Untracked faces of both."""
    return Faces.detected(
        np.vstack([first.boxes, second.boxes]),
        np.vstack([first.keypoints, second.keypoints]),
        np.concatenate([first.scores, second.scores]),
    )


def surest(faces: Faces, min_confidence: float) -> Faces:
    """The sure faces; where there is none, the best of the others.

    For still pictures: there is no next frame that may show the face better.

    Args:
        faces: Untracked faces in order of falling score.
        min_confidence: From this score on a face is sure.
    """
    sure = faces.scores >= min_confidence
    if not sure.any():
        sure[:1] = True
    return rows_of(faces, sure)


def means(faces: Faces, overlap: float = 0.3) -> Faces:
    """One detection for each face, the mean of all that overlap the surest, weighted by score.

    Several searches of one picture place a face's points differently, and their mean lies nearer.

    Args:
        faces: Untracked faces, any order.
        overlap: Boxes with a larger intersection over union than this are the same face.
    """
    corners = faces.boxes.reshape(-1, 2, 2)
    places, scores = merge_weighted(
        np.concatenate([corners, faces.keypoints], axis=1), faces.scores, overlap
    )
    return Faces.detected(places[:, :2].reshape(-1, 4), places[:, 2:], scores)


def without_duplicates(faces: Faces, most: float = 0.4, inside: float = 0.75) -> Faces:
    """One detection for each face, the surest, in order of falling score.

    Args:
        faces: Untracked faces, any order.
        most: Boxes with a larger intersection over union than this are the same face.
        inside: So are boxes of which the smaller lies within the larger by more than this part.
    """
    order = np.argsort(-faces.scores, kind="stable")
    boxes = faces.boxes[order]
    iou, containment = overlaps(boxes, boxes)
    same = (iou > most) | (containment > inside)
    kept: list[int] = []
    for row in range(len(order)):
        if not same[row, kept].any():
            kept.append(row)
    chosen = order[kept]
    return Faces.detected(faces.boxes[chosen], faces.keypoints[chosen], faces.scores[chosen])
