"""Squares around faces, small enough that a large data set fits in memory.

Pictures of whole scenes are cropped to the face with a margin and stored as squares of `SIDE`
pixels (62 kB in colour): the 287,651 pictures of AffectNet-8 take 18 GB. The face fills about
two thirds of the square, so that the aligner still finds it and augmentation has room.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from fervideo.errors import DatasetError
from fervideo.faces.detector import FaceDetector
from fervideo.faces.detector_networks import Engine
from fervideo.training.readers.files import decode
from fervideo.training.readers.samples import SPLITS, Samples, make_samples
from fervideo.types import ByteImage

log = logging.getLogger(__name__)

SIDE = 144
"""Largest side, in pixels, of a stored picture: the largest input of any of the networks."""

MARGIN = 0.25
"""What is kept around a face, on each side, as a part of the face box's longer side."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

FindFace = Callable[[ByteImage], Box | None]
"""From uint8 RGB (H, W, 3) to the box of the face that is meant, None where there is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture that a data set's table or folders name.

    Attributes:
        path: Its file.
        label: Class name.
        split: One of `SPLITS`.
        subject: Who is shown; -1 if unknown.
        box: Where the owners saw the face; None if they do not say.
    """

    path: Path
    label: str
    split: str
    subject: int = -1
    box: Box | None = None


def crop_square(image: ByteImage, box: Box, side: int = SIDE, margin: float = MARGIN) -> ByteImage:
    """The square around a box, with a margin; beyond the picture its edge is repeated.

    Args:
        image: uint8 (H, W, channels).
        box: The face, at least partly inside the picture.
        side: Side of the result in pixels.
        margin: Part of the box's longer side added on each side.

    Returns:
        uint8 (side, side, channels).

    Raises:
        ValueError: The box is empty or outside the picture.
    """
    height, width = image.shape[:2]
    left, top, right, bottom = box
    if not (left < right and top < bottom and left < width and top < height) or (
        right <= 0 or bottom <= 0
    ):
        raise ValueError(f"a face box inside {width}x{height} pixels, found {box}")
    half = max(right - left, bottom - top) * (0.5 + margin)
    x, y = (left + right) / 2, (top + bottom) / 2
    x0, y0 = round(x - half), round(y - half)
    length = max(1, round(2 * half))
    inner = image[max(y0, 0) : y0 + length, max(x0, 0) : x0 + length]
    around = (
        max(-y0, 0),
        max(y0 + length - height, 0),
        max(-x0, 0),
        max(x0 + length - width, 0),
    )
    return resize(_bordered(inner, around), side)


def pad_square(image: ByteImage, side: int) -> ByteImage:
    """The whole picture as a square: its edge is repeated along the shorter side."""
    height, width = image.shape[:2]
    down, across = max(width - height, 0), max(height - width, 0)
    around = (down // 2, down - down // 2, across // 2, across - across // 2)
    return resize(_bordered(image, around), side)


def _bordered(image: ByteImage, around: tuple[int, int, int, int]) -> ByteImage:
    """The picture with its edge repeated so many pixels up, down, left and right."""
    return cv2.copyMakeBorder(image, *around, cv2.BORDER_REPLICATE)  # type: ignore[return-value]


def resize(image: ByteImage, side: int) -> ByteImage:
    """A square picture at another size, averaging where it shrinks; channels are kept."""
    channels = 1 if image.ndim == 2 else image.shape[2]
    if image.shape[0] != side:
        way = cv2.INTER_AREA if image.shape[0] > side else cv2.INTER_LINEAR
        image = cv2.resize(image, (side, side), interpolation=way)  # type: ignore[assignment]
    return image.reshape(side, side, channels)


class LargestFace:
    """Finds the largest face of a picture, as the program does at run time. Close it after use."""

    def __init__(self) -> None:
        self._detector = FaceDetector(fallback_every=1, engine=Engine.MEDIAPIPE)
        self.close = self._detector.close

    def __call__(self, image: ByteImage) -> Box | None:
        """Its box, None if there is no face."""
        boxes = self._detector(image).boxes
        if not len(boxes):
            return None
        largest = boxes[int((boxes[:, 2:] - boxes[:, :2]).prod(1).argmax())]
        return tuple(float(v) for v in largest)  # type: ignore[return-value]


def gather(
    name: str,
    entries: Sequence[Entry],
    classes: tuple[str, ...],
    *,
    side: int = SIDE,
    gray: bool = False,
    find_face: FindFace | None = None,
    tolerate: float = 0.0,
) -> Samples:
    """Read every entry's picture as one square.

    A picture with a box is cropped to it. Without a box, one larger than `side` is cropped to
    the face that `find_face` sees. What is left is padded to a square.

    Args:
        name: The data set.
        entries: At least one.
        classes: Names of the classes, in order.
        side: Side of the squares.
        gray: Store one channel.
        find_face: None where pictures are crops already.
        tolerate: Part of the entries that may be missing or unreadable; they are left out.

    Raises:
        DatasetError: More than that is missing or unreadable.
    """
    if not entries:
        raise DatasetError(f"{name}: expected at least one picture, found none")
    images = np.empty((len(entries), side, side, 1 if gray else 3), np.uint8)
    kept: list[Entry] = []
    trouble: list[str] = []
    faceless = 0
    for entry in entries:
        try:
            image = _read(name, entry, gray and find_face is None)
            box = entry.box
            if box is None and find_face is not None and max(image.shape[:2]) > side:
                box = find_face(image)
                faceless += box is None
            square = pad_square(image, side) if box is None else crop_square(image, box, side)
        except (DatasetError, OSError, ValueError) as error:
            trouble.append(_sentence(name, entry, error))
            if len(trouble) > tolerate * len(entries):
                raise DatasetError(_too_many(trouble, len(entries))) from None
            continue
        images[len(kept)] = _gray(square) if gray else square
        kept.append(entry)
        if len(kept) % 10_000 == 0:
            log.info("%s: %d of %d pictures read", name, len(kept), len(entries))
    if trouble:
        log.warning("%s: left out %d pictures, the first: %s", name, len(trouble), trouble[0])
    if faceless:
        log.warning("%s: no face found in %d pictures, kept whole", name, faceless)
    return make_samples(
        name,
        images[: len(kept)],
        np.array([classes.index(e.label) for e in kept], np.int64),
        np.array([SPLITS.index(e.split) for e in kept], np.int64),
        subjects=np.array([e.subject for e in kept], np.int64),
        classes=classes,
    )


def _read(name: str, entry: Entry, gray: bool) -> ByteImage:
    return decode(entry.path.read_bytes(), str(entry.path), name, gray)


def _gray(image: ByteImage) -> ByteImage:
    if image.shape[2] == 1:
        return image
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[:, :, None]  # type: ignore[return-value]


def _sentence(name: str, entry: Entry, error: Exception) -> str:
    if isinstance(error, DatasetError):
        return str(error)
    if isinstance(error, ValueError):
        return f"{name}: {entry.path}: expected {error}"
    return f"{name}: expected a picture at {entry.path}, found none"


def _too_many(trouble: Sequence[str], total: int) -> str:
    if len(trouble) == 1:
        return trouble[0]
    return f"{trouble[0]}; more than {len(trouble) - 1} of {total} pictures are missing or damaged"
