"""What the landmarker can measure of a face, and how each thing is called."""

from __future__ import annotations

from enum import StrEnum


class LandmarkMode(StrEnum):
    """How much of it is measured: nothing, the head's pose, or the pose and the blendshapes."""

    OFF = "off"
    POSE = "pose"
    ALL = "all"

    def includes(self, other: LandmarkMode) -> bool:
        """Whether all that `other` measures is measured."""
        order = list(LandmarkMode)
        return order.index(self) >= order.index(other)


POSE_ANGLES = ("pitch", "yaw", "roll")
"""The angles of a head, in the order of the columns of `Landmarks.pose`."""

BLENDSHAPES = (
    "neutral",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "eyeBlinkLeft",
    "eyeBlinkRight",
    "eyeLookDownLeft",
    "eyeLookDownRight",
    "eyeLookInLeft",
    "eyeLookInRight",
    "eyeLookOutLeft",
    "eyeLookOutRight",
    "eyeLookUpLeft",
    "eyeLookUpRight",
    "eyeSquintLeft",
    "eyeSquintRight",
    "eyeWideLeft",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthClose",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthFunnel",
    "mouthLeft",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthPucker",
    "mouthRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "noseSneerLeft",
    "noseSneerRight",
)
"""The 52 blendshapes in MediaPipe's order, by its names but for `_neutral`. Left and right are the
person's own."""
