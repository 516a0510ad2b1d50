"""A face in a photograph that can be posed: mouth, brows, lids and head, over MediaPipe's mesh.

Head coordinates: the midpoint of the pupils is the origin, x runs along the eyes to the right of
the picture, y down the face, and 100 is the distance between the pupils. All tables here use them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.spatial import Delaunay

from fervideo.resources import weights_file

Array = NDArray[np.floating[Any]]
Moves = dict[int, tuple[float, float]]

# Lips, inner and outer edge, from the picture's left to its right; lids as (upper, lower) pairs.
UPPER_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
UPPER_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
LIDS = (
    (246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155),
    (466, 249), (388, 390), (387, 373), (386, 374), (385, 380), (384, 381), (398, 382),
)  # fmt: skip
# Landmarks of the picture's left half that the tables name, and their twins.
MIRROR = {
    21: 251, 32: 262, 33: 263, 46: 276, 48: 278, 50: 280, 52: 282, 53: 283, 54: 284, 55: 285,
    58: 288, 63: 293, 65: 295, 66: 296, 67: 297, 69: 299, 70: 300, 98: 327, 105: 334, 107: 336,
    108: 337, 109: 338, 117: 346, 119: 348, 132: 361, 133: 362, 135: 364, 136: 365, 138: 435,
    144: 373, 145: 374, 148: 377, 149: 378, 153: 380, 157: 384, 158: 385, 159: 386, 160: 387,
    161: 388, 187: 411, 192: 416, 193: 417, 202: 422, 204: 424, 205: 425, 206: 426, 210: 430,
    212: 432, 214: 434, 216: 436, 221: 441, 222: 442, 224: 444, 230: 450, 234: 454,
}  # fmt: skip


@dataclass(frozen=True)
class Mouth:
    """The shape of the lips.

    Attributes:
        half_width: From the middle to a corner.
        corner: Height of the corners.
        seam: Height of the middle of the line where closed lips meet.
        up: How far the upper lip is lifted off that line.
        low: How far the lower lip is dropped off it.
        upper: Thickness of the upper lip, 1 as in the photograph.
        lower: Thickness of the lower lip.
    """

    half_width: float
    corner: float
    seam: float
    up: float = 0.0
    low: float = 0.0
    upper: float = 1.0
    lower: float = 1.0


@dataclass(frozen=True)
class Pose:
    """An expression: its mouth, and how far landmarks move from where they are at rest."""

    mouth: Mouth
    moves: Moves = field(default_factory=dict)
    lids_closed: float = 0.0


@dataclass(frozen=True)
class Head:
    """Where the head is: turns in degrees, shifts in head units, and its size."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0


