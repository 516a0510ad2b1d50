"""ExpW, Expression in-the-Wild (Zhang, Luo, Loy and Tang 2017): 91,793 faces from the web.

The owners' `label/label.lst` has a line for each face: `image_name face_id_in_image face_box_top
face_box_left face_box_right face_box_bottom face_box_confidence expression_label`; note the order
of the box. The pictures lie in `image/origin`.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.crops import Entry, gather
from fervideo.training.readers.files import find
from fervideo.training.readers.samples import Samples, announced

TOLERATED = 0.01
"""Part of the pictures that may be missing or unreadable, of so many from the web."""

_LISTS = ("label.lst", "label/label.lst", "*/label.lst", "*/label/label.lst")
_IMAGES = ("image/origin", "origin", "*/image/origin", "*/origin", "image", "images", "*/image")
_FIELDS = "name id top left right bottom confidence label(0..6)"


def read_expw(root: Path) -> Samples:
    """ExpW: every face cropped by its box with a margin, 144x144 RGB, 62 kB each.

    The owners give no split: by its name a picture is test (10 %), validation (10 %) or train, so
    that the faces of one picture stay together.

    Raises:
        DatasetError: The folder is not the owners'.
    """
    table = find(root, "expw", *_LISTS)
    images = find(root, "expw", *_IMAGES)
    lines = table.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    entries = [_entry(line, images) for line in lines if line.strip()]
    return announced(gather("expw", entries, labels.BASIC, tolerate=TOLERATED))


def _entry(line: str, images: Path) -> Entry:
    try:
        # Names hold no blanks, but nothing is lost by allowing them.
        name, _, top, left, right, bottom, _, number = line.rsplit(maxsplit=7)
        box = (float(left), float(top), float(right), float(bottom))
        label = labels.EXPW[int(number)]
    except (KeyError, ValueError):
        raise DatasetError(f"expw: expected '{_FIELDS}' in label.lst, found {line!r}") from None
    return Entry(images / name, label, split_of(name), box=box)


def split_of(name: str) -> str:
    """`test`, `validation` or `train` for a picture's name, the same on every machine."""
    return {0: "test", 1: "validation"}.get(
        zlib.crc32(name.encode(errors="surrogateescape")) % 10, "train"
    )
