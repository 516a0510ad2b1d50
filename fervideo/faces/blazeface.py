"""BlazeFace without MediaPipe: how a picture goes into the network, and how faces come out of it.

The network (Bazarevsky et al. 2019, arXiv:1907.05047) looks at a square picture and says for each
of its anchors, a fixed grid of places, how surely a face is there, and the face's box and six
points. Anchors near each other see the same face, and their answers are averaged. All of it is as
in MediaPipe's graph for its task FaceDetector, whose numbers come out, but for rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.types import ByteImage, Faces, FloatArray

_POINTS = 6

_SUBPIXEL_BITS = 5
_SUBPIXELS = 1 << _SUBPIXEL_BITS
"""Parts of a pixel to which OpenCV, in the version within MediaPipe, rounds where it samples."""

_COLUMNS = 64
"""Columns that it computes at a time."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What one form of BlazeFace takes and gives.

    Attributes:
        file: Name of the weight file.
        side: Of the square picture that it takes, in pixels.
        grids: Pairs of the number of cells along a side and of the anchors in each cell.
        overlap: Answers whose boxes have a larger intersection over union are about one face.
    """

    file: str
    side: int
    grids: tuple[tuple[int, int], ...]
    overlap: float = 0.3

    def anchors(self) -> FloatArray:
        """(m, 2) middles of the anchors, 0 to 1, row by row, grid after grid."""
        places = []
        for cells, each in self.grids:
            middles = (np.arange(cells) + 0.5) / cells
            x, y = np.meshgrid(middles, middles)
            places.append(np.repeat(np.stack([x, y], -1).reshape(-1, 2), each, axis=0))
        return np.concatenate(places).astype(np.float32)


SHORT_RANGE = Layout("face_detection_short_range.tflite", 128, ((16, 2), (8, 6)))
FULL_RANGE = Layout("face_detection_full_range_sparse.tflite", 192, ((48, 1),))


class Letterbox:
    """Brings pictures of one size into a square, whole, in the middle, with black around them.

    Args:
        resolution_wh: Width and height of the pictures.
        side: Of the square, in pixels.
    """

    def __init__(self, resolution_wh: tuple[int, int], side: int) -> None:
        self.resolution_wh = resolution_wh
        x, y = _places_in_picture(_from_square(resolution_wh, side), side)
        # The form in which OpenCV computes with whole numbers.
        self._pixels = np.empty((side, side, 2), np.int16)
        self._pixels[..., 0] = x >> _SUBPIXEL_BITS
        self._pixels[..., 1] = y >> _SUBPIXEL_BITS
        within = _SUBPIXELS - 1
        self._fractions = ((x & within) + _SUBPIXELS * (y & within)).astype(np.uint16)

    def __call__(self, image: ByteImage) -> ByteImage:
        """(H, W, 3) to (side, side, 3), sampled bilinearly."""
        return cv2.remap(  # type: ignore[return-value]
            image,
            self._pixels,
            self._fractions,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )

    def to_picture(self, places: FloatArray) -> FloatArray:
        """Places (..., 2) in the square, 0 to 1, as pixels of the picture."""
        longest = max(self.resolution_wh)
        black = (longest - np.array(self.resolution_wh, np.float32)) / 2
        return np.asarray(places * np.float32(longest) - black, np.float32)


def _from_square(resolution_wh: tuple[int, int], side: int) -> NDArray[np.float64]:
    """(3, 3) from pixels of the square to pixels of the picture.

    Made in MediaPipe's roundabout way: where a place falls between two subpixels the last digit
    decides, and over a whole picture such places move a face by a tenth of a pixel.
    """
    longest = max(resolution_wh)
    left, top = ((length - longest) / 2 for length in resolution_wh)
    right, bottom = left + longest, top + longest
    corners = np.array([[left, bottom], [left, top], [right, top], [right, bottom]], np.float32)
    square = np.array([[0, side], [0, 0], [side, 0], [side, side]], np.float32)
    return np.asarray(cv2.invert(cv2.getPerspectiveTransform(corners, square))[1], np.float64)


def _places_in_picture(
    back: NDArray[np.float64], side: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where each pixel of the square lies in the picture, x and y in subpixels.

    In the order of OpenCV's `warpPerspective`, which starts afresh every so many columns. Mostly
    x is the same in each row and y in each column: then it is (1, side) and (side, 1).
    """
    columns = np.arange(side, dtype=np.float64)
    rows = columns[:, None]
    step = columns % _COLUMNS
    begin = columns - step

    def place(m: NDArray[np.float64]) -> Any:
        down = m[1] * rows if m[1] else 0.0
        return m[0] * begin + down + m[2] + m[0] * step if m[0] else down + m[2]

    x, y, depth = (place(row) for row in back)
    scale = _SUBPIXELS / depth
    return np.rint(x * scale).astype(np.int32), np.rint(y * scale).astype(np.int32)


