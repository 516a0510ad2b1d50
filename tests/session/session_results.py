"""Results made by hand, and the paragraphs every test of sessions needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from fervideo import labels
from fervideo.types import Faces, Frame, Label, Recognition, Result

START = datetime(2025, 3, 1, 12, 0, 0, tzinfo=UTC)
SOURCE = {"kind": "video", "name": "clip.mp4", "location": "/videos/clip.mp4", "fps": 25.0}
MODEL = {"name": "lfnsb", "sha256": "ab" * 32, "threshold": 0.31}
SETTINGS = {"threshold": 0.31, "stabilizer": {"time_constant_s": 0.2, "margin": 0.05}}


def make_result(
    index: int,
    time_s: float,
    faces: Sequence[tuple[int, str]] = (),
    *,
    classes: tuple[str, ...] = labels.BASIC,
    low_quality: Sequence[int] = (),
    size: tuple[int, int] = (48, 64),
    timings: dict[str, float] | None = None,
) -> Result:
    """A result whose numbers are drawn from a generator seeded by the frame's index.

    Args:
        index: Number of the frame.
        time_s: Its time.
        faces: Track id and stable label of each face.
        classes: Class names.
        low_quality: Track ids of poor faces.
        size: Height and width of the picture.
        timings: Seconds by stage; a total of 12.5 ms if None.
    """
    generator = np.random.default_rng(index)
    n, c = len(faces), len(classes)
    image = np.full((*size, 3), (index * 8) % 256, np.uint8)
    cosines = generator.uniform(-0.4, 0.9, (n, c)).astype(np.float32)
    odds = np.exp(16 * cosines)
    detected = Faces.detected(
        np.tile(np.float32([10.25, 5.5, 30.75, 41.0]), (n, 1)),
        np.zeros((n, 6, 2), np.float32),
        np.full(n, 0.875, np.float32),
    )
    poor = np.array([track in low_quality for track, _ in faces], np.bool_).reshape(n)
    tracks = np.array([track for track, _ in faces], np.int64).reshape(n)
    judged = Faces(detected.boxes, detected.keypoints, detected.scores, tracks, poor, ("",) * n)
    return Result(
        Frame(index, time_s, START + timedelta(seconds=time_s), image),
        judged,
        Recognition(
            classes,
            np.tile(np.float32([1, 0]), (n, 1)).reshape(n, 2),
            cosines,
            (odds / odds.sum(1, keepdims=True)).astype(np.float32),
        ),
        tuple(
            Label(name, classes[int(row.argmax())], -0.0625, name in classes)
            for (_, name), row in zip(faces, cosines, strict=True)
        ),
        {"total": 0.0125} if timings is None else timings,
        "lfnsb",
    )
