"""What enrolling leaves behind: the mean of some embeddings, and the model they belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from fervideo.errors import ProfileError
from fervideo.model_like import ModelCardLike
from fervideo.types import ByteImage, FloatArray


@dataclass(frozen=True, slots=True)
class ModelCenter:
    """Where an expression lies for one model.

    The mean is kept as it is, not brought to unit length, so that more frames can be added to it
    exactly, and because its length tells how far the frames lie apart.

    Attributes:
        model: The model's name.
        sha256: Of the model's weights: retrained weights are another model.
        mean: (D,) float32, mean of unit embeddings.
        frames: How many embeddings, at least 1.

    Raises:
        ProfileError: The mean cannot be one of unit vectors.
    """

    model: str
    sha256: str
    mean: FloatArray
    frames: int

    def __post_init__(self) -> None:
        mean = np.asarray(self.mean, np.float32)
        length = float(np.linalg.norm(mean)) if mean.ndim == 1 else np.nan
        if not 1e-4 <= length <= 1.001 or self.frames < 1:
            raise ProfileError(
                f"expected the mean of one or more embeddings of the model {self.model}, found "
                f"numbers of shape {mean.shape}, length {length:.3g}, of {self.frames} frames"
            )
        object.__setattr__(self, "mean", mean)

    @classmethod
    def of(cls, card: ModelCardLike, embeddings: FloatArray) -> Self:
        """The center of unit embeddings (n, D) that this model made. Raises ProfileError."""
        if embeddings.ndim != 2 or not len(embeddings):
            raise ProfileError("expected at least one frame of the expression, found none")
        return cls(card.name, card.sha256, embeddings.mean(axis=0), len(embeddings))

    @property
    def center(self) -> FloatArray:
        """(D,) float32, unit length."""
        return np.asarray(self.mean / np.linalg.norm(self.mean), np.float32)

    def belongs_to(self, card: ModelCardLike) -> bool:
        """Whether this very model's embeddings made it."""
        return self.sha256 == card.sha256

    def joined(self, other: ModelCenter) -> Self:
        """The mean over the frames of both: `(n m + n' m') / (n + n')`."""
        if self.sha256 != other.sha256 or self.mean.shape != other.mean.shape:
            raise ProfileError(
                f"frames of the model {other.model} cannot be added to a center of {self.model}"
            )
        frames = self.frames + other.frames
        mean = (self.frames * self.mean + other.frames * other.mean) / frames
        return replace(self, mean=np.asarray(mean, np.float32), frames=frames)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Frames of one expression, gathered with one model.

    Attributes:
        name: The expression.
        center: Its center for that model.
        crops: The faces, uint8 RGB (S, S, 3) each.
    """

    name: str
    center: ModelCenter
    crops: tuple[ByteImage, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames."""
        return self.center.frames
