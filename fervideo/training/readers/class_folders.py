"""Pictures sorted into a folder for each class: SFEW 2.0, and anybody's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.crops import SIDE, Entry, FindFace, LargestFace, gather
from fervideo.training.readers.files import class_folders, decode, find, picture_paths
from fervideo.training.readers.samples import (
    SPLITS,
    Samples,
    announced,
    hold_out,
    validation_from_train,
)

_SFEW = {
    "train": ("Train_Aligned_Faces*/", "Train/Train_Aligned_Faces*/", "Train/Train/", "Train/"),
    "test": ("Val_Aligned_Faces*/", "Val/Val_Aligned_Faces*/", "Val/Val/", "Val/"),
}

_SPLIT_WORDS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}


def read_sfew(root: Path, find_face: FindFace | None = None) -> Samples:
    """SFEW 2.0 (Dhall et al. 2011, 2015): 958 train and 436 validation frames of films, 7 classes.

    The owners' layout is `Train/Angry/*.png` and `Val/Angry/*.png`, whole frames, or the same in
    `Train_Aligned_Faces` and `Val_Aligned_Faces`, 143x181, which are preferred: a frame may show
    several people. The labels of their test set are not public: as everywhere in the literature,
    their Val is our test; 10 % of Train is our validation. Stored as 144x144 RGB.

    Args:
        root: The owners' folder.
        find_face: Finds the face in a whole frame; the run-time detector if None.

    Raises:
        DatasetError: The folder is not the owners'.
    """
    entries, aligned = [], True
    for split, candidates in _SFEW.items():
        folder = find(root, "sfew", *candidates)
        aligned &= "Aligned" in folder.name
        for place in class_folders(folder):
            if place.name.capitalize() not in labels.SFEW:
                raise DatasetError(
                    f"sfew: expected class folders {', '.join(labels.SFEW)} in {folder}, "
                    f"found {place.name}"
                )
            name = labels.SFEW[place.name.capitalize()]
            entries += [Entry(p, name, split) for p in picture_paths(place)]
    samples = _gather("sfew", entries, labels.BASIC, SIDE, not aligned, find_face)
    return announced(validation_from_train(samples, 0.1))


def read_folder(root: Path, find_face: FindFace | None = None) -> Samples:
    """Any folder with a folder of pictures for each class, itself or under train, val and test.

    Folder names are expressions, by `labels.expression_of`; others are custom classes. If any of
    the basic seven is among them the classes are those seven (contempt eighth, if it is there) and
    then the custom ones by name, so that models of seven classes can be evaluated; else they are
    the custom ones alone. Pictures larger than 144 pixels are cropped to their largest face and
    stored as 144x144 RGB, smaller ones are padded to the square of the largest.

    Without a split level, 20 % of each class is test, 10 % validation; with `train` but no `val`,
    10 % of train is validation.

    Args:
        root: The folder.
        find_face: Finds the face in a large picture; the run-time detector if None.

    Raises:
        DatasetError: There are no class folders with pictures, or one is called `unknown`.
    """
    if not root.is_dir():
        raise DatasetError(f"folder: expected a folder of class folders at {root}, found none")
    split = _split_level(root)
    entries: list[Entry] = []
    for place, name in (split or {root: "train"}).items():
        entries += _entries(place, name)
    if not entries:
        raise DatasetError(f"folder: expected class folders with pictures under {root}, found none")
    classes = _classes({e.label for e in entries})
    side = _side([e.path for e in entries])
    samples = _gather("folder", entries, classes, side, True, find_face)
    if not split:
        return announced(_split_at_random(samples))
    given = "validation" in split.values()
    return announced(samples if given else validation_from_train(samples, 0.1))


def _split_level(root: Path) -> dict[Path, str]:
    """The folders that are splits, with the split they are; none where classes come first."""
    folders = class_folders(root)
    split = {p: _SPLIT_WORDS[p.name.casefold()] for p in folders if _is_split(p)}
    others = [p for p in folders if not _is_split(p)]
    if split and others:
        raise DatasetError(
            f"folder: expected either class folders or train, val and test in {root}, "
            f"found both {others[0].name} and {next(iter(split)).name}"
        )
    return split


def _is_split(folder: Path) -> bool:
    return folder.name.casefold() in _SPLIT_WORDS


def _gather(
    name: str,
    entries: list[Entry],
    classes: tuple[str, ...],
    side: int,
    whole: bool,
    find_face: FindFace | None,
) -> Samples:
    """Read the pictures, with the run-time detector where they are whole scenes."""
    if not whole or find_face is not None:
        return gather(name, entries, classes, side=side, find_face=find_face if whole else None)
    finder = LargestFace()
    try:
        return gather(name, entries, classes, side=side, find_face=finder)
    finally:
        finder.close()


def _entries(place: Path, split: str) -> list[Entry]:
    found = []
    for folder in class_folders(place):
        label = labels.expression_of(folder.name)
        if label.casefold() == labels.UNKNOWN:
            raise DatasetError(
                f"folder: expected names of classes in {place}, found {folder.name}, which means "
                "a face that is near no class; rename it"
            )
        found += [Entry(p, label, split) for p in picture_paths(folder)]
    return found


def _classes(present: set[str]) -> tuple[str, ...]:
    custom = tuple(sorted(present - set(labels.BASIC_WITH_CONTEMPT)))
    if labels.CONTEMPT.name in present:
        return labels.BASIC_WITH_CONTEMPT + custom
    return labels.BASIC + custom if present & set(labels.BASIC) else custom


def _side(paths: list[Path]) -> int:
    """The longest side of any picture, at most `SIDE`."""
    longest = 0
    for path in paths:
        image = decode(path.read_bytes(), str(path), "folder", gray=True)
        longest = max(longest, *image.shape[:2])
        if longest >= SIDE:
            return SIDE
    return longest


def _split_at_random(samples: Samples) -> Samples:
    splits = np.where(hold_out(samples.labels, 0.2), SPLITS.index("test"), 0).astype(np.int64)
    return validation_from_train(replace(samples, splits=splits), 0.125)
