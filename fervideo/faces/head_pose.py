"""How a head is turned, from the landmarks of its face and an average face.

The average face is moved, turned and scaled onto the landmarks, so that the weighted squares of the
distances are least (Procrustes). That needs landmarks in a metric space, but theirs are in a
picture: x and y as a camera sees them, z relative. So the face's scale is estimated first, twice,
and says how far from the camera it is. All of it is as in MediaPipe's face geometry pipeline.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo.types import FloatArray

_FIELD_OF_VIEW_DEG = 63.0
"""Of the camera that MediaPipe assumes."""

_VERTEX = 5
"""Numbers of a corner of the average face: x, y, z, and its place in a texture."""


class HeadPose:
    """Tells how heads are turned.

    Args:
        metadata: What MediaPipe's bundle has as `geometry_pipeline_metadata_landmarks.binarypb`:
            the average face and the weight that each landmark has.
    """

    def __init__(self, metadata: bytes) -> None:
        corners, weights = read_average_face(metadata)
        self._count = len(corners)
        self._rows = np.array(sorted(weights))
        weight = np.array([weights[row] for row in self._rows])[:, None]
        face = corners[self._rows]
        centered = face - (weight * face).sum(axis=0) / weight.sum()
        self._weighted = weight * centered
        self._spread = float((self._weighted * centered).sum())

    def __call__(self, points: FloatArray) -> NDArray[np.float64]:
        """The rotation of one head.

        Args:
            points: (478, 3) landmarks in sides of a square picture, the smaller z the nearer.

        Returns:
            (3, 3) from the head to the camera, x to the right, y up, z towards the camera.
        """
        height = 2 * math.tan(math.radians(_FIELD_OF_VIEW_DEG) / 2)  # of the picture, 1 away
        x, y, z = height * (points.T.astype(np.float64) - [[0.5], [0.5], [0]])
        away = z[self._rows] - z[: self._count].mean() + 1
        seen = np.stack([x[self._rows], -y[self._rows], -z[self._rows]], axis=1)
        _, scale = self._turned(seen)
        for _ in range(2):
            depth = away / scale
            metric = np.column_stack([seen[:, :2] * depth[:, None], -depth])
            rotation, correction = self._turned(metric)
            scale *= correction
        return rotation

    def _turned(self, target: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """The rotation and the scale that bring the average face onto points (k, 3).

        Akca 2003, Generalized Procrustes analysis and its applications in photogrammetry, 2.4.
        """
        design = target.T @ self._weighted
        left, _, right = np.linalg.svd(design)
        if np.linalg.det(left @ right) < 0:
            left[:, 2] *= -1  # a reflection is no rotation
        rotation = left @ right
        return rotation, float((rotation * design).sum()) / self._spread


def read_average_face(metadata: bytes) -> tuple[NDArray[np.float64], dict[int, float]]:
    """(468, 3) corners of the average face, and the weights of those that have one."""
    corners: list[float] = []
    weights = {}
    for field, value in _fields(metadata):
        if field == 1:  # canonical_mesh, whose field 3 is vertex_buffer
            corners = [number for inner, number in _fields(value) if inner == 3]
        elif field == 2:  # procrustes_landmark_basis: landmark_id, weight
            basis = dict(_fields(value))
            weights[basis[1]] = basis[2]
    return np.reshape(corners, (-1, _VERTEX))[:, :3].astype(np.float64), weights


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """The numbers and values of a protocol buffer's fields, those of the kinds that occur here."""
    start = 0
    while start < len(message):
        key, start = _varint(message, start)
        if key & 7 == 0:
            number, start = _varint(message, start)
            yield key >> 3, number
        elif key & 7 == 2:
            length, start = _varint(message, start)
            yield key >> 3, message[start : start + length]
            start += length
        elif key & 7 == 5:
            yield key >> 3, struct.unpack_from("<f", message, start)[0]
            start += 4
        else:
            raise ValueError(f"expected field kinds 0, 2 and 5, found {key & 7}")


def _varint(message: bytes, start: int) -> tuple[int, int]:
    """A number of any length, and where the next begins."""
    number = shift = 0
    while message[start] & 128:
        number |= (message[start] & 127) << shift
        shift, start = shift + 7, start + 1
    return number | message[start] << shift, start + 1
