"""AffectNet's manually annotated part (Mollahosseini, Hasani and Mahoor 2017).

The owners' layout is `Manually_Annotated_file_lists/training.csv` and `validation.csv` with the
columns below, and `Manually_Annotated/Manually_Annotated_Images/689/737d....jpg`. The test set is
not public: as everywhere in the literature, their validation is our test, and a part of their
training is our validation. `validation.csv` is also distributed without its header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.crops import Entry, gather
from fervideo.training.readers.files import find
from fervideo.training.readers.samples import Samples, announced, validation_from_train

COLUMNS = (
    "subDirectory_filePath",
    "face_x",
    "face_y",
    "face_width",
    "face_height",
    "facial_landmarks",
    "expression",
    "valence",
    "arousal",
)

_EXPRESSION = COLUMNS.index("expression")

HELD_OUT = 0.05
"""Part of the owners' training set that is our validation."""

TOLERATED = 0.01
"""Part of the pictures that may be missing or unreadable, of so many from the web."""

_LISTS = ("{}", "Manually_Annotated_file_lists/{}", "*/{}", "*/Manually_Annotated_file_lists/{}")
_IMAGES = (
    "Manually_Annotated/Manually_Annotated_Images",
    "Manually_Annotated_Images",
    "*/Manually_Annotated_Images",
    "*/*/Manually_Annotated_Images",
)


def read_affectnet7(root: Path) -> Samples:
    """AffectNet-7: 283,901 training and 3,500 test faces without contempt, 144x144 RGB.

    Faces are cropped by the owners' box with a margin, 62 kB each. Pictures marked none, uncertain
    or no face are left out. Valence and arousal are not kept.

    Raises:
        DatasetError: The folder is not the owners'.
    """
    return _read(root, "affectnet7", labels.BASIC)


def read_affectnet8(root: Path) -> Samples:
    """AffectNet-8: 287,651 training and 4,000 test faces, else as `read_affectnet7`."""
    return _read(root, "affectnet8", labels.BASIC_WITH_CONTEMPT)


def _read(root: Path, name: str, classes: tuple[str, ...]) -> Samples:
    lists = {
        "train": find(root, name, *(p.format("training.csv") for p in _LISTS)),
        "test": find(root, name, *(p.format("validation.csv") for p in _LISTS)),
    }
    images = find(root, name, *_IMAGES)
    entries = [e for split, path in lists.items() for e in _entries(path, name, images, split)]
    entries = [e for e in entries if e.label in classes]
    samples = gather(name, entries, classes, tolerate=TOLERATED)
    return announced(validation_from_train(samples, HELD_OUT))


def _entries(path: Path, name: str, images: Path, split: str) -> Iterator[Entry]:
    """Every row that shows an expression."""
    for number, row in enumerate(_rows(path, name), 1):
        try:
            expression = int(row["expression"])
            if expression in labels.AFFECTNET_OTHERS:
                continue
            x, y, width, height = (float(row[c]) for c in COLUMNS[1:5])
            label = labels.AFFECTNET[expression]
        except (KeyError, TypeError, ValueError):
            raise DatasetError(
                f"{name}: expected an expression 0..10 and a face box in row {number} of "
                f"{path.name}, found something else"
            ) from None
        yield Entry(images / row[COLUMNS[0]], label, split, box=(x, y, x + width, y + height))


def _rows(path: Path, name: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for number, cells in enumerate(csv.reader(file)):
            if number == 0 and cells[: len(COLUMNS)] == list(COLUMNS):
                continue
            if len(cells) != len(COLUMNS) or (number == 0 and not cells[_EXPRESSION].isdigit()):
                raise DatasetError(
                    f"{name}: expected the columns {', '.join(COLUMNS)} in {path.name}, "
                    f"found {', '.join(cells)[:80]!r}"
                )
            yield dict(zip(COLUMNS, cells, strict=True))
