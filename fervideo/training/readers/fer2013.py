"""FER2013 (Goodfellow et al. 2013), as the Kaggle file and as Kaggle's class folders."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.crops import Entry, gather
from fervideo.training.readers.ferplus_votes import VOTES_FILE, basic_votes
from fervideo.training.readers.files import class_folders, find, picture_paths
from fervideo.training.readers.samples import (
    SPLITS,
    Samples,
    announced,
    make_samples,
    one_hot,
    validation_from_train,
)
from fervideo.types import ByteImage

FERPLUS_SHARE = 0.4
"""Weight of the FER+ votes in the target of a FER2013 picture; its own label has the rest."""

_PIXELS = 48
USAGE = {"Training": 0, "PublicTest": 1, "PrivateTest": 2}
"""The owners' words for the splits, and their index into `SPLITS`."""

_COLUMNS = ("emotion", "pixels", "Usage")


@dataclass(frozen=True, slots=True)
class Fer2013Table:
    """The rows of `fer2013.csv`, in their order.

    Attributes:
        path: The file.
        images: uint8 (n, 48, 48, 1) grey.
        labels: (n,) index into `labels.BASIC`.
        splits: (n,) index into `SPLITS`; PublicTest is validation.
    """

    path: Path
    images: ByteImage
    labels: NDArray[np.int64]
    splits: NDArray[np.int64]


def read_table(root: Path, dataset: str) -> Fer2013Table:
    """Read `fer2013.csv` or `fer2013.csv.gz`: emotion, pixels, Usage. Raises DatasetError."""
    path = root if root.is_file() else find(root, dataset, "fer2013.csv", "fer2013.csv.gz")
    index, pixels, splits = [], [], []
    for number, row in enumerate(_rows(path, dataset), 1):
        try:
            index.append(labels.BASIC.index(labels.FER2013[int(row["emotion"])]))
            pixels.append(np.array(row["pixels"].split(), np.uint8).reshape(_PIXELS, _PIXELS, 1))
            splits.append(USAGE[row["Usage"]])
        except (KeyError, ValueError, OverflowError, AttributeError, TypeError):
            raise DatasetError(
                f"{dataset}: expected an emotion 0..6, {_PIXELS * _PIXELS} pixels 0..255 and a "
                f"Usage of {', '.join(USAGE)} in row {number} of {path.name}, found something else"
            ) from None
    if not index:
        raise DatasetError(f"{dataset}: expected rows of pictures in {path}, found none")
    return Fer2013Table(
        path, np.stack(pixels), np.array(index, np.int64), np.array(splits, np.int64)
    )


def _rows(path: Path, dataset: str) -> Iterator[dict[str, str]]:
    opener: Callable[..., io.TextIOBase] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if not set(_COLUMNS) <= set(reader.fieldnames or ()):
                raise DatasetError(
                    f"{dataset}: expected columns {', '.join(_COLUMNS)} in {path.name}, "
                    f"found {reader.fieldnames}"
                )
            yield from reader
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(
            f"{dataset}: expected a whole table in {path}, found a damaged file: {error}"
        ) from None


def read_fer2013(root: Path) -> Samples:
    """FER2013: 28,709 training, 3,589 public and 3,589 private test pictures, 48x48 grey.

    PublicTest is the validation split. Where `fer2013new.csv` (FER+, Barsoum et al. 2016) lies
    beside the table, the training targets are
    `(1 - FERPLUS_SHARE) * label + FERPLUS_SHARE * votes`, and pictures that most annotators call
    no face are left out of training. A folder with `train` and `test` instead of a table is read
    as the folder form, which has no votes.

    Raises:
        DatasetError: The folder is neither form.
    """
    if root.is_dir() and (root / "train").is_dir() and not sorted(root.glob("fer2013.csv*")):
        return announced(_read_folders(root))
    table = read_table(root, "fer2013")
    votes_file = table.path.parent / VOTES_FILE
    if not votes_file.is_file():
        return announced(make_samples("fer2013", table.images, table.labels, table.splits))
    votes, is_face = basic_votes(votes_file, len(table.images))
    has_votes = votes.sum(1) > 0
    targets = one_hot(table.labels, len(labels.BASIC))
    blend = (1 - FERPLUS_SHARE) * targets + FERPLUS_SHARE * votes
    targets[has_votes] = blend[has_votes]
    samples = make_samples("fer2013", table.images, table.labels, table.splits, targets)
    return announced(samples.only(is_face | (table.splits != 0)))


def _read_folders(root: Path) -> Samples:
    """Kaggle's `train/angry/Training_3908.jpg`, `test/angry/PrivateTest_10131363.jpg`.

    Names in `test` tell PublicTest (validation) from PrivateTest (test). Where they do not, all
    of `test` is test, and 10 % of `train` is held out.
    """
    entries = []
    for part in ("train", "test"):
        folder = find(root, "fer2013", part)
        for place in class_folders(folder):
            if place.name.casefold() not in labels.FER2013_FOLDERS:
                raise DatasetError(
                    f"fer2013: expected class folders {', '.join(labels.FER2013_FOLDERS)} in "
                    f"{folder}, found {place.name}"
                )
            name = labels.FER2013_FOLDERS[place.name.casefold()]
            entries += [Entry(p, name, _split_of(p, part)) for p in picture_paths(place)]
    samples = gather("fer2013", entries, labels.BASIC, side=_PIXELS, gray=True)
    if (samples.splits == SPLITS.index("validation")).any():
        return samples
    return validation_from_train(samples, 0.1)


def _split_of(path: Path, part: str) -> str:
    usage = path.name.split("_")[0]
    return SPLITS[USAGE[usage]] if part == "test" and usage in USAGE else part
