"""Draws the posed face: the warped photograph, and by hand what no warp can do.

By hand: teeth and the dark of the mouth, the line where closed lips meet, the lashes of closed
lids, the folds of a smile (softened at rest) and those of a frown (darkened).
"""

from __future__ import annotations

import cv2
import numpy as np
from demo_rig import LIDS, LOWER_INNER, UPPER_INNER, Array, Head, Rig, smoothstep
from numpy.typing import NDArray

from fervideo.labels import ANGER, SADNESS

Picture = NDArray[np.float32]  # RGB 0 to 255 (H, W, 3), or a mask 0 to 1 (H, W)

# Folds as lines in head units, in the picture's left half: around a smile, above a frown.
SMILE_FOLDS = (((-33, 55), (-45, 62), (-58, 74), (-66, 90)),)
SMILE_CHEEKS = (((-44, 66), (-55, 74), (-64, 84), (-68, 96), (-62, 112)),)
FROWN_FOLDS = (((-9, -36), (-11, -26), (-10, -16)), ((-14, -22), (-10, -12)))
FROWN_SHADOW = (((-12, -20), (-40, -26)),)  # under the lowered brows
FROWN_LIGHT = np.array([0.80, 0.70, 0.66], np.float32)  # what a fold leaves of the light on skin
SEAM_LIGHT = np.array([0.59, 0.45, 0.45], np.float32)
CAVITY = np.array([38, 14, 14], np.float32)
TONGUE = np.array([135, 62, 60], np.float32)
LASHES = np.array([70, 48, 38], np.float32)


