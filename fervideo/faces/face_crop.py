"""The upright square around a face that the landmark network looks at."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.types import ByteImage, FloatArray

_ROOM = 1.5
"""Its sides, as parts of the face's box."""

_RIGHT_EYE, _LEFT_EYE = 2, 3


@dataclass(frozen=True, slots=True)
class FaceCrop:
    """A part of a picture, turned so that the eyes are level.

    Attributes:
        middle: (2,) in pixels.
        size: (2,) width and height in pixels, along its own sides.
        rotation: (2, 2) from its own sides to the picture's.
    """

    middle: NDArray[np.float64]
    size: NDArray[np.float64]
    rotation: NDArray[np.float64]

    @classmethod
    def around(cls, places: NDArray[np.floating]) -> FaceCrop:
        """The crop around a face that BlazeFace has found, as MediaPipe lays it.

        Args:
            places: (8, 2) upper left and lower right corner of the box, and six points, in pixels.
        """
        places = places.astype(np.float64)
        across = places[_LEFT_EYE] - places[_RIGHT_EYE]
        angle = math.atan2(across[1], across[0])
        cosine, sine = math.cos(angle), math.sin(angle)
        return cls(
            (places[0] + places[1]) / 2,
            (places[1] - places[0]) * _ROOM,
            np.array([[cosine, -sine], [sine, cosine]]),
        )

    def to_picture(self, points: FloatArray) -> NDArray[np.float64]:
        """Points (n, 3) in sides of the crop, as pixels of the picture; z in the same unit."""
        placed = np.empty(points.shape, np.float64)
        placed[:, :2] = (points[:, :2] - 0.5) * self.size @ self.rotation.T + self.middle
        placed[:, 2] = points[:, 2] * self.size[0]
        return placed


class Sampler:
    """Cuts crops out of pictures. Keeps its memory, since asking for it takes longer than the work.

    Args:
        side: Of what it fills, in pixels.
    """

    def __init__(self, side: int) -> None:
        self._numbers = np.arange(side, dtype=np.float32)
        self._places = np.empty((2, side, side), np.float32)
        self._pixels = np.empty((side, side, 2), np.int16)
        self._parts = np.empty((side, side), np.uint16)

    def __call__(self, crop: FaceCrop, picture: ByteImage, out: ByteImage) -> None:
        """Fill `out` (side, side, 3), sampled bilinearly, the picture's edge repeated outside."""
        steps = (crop.rotation * (crop.size / len(out))).astype(np.float32)
        first = (crop.middle - crop.rotation @ crop.size / 2).astype(np.float32)
        for step, start, places in zip(steps, first, self._places, strict=True):
            down = step[1] * self._numbers + start
            np.add(down[:, None], step[0] * self._numbers, out=places)
        # Whole numbers and parts of 32, as in the OpenCV within MediaPipe.
        x, y = self._places
        cv2.convertMaps(x, y, cv2.CV_16SC2, self._pixels, self._parts)
        cv2.remap(
            picture,
            self._pixels,
            self._parts,
            cv2.INTER_LINEAR,
            dst=out,
            borderMode=cv2.BORDER_REPLICATE,
        )