def read_answers(
    layout: Layout,
    anchors: FloatArray,
    logits: FloatArray,
    answers: FloatArray,
    min_confidence: float,
) -> tuple[FloatArray, FloatArray]:
    """Faces in what the network said.

    Args:
        layout: Of the network.
        anchors: (m, 2) its anchors.
        logits: (m,) how surely a face is at each.
        answers: (m, 16) middle, size and six points, x before y, in pixels from the anchor.
        min_confidence: Least score, 0 to 1.

    Returns:
        (n, 8, 2) upper left and lower right corner and six points of each face, in sides of the
        square, and (n,) scores, which fall.
    """
    scores = np.asarray(1 / (1 + np.exp(-np.clip(logits, -80, 80))), np.float32)
    rows = np.flatnonzero(scores >= np.float32(min_confidence))
    values = answers[rows].reshape(-1, 2 + _POINTS, 2) / np.float32(layout.side)
    middles, halves = values[:, 0] + anchors[rows], values[:, 1] / 2
    points = values[:, 2:] + anchors[rows][:, None]
    places = np.concatenate([(middles - halves)[:, None], (middles + halves)[:, None], points], 1)
    sound = (halves > 0).all(axis=1)
    return merge_weighted(places[sound], scores[rows][sound], layout.overlap)


def merge_weighted(
    places: FloatArray, scores: FloatArray, overlap: float
) -> tuple[FloatArray, FloatArray]:
    """One answer for each face: the mean of those that overlap the surest, weighted by score.

    Args:
        places: (n, k, 2): upper left corner, lower right corner, other points.
        scores: (n,).
        overlap: As in `Layout`.

    Returns:
        (f, k, 2), and the (f,) scores of the surest, which fall.
    """
    rest = np.argsort(-scores, kind="stable")
    faces, surest = [], []
    while len(rest):
        same = _overlap(places[rest], places[rest[0]]) > overlap
        same[0] = True
        near = rest[same]
        weights = scores[near] / scores[near].sum()
        faces.append(np.einsum("n,nkd->kd", weights, places[near]))
        surest.append(scores[rest[0]])
        rest = rest[~same]
    shape = (len(faces), *places.shape[1:])
    return np.array(faces, np.float32).reshape(shape), np.array(surest, np.float32)


def _overlap(places: FloatArray, one: FloatArray) -> FloatArray:
    """(n,) intersection over union of boxes (n, k, 2) with a box (k, 2)."""
    shared = np.minimum(places[:, 1], one[1]) - np.maximum(places[:, 0], one[0])
    intersection = np.maximum(shared, 0).prod(axis=1)
    areas = (places[:, 1] - places[:, 0]).prod(axis=1)
    union = areas + (one[1] - one[0]).prod() - intersection
    return np.asarray(intersection / union, np.float32)


def as_faces(places: FloatArray, scores: FloatArray, resolution_wh: tuple[int, int]) -> Faces:
    """Faces from pixels (n, 8, 2) and scores.

    Boxes are what MediaPipe makes of them: in whole pixels, pushed to the picture's edge where they
    begin outside, and no larger than the picture.
    """
    corner = np.clip(np.trunc(places[:, 0]), 0, resolution_wh)
    size = np.clip(np.trunc(places[:, 1] - places[:, 0]), 0, resolution_wh)
    return Faces.detected(np.hstack([corner, corner + size]), places[:, 2:], scores)
