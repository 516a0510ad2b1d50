"""Decoding a picture file of any sort into uint8 RGB, and OpenCV's arrays likewise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.capture.names import quoted
from fervideo.errors import SourceError
from fervideo.types import ByteImage

MOST_PIXELS = 2**27  # 134 megapixels, 400 MB of RGB
MOST_BYTES = 2**30


def rgb_from_opencv(image: NDArray[Any]) -> ByteImage:
    """OpenCV's array as uint8 RGB (H, W, 3).

    Args:
        image: (H, W) or (H, W, 1) grey, (H, W, 3) BGR or (H, W, 4) BGRA; uint8, or uint16 of which
            the upper eight bits are taken. Alpha is ignored.

    Raises:
        SourceError: any other shape or type.
    """
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[-1]
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or channels not in (1, 3, 4):
        raise SourceError(
            f"expected a grey or colour picture, found an array of {image.shape} {image.dtype}; "
            "choose another picture format in the camera's settings"
        )
    code = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}[channels]
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image), code), np.uint8)


def read_picture(path: Path) -> ByteImage:
    """The picture at `path`, uint8 RGB (H, W, 3), turned upright as its EXIF data asks.

    Grey becomes RGB, 16 bits become 8, alpha is ignored.

    Raises:
        SourceError: it is missing, empty, damaged, not a picture, or too large to hold.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SourceError(f"{quoted(path.name)} is too large for a picture, over 1 GB")
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise SourceError(f"{quoted(path.name)} cannot be read: {reason}") from error
    width, height = declared_size(data)
    if width * height > MOST_PIXELS:
        raise SourceError(
            f"{quoted(path.name)} has {width}×{height} pixels, more than the "
            f"{MOST_PIXELS // 10**6} million that fit; make it smaller"
        )
    return _decode(data, path.name)


def _decode(data: bytes, name: str) -> ByteImage:
    try:
        # Decoding bytes, not a path, works for names outside ASCII on Windows too.
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except (cv2.error, MemoryError) as error:
        raise SourceError(f"{quoted(name)} cannot be decoded as a picture") from error
    if image is None or image.size == 0:
        raise SourceError(f"{quoted(name)} is not a picture, or is damaged")
    return rgb_from_opencv(image)


def declared_size(data: bytes) -> tuple[int, int]:
    """Width and height that a PNG or JPEG file claims, read before memory is spent on it.

    (0, 0) for other formats and for damaged files, which the decoder judges itself.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if not data.startswith(b"\xff\xd8"):
        return 0, 0
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        # SOF0 to SOF15 hold the size; C4, C8 and CC in their midst are something else.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + length
    return 0, 0
