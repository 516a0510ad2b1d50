"""RAF-DB, basic and compound (Li, Deng and Du 2017; Li and Deng 2018).

The owners give a folder for each part: `basic` or `compound`, with
`EmoLabel/list_patition_label.txt` (a line `train_00001.jpg 5` for each picture) and
`Image/aligned.zip` or `Image/aligned/train_00001_aligned.jpg`, RGB, 100x100.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.files import decode, find, pictures_in
from fervideo.training.readers.samples import (
    SPLITS,
    Samples,
    announced,
    hold_out,
    make_samples,
)

_TABLE = "EmoLabel/list_patition_label.txt"


def read_rafdb(root: Path) -> Samples:
    """RAF-DB basic: 12,271 train and 3,068 test pictures of 7 classes; 10 % of train held out.

    Raises:
        DatasetError: The folder is not the owners'.
    """
    table = find(root, "rafdb", _TABLE, "**/list_patition_label.txt")
    numbers = _read_table(table, "rafdb", labels.RAFDB, labels.BASIC)
    return _read_pictures(table.parent.parent, "rafdb", numbers, labels.BASIC)


def read_rafdb_compound(root: Path) -> Samples:
    """RAF-DB compound: 3,162 train and 792 test pictures of 11 classes; 10 % of train held out.

    Raises:
        DatasetError: The folder is not the owners', or it is that of the basic part.
    """
    name = "rafdb-compound"
    table = find(root, name, _TABLE, f"compound/{_TABLE}", f"**/compound/{_TABLE}")
    numbers = _read_table(table, name, labels.RAFDB_COMPOUND, labels.COMPOUND)
    if len(numbers) > 1000 and max(numbers.values()) < len(labels.RAFDB):
        raise DatasetError(
            f"{name}: expected labels 1..11 in {table}, found none over 7; "
            "give the folder compound, not basic"
        )
    return _read_pictures(table.parent.parent, name, numbers, labels.COMPOUND)


def _read_table(
    table: Path, dataset: str, numbering: Mapping[int, str], classes: tuple[str, ...]
) -> dict[str, int]:
    """Stem of each picture's name and its class index."""
    numbers = {}
    for line in table.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split()
        if len(parts) != 2 or not parts[1].isdigit() or int(parts[1]) not in numbering:
            raise DatasetError(
                f"{dataset}: expected 'name.jpg 1..{len(numbering)}' in {table.name}, "
                f"found {line!r}"
            )
        stem = Path(parts[0]).stem
        if stem.split("_")[0] not in SPLITS:
            raise DatasetError(
                f"{dataset}: expected names train_... or test_... in {table.name}, found {line!r}"
            )
        numbers[stem] = classes.index(numbering[int(parts[1])])
    return numbers


def _read_pictures(
    base: Path, dataset: str, numbers: Mapping[str, int], classes: tuple[str, ...]
) -> Samples:
    place = find(base, dataset, "Image/aligned.zip", "Image/aligned")
    names, images = [], []
    for name, data in pictures_in(place, dataset, (".jpg", ".png")):
        key = Path(name).stem.removesuffix("_aligned")
        if key in numbers:
            names.append(key)
            images.append(decode(data, name, dataset))
    if len(names) != len(numbers) or not names:
        raise DatasetError(
            f"{dataset}: expected {len(numbers)} pictures named in {Path(_TABLE).name}, "
            f"found {len(names)}"
        )
    shapes = {image.shape for image in images}
    if len(shapes) > 1:
        raise DatasetError(
            f"{dataset}: expected pictures of one size in {place}, found {len(shapes)} sizes"
        )
    index = np.array([numbers[n] for n in names], np.int64)
    splits = np.array([SPLITS.index(n.split("_")[0]) for n in names], np.int64)
    train = np.flatnonzero(splits == 0)
    splits[train[hold_out(index[train], 0.1)]] = 1
    return announced(make_samples(dataset, np.stack(images), index, splits, classes=classes))
