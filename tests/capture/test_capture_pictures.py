"""Pictures of every sort become 8-bit RGB, upright, or one clear sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from capture_clips import encoded, grey, png_bomb, quadrant, with_exif, write_picture

from fervideo.capture import pictures
from fervideo.capture.pictures import read_picture, rgb_from_opencv
from fervideo.errors import SourceError

RGB = np.full((15, 21, 3), (200, 60, 20), np.uint8)
BGRA = np.dstack([RGB[..., ::-1], np.zeros((15, 21), np.uint8)])


@pytest.mark.parametrize(
    ("name", "image", "expected"),
    [
        ("a.png", RGB, (200, 60, 20)),
        ("a.bmp", RGB, (200, 60, 20)),
        ("a.tiff", RGB, (200, 60, 20)),
        ("a.ppm", RGB, (200, 60, 20)),
        ("a.jpg", RGB, (200, 60, 20)),
        ("a.webp", RGB, (200, 60, 20)),
        ("alpha.png", BGRA, (200, 60, 20)),
        ("16bit.png", RGB.astype(np.uint16) << 8, (200, 60, 20)),
        ("grey.png", RGB[..., 1], (60, 60, 60)),
        ("grey16.png", RGB[..., 1].astype(np.uint16) << 8, (60, 60, 60)),
        ("grey.jpg", RGB[..., 1], (60, 60, 60)),
    ],
)
def test_every_sort_of_picture_is_8_bit_rgb(
    tmp_path: Path, name: str, image: np.ndarray, expected: tuple[int, ...]
) -> None:
    (tmp_path / name).write_bytes(encoded(Path(name).suffix, image))
    read = read_picture(tmp_path / name)
    assert (read.shape, read.dtype) == ((15, 21, 3), np.uint8)
    assert np.abs(read.astype(int) - expected).max() <= 4


@pytest.mark.parametrize(
    ("tag", "expected"),
    [(1, "rgbb"), (2, "grbb"), (3, "bbgr"), (4, "bbrg"), (5, "rbgb"), (6, "brbg"), (8, "gbrb")],
)
def test_photographs_are_turned_upright(tmp_path: Path, tag: int, expected: str) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_exif(encoded(".jpg", quadrant()), tag))
    image = read_picture(path)
    corners = "".join("rgb"[int(image[y, x].argmax())] for y in (4, -5) for x in (4, -5))
    assert corners == expected
    assert image.shape == ((64, 48, 3) if tag >= 5 else (48, 64, 3))


def test_a_picture_too_large_for_memory_is_refused_by_its_header(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_bomb(30000, 30000))
    with pytest.raises(SourceError, match=r"30000×30000 pixels, more than the 134 million"):
        read_picture(bomb)
    jpeg = bytearray(with_exif(encoded(".jpg", grey(0)), 6))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\x00\xfe\x00"
    (tmp_path / "bomb.jpg").write_bytes(jpeg)
    with pytest.raises(SourceError, match=r"65024×65280 pixels"):
        read_picture(tmp_path / "bomb.jpg")


def test_a_file_too_large_for_a_picture_is_not_even_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    with pytest.raises(SourceError, match="too large for a picture"):
        read_picture(write_picture(tmp_path / "a.bmp", grey(0)))


@pytest.mark.parametrize(
    "data", [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8" + b"\xff" * 50, b"GIF89a"]
)
def test_garbage_headers_do_not_trip_the_size_check(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.jpg").write_bytes(data)
    with pytest.raises(SourceError, match="is not a picture, or is damaged"):
        read_picture(tmp_path / "x.jpg")


def test_grey_alpha_and_16_bit_pictures_become_rgb() -> None:
    grey = np.full((3, 5), 7, np.uint8)
    assert rgb_from_opencv(grey).tolist() == np.full((3, 5, 3), 7).tolist()
    assert rgb_from_opencv(grey[..., None]).shape == (3, 5, 3)
    assert rgb_from_opencv(np.full((3, 5), 0x1234, np.uint16))[0, 0].tolist() == [0x12] * 3
    bgra = np.zeros((3, 5, 4), np.uint8) + np.array([1, 2, 3, 0], np.uint8)
    assert rgb_from_opencv(bgra)[0, 0].tolist() == [3, 2, 1]
    with pytest.raises(SourceError, match=r"\(3, 5, 2\) uint8"):
        rgb_from_opencv(np.zeros((3, 5, 2), np.uint8))
