"""Evaluating a model on a data set, by its own head and by the class centers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from fervideo.device import resolve_device
from fervideo.errors import DatasetError, ModelError
from fervideo.evaluation.detailed import DetailedScores, detailed_scores
from fervideo.evaluation.metrics import Scores, predict, score
from fervideo.evaluation.splits import FoldChoice
from fervideo.faces.align import align_faces
from fervideo.faces.detector import KEEP_CONFIDENCE, FaceDetector
from fervideo.faces.detector_networks import Engine
from fervideo.models.card import ModelCard, read_card
from fervideo.models.registry import find_weights, read_weights
from fervideo.training.cache import load_aligned
from fervideo.training.predict import run_crops, run_network
from fervideo.types import ByteImage, FloatArray


class Crops(StrEnum):
    """How a picture becomes a crop."""

    GIVEN = "given"
    """The owners' own alignment, without a detector."""

    ALIGNED = "aligned"
    """As training crops are cut: by the detector, as given where it finds no face."""

    DETECTED = "detected"
    """As for a user: run-time detector and aligner; a missed face is a wrong answer."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `evaluate` found.

    Attributes:
        model: Name of the model.
        data: Name of the data set.
        split: `test`, `validation` or `train`.
        crops: How crops were cut.
        flip: Whether embeddings were averaged with those of the mirror images.
        classes: Names of the C classes.
        faces_found: Share of pictures in which a face was found (1 for `given`).
        head: Scores by the network's own head.
        centers: Scores by cosine to the class centers, as the program decides.
        ten_crop: Whether embeddings were averaged over ten parts of each picture.
        fold: Which fold's test part it is, such as `3/10`; empty for the owners' split.
        detailed: More scores by the centers, if asked for.
    """

    model: str
    data: str
    split: str
    crops: str
    flip: bool
    classes: tuple[str, ...]
    faces_found: float
    head: Scores
    centers: Scores
    ten_crop: bool = False
    fold: str = ""
    detailed: DetailedScores | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def detect_crops(
    images: ByteImage, size: int, report: Callable[[int], None] = lambda n: None
) -> tuple[ByteImage, NDArray[np.bool_]]:
    """Crops of the largest face of each picture, cut exactly as of a folder of pictures.

    Args:
        images: uint8 (n, H, W, 1 or 3), grey or RGB.
        size: Side of the crops.
        report: Called with the number of pictures done.

    Returns:
        uint8 RGB (n, size, size, 3), black where no face was found, and found (n,).
    """
    crops = np.zeros((len(images), size, size, 3), np.uint8)
    found = np.zeros(len(images), np.bool_)
    with FaceDetector(
        keep_confidence=KEEP_CONFIDENCE, stills=True, engine=Engine.MEDIAPIPE
    ) as detector:
        for i, image in enumerate(images):
            rgb = image if image.shape[2] == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
            faces = detector(rgb)
            if len(faces):
                sides = faces.boxes[:, 2:] - faces.boxes[:, :2]
                largest = int(sides.prod(1).argmax())
                crops[i] = align_faces(rgb, faces.keypoints[[largest]], size)[0]
                found[i] = True
            if i % 200 == 0:
                report(i)
    return crops, found


def cosine_scores(embeddings: FloatArray, centers: FloatArray) -> FloatArray:
    """(n, D) embeddings and (C, D) centers to (n, C) cosines."""
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.asarray(unit @ (centers / np.linalg.norm(centers, axis=1, keepdims=True)).T)


def evaluate(
    model: str,
    data: str,
    root: Path,
    *,
    split: str = "test",
    crops: str = "given",
    cache: Path = Path("cache"),
    device: str = "auto",
    flip: bool = False,
    ten_crop: bool = False,
    fold: FoldChoice | None = None,
    detailed: bool = False,
    report: Callable[[int], None] = lambda n: None,
) -> Evaluation:
    """Evaluate a shipped or trained model.

    Args:
        model: `default`, a name, or a `.safetensors` file.
        data: Name of a data set, see `datasets.READERS`. Pictures of classes that the model lacks,
            such as contempt in CK+, are left out.
        root: The owners' folder.
        split: `test`, `validation` or `train`.
        crops: See `Crops`.
        cache: Folder of decoded data sets.
        device: See `device.resolve_device`.
        flip: Average with the mirror image.
        ten_crop: Average over the middle, the corners and their mirror images.
        fold: Take the split of this fold in place of the owners'.
        detailed: Work out `Evaluation.detailed` too.
        report: Called with the number of pictures done.

    Raises:
        ModelError, DatasetError, DeviceError: Something is not there or not as expected, or the
            model sees the whole crop, of which there are no ten.
    """
    where = resolve_device(device)
    path = find_weights(model)
    card: ModelCard = read_card(path.with_suffix(".json"))
    network, centers = read_weights(path, card)
    if ten_crop and card.window is None:
        raise ModelError(
            f"{card.name}: expected a model that sees a part of each crop, such as vgg-lip, found "
            "one that sees all of it; leave out --ten-crop"
        )
    network = network.eval().fuse().to(where)
    everything = load_aligned(data, root, cache, report)
    if fold is not None:
        everything = replace(everything, samples=fold.of(everything.samples))
    samples = everything.split(split).with_classes(card.classes)
    if not len(samples.samples):
        raise DatasetError(f"{data}: expected pictures in the split {split}, found none")
    kind = Crops(crops)
    if kind is Crops.DETECTED:
        pictures, found = detect_crops(samples.samples.images, card.input_size, report)
        embeddings, logits = run_crops(network, pictures, where, flip, ten_crop)
    else:
        found = samples.found if kind is Crops.ALIGNED else np.ones(len(samples.samples), np.bool_)
        embeddings, logits = run_network(
            network,
            samples,
            where,
            card.sees,
            kind is Crops.ALIGNED,
            flip,
            ten_crop=ten_crop,
        )
    cosines = cosine_scores(embeddings, centers)
    answers = [predict(logits), predict(cosines)]
    if kind is Crops.DETECTED:
        for answer in answers:
            answer[~found] = -1
    truth, number = samples.samples.labels, len(card.classes)
    return Evaluation(
        card.name,
        data,
        split,
        kind.value,
        flip,
        card.classes,
        float(found.mean()),
        score(truth, answers[0], number),
        score(truth, answers[1], number),
        ten_crop,
        "" if fold is None else str(fold),
        _detail(truth, cosines, card, answers[1]) if detailed else None,
    )


def _detail(
    truth: NDArray[np.int64], cosines: FloatArray, card: ModelCard, answers: NDArray[np.int64]
) -> DetailedScores:
    """Scores with the probabilities that the program shows; none where there is no answer."""
    probabilities = np.asarray(softmax(card.scale * cosines, axis=1), np.float32)
    probabilities[answers < 0] = 0
    return detailed_scores(truth, probabilities, card.classes, answers)
