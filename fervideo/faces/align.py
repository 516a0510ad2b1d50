"""Cutting a face out of a frame so that eyes and mouth always land on the same pixels.

A similarity transform (rotation, one scale, shift) is fitted by least squares (Umeyama 1991) to
four keypoints and applied once. Training crops are cut by this very function.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.types import ByteImage, FloatArray

TEMPLATE: FloatArray = np.array(
    [[0.285, 0.328], [0.705, 0.328], [0.495, 0.562], [0.495, 0.767]], np.float32
)
"""Where the two eyes, the nose tip and the mouth centre land, as parts of the crop's side.

The median place of BlazeFace keypoints in the aligned training pictures of RAF-DB, so that those
pictures, as their owners cut them, and crops made here show the same frame around a face.
"""

ANCHORS = 4
"""How many of the detector's keypoints are used: the ears move too much when a head turns."""


def similarity(points: FloatArray, template: FloatArray) -> NDArray[np.float64]:
    """The similarity transform that brings `points` closest to `template` in least squares.

    Args:
        points: (k, 2) pixels in the image.
        template: (k, 2) pixels in the crop.

    Returns:
        (2, 3) matrix for `cv2.warpAffine`: rotation, uniform scale and shift, no reflection.
        With points that all coincide the scale is 1.
    """
    source = points.astype(np.float64)
    target = template.astype(np.float64)
    source_mean, target_mean = source.mean(0), target.mean(0)
    # As complex numbers the best rotation and scale is one quotient: a = <s, t> / <s, s>.
    s = (source - source_mean) @ (1, 1j)
    t = (target - target_mean) @ (1, 1j)
    energy = np.vdot(s, s).real
    a = np.vdot(s, t) / energy if energy > 0 else 1.0 + 0j
    linear = np.array([[a.real, -a.imag], [a.imag, a.real]])
    return np.hstack([linear, (target_mean - linear @ source_mean)[:, None]])


def align_face(image: ByteImage, keypoints: FloatArray, size: int) -> ByteImage:
    """One aligned crop.

    Args:
        image: uint8 (H, W, 3) or (H, W), any colour order.
        keypoints: (k >= 4, 2) pixels: eye on the left of the picture, eye on its right, nose
            tip, mouth centre; more are ignored.
        size: Side of the crop in pixels.

    Returns:
        uint8 (size, size, ...) in the same colour order; pixels outside the image repeat its edge.
    """
    matrix = similarity(keypoints[:ANCHORS], TEMPLATE * size)
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    halvings = max(0, math.ceil(math.log2(0.5 / shrink))) if shrink > 0 else 0
    image = _surroundings(image, matrix, size, 2**halvings)
    # Bilinear sampling aliases when a large face shrinks, so such a picture is halved first.
    for _ in range(halvings):
        if min(image.shape[:2]) < 2:
            break
        image = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = cv2.resize(image, half, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        matrix[:, :2] *= 2
    # Keypoints count from the corner of a pixel, OpenCV from its centre.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(  # type: ignore[return-value]
        image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _surroundings(
    image: ByteImage, matrix: NDArray[np.float64], size: int, multiple: int
) -> ByteImage:
    """The part of a picture that a crop needs, so that a face costs the same in any picture.

    Args:
        image: (H, W, ...).
        matrix: (2, 3) from picture to crop pixels; shifted in place to the part's own origin.
        size: Side of the crop in pixels.
        multiple: The part begins and ends on multiples of this, or where the picture does.
    """
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)], np.float64)
    places = np.linalg.solve(matrix[:, :2], (corners - matrix[:, 2]).T).T
    edge = np.array(image.shape[1::-1])
    room = 2 * multiple
    low = np.clip(np.floor((places.min(0) - room) / multiple) * multiple, 0, None)
    high = np.ceil((places.max(0) + room) / multiple) * multiple
    # A crop wholly outside the picture still gets the nearest pixels of its edge.
    low = np.minimum(low, np.maximum(edge - 1, 0) // multiple * multiple).astype(int)
    high = np.clip(np.maximum(high, low + multiple), None, edge).astype(int)
    matrix[:, 2] += matrix[:, :2] @ low
    return image[low[1] : high[1], low[0] : high[0]]


def align_faces(image: ByteImage, keypoints: FloatArray, size: int) -> ByteImage:
    """All faces of a frame, cut and stacked for one batch.

    Args:
        image: uint8 RGB (H, W, 3).
        keypoints: (n, 6, 2) pixels.
        size: Side of the crops in pixels.

    Returns:
        uint8 RGB (n, size, size, 3).
    """
    crops = np.empty((len(keypoints), size, size, 3), np.uint8)
    for crop, points in zip(crops, keypoints, strict=True):
        crop[:] = align_face(image, points, size)
    return crops
