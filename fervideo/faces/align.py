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
    return as_matrix(*fit_similarity(as_complex(points), as_complex(template)))


def as_complex(points: FloatArray) -> list[complex]:
    """Points (k, 2) as x + iy: for a few of them Python is quicker than NumPy."""
    return [complex(x, y) for x, y in points.tolist()]


def fit_similarity(points: list[complex], template: list[complex]) -> tuple[complex, complex]:
    """The same transform as a and b of z -> a z + b."""
    source_mean, target_mean = sum(points) / len(points), sum(template) / len(template)
    s = [point - source_mean for point in points]
    energy = sum(abs(each) ** 2 for each in s)
    # The best rotation and scale is one quotient: a = <s, t> / <s, s>.
    product = sum(each.conjugate() * point for each, point in zip(s, template, strict=True))
    a = product / energy if energy > 0 else 1 + 0j
    return a, target_mean - a * source_mean


def as_matrix(a: complex, b: complex) -> NDArray[np.float64]:
    """The transform z -> a z + b as a (2, 3) matrix."""
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


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
    a, shift = fit_similarity(as_complex(keypoints[:ANCHORS]), as_complex(TEMPLATE * size))
    shrink = abs(a)
    halvings = max(0, math.ceil(math.log2(0.5 / shrink))) if shrink > 0 else 0
    if shrink > 0:  # only the part that the crop needs: a face costs the same in any picture
        places = [(z - shift) / a for z in (0, size, 1j * size, size + 1j * size)]
        columns = _span([z.real for z in places], 2**halvings, image.shape[1])
        rows = _span([z.imag for z in places], 2**halvings, image.shape[0])
        image = image[rows, columns]
        shift += a * complex(columns.start, rows.start)
    # Bilinear sampling aliases when a large face shrinks, so such a picture is halved first.
    for _ in range(halvings):
        if min(image.shape[:2]) < 2:
            break
        image = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
        half = (image.shape[1] // 2, image.shape[0] // 2)
        image = cv2.resize(image, half, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        a *= 2
    # Keypoints count from the corner of a pixel, OpenCV from its centre.
    shift += (a - 1) * (0.5 + 0.5j)
    return cv2.warpAffine(  # type: ignore[return-value]
        image,
        as_matrix(a, shift),
        (size, size),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _span(places: list[float], multiple: int, edge: int) -> slice:
    """From before the first place to behind the last, within 0 to `edge`, never empty.

    It begins and ends on multiples of `multiple`, or where the picture does.
    """
    room = 2 * multiple
    first = max(0, math.floor((min(places) - room) / multiple) * multiple)
    # A crop wholly outside the picture still gets the nearest pixels of its edge.
    first = min(first, max(edge - 1, 0) // multiple * multiple)
    last = math.ceil((max(places) + room) / multiple) * multiple
    return slice(first, min(max(last, first + multiple), edge))


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
