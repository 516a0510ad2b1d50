"""Blinks on a single picture: the skin over each eye is drawn down to the lower lid, and up again.

At rest people blink some 17 times a minute (Bentivoglio et al. 1997, Movement Disorders 12), each
time for 0.2 to 0.4 s, and the eye closes faster than it opens (VanderWerf et al. 2003, Journal of
Neurophysiology 89).
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from fervideo.faces.landmarks import FaceLandmarker
from fervideo.types import ByteImage, FloatArray

CLOSING, CLOSED = 0.3, 0.2
"""Shares of a blink in which the eye closes, and in which it stays closed; then it opens."""

UPPER = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (362, 398, 384, 385, 386, 387, 388, 466, 263),
)
LOWER = ((33, 7, 163, 144, 145, 153, 154, 155, 133), (362, 382, 381, 380, 374, 373, 390, 249, 263))
BROW = ((46, 53, 52, 65, 55), (285, 295, 282, 283, 276))
"""Landmarks of the lids from corner to corner and of the brow's lower edge, of the eye at the left
of the picture and of the other."""

_FACE = (0.08, 0.05, 0.92, 0.95)
"""Where the face is in a crop, left, top, right, bottom; the landmarks need no more than a hint."""

_LASHES = 0.015
"""Height of what comes down with the lid's edge without being stretched, in parts of the side."""

_SLIT = 0.002
"""Height of a closed eye, likewise."""


def lid_positions(
    number: int,
    fps: float,
    per_minute: float,
    lasts_s: tuple[float, float],
    rng: np.random.Generator,
) -> FloatArray:
    """How far the eyes are closed in each frame, 0 to 1, (number,) float32.

    Args:
        number: Frames.
        fps: Frames a second.
        per_minute: Blinks a minute, at random times, one after the other; 0 is none.
        lasts_s: Shortest and longest blink.
        rng: Says when.
    """
    closed = np.zeros(number)
    if per_minute <= 0:
        return closed.astype(np.float32)
    times = np.arange(number) / fps
    begin = float(rng.exponential(60 / per_minute))
    while begin < number / fps:
        lasts = float(rng.uniform(*lasts_s))
        done, shares = (times - begin) / lasts, (0, CLOSING, CLOSING + CLOSED, 1)
        closed = np.maximum(closed, np.interp(done, shares, (0, 1, 1, 0), left=0, right=0))
        begin += lasts + float(rng.exponential(60 / per_minute))
    return closed.astype(np.float32)


def find_eyes(crop: ByteImage) -> FloatArray | None:
    """The (478, 2) landmarks of a crop in its coordinates, 0 to 1; None if they are not found."""
    side = crop.shape[0]
    found = _landmarker()(crop, np.array([_FACE], np.float32) * side).points[0, :, :2] / side
    return None if np.isnan(found).any() else np.asarray(found, np.float32)


@cache
def _landmarker() -> FaceLandmarker:
    return FaceLandmarker(blendshapes=False)


def close_eyes(crop: FloatArray, points: FloatArray, closed: float) -> FloatArray:
    """A face with its eyes as far closed as told.

    Args:
        crop: float (S, S, 3).
        points: (478, 2) landmarks of the face with open eyes, in coordinates of the crop, 0 to 1.
        closed: 0 as they are to 1 closed.

    Returns:
        A new crop.
    """
    side = crop.shape[0]
    along = (np.arange(side, dtype=np.float32) + 0.5) / side
    x, y = np.meshgrid(along, along)
    source = y.copy()
    for upper, lower, brow in zip(UPPER, LOWER, BROW, strict=True):
        a, b, c = (_line(points[list(each)], along) for each in (upper, lower, brow))
        source += _drawn_down(y, a, b, c, closed)
    seen = cv2.remap(
        np.asarray(crop, np.float32),
        x * side - 0.5,
        source * side - 0.5,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.float32)


def _line(points: FloatArray, along: FloatArray) -> FloatArray:
    """The height of a line of landmarks over each column; NaN beside its ends."""
    x, y = points[np.argsort(points[:, 0])].T
    return np.asarray(np.interp(along, x, y, left=np.nan, right=np.nan), np.float32)


def _drawn_down(
    y: FloatArray, lid: FloatArray, lower: FloatArray, brow: FloatArray, closed: float
) -> FloatArray:
    """How much further down, below zero: up, the picture is read at each pixel (S, S)."""
    if np.isnan(lid - brow).all():  # the eye is outside the picture, or a sliver of it
        return np.zeros_like(y)
    brow = np.where(np.isnan(brow), lid - np.nanmedian(lid - brow), brow)  # it may end sooner
    lower, top = np.maximum(lower, lid + _SLIT), np.minimum(brow, lid - 2 * _LASHES)
    edge = lid + closed * (lower - lid - _SLIT / 2)
    stretched = top + (y - top) * (lid - _LASHES - top) / (edge - _LASHES - top)
    skin = np.where(y > edge - _LASHES, lid + y - edge, stretched)
    eye = lid + (y - edge) * (lower - lid) / (lower - edge)
    within = (y > top) & (y < lower)  # False beside the eye, where these are NaN
    return np.where(within, np.where(y < edge, skin, eye) - y, 0).astype(np.float32)