class Rig:
    """Landmarks and surroundings of one photographed face, ready to be posed.

    Args:
        image: uint8 RGB (H, W, 3) with one face that looks at the camera and shows its teeth.
        rest: From the photograph to the face at rest.
        poses: Expressions by name, relative to `rest`.
    """

    PIVOT = np.array([0.0, 120.0, 90.0])  # the neck, about which the head turns
    FOCAL = 1200.0  # distance of the camera

    def __init__(self, image: NDArray[np.uint8], rest: Pose, poses: dict[str, Pose]) -> None:
        self.height, self.width = image.shape[:2]
        landmarks = find_landmarks(image)
        eyes = landmarks[473, :2] - landmarks[468, :2]
        landmarks = landmarks[:468]  # the irises go with the lids
        self.unit = float(np.linalg.norm(eyes)) / 100
        self.axes = np.array([eyes, [-eyes[1], eyes[0]]]) / np.linalg.norm(eyes)
        self.origin = landmarks[[33, 263], :2].mean(0)
        self.points = np.vstack([landmarks[:, :2], self._surroundings(landmarks)])  # (n, 2) px
        self.home = self.to_head(self.points)
        self.depth = np.full(len(self.points), 0.75 * landmarks[[234, 454], 2].mean() / self.unit)
        self.depth[:468] = landmarks[:, 2] / self.unit
        self.grip = self._grip()
        self.triangles = self._triangulate()
        self._rest_moves = rest.moves
        self.to_rest = self._displacement(rest)
        self.from_rest = {name: self._displacement(p) - self.to_rest for name, p in poses.items()}

    def to_head(self, points: Array) -> Array:
        """Pixels to head coordinates."""
        return np.asarray((points - self.origin) @ self.axes.T / self.unit)

    def to_pixels(self, points: Array) -> Array:
        """Head coordinates to pixels."""
        return np.asarray(points @ self.axes * self.unit + self.origin)

    def _surroundings(self, landmarks: Array, step: int = 20) -> Array:
        """A grid of points outside the face, to the edge of the picture."""
        y, x = np.mgrid[0 : self.height + 1 : step, 0 : self.width + 1 : step]
        grid = np.stack([x.ravel(), y.ravel()], 1).astype(np.float64)
        oval = cv2.convexHull(landmarks[:, :2].astype(np.float32))
        return grid[[cv2.pointPolygonTest(oval, (px, py), True) < -8 for px, py in grid]]

    def _grip(self) -> Array:
        """How much each point goes along with the head: 1 in it, 0 in the background."""
        radius = np.hypot(self.home[:, 0] / 185, (self.home[:, 1] - 20) / 205)
        x, y = self.points.T
        border = np.minimum(np.minimum(x, self.width - x), np.minimum(y, self.height - y))
        grip = smoothstep((1.45 - radius) / 0.6) * smoothstep(border / 40)
        grip[:468] = 1
        return grip

    def _triangulate(self, apart: float = 3.5) -> NDArray[np.intp]:
        """Triangles as rows of three points, (t, 3), without points so close that they fold."""
        edges = np.ravel([*UPPER_INNER, *LOWER_INNER, *UPPER_OUTER, *LOWER_OUTER, *np.ravel(LIDS)])
        kept = list(dict.fromkeys(edges.tolist()))
        for index in set(range(len(self.points))) - set(kept):
            if np.linalg.norm(self.points[kept] - self.points[index], axis=1).min() > apart:
                kept.append(index)
        return np.asarray(np.array(kept)[Delaunay(self.points[kept]).simplices])

    def _displacement(self, pose: Pose) -> Array:
        """How far every point moves from the photograph to a pose, (n, 2) head units."""
        keys = {k: self.home[k] for pair in LIDS for k in pair}
        for index in {*self._rest_moves, *pose.moves}:
            dx, dy = np.add(self._rest_moves.get(index, (0, 0)), pose.moves.get(index, (0, 0)))
            keys[index] = self.home[index] + (dx, dy)
            if index in MIRROR:
                keys[MIRROR[index]] = self.home[MIRROR[index]] + (-dx, dy)
        for upper, lower in LIDS if pose.lids_closed else ():
            keys[upper] = keys[upper] + pose.lids_closed * (keys[lower] - keys[upper])
        keys |= self._lips(pose.mouth)
        still = np.flatnonzero(np.hypot(self.home[:, 0] / 150, (self.home[:, 1] - 60) / 175) > 1)
        still = still[::3]
        start = np.vstack([self.home[list(keys)], self.home[still]])
        end = np.vstack([*keys.values(), self.home[still]])
        spline = RBFInterpolator(start, end - start, smoothing=1e-3)  # thin-plate
        return np.asarray(spline(self.home))

    def _lips(self, mouth: Mouth) -> dict[int, Array]:
        """Where the edges of the lips go."""
        left, right = self.home[78, 0], self.home[308, 0]
        middle, places = (left + right) / 2, {}

        def place(index: int, opening: float, inner: int, thickness: float) -> Array:
            across = np.clip((self.home[index, 0] - middle) / (right - middle), -1.12, 1.12)
            seam = mouth.seam + (mouth.corner - mouth.seam) * across**2
            arch = np.sqrt(max(0.0, 1 - across**2))
            lip = (self.home[index, 1] - self.home[inner, 1]) * thickness
            return np.array([middle + across * mouth.half_width, seam + opening * arch + lip])

        for inner, outer in zip(UPPER_INNER, UPPER_OUTER, strict=True):
            places[inner] = place(inner, -mouth.up, inner, 0)
            places[outer] = place(outer, -mouth.up, inner, mouth.upper)
        for inner, outer in zip(LOWER_INNER, LOWER_OUTER, strict=True):
            places[inner] = place(inner, mouth.low, inner, 0)
            places[outer] = place(outer, mouth.low, inner, mouth.lower)
        return places

    def pose(self, photograph: float, poses: dict[str, float], head: Head) -> Array:
        """Where every point is, (n, 2) px.

        Args:
            photograph: 1 for the face as photographed, 0 at rest.
            poses: How much of each pose, 0 to 1.
            head: Where the head is.
        """
        moved = self.home + (1 - photograph) * self.to_rest
        for name, amount in poses.items():
            moved = moved + amount * self.from_rest[name]
        return self.to_pixels(moved + (self._turn(moved, head) - moved) * self.grip[:, None])

    def _turn(self, points: Array, head: Head) -> Array:
        """Turn points about the neck and look at them through a camera, (n, 2) head units."""
        y, p, r = np.radians([head.yaw, head.pitch, head.roll])
        yaw = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
        pitch = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
        roll = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
        before = np.c_[points, self.depth] - self.PIVOT
        after = before @ (roll @ pitch @ yaw).T
        nearer = (self.FOCAL + before[:, 2:]) / (self.FOCAL + after[:, 2:]) * head.scale
        return np.asarray(after[:, :2] * nearer + self.PIVOT[:2] + (head.x, head.y))

    def lookup(self, posed: Array) -> NDArray[np.float32]:
        """For each pixel of the posed picture, where it comes from: (H, W, 2) px for `remap`."""
        corners = posed[self.triangles]  # (t, 3, 2)
        one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        solid = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) > 0.3  # not closed up
        affine = np.zeros((len(corners), 3, 2))
        homogeneous = np.concatenate([corners, np.ones((len(corners), 3, 1))], 2)
        affine[solid] = np.linalg.solve(homogeneous[solid], self.points[self.triangles][solid])
        owner = np.zeros((self.height, self.width), np.int32)
        for index in np.flatnonzero(solid):
            corner = np.round(corners[index] * 16).astype(np.int32)
            cv2.fillConvexPoly(owner, corner, int(index), cv2.LINE_8, 4)
        y, x = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        a = affine.astype(np.float32)[owner]  # (H, W, 3, 2)
        source = x[..., None] * a[..., 0, :] + y[..., None] * a[..., 1, :] + a[..., 2, :]
        return np.asarray(source, np.float32)


def smoothstep(x: Array | float) -> Array:
    """0 below 0, 1 above 1, 3x^2 - 2x^3 between."""
    x = np.clip(np.asarray(x), 0, 1)
    return np.asarray(x * x * (3 - 2 * x))


def find_landmarks(image: NDArray[np.uint8]) -> Array:
    """The 478 landmarks of the one face in a uint8 RGB picture, (478, 3): x, y, depth in px."""
    vision = mp.tasks.vision
    model = weights_file("face_landmarker.task").read_bytes()
    options = vision.FaceLandmarkerOptions(mp.tasks.BaseOptions(model_asset_buffer=model))
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=image))
    height, width = image.shape[:2]
    return np.array([(p.x * width, p.y * height, p.z * width) for p in found.face_landmarks[0]])
