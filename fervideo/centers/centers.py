"""Class centers: the one rule by which every model, and every expression of the user's, decides."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from fervideo.centers.bank import FaceBank
from fervideo.errors import ConfigError
from fervideo.types import FloatArray


def _none() -> FloatArray:
    return np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class CenterSet:
    """One unit vector for each class.

    Attributes:
        classes: C class names, in the order of the rows.
        centers: (C, D) float32; rows are brought to unit length when built.
        scale: s of `softmax(s * cosine)`.
        threshold: Best score under which a face is unknown.
        gains: (C,) float32; a class's score is `gain * cosine - offset`, and the class of the
            highest score is the answer. Ones for the classes of a model, see `calibration`.
        offsets: (C,) float32, zeros for the classes of a model.
        typical: What a typical face of a class scores; None if it is not known.
        bank: Ordinary faces of the classes in use, by which new classes are placed, see
            `calibration`; None if the weights came without.

    Raises:
        ConfigError: When names repeat, shapes disagree or a center has no direction.
    """

    classes: tuple[str, ...]
    centers: FloatArray
    scale: float
    threshold: float
    gains: FloatArray = field(default_factory=_none)
    offsets: FloatArray = field(default_factory=_none)
    typical: float | None = None
    bank: FaceBank | None = None

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
        for name, value in (("gains", 1.0), ("offsets", 0.0)):
            object.__setattr__(self, name, self._column(getattr(self, name), value))

    def cosines(self, embeddings: FloatArray) -> FloatArray:
        """Cosine of each embedding to each center.

        Args:
            embeddings: (n, D) unit rows.

        Returns:
            (n, C) float32.
        """
        return np.asarray(embeddings @ self.centers.T, np.float32)

    def scores(self, cosines: FloatArray) -> FloatArray:
        """`gain * cosine - offset`: what decides.

        Args:
            cosines: (n, C).

        Returns:
            (n, C) float32.
        """
        return np.asarray(self.gains * cosines - self.offsets, np.float32)

    def probabilities(self, cosines: FloatArray) -> FloatArray:
        """`softmax(scale * score)` of each row.

        Args:
            cosines: (n, C).

        Returns:
            (n, C) float32, rows sum to 1.
        """
        logits = self.scale * self.scores(cosines)
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), np.float32)

    def with_center(
        self, name: str, center: FloatArray, gain: float = 1.0, offset: float = 0.0
    ) -> Self:
        """A set in which class `name` has this center: appended if new, else replaced.

        Args:
            name: Class name.
            center: (D,) of any length but zero.
            gain: Factor of its cosine.
            offset: Taken from its cosine, after the gain.

        Raises:
            ConfigError: `center` has another length D or no direction.
        """
        row = np.asarray(center, np.float32).reshape(-1)
        if len(row) != self.centers.shape[1]:
            raise ConfigError(
                f"{name}: expected a center of {self.centers.shape[1]} numbers, found {len(row)}"
            )
        if name not in self.classes:
            return replace(
                self,
                classes=(*self.classes, name),
                centers=np.vstack([self.centers, row]),
                gains=np.append(self.gains, np.float32(gain)),
                offsets=np.append(self.offsets, np.float32(offset)),
            )
        centers, gains, offsets = self.centers.copy(), self.gains.copy(), self.offsets.copy()
        index = self.classes.index(name)
        centers[index], gains[index], offsets[index] = row, gain, offset
        return replace(self, centers=centers, gains=gains, offsets=offsets)

    def without(self, name: str) -> Self:
        """A set without class `name`. Raises ConfigError if there is no such class or no other."""
        if name not in self.classes:
            raise ConfigError(f"no class {name}; there are {', '.join(self.classes)}")
        keep = [i for i, other in enumerate(self.classes) if other != name]
        return replace(
            self.beside(name),
            classes=tuple(self.classes[i] for i in keep),
            centers=self.centers[keep],
            gains=self.gains[keep],
            offsets=self.offsets[keep],
        )

    def beside(self, name: str) -> Self:
        """The same classes, with which new ones are placed as if there were no class `name`."""
        return self if self.bank is None else replace(self, bank=self.bank.without(name))

    def decides_like(self, other: CenterSet) -> bool:
        """Whether the two give the same classes, scores and threshold for every face."""
        mine = (self.classes, self.scale, self.threshold)
        return mine == (other.classes, other.scale, other.threshold) and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("centers", "gains", "offsets")
        )

    def _column(self, values: FloatArray, default: float) -> FloatArray:
        """(C,) values, `default` for each class if there are none."""
        column = np.asarray(values, np.float32)
        if not column.size:
            column = np.full(len(self.classes), default, np.float32)
        if column.shape != (len(self.classes),) or not np.all(np.isfinite(column)):
            raise ConfigError(
                f"expected a number for each of {len(self.classes)} classes, found an array of "
                f"shape {column.shape}"
            )
        return column


def _unit(rows: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or np.any(lengths < 1e-6):
        raise ConfigError("a class center must have a direction; found zeros or not-a-number")
    return np.asarray(rows / lengths, np.float32)
