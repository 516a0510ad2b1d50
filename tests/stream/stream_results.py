"""Results for tests of the streams, made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fakes import FakeDetector, FakeModel, faces_at, make_frame, picture

from fervideo.pipeline import Analyzer
from fervideo.stabilize import StabilizerConfig
from fervideo.types import Faces, Landmarks, Result

QUICK = StabilizerConfig.from_strength(0)


def two_faces() -> Faces:
    return faces_at([(0, 0), (60, 0)], 40, [0.9, 0.8])


class Maker:
    """Makes results frame by frame, of `count` faces with one expression."""

    def __init__(self, model: FakeModel | None = None) -> None:
        self._detector = FakeDetector()
        self._analyzer = Analyzer(model or FakeModel(), detector=self._detector)
        self._analyzer.configure(replace(self._analyzer.config, stabilizer=QUICK))
        self._index = -1

    def __call__(self, expression: str = "neutral", count: int = 1) -> Result:
        self._index += 1
        found = two_faces()
        self._detector.faces = Faces.detected(
            found.boxes[:count], found.keypoints[:count], found.scores[:count]
        )
        image = picture(expression, (120, 60))
        result = self._analyzer(make_frame(self._index, image=image))
        return replace(result, timings={**result.timings, "latency": 0.0125})


def with_landmarks(result: Result, blendshapes: bool = True) -> Result:
    n = len(result.faces)
    shapes = np.tile(np.linspace(0, 1, 52, dtype=np.float32), (n, 1))
    pose = np.tile(np.float32([1.25, -30, np.nan]), (n, 1))
    points = np.zeros((n, 478, 3), np.float32)
    return replace(
        result, landmarks=Landmarks(points, pose, shapes if blendshapes else shapes[:, :0])
    )
