"""Enrolments and profiles made of random embeddings, for tests of several files."""

from __future__ import annotations

import numpy as np
from fakes import FakeCard, FakeModel

from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.profile import Profile
from fervideo.types import ByteImage, FloatArray

MODEL = FakeModel()
OTHER = FakeModel(FakeCard("other", sha256="1" * 64))
SIZE = 16


def direction(*weights: float) -> FloatArray:
    """(16,) unit vector with these first numbers."""
    vector = np.zeros(SIZE, np.float32)
    vector[: len(weights)] = weights
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def around(center: FloatArray, count: int, spread: float = 0.05, seed: int = 0) -> FloatArray:
    """(count, 16) unit vectors about a direction."""
    rng = np.random.default_rng(seed)
    rows = center + rng.normal(0, spread, (count, SIZE))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def faces(count: int, seed: int = 0) -> tuple[ByteImage, ...]:
    """Pictures that differ, uint8 (32, 32, 3) each."""
    rng = np.random.default_rng(seed)
    return tuple(rng.integers(0, 256, (32, 32, 3)).astype(np.uint8) for _ in range(count))


def enrolment(
    name: str, embeddings: FloatArray, model: FakeModel = MODEL, crops: int = 0
) -> Enrolment:
    return Enrolment(name, ModelCenter.of(model.card, embeddings), faces(crops))


def smirk(name: str = "smirk", crops: int = 0, model: FakeModel = MODEL) -> Enrolment:
    """Ten frames of a direction that no built-in class has."""
    frames = around(direction(*[0] * 8, 1), 10)
    return enrolment(name, frames, model, crops)


def profile(name: str = "Anna") -> Profile:
    """One expression of one's own, one with more frames, one switched off, a face at rest."""
    more = enrolment("surprise", around(direction(0, 0, 0, 1, 0, 0, 0, 0, 0.5), 5))
    rest = enrolment("neutral", around(direction(1, 0, 1), 3), crops=2)
    made = Profile.new(name).with_expression(smirk(crops=3), keep_crops=True)
    return made.with_frames(more).with_enabled("happiness", False).with_neutral(rest, True)
