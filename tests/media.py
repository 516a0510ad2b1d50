"""Real pictures of faces, for tests of several parts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data

from fervideo.resources import asset_file
from fervideo.types import ByteImage

CLIP = "WolfgangLanger_Pexels.mp4"


@dataclass(frozen=True)
class SharedMedia:
    """Real pictures of faces.

    Attributes:
        folder: Where larger media lie, None if there is no such folder.
        clip: A video of one person whose expression changes.
        group: uint8 RGB picture of five people.
        portrait: uint8 RGB picture of one person.
    """

    folder: Path | None
    clip: Path
    group: ByteImage
    portrait: ByteImage


def load_media() -> SharedMedia:
    """From the media folder if there is one, else from what packages ship."""
    folder = _media_folder()
    portrait = data.astronaut()
    if folder is None:
        return SharedMedia(None, asset_file("demo.mp4"), _five_astronauts(portrait), portrait)
    return SharedMedia(folder, folder / CLIP, _read(folder / "multi_face.jpg"), portrait)


def _media_folder() -> Path | None:
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("FERVIDEO_SHARED", beside)) / "media"
    return folder if folder.is_dir() else None


def _read(path: Path) -> ByteImage:
    encoded = np.frombuffer(path.read_bytes(), np.uint8)
    image: NDArray[np.uint8] = cv2.cvtColor(cv2.imdecode(encoded, cv2.IMREAD_COLOR), 4)
    return image


def _five_astronauts(portrait: ByteImage) -> ByteImage:
    """The portrait's head five times over, two of them mirrored."""
    head = portrait[:300, 80:380]
    gap = np.zeros((300, 150, 3), np.uint8)
    above = np.hstack([head, head[:, ::-1], head])
    below = np.hstack([gap, head[:, ::-1], head, gap])
    return np.vstack([above, below])
