"""Reading the research data sets in the layout their owners distribute.

Every reader returns `Samples` and raises `DatasetError` with what it expected and what it found.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.types import ByteImage, FloatArray

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Samples:
    """One data set in memory.

    Attributes:
        name: Short name, as on the command line.
        images: uint8 (n, H, W, 3) RGB, or (n, H, W, 1) grey.
        targets: (n, C) float32, a distribution over `labels.BASIC` (or with contempt) per image.
        labels: (n,) int64 index of the owners' own label; what metrics are computed against.
        splits: (n,) index into `SPLITS`.
        subjects: (n,) who is shown; -1 where the owners do not say.
        classes: The C class names.
    """

    name: str
    images: ByteImage
    targets: FloatArray
    labels: NDArray[np.int64]
    splits: NDArray[np.int64]
    subjects: NDArray[np.int64]
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def only(self, mask: NDArray[np.bool_]) -> Samples:
        """The samples where `mask` (n,) is True."""
        return Samples(
            self.name,
            self.images[mask],
            self.targets[mask],
            self.labels[mask],
            self.splits[mask],
            self.subjects[mask],
            self.classes,
        )

    def split(self, name: str) -> Samples:
        """The samples of `train`, `validation` or `test`."""
        return self.only(self.splits == SPLITS.index(name))

    def counts(self) -> dict[str, int]:
        """How many pictures of each class."""
        number = np.bincount(self.labels, minlength=len(self.classes))
        return {c: int(k) for c, k in zip(self.classes, number, strict=True)}


def one_hot(indices: NDArray[np.int64], classes: int) -> FloatArray:
    """(n,) indices to (n, classes) float32."""
    return np.eye(classes, dtype=np.float32)[indices]


def hold_out(class_of: NDArray[np.int64], part: float, seed: int = 2024) -> NDArray[np.bool_]:
    """A stratified validation mask over n samples, the same on every machine."""
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(class_of), np.bool_)
    for c in np.unique(class_of):
        members = np.flatnonzero(class_of == c)
        mask[rng.permutation(members)[: round(part * len(members))]] = True
    return mask


def _find(root: Path, dataset: str, *candidates: str) -> Path:
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


def _decode(data: bytes, where: str, dataset: str, gray: bool = False) -> ByteImage:
    flag = cv2.IMREAD_GRAYSCALE if gray else cv2.IMREAD_COLOR_RGB
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if image is None:
        raise DatasetError(f"{dataset}: expected a picture in {where}, found unreadable bytes")
    return image if image.ndim == 3 else image[:, :, None]  # type: ignore[return-value]


def _files(place: Path, dataset: str, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
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


def read_rafdb(root: Path) -> Samples:
    """RAF-DB basic (Li and Deng 2018): aligned RGB pictures, 100x100; 10 % of train held out."""
    table = _find(root, "rafdb", "EmoLabel/list_patition_label.txt", "**/list_patition_label.txt")
    base = table.parent.parent
    place = _find(base, "rafdb", "Image/aligned.zip", "Image/aligned")
    numbers = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if len(parts) != 2 or not parts[1].isdigit() or int(parts[1]) not in labels.RAFDB:
            raise DatasetError(f"rafdb: expected 'name.jpg 1..7' in {table.name}, found {line!r}")
        numbers[Path(parts[0]).stem] = labels.BASIC.index(labels.RAFDB[int(parts[1])])
    names, images = [], []
    for name, data in _files(place, "rafdb", (".jpg", ".png")):
        key = Path(name).stem.removesuffix("_aligned")
        if key in numbers:
            names.append(key)
            images.append(_decode(data, name, "rafdb"))
    if len(names) != len(numbers):
        raise DatasetError(
            f"rafdb: expected {len(numbers)} pictures named in {table.name}, found {len(names)}"
        )
    index = np.array([numbers[n] for n in names], np.int64)
    splits = np.array([SPLITS.index(n.split("_")[0]) for n in names], np.int64)
    train = np.flatnonzero(splits == 0)
    splits[train[hold_out(index[train], 0.1)]] = 1
    return _samples("rafdb", np.stack(images), index, splits)


def _samples(
    name: str,
    images: ByteImage,
    index: NDArray[np.int64],
    splits: NDArray[np.int64],
    targets: FloatArray | None = None,
    subjects: NDArray[np.int64] | None = None,
    classes: tuple[str, ...] = labels.BASIC,
) -> Samples:
    return Samples(
        name,
        images,
        one_hot(index, len(classes)) if targets is None else targets,
        index,
        splits,
        np.full(len(index), -1, np.int64) if subjects is None else subjects,
        classes,
    )


FERPLUS_SHARE = 0.4
"""Weight of the FER+ votes in the target of a FER2013 picture; its own label has the rest."""


def read_fer2013(root: Path) -> Samples:
    """FER2013 (Goodfellow et al. 2013): 48x48 grey; PublicTest is the validation split.

    Where `fer2013new.csv` (FER+, Barsoum et al. 2016) lies beside it, the training targets are
    `(1 - FERPLUS_SHARE) * label + FERPLUS_SHARE * votes`, and pictures that most annotators call
    no face are left out of training.
    """
    path = root if root.is_file() else _find(root, "fer2013", "fer2013.csv", "fer2013.csv.gz")
    opener: Callable[..., io.TextIOBase] = gzip.open if path.suffix == ".gz" else open
    usage_split = {"Training": 0, "PublicTest": 1, "PrivateTest": 2}
    index, pixels, splits = [], [], []
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not {"emotion", "pixels", "Usage"} <= set(reader.fieldnames or ()):
            raise DatasetError(
                f"fer2013: expected columns emotion, pixels, Usage in {path.name}, "
                f"found {reader.fieldnames}"
            )
        for row in reader:
            index.append(labels.BASIC.index(labels.FER2013[int(row["emotion"])]))
            pixels.append(np.array(row["pixels"].split(), np.uint8))
            splits.append(usage_split[row["Usage"]])
    images = np.stack(pixels).reshape(-1, 48, 48, 1)
    class_of = np.array(index, np.int64)
    split_of = np.array(splits, np.int64)
    votes_file = path.parent / "fer2013new.csv"
    if not votes_file.is_file():
        return _samples("fer2013", images, class_of, split_of)
    votes, is_face = _ferplus(votes_file, len(images))
    has_votes = votes.sum(1) > 0
    targets = one_hot(class_of, len(labels.BASIC))
    blend = (1 - FERPLUS_SHARE) * targets + FERPLUS_SHARE * votes
    targets[has_votes] = blend[has_votes]
    samples = _samples("fer2013", images, class_of, split_of, targets)
    return samples.only(is_face | (split_of != 0))


def _ferplus(path: Path, expected: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Share of the votes over the basic seven (n, 7), and whether most saw a face (n,)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != expected:
        raise DatasetError(
            f"fer2013: expected {expected} rows in {path.name}, as in fer2013.csv, "
            f"found {len(rows)}"
        )
    columns = {v: k for k, v in labels.FERPLUS_COLUMNS.items()}
    votes = np.array([[float(r[columns[c]]) for c in labels.BASIC] for r in rows], np.float32)
    no_face = np.array([float(r["NF"]) for r in rows])
    total = votes.sum(1, keepdims=True)
    return votes / np.maximum(total, 1), no_face <= 5


def read_ckplus(root: Path) -> Samples:
    """CK+ (Lucey et al. 2010) as 48x48 pictures in class folders: test only; has contempt."""
    candidates = ("CK+48.zip", "**/CK+48", "CK+48*")
    place = (
        root if root.is_file() or (root / "anger").is_dir() else _find(root, "ckplus", *candidates)
    )
    classes = labels.BASIC_WITH_CONTEMPT
    index, images, subjects = [], [], []
    for name, data in _files(place, "ckplus", (".png", ".jpg")):
        folder = Path(name).parent.name
        match = re.match(r"S(\d+)_", Path(name).name)
        if folder not in labels.CKPLUS or match is None:
            raise DatasetError(
                f"ckplus: expected <class>/S000_000_00000000.png with a class of "
                f"{', '.join(labels.CKPLUS)}, found {name}"
            )
        index.append(classes.index(labels.CKPLUS[folder]))
        subjects.append(int(match[1]))
        images.append(_decode(data, name, "ckplus", gray=True))
    if not images:
        raise DatasetError(f"ckplus: expected pictures in class folders under {place}, found none")
    splits = np.full(len(index), SPLITS.index("test"), np.int64)
    return _samples(
        "ckplus",
        np.stack(images),
        np.array(index, np.int64),
        splits,
        subjects=np.array(subjects, np.int64),
        classes=classes,
    )


READERS: Mapping[str, Callable[[Path], Samples]] = {
    "rafdb": read_rafdb,
    "fer2013": read_fer2013,
    "ckplus": read_ckplus,
}


def parse_data(text: str) -> tuple[str, Path]:
    """Split `name:PATH`. Raises DatasetError if the name is not a data set's."""
    name, colon, place = text.partition(":")
    if not colon or name not in READERS:
        raise DatasetError(
            f"expected NAME:PATH with NAME one of {', '.join(READERS)}, found {text!r}"
        )
    return name, Path(place).expanduser()
