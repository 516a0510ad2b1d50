"""Where recordings and snapshots go, and what they are called."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QImage

from fervideo.errors import SessionError, reason_of


def safe_name(text: str) -> str:
    """`text` as a part of a file name on any system."""
    stem = Path(text).stem if Path(text).suffix else text
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:60] or "recording"


def stamped(source_name: str, now: datetime) -> str:
    """Name of a recording or a snapshot: the source and the local time."""
    return f"{safe_name(source_name)}-{now:%Y-%m-%d-%H%M%S}"


def free_path(path: Path) -> Path:
    """`path`, or the same with a number where there is such a file."""
    number, free = 2, path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free


def save_snapshot(image: QImage, folder: Path, name: str) -> Path:
    """Write a picture as PNG.

    Returns:
        Its path.

    Raises:
        SessionError: It cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SessionError(
            f"cannot make the folder {folder}: {reason_of(error)}; choose another recordings folder"
        ) from error
    path = free_path(folder / f"{name}.png")
    if not image.save(str(path)):
        raise SessionError(
            f"cannot write {path}; look whether the disk is full or choose another folder"
        )
    return path
