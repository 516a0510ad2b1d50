"""Data sets decoded and aligned once, kept as plain NumPy files.

A cache holds the pictures at their own resolution and, for each, the similarity transform that
takes it to the model's frame: one as given, one found by the detector. The transform is applied
together with the augmentation, so that a picture is resampled once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo.errors import DatasetError
from fervideo.faces.align import ANCHORS, TEMPLATE, similarity
from fervideo.faces.detector import DetectorRange, FaceDetector
from fervideo.faces.detector_networks import Engine
from fervideo.training.datasets import READERS, Samples, with_classes
from fervideo.training.readers.files import picture_paths
from fervideo.types import ByteImage, FloatArray

log = logging.getLogger(__name__)

VERSION = 2


@dataclass(frozen=True, slots=True)
class AlignedSamples:
    """Samples and where the face is in each.

    Attributes:
        samples: The pictures.
        given: (n, 2, 3) float32, from unit picture coordinates to unit crop coordinates, without
            a detector: the same for all pictures of one data set.
        aligned: (n, 2, 3) float32, the same from the detector's keypoints; `given` where it found
            no face.
        found: (n,) whether the detector found a face.
    """

    samples: Samples
    given: FloatArray
    aligned: FloatArray
    found: NDArray[np.bool_]

    def only(self, mask: NDArray[np.bool_]) -> AlignedSamples:
        """The samples where `mask` (n,) is True."""
        return AlignedSamples(
            self.samples.only(mask), self.given[mask], self.aligned[mask], self.found[mask]
        )

    def with_classes(self, classes: tuple[str, ...]) -> AlignedSamples:
        """The samples that have one of these classes, numbered as these; see `datasets`."""
        if self.samples.classes == classes:
            return self
        known = [i for i, c in enumerate(self.samples.classes) if c in classes]
        kept = self.only(np.isin(self.samples.labels, known))
        return replace(kept, samples=with_classes(self.samples, classes))

    def split(self, name: str) -> AlignedSamples:
        """The samples of one split."""
        from fervideo.training.datasets import SPLITS

        return self.only(self.samples.splits == SPLITS.index(name))


_IDENTITY = np.eye(2, 3, dtype=np.float32)

_OWN_FRAME = ("rafdb", "rafdb-compound")
"""Data sets whose frame is the template's by definition."""

# detector, border around the picture as a part of its side: data sets crop tightly
_LADDER = (
    (DetectorRange.SHORT, 0.25),
    (DetectorRange.FULL, 0.5),
    (DetectorRange.SHORT, 0.0),
    (DetectorRange.SHORT, 0.6),
)


def find_keypoints(images: ByteImage, report: Callable[[int], None]) -> list[FloatArray | None]:
    """Keypoints (6, 2), in unit coordinates, of the face in each picture; None if not found."""
    detectors = {
        each: FaceDetector(0.5, each, engine=Engine.MEDIAPIPE)
        for each in (DetectorRange.SHORT, DetectorRange.FULL)
    }
    found: list[FloatArray | None] = []
    for number, image in enumerate(images):
        found.append(_keypoints_of(image, detectors))
        if number % 500 == 0:
            report(number)
    for detector in detectors.values():
        detector.close()
    return found


def _keypoints_of(
    image: ByteImage, detectors: dict[DetectorRange, FaceDetector]
) -> FloatArray | None:
    rgb: ByteImage = image if image.shape[2] == 3 else np.repeat(image, 3, 2)
    side = image.shape[1]
    for which, border in _LADDER:
        pad = round(side * border)
        padded = np.pad(rgb, ((pad, pad), (pad, pad), (0, 0)), "edge")
        faces = detectors[which](padded)
        points = (faces.keypoints - pad) / side
        for k in points:
            # Only a face that fills the picture: not one on a T-shirt.
            if 0.15 < k[1, 0] - k[0, 0] < 0.7 and np.abs(k[2] - (0.5, 0.55)).max() < 0.3:
                return np.asarray(k, np.float32)
    return None


def align_samples(samples: Samples, report: Callable[[int], None]) -> AlignedSamples:
    """Find the face in every picture, and the data set's own frame."""
    keypoints = find_keypoints(samples.images, report)
    found = np.array([k is not None for k in keypoints])
    if not found.any():
        raise DatasetError(f"{samples.name}: expected faces in the pictures, found none")
    middle = np.median([k for k in keypoints if k is not None], axis=0)
    own = similarity(middle[:ANCHORS], TEMPLATE).astype(np.float32)
    if samples.name in _OWN_FRAME:
        own = _IDENTITY
    given = np.broadcast_to(own, (len(samples), 2, 3)).copy()
    aligned = given.copy()
    for i, k in enumerate(keypoints):
        if k is not None:
            aligned[i] = similarity(k[:ANCHORS], TEMPLATE)
    return AlignedSamples(samples, given, aligned, found)


def load_aligned(
    name: str, root: Path, cache: Path, report: Callable[[int], None] = lambda n: None
) -> AlignedSamples:
    """A data set from the cache, read and aligned first if it is not there yet.

    Args:
        name: A data set, see `datasets.READERS`.
        root: The owners' folder.
        cache: Folder of caches.
        report: Called with the number of pictures done.

    Raises:
        DatasetError: The folder is not what its reader expects.
    """
    file = cache / f"{name}-{_key(name, root)}.npz"
    if not file.is_file():
        fresh = align_samples(READERS[name](root), report)
        _save(file, fresh)
    with np.load(file) as data:
        samples = Samples(
            name,
            data["images"],
            data["targets"],
            data["labels"],
            data["splits"],
            data["subjects"],
            tuple(str(c) for c in data["classes"]),
        )
        return AlignedSamples(samples, data["given"], data["aligned"], data["found"])


def _key(name: str, root: Path) -> str:
    """What a cache was made from. A folder of the user's own may change, so its files count."""
    made_from: list[object] = [VERSION, name, str(root.resolve()), TEMPLATE.tolist()]
    if name == "folder":
        made_from.append(_listing(root))
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:12]


def _listing(root: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of every picture under a folder."""
    files = [(p.relative_to(root).as_posix(), p.stat()) for p in picture_paths(root)]
    return [(name, s.st_size, s.st_mtime_ns) for name, s in files]


def _save(file: Path, fresh: AlignedSamples) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp.npz")
    s = fresh.samples
    np.savez(
        temporary,
        images=s.images,
        targets=s.targets,
        labels=s.labels,
        splits=s.splits,
        subjects=s.subjects,
        classes=np.array(s.classes),
        given=fresh.given,
        aligned=fresh.aligned,
        found=fresh.found,
    )
    temporary.replace(file)
    log.info("%s: %d pictures cached in %s", s.name, len(s), file)
