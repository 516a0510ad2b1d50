"""Landmarks, head pose and blendshapes as in MediaPipe's FaceLandmarker, one face at a time.

Each face is cut out around its box and looked at by itself, as if the camera pointed at it. So a
face keeps its values wherever it is in the picture, small faces are seen, every row belongs to the
face that is tracked, and nothing of one frame leaks into the next.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from fervideo.closing import Closing
from fervideo.faces.boxes import overlaps
from fervideo.faces.detector_networks import Engine
from fervideo.faces.landmark_networks import make_landmark_network
from fervideo.landmark_names import BLENDSHAPES
from fervideo.types import ByteImage, FloatArray, Landmarks

POINTS = 478

_ROOM = 0.3
"""What is cut out around a face's box on each side, as part of the box's longer side."""

_LARGEST = 512
"""Side in pixels to which a larger cut-out is shrunk: the networks see 256."""

_SAME_FACE = 0.3
"""Least overlap of the landmarks' box with the face's: else they are on a neighbour."""


class FaceLandmarker(Closing):
    """Measures the landmarks and the pose of each face of a picture, and its blendshapes.

    Costs some 12 ms for each face on one core, 10 with OpenVINO: see docs/landmarks.md. Not for
    use by several threads at once.

    Args:
        blendshapes: Measure the blendshapes too.
        engine: What runs the networks; afterwards the attribute says which does.

    Raises:
        DeviceError: OpenVINO was asked for by name and cannot be loaded.
    """

    def __init__(self, blendshapes: bool = True, engine: Engine | str = Engine.AUTO) -> None:
        self.blendshapes = blendshapes
        self.engine, self._network = make_landmark_network(blendshapes, Engine(engine))

    def __call__(self, image: ByteImage, boxes: FloatArray) -> Landmarks:
        """Measure the faces of one picture.

        Args:
            image: uint8 RGB (H, W, 3).
            boxes: (n, 4) left, top, right, bottom in pixels.

        Returns:
            n rows, of NaN where no face was made out in the box.
        """
        n = len(boxes)
        points = np.full((n, POINTS, 3), np.nan, np.float32)
        pose = np.full((n, 3), np.nan, np.float32)
        scores = np.full((n, len(BLENDSHAPES) if self.blendshapes else 0), np.nan, np.float32)
        for row, box in enumerate(boxes):
            corner, side = _square(box)
            if not _touches(image, corner, side):
                continue
            found = self._network(cut_out(image, corner, side))
            if found is None:
                continue
            placed = found.points * side
            placed[:, :2] += corner
            if not _is_in(placed, box):
                continue
            points[row] = placed
            pose[row] = pose_deg(found.head)
            scores[row] = found.blendshapes
        return Landmarks(points, pose, scores)

    def close(self) -> None:
        """Let go of the networks."""
        self._network.close()


def pose_deg(matrix: NDArray[np.floating]) -> FloatArray:
    """Pitch, yaw and roll of a head, as in `types.Landmarks`.

    Args:
        matrix: (4, 4) or (3, 3) from the head to the camera, x to the right of the picture, y up,
            z towards the camera: a rotation, scaled.

    Returns:
        (3,) degrees: R = Ry(yaw) Rx(-pitch) Rz(-roll). Within -90 to 90 for pitch, -180 to 180
        for the others.
    """
    scaled = np.asarray(matrix, np.float64)[:3, :3]
    left, _, right = np.linalg.svd(scaled)  # the nearest rotation, without the scale
    rotation = left @ right
    pitch = np.arcsin(np.clip(rotation[1, 2], -1, 1))
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    roll = -np.arctan2(rotation[1, 0], rotation[1, 1])
    return np.degrees([pitch, yaw, roll]).astype(np.float32)


def cut_out(image: ByteImage, corner: tuple[int, int], side: int) -> ByteImage:
    """A square of a picture, its edge repeated where the square reaches over it.

    Args:
        image: uint8 RGB (H, W, 3).
        corner: Left and top, in pixels; may lie outside, as long as a part of the square does not.
        side: In pixels.

    Returns:
        uint8 RGB (S, S, 3) with S = min(side, 512).
    """
    height, width = image.shape[:2]
    left, top = corner
    right, bottom = left + side, top + side
    part = image[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    over = (-top, bottom - height, -left, right - width)
    if any(pixels > 0 for pixels in over):
        above, below, before, after = (max(0, pixels) for pixels in over)
        part = cv2.copyMakeBorder(  # type: ignore[assignment]
            part, above, below, before, after, cv2.BORDER_REPLICATE
        )
    if side > _LARGEST:
        size = (_LARGEST, _LARGEST)
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    return np.ascontiguousarray(part)


@cache
def mesh_edges() -> NDArray[np.int64]:
    """The (m, 2) pairs of landmarks that the mesh joins, each once."""
    from mediapipe.tasks.python import vision

    edges = vision.FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION
    pairs = {(min(e.start, e.end), max(e.start, e.end)) for e in edges}
    return np.array(sorted(pairs), np.int64)


def _square(box: FloatArray) -> tuple[tuple[int, int], int]:
    """Left and top, and side, of what is cut out for a box."""
    left, top, right, bottom = (float(edge) for edge in box)
    side = round(max(right - left, bottom - top) * (1 + 2 * _ROOM))
    corner = round((left + right - side) / 2), round((top + bottom - side) / 2)
    return corner, side


def _touches(image: ByteImage, corner: tuple[int, int], side: int) -> bool:
    """Whether a square has a part inside the picture."""
    (left, top), (height, width) = corner, image.shape[:2]
    return side > 0 and -side < left < width and -side < top < height


def _is_in(points: FloatArray, box: FloatArray) -> bool:
    """Whether landmarks are on the face of this box and not on the one beside it."""
    around = np.concatenate([points[:, :2].min(0), points[:, :2].max(0)])[None]
    return bool(overlaps(around, np.asarray(box, np.float32)[None])[0][0, 0] >= _SAME_FACE)
