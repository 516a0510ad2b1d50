"""Class centers: the one rule by which every model, and every expression of the user's, decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from fervideo.errors import ConfigError
from fervideo.types import FloatArray


@dataclass(frozen=True, slots=True)
class CenterSet:
    """One unit vector for each class.

    Attributes:
        classes: C class names, in the order of the rows.
        centers: (C, D) float32; rows are brought to unit length when built.
        scale: s of `softmax(s * cosine)`.
        threshold: Best cosine under which a face is unknown.

    Raises:
        ConfigError: When names repeat, shapes disagree or a center has no direction.
    """

    classes: tuple[str, ...]
    centers: FloatArray
    scale: float
    threshold: float

    def __post_init__(self) -> None:
        centers = np.asarray(self.centers, np.float32)
        if centers.ndim != 2 or len(centers) != len(self.classes) or not len(centers):
            raise ConfigError(
                f"expected a center of one row for each of {len(self.classes)} classes, "
                f"found an array of shape {centers.shape}"
            )
        if len(set(self.classes)) != len(self.classes):
            raise ConfigError(f"class names must differ, found {', '.join(self.classes)}")
        object.__setattr__(self, "centers", _unit(centers))

    def cosines(self, embeddings: FloatArray) -> FloatArray:
        """Cosine of each embedding to each center.

        Args:
            embeddings: (n, D) unit rows.

        Returns:
            (n, C) float32.
        """
        return np.asarray(embeddings @ self.centers.T, np.float32)

    def probabilities(self, cosines: FloatArray) -> FloatArray:
        """`softmax(scale * cosine)` of each row.

        Args:
            cosines: (n, C).

        Returns:
            (n, C) float32, rows sum to 1.
        """
        logits = self.scale * cosines
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), np.float32)

    def with_center(self, name: str, center: FloatArray) -> Self:
        """A set in which class `name` has this center: appended if new, else replaced.

        Args:
            name: Class name.
            center: (D,) of any length but zero.

        Raises:
            ConfigError: `center` has another length D or no direction.
        """
        row = np.asarray(center, np.float32).reshape(-1)
        if len(row) != self.centers.shape[1]:
            raise ConfigError(
                f"{name}: expected a center of {self.centers.shape[1]} numbers, found {len(row)}"
            )
        if name not in self.classes:
            return self._of((*self.classes, name), np.vstack([self.centers, row]))
        centers = self.centers.copy()
        centers[self.classes.index(name)] = row
        return self._of(self.classes, centers)

    def without(self, name: str) -> Self:
        """A set without class `name`. Raises ConfigError if there is no such class or no other."""
        if name not in self.classes:
            raise ConfigError(f"no class {name}; there are {', '.join(self.classes)}")
        keep = [i for i, other in enumerate(self.classes) if other != name]
        return self._of(tuple(self.classes[i] for i in keep), self.centers[keep])

    def _of(self, classes: tuple[str, ...], centers: FloatArray) -> Self:
        return type(self)(classes, centers, self.scale, self.threshold)


def _unit(rows: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or np.any(lengths < 1e-6):
        raise ConfigError("a class center must have a direction; found zeros or not-a-number")
    return np.asarray(rows / lengths, np.float32)
