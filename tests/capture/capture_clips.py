"""Small real videos and pictures for the tests of sources; frame i has its own grey level."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from fervideo.types import ByteImage

MILLISECOND = Fraction(1, 1000)


def level(index: int) -> int:
    """Grey level of frame `index`; distinct for the first 28 frames, then again from the start."""
    return 20 + 8 * (index % 28)


def which(image: ByteImage) -> int:
    """Number (modulo 28) of the frame that this picture is."""
    return round((float(image.mean()) - 20) / 8)


def grey(index: int, size: tuple[int, int] = (64, 48)) -> ByteImage:
    return np.full((size[1], size[0], 3), level(index), np.uint8)


def quadrant(size: tuple[int, int] = (64, 48)) -> ByteImage:
    """Red in the upper left quarter, green in the upper right, blue below: shows every turn."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[:] = (0, 0, 255)
    image[: size[1] // 2, : size[0] // 2] = (255, 0, 0)
    image[: size[1] // 2, size[0] // 2 :] = (0, 255, 0)
    return image


def write_clip(
    path: Path,
    times_ms: Sequence[int] = tuple(range(0, 800, 40)),
    *,
    images: Sequence[ByteImage] | None = None,
    rotation: int | None = None,
    matrix: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    sound_s: float = 0,
) -> Path:
    """A video whose frames have exactly these presentation times."""
    pictures = images or [grey(i) for i in range(len(times_ms))]
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = MILLISECOND
        stream.codec_context.gop_size = 5
        if rotation is not None:
            stream.set_display_rotation(rotation)
        if matrix is not None:
            stream.set_display_matrix(matrix)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        audio = container.add_stream("aac", rate=16000, layout="mono") if sound_s else None
        for time_ms, picture in zip(times_ms, pictures, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = time_ms, MILLISECOND
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if audio is not None:
            _write_sound(container, audio, sound_s)
    return path


def noisy_clip(path: Path, **kwargs: Any) -> Path:
    """120 frames of noise, 4.8 s, so that every part of the file holds pictures."""
    noise = np.random.default_rng(0).integers(0, 255, (120, 48, 64, 3), np.uint8)
    return write_clip(path, range(0, 4800, 40), images=list(noise), **kwargs)


def write_sound(path: Path) -> Path:
    """A file that holds sound alone."""
    with av.open(str(path), "w") as container:
        _write_sound(container, container.add_stream("aac", rate=16000, layout="mono"), 1)
    return path


def _write_sound(container: av.container.OutputContainer, stream: av.AudioStream, s: float) -> None:
    for i in range(int(s * 16000) // 1024):
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = 16000, i * 1024, Fraction(1, 16000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def write_picture(path: Path, image: ByteImage) -> Path:
    path.write_bytes(encoded(path.suffix, image))
    return path


def encoded(suffix: str, image: np.ndarray) -> bytes:
    """A picture file's bytes; `image` RGB, or grey, or BGRA, uint8 or uint16."""
    is_rgb = image.ndim == 3 and image.shape[2] == 3
    return cv2.imencode(suffix, image[..., ::-1] if is_rgb else image)[1].tobytes()


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """A JPEG with the EXIF tag that says how the camera was held."""
    entry = struct.pack(">HHHIHH", 1, 0x112, 3, 1, orientation, 0)
    payload = b"Exif\0\0MM\0*\0\0\0\x08" + entry + b"\0\0\0\0"
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_bomb(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be very large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
