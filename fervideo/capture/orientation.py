"""From a decoded frame as it lies in the file to RGB as it should be seen."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type as SideDataType

from fervideo.types import ByteImage


def orientation(frame: Any) -> tuple[int, bool]:
    """How a PyAV frame must be turned to be upright.

    Phones store pictures as the sensor lies and a matrix beside them.

    Returns:
        Quarter turns against the clock, 0 to 3, and whether to mirror left and right before.
    """
    try:
        side_data = frame.side_data.get(SideDataType.DISPLAYMATRIX)
    except ValueError:  # beside the picture is something that PyAV has no name for, such as Exif
        return round(frame.rotation / 90) % 4, False
    if side_data is None:
        return 0, False
    # Row vectors, y downwards: (x, y) is shown at (a x + c y, b x + d y).
    a, b, _, c, d = (float(v) for v in np.frombuffer(side_data, np.int32)[:5])
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    return round(-math.atan2(b, a) / (math.pi / 2)) % 4, mirrored


def upright_size(frame: Any, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Width and height of the upright picture with square pixels, never smaller than stored.

    Args:
        frame: A PyAV frame.
        pixel_aspect: Width over height of a stored pixel; None or nonsense counts as square.
    """
    width, height = frame.width, frame.height
    aspect = float(pixel_aspect) if pixel_aspect else 1.0
    if 1 < aspect <= 4:
        width = round(width * aspect)
    elif 0.25 <= aspect < 1:
        height = round(height / aspect)
    turns, _ = orientation(frame)
    return (height, width) if turns % 2 else (width, height)


def upright_rgb(frame: Any, size_wh: tuple[int, int]) -> ByteImage:
    """The frame as uint8 RGB (H, W, 3), upright, scaled to `size_wh` where it differs.

    Colour matrix and range are those the frame states. `reformat` lets go of the GIL.
    """
    turns, mirrored = orientation(frame)
    width, height = size_wh if turns % 2 == 0 else size_wh[::-1]
    image = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    if mirrored:
        image = image[:, ::-1]
    return np.ascontiguousarray(np.rot90(image, turns))
