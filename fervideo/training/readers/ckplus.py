"""CK+ (Lucey et al. 2010): as 48x48 pictures in class folders, and as the original sequences."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.training.readers.crops import Entry, FindFace, LargestFace, gather
from fervideo.training.readers.files import decode, find, pictures_in
from fervideo.training.readers.samples import SPLITS, Samples, announced, make_samples

CLASSES = labels.BASIC_WITH_CONTEMPT

PEAK_FRAMES = 3
"""Frames at the end of a sequence that show the expression at its height."""

_FRAMES = ("cohn-kanade-images", "*/cohn-kanade-images")
_EMOTION = ("Emotion", "*/Emotion")


def read_ckplus(root: Path) -> Samples:
    """CK+ as 48x48 grey pictures in class folders: 981, all of them test; has contempt.

    Raises:
        DatasetError: There are no such folders.
    """
    place = root if root.is_file() or (root / "anger").is_dir() else _class_folders(root)
    index, images, subjects = [], [], []
    for name, data in pictures_in(place, "ckplus", (".png", ".jpg")):
        folder = Path(name).parent.name
        match = re.match(r"S(\d+)_", Path(name).name)
        if folder not in labels.CKPLUS or match is None:
            raise DatasetError(
                f"ckplus: expected <class>/S000_000_00000000.png with a class of "
                f"{', '.join(labels.CKPLUS)}, found {name}"
            )
        index.append(CLASSES.index(labels.CKPLUS[folder]))
        subjects.append(int(match[1]))
        images.append(decode(data, name, "ckplus", gray=True))
    if not images:
        raise DatasetError(f"ckplus: expected pictures in class folders under {place}, found none")
    samples = make_samples(
        "ckplus",
        np.stack(images),
        np.array(index, np.int64),
        np.full(len(index), SPLITS.index("test"), np.int64),
        subjects=np.array(subjects, np.int64),
        classes=CLASSES,
    )
    return announced(samples)


def _class_folders(root: Path) -> Path:
    if any(sorted(root.glob(pattern)) for pattern in _FRAMES):
        raise DatasetError(
            f"ckplus: expected pictures in class folders under {root}, found the original "
            "sequences, which ckplus-sequences reads"
        )
    return find(root, "ckplus", "CK+48.zip", "**/CK+48", "CK+48*")


def read_ckplus_sequences(root: Path, find_face: FindFace | None = None) -> Samples:
    """The original sequences: of each labelled one the last three frames, all of them test.

    The owners' layout is `cohn-kanade-images/S005/001/S005_001_00000011.png`, 640x490, and
    `Emotion/S005/001/S005_001_00000011_emotion.txt` with a number for 327 of the 593 sequences.
    The face is cropped with a margin, stored as grey 144x144. Subjects are the owners'.

    Args:
        root: The folder that holds both.
        find_face: Finds the face in a frame; the run-time detector if None.

    Raises:
        DatasetError: A folder or the frames of a labelled sequence are missing.
    """
    return _read_sequences("ckplus-sequences", root, False, find_face)


def read_ckplus_neutral(root: Path, find_face: FindFace | None = None) -> Samples:
    """As `read_ckplus_sequences`, and the first frame of each labelled sequence as neutral."""
    return _read_sequences("ckplus-neutral", root, True, find_face)


def _read_sequences(name: str, root: Path, neutral: bool, find_face: FindFace | None) -> Samples:
    frames, emotion = find(root, name, *_FRAMES), find(root, name, *_EMOTION)
    files = sorted(emotion.glob("*/*/*_emotion.txt"))
    if not files:
        raise DatasetError(
            f"{name}: expected S005/001/S005_001_00000011_emotion.txt under {emotion}, found none"
        )
    entries: list[Entry] = []
    for file in files:
        entries += _sequence(name, frames / file.parent.relative_to(emotion), file, neutral)
    if find_face is not None:
        return announced(gather(name, entries, CLASSES, gray=True, find_face=find_face))
    finder = LargestFace()
    try:
        return announced(gather(name, entries, CLASSES, gray=True, find_face=finder))
    finally:
        finder.close()


def _sequence(name: str, folder: Path, file: Path, neutral: bool) -> list[Entry]:
    """The entries of one labelled sequence."""
    words = file.read_text(encoding="utf-8", errors="replace").split()
    try:
        expression = labels.CKPLUS_SEQUENCES[int(float(words[0]))]
    except (IndexError, KeyError, ValueError, OverflowError):
        raise DatasetError(
            f"{name}: expected a number 0..7 in {file}, found {' '.join(words)!r}"
        ) from None
    match = re.fullmatch(r"S(\d+)", file.parent.parent.name)
    frames = sorted(folder.glob("S*_*_*.png"))
    if match is None or len(frames) < PEAK_FRAMES:
        raise DatasetError(
            f"{name}: expected the frames of a labelled sequence in {folder}, found {len(frames)}"
        )
    subject = int(match[1])
    found = [Entry(p, expression, "test", subject) for p in frames[-PEAK_FRAMES:]]
    if neutral and len(frames) > PEAK_FRAMES:
        found.append(Entry(frames[0], labels.NEUTRAL.name, "test", subject))
    return found
