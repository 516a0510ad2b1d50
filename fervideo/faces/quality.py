"""Telling which faces are too small, blurred, turned or cut off for their expression to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.config import check_range
from fervideo.faces.align import ANCHORS, TEMPLATE, similarity
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
    detail = cv2.Laplacian(grey, cv2.CV_32F)[edge:-edge, edge:-edge]
    return float(1000 * detail.var() / max(float(grey[edge:-edge, edge:-edge].var()), 1.0))


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
    left_eye, right_eye, nose, _, left_ear, right_ear = np.moveaxis(keypoints, 1, 0)
    across = right_eye - left_eye
    across = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    offsets = []
    for left, right, per_tan in (
        (left_eye, right_eye, _NOSE_PER_TAN),
        (left_ear, right_ear, _EAR_PER_TAN),
    ):
        apart = ((right - left) * across).sum(axis=1)
        offset = ((nose - (left + right) / 2) * across).sum(axis=1)
        offsets.append(offset / (per_tan * np.maximum(apart, 1e-6)))
    return np.asarray(np.degrees(np.arctan((offsets[0] + offsets[1]) / 2)), np.float32)


def inside(keypoints: FloatArray, resolution_wh: tuple[int, int]) -> NDArray[np.float64]:
    """Which part of each face's crop lies inside the picture.

    Args:
        keypoints: (n, 6, 2) pixels.
        resolution_wh: Width and height of the picture.

    Returns:
        (n,) 0 to 1. 0 where an eye, the nose or the mouth is outside.
    """
    width, height = resolution_wh
    parts = np.zeros(len(keypoints))
    for row, points in enumerate(keypoints[:, :ANCHORS]):
        # From crop to picture: the transform that cuts the crop, the other way round.
        matrix = similarity(TEMPLATE, points)
        spots = _GRID @ matrix[:, :2].T + matrix[:, 2]
        if _within(points, width, height).all():
            parts[row] = _within(spots, width, height).mean()
    return parts


_STEPS = (np.arange(12) + 0.5) / 12
_GRID = np.stack(np.meshgrid(_STEPS, _STEPS), axis=-1).reshape(-1, 2)
"""(144, 2) spots spread evenly over a crop of side 1."""


def _within(points: NDArray[np.floating], width: int, height: int) -> NDArray[np.bool_]:
    x, y = points[:, 0], points[:, 1]
    return (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
