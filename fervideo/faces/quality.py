"""Telling which faces are too small, blurred, turned or cut off for their expression to be read."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.config import check_range
from fervideo.faces.align import ANCHORS, TEMPLATE, as_complex, fit_similarity
from fervideo.types import ByteImage, Faces, FloatArray

SMALL, BLURRED, TURNED, CUT_OFF = "small", "blurred", "turned", "cut off"
"""The words of `Faces.quality_reasons`; several are joined by commas."""


@dataclass(frozen=True, slots=True)
class QualityConfig:
    """From where on a face is of low quality.

    Attributes:
        min_size_px: Shortest mean side of a face's box.
        min_sharpness: Smallest `sharpness` of its crop. Of RAF-DB's training pictures 0.5 % are
            under the default; so is a sharp face blurred by 2.7 % of the crop's side.
        max_yaw_deg: Largest turn to the side, by `yaw_deg`.
        min_inside: Smallest part of the crop that lies inside the picture.
    """

    min_size_px: float = 24.0
    min_sharpness: float = 2.5
    max_yaw_deg: float = 40.0
    min_inside: float = 0.75

    def __post_init__(self) -> None:
        check_range("min_size_px", self.min_size_px, 0, 10000)
        check_range("min_sharpness", self.min_sharpness, 0, 1000)
        check_range("max_yaw_deg", self.max_yaw_deg, 0, 180)
        check_range("min_inside", self.min_inside, 0, 1)


def judge(
    faces: Faces,
    crops: ByteImage,
    resolution_wh: tuple[int, int],
    config: QualityConfig | None = None,
) -> Faces:
    """Mark the faces that are too poor to be believed, and say why.

    Args:
        faces: n faces.
        crops: Their aligned crops, uint8 RGB (n, S, S, 3).
        resolution_wh: Width and height of the picture they are from.
        config: Where the limits are.

    Returns:
        The same faces with `low_quality` and `quality_reasons` filled in.
    """
    config = config or QualityConfig()
    sizes = (faces.boxes[:, 2:] - faces.boxes[:, :2]).mean(axis=1)
    tests = {
        SMALL: sizes < config.min_size_px,
        BLURRED: np.array([sharpness(crop) < config.min_sharpness for crop in crops], np.bool_),
        TURNED: np.abs(yaw_deg(faces.keypoints)) > config.max_yaw_deg,
        CUT_OFF: inside(faces.keypoints, resolution_wh) < config.min_inside,
    }
    reasons = tuple(
        ", ".join(word for word, failed in tests.items() if failed[row])
        for row in range(len(faces))
    )
    low = np.array([bool(reason) for reason in reasons], np.bool_)
    return replace(faces, low_quality=low, quality_reasons=reasons)


def sharpness(crop: ByteImage) -> float:
    """How much of a crop's contrast is in fine detail; 10 is usual, under 3 is a blurred face.

    A thousand times the variance of the Laplacian over the variance of the grey values (both of
    the crop's middle), after a blur that keeps sensor noise from passing for detail.

    Args:
        crop: uint8 RGB (S, S, 3), brought to a side of 112, for which the figures hold.
    """
    if len(crop) != 112:
        crop = cv2.resize(crop, (112, 112), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    grey: FloatArray = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), 1.5)  # type: ignore[assignment]
    edge = len(grey) // 7
    detail = _variance(cv2.Laplacian(grey, cv2.CV_32F)[edge:-edge, edge:-edge])
    return 1000 * detail / max(_variance(grey[edge:-edge, edge:-edge]), 1.0)


def _variance(values: NDArray[Any]) -> float:
    return float(cv2.meanStdDev(values)[1].item() ** 2)


_NOSE_PER_TAN, _EAR_PER_TAN = 0.65, 0.80
"""How far the nose tip moves off the middle of the eyes and of the ears, in their distances, by the
tangent of the yaw: fitted to MediaPipe's head pose on 450 pictures of RAF-DB and 120 of a video
(correlation 0.92)."""


def yaw_deg(keypoints: FloatArray) -> FloatArray:
    """How far each face is turned to the side, roughly.

    Args:
        keypoints: (n, 6, 2) pixels.

    Returns:
        (n,) degrees, positive where the nose points to the right of the picture. 90 at most; a face
        whose eyes or ears have changed sides is wholly turned.
    """
    return np.array([_yaw_deg(as_complex(points)) for points in keypoints], np.float32)


def _yaw_deg(points: list[complex]) -> float:
    left_eye, right_eye, nose, _, left_ear, right_ear = points
    across = right_eye - left_eye
    back = across.conjugate() / max(abs(across), 1e-6)  # turns the line of the eyes level
    tangents = 0.0
    for left, right, per_tan in (
        (left_eye, right_eye, _NOSE_PER_TAN),
        (left_ear, right_ear, _EAR_PER_TAN),
    ):
        apart = ((right - left) * back).real
        offset = ((nose - (left + right) / 2) * back).real
        tangents += offset / (per_tan * max(apart, 1e-6))
    return math.degrees(math.atan(tangents / 2))


def inside(keypoints: FloatArray, resolution_wh: tuple[int, int]) -> NDArray[np.float64]:
    """Which part of each face's crop lies inside the picture.

    Args:
        keypoints: (n, 6, 2) pixels.
        resolution_wh: Width and height of the picture.

    Returns:
        (n,) 0 to 1. 0 where an eye, the nose or the mouth is outside.
    """
    parts = [_inside(as_complex(points[:ANCHORS]), *resolution_wh) for points in keypoints]
    return np.array(parts, np.float64)


def _inside(points: list[complex], width: int, height: int) -> float:
    def within(spots: list[complex]) -> list[bool]:
        return [0 <= z.real <= width and 0 <= z.imag <= height for z in spots]

    if not all(within(points)):
        return 0.0
    a, shift = fit_similarity(_TEMPLATE, points)  # from crop to picture
    if all(within([a * z + shift for z in _CORNERS])):
        return 1.0
    return float(np.mean(within([a * z + shift for z in _GRID])))


_TEMPLATE = as_complex(TEMPLATE)
_CORNERS = [0j, 1 + 0j, 1j, 1 + 1j]
_GRID = [complex(x + 0.5, y + 0.5) / 12 for x in range(12) for y in range(12)]
"""144 spots spread evenly over a crop of side 1."""