class Painter:
    """Draws one face in any pose.

    Args:
        image: uint8 RGB (H, W, 3), the photograph.
        rig: Its rig.
    """

    def __init__(self, image: NDArray[np.uint8], rig: Rig) -> None:
        self.rig = rig
        self.shape = image.shape[:2]
        self.smiling = image.astype(np.float32)
        self.resting = self._relaxed(image)
        inside = cv2.erode(self._mouth_mask(rig.points), np.ones((3, 3)))
        inside = blur(np.asarray(inside, np.float32), 1.0)[..., None]
        self.teeth = np.dstack([self.smiling * inside + CAVITY * (1 - inside), inside])
        frown = self._folds(FROWN_FOLDS, 2, 2.6) + 0.6 * self._folds(FROWN_SHADOW, 8, 4.0)
        self.frown = np.minimum(1.2 * frown, 1.5)[..., None]

    def draw(self, photograph: float, poses: dict[str, float], head: Head) -> Picture:
        """The picture of a pose; the arguments are those of `Rig.pose`."""
        anger, sadness = poses.get(ANGER.name, 0.0), poses.get(SADNESS.name, 0.0)
        posed = self.rig.pose(photograph, poses, head)
        folds = max(photograph, 0.1 * anger, 0.25 * sadness)
        skin = self.resting + folds * (self.smiling - self.resting)
        skin = skin * (1 - max(anger, 0.35 * sadness) * self.frown * (1 - FROWN_LIGHT))
        picture = remap(skin, self.rig.lookup(posed))
        skull = self.rig.lookup(self.rig.pose(1.0, {}, head))
        picture = self._fill_mouth(picture, posed, remap(self.teeth, skull), photograph)
        return self._close_lids(picture, posed, poses.get("blink", 0.0))

    def _fill_mouth(
        self, picture: Picture, posed: Array, teeth: Picture, photograph: float
    ) -> Picture:
        """Put teeth, tongue and dark between the lips, and a line where closed lips meet."""
        upper, lower = posed[list(UPPER_INNER)], posed[list(LOWER_INNER)]
        opening = float(lower[5, 1] - upper[5, 1]) / self.rig.unit  # 15 in the photograph
        above_lip = (lower[5, 1] - np.arange(self.shape[0])) / self.rig.unit
        tongue = smoothstep(1 - above_lip / 16)[:, None, None]
        inside = teeth[..., :3] + (1 - teeth[..., 3:]) * tongue * (TONGUE - CAVITY)
        mask = self._mouth_mask(posed)
        shadow = (1 - photograph) * min(opening / 15, 1.0)  # of the lips
        inside = inside * (1 - shadow * (0.75 - 0.5 * blur(mask, 3.0)[..., None]))
        picture = picture + mask[..., None] * (inside - picture)
        seam = self._line((upper + lower) / 2, 2, 0.9)[..., None] * max(0.0, 1 - opening / 4)
        return np.asarray(picture * (1 - seam * (1 - SEAM_LIGHT)), np.float32)

    def _close_lids(self, picture: Picture, posed: Array, closed: float) -> Picture:
        """Draw the lashes of closed lids."""
        strength = 0.85 * smoothstep(2 * closed - 1)
        for lids in (LIDS[:7], LIDS[7:]):
            lashes = np.array([0.7 * posed[lower] + 0.3 * posed[upper] for upper, lower in lids])
            line = strength * self._line(lashes, 3, 0.8)[..., None]
            picture = np.asarray(picture + line * (LASHES - picture), np.float32)
        return picture

    def _relaxed(self, image: NDArray[np.uint8]) -> Picture:
        """The photograph without what only a smile shows: teeth at the lips' edge, cheek folds."""
        mouth = np.asarray(cv2.dilate(self._mouth_mask(self.rig.points), np.ones((3, 3))))
        lips = (mouth > 0.1).astype(np.uint8)
        for corner in (UPPER_INNER[0], UPPER_INNER[-1]):
            x, y = np.round(self.rig.points[corner]).astype(int)
            cv2.circle(lips, (int(x), int(y)), 5, 1, -1)
        skin = np.asarray(cv2.inpaint(image, lips, 4, cv2.INPAINT_TELEA), np.float32)
        folds = self._folds(SMILE_FOLDS, 10, 4.0)[..., None]
        around = np.asarray(1 - np.clip(2 * folds, 0, 1), np.float32)
        smooth = blur(np.asarray(skin * around, np.float32), 9.0) / (
            blur(around[..., 0], 9.0)[..., None] + 1e-3
        )
        grain = skin - blur(skin, 1.5)
        skin = np.asarray(skin + 0.85 * folds * (smooth + 0.3 * grain - skin), np.float32)
        cheeks = self._folds(SMILE_CHEEKS, 20, 7.0)[..., None]
        return np.asarray(skin + 0.7 * cheeks * (blur(skin, 9.0) - skin), np.float32)

    def _mouth_mask(self, points: Array) -> Picture:
        """1 between the lips, soft at the edge."""
        outline = np.vstack([points[list(UPPER_INNER)], points[list(LOWER_INNER[-2:0:-1])]])
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [sixteenths(outline)], 255, cv2.LINE_AA, 4)
        return blur(np.asarray(mask / 255, np.float32), 0.8)

    def _folds(
        self, lines: tuple[tuple[tuple[int, int], ...], ...], width: int, soft: float
    ) -> Picture:
        """Lines in head units and their mirror images as a mask on the photograph."""
        sides = [np.array(line) * (side, 1.0) for line in lines for side in (1, -1)]
        mask = sum(self._line(self.rig.to_pixels(line), width, soft) for line in sides)
        return np.asarray(mask / np.max(mask), np.float32)

    def _line(self, points: Array, width: int, soft: float) -> Picture:
        """A line through points in pixels, as a mask."""
        mask = np.zeros(self.shape, np.float32)
        cv2.polylines(mask, [sixteenths(points)], False, 1.0, width, cv2.LINE_AA, 4)
        return blur(mask, soft)


def sixteenths(points: Array) -> NDArray[np.int32]:
    """Pixels as OpenCV draws them with four bits of fraction."""
    return np.round(points * 16).astype(np.int32)


def blur(image: Picture, sigma: float) -> Picture:
    """Gaussian blur."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def remap(image: Picture, lookup: NDArray[np.float32]) -> Picture:
    """`image` seen through a lookup of source pixels, (H, W, 2)."""
    x, y = np.ascontiguousarray(lookup[..., 0]), np.ascontiguousarray(lookup[..., 1])
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_CUBIC), np.float32)
