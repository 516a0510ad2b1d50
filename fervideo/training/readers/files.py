"""Finding and decoding the owners' files, with one sentence where something is not as expected."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from fervideo.errors import DatasetError
from fervideo.types import ByteImage

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")


def find(root: Path, dataset: str, *candidates: str) -> Path:
    """The first of `candidates` (relative paths, `*` allowed) that exists under `root`."""
    if not root.exists():
        raise DatasetError(f"{dataset}: expected a folder or file at {root}, found nothing there")
    for candidate in candidates:
        matches = sorted(root.glob(candidate)) if root.is_dir() else []
        if matches:
            return matches[0]
    raise DatasetError(
        f"{dataset}: expected one of {', '.join(candidates)} under {root}, found none of them; "
        "give the folder the owners distribute"
    )


def decode(data: bytes, where: str, dataset: str, gray: bool = False) -> ByteImage:
    """Bytes of a picture file to uint8 (H, W, 3) RGB or (H, W, 1) grey. Raises DatasetError."""
    flag = cv2.IMREAD_GRAYSCALE if gray else cv2.IMREAD_COLOR_RGB
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flag) if data else None
    if image is None:
        raise DatasetError(f"{dataset}: expected a picture in {where}, found unreadable bytes")
    return image if image.ndim == 3 else image[:, :, None]  # type: ignore[return-value]


def pictures_in(
    place: Path, dataset: str, suffixes: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every picture in a zip file or folder tree, in name order."""
    if place.is_dir():
        for path in sorted(p for p in place.rglob("*") if p.suffix.lower() in suffixes):
            yield path.relative_to(place).as_posix(), path.read_bytes()
        return
    try:
        with zipfile.ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith(suffixes):
                    yield name, archive.read(name)
    except zipfile.BadZipFile:
        raise DatasetError(
            f"{dataset}: expected a zip file at {place}, found a broken one"
        ) from None


def picture_paths(folder: Path) -> list[Path]:
    """Every picture file under a folder, in name order; hidden files are none."""
    return sorted(
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in PICTURES and not p.name.startswith(".") and p.is_file()
    )


def class_folders(folder: Path) -> list[Path]:
    """The visible folders directly under a folder, in name order."""
    hidden = (".", "__")
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(hidden))
