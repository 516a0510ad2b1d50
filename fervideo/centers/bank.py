"""Ordinary faces: a small bank of embeddings that a weight file carries, to place expressions by.

Some forty training pictures of each class as the network sees them, no pixels. They tell in which
directions faces differ that wear the same expression, and what a class usually says of a face
that does not show it; `calibration` needs both for an expression of the user's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from fervideo.errors import ConfigError
from fervideo.types import FloatArray

SHRINKAGE = 0.7
"""Share of the round part in the covariance. On validation data 0.5 to 0.9 do alike."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FaceBank:
    """Embeddings of ordinary faces.

    Attributes:
        embeddings: (n, D) float32, unit rows.
        labels: (n,) int64, index into `classes`.
        classes: C names.
        scores: (n, C) float32, their cosines to the model's own centers.
        from_head: Those are the weights of the last layer; else they are means of embeddings.

    Raises:
        ConfigError: Shapes disagree, or there are not two faces of each of two classes.
    """

    embeddings: FloatArray
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    scores: FloatArray
    from_head: bool
    _memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was worked out and will be asked for again: an enrolment is previewed at every frame."""

    def __post_init__(self) -> None:
        n, number = len(self.embeddings), len(self.classes)
        if self.labels.shape != (n,) or self.scores.shape != (n, number):
            raise ConfigError(
                f"expected a class and {number} scores for each of {n} ordinary faces, found "
                f"arrays of shape {self.labels.shape} and {self.scores.shape}"
            )
        if n and not 0 <= self.labels.min() <= self.labels.max() < number:
            raise ConfigError(f"expected ordinary faces of {number} classes, found others")
        if np.count_nonzero(np.bincount(self.labels, minlength=number) > 1) < 2:
            raise ConfigError("expected two or more ordinary faces of each of two classes")

    @classmethod
    def of(
        cls,
        embeddings: FloatArray,
        labels: NDArray[np.int64],
        classes: Sequence[str],
        centers: FloatArray,
        from_head: bool,
    ) -> Self:
        """The bank of a model.

        Args:
            embeddings: (n, D), of any length; zeros are no face like any.
            labels: (n,) index into `classes`.
            classes: C names.
            centers: (C, D) float32, unit rows.
            from_head: See the class.

        Raises:
            ConfigError: See the class.
        """
        found = np.asarray(embeddings, np.float32)
        found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        scores = np.asarray(found @ centers.T, np.float32)
        return cls(found, np.asarray(labels, np.int64), tuple(classes), scores, from_head)

    def without(self, name: str) -> Self:
        """Without the faces and the scores of one class, unless too little would be left."""
        if name not in self.classes:
            return self
        found: Self = self._once(f"without {name}", lambda: self._without(name))
        return found

    def _without(self, name: str) -> Self:
        own = self.classes.index(name)
        kept = self.labels != own
        labels = self.labels[kept] - (self.labels[kept] > own)
        classes = tuple(c for c in self.classes if c != name)
        try:
            scores = np.delete(self.scores[kept], own, axis=1)
            return type(self)(self.embeddings[kept], labels, classes, scores, self.from_head)
        except ConfigError:
            return self

    @property
    def named_rightly(self) -> NDArray[np.bool_]:
        """(n,) faces whose own class scores the most."""
        return np.asarray(self.scores.argmax(axis=1) == self.labels)

    def centers_for(self, means: FloatArray) -> FloatArray:
        """Centers of new classes, made as the model's own are.

        Means of embeddings stay where they are if the model's own centers are such. The weights of
        a last layer lie elsewhere: they point to what sets a class apart. So a mean becomes

            S^-1 (mean - b),  S = (1 - a) W + a tr(W) / D I

        with b the mean of the class means, W the covariance within classes and a = `SHRINKAGE`:
        Fisher's discriminant. What all faces share is taken away, and what differs between faces
        of one class, such as the person, the pose and the light, counts less.

        Args:
            means: (k, D) float32, each the mean of embeddings of one class.

        Returns:
            (k, D) float32, unit rows.
        """
        return _unit(self._discriminants(means) if self.from_head else means, means)

    def further_cosine(self, mean: FloatArray, frames: int) -> float:
        """Cosine to its center that a further face of a new class will have.

        Its own frames have more, since what they have by chance is in the center too. Of n unit
        vectors whose mean has the length R, two have on average the cosine `r = (n R^2 - 1) /
        (n - 1)`, and chance has the part `(1 - r) / n` in the squared length of the mean.

        Args:
            mean: (D,) float32, mean of the embeddings of the frames.
            frames: n. Of one frame nobody knows what is chance; it is taken to differ from others
                of its class as ordinary faces do.
        """
        middle = self._middle if self.from_head else np.zeros_like(mean)
        away = mean - middle
        apart = 1 - (frames * float(mean @ mean) - 1) / (frames - 1) if frames > 1 else self._apart
        chance = max(apart, 0.0) / frames / max(float(away @ away), 1e-9)
        center = self.centers_for(mean[None])[0]
        return float(center @ middle + max(1 - chance, 0.0) * (center @ away))

    @property
    def _middle(self) -> FloatArray:
        """(D,) mean of the class means."""
        return np.asarray(self._class_means[0].mean(axis=0), np.float32)

    @property
    def _class_means(self) -> tuple[FloatArray, NDArray[np.int64]]:
        """Means of the classes that have faces, and which of them is each face's (n,)."""
        shown, rows = np.unique(self.labels, return_inverse=True)
        means = [self.embeddings[self.labels == c].mean(axis=0) for c in shown]
        return np.stack(means), rows

    @property
    def _apart(self) -> float:
        """Mean squared distance of a face to the mean of its class, per degree of freedom."""
        means, rows = self._class_means
        return float(((self.embeddings - means[rows]) ** 2).sum()) / (len(rows) - len(means))

    def _discriminants(self, means: FloatArray) -> FloatArray:
        away = means - self._middle
        return np.asarray(away - away @ self._once("shared", self._shared), np.float32)

    def _shared(self) -> NDArray[np.float64]:
        """(D, D) what S^-1 takes away from a difference, S being as long as its round part.

        W is X'X / f for n differences X within classes of f degrees of freedom. By Woodbury's
        identity n equations do in place of D: `S^-1 ~ I - X' (r I + X X')^-1 X`.
        """
        means, rows = self._class_means
        within = (self.embeddings - means[rows]).astype(np.float64)  # (n, D)
        freedom, width = len(within) - len(means), within.shape[1]
        ridge = freedom * SHRINKAGE / (1 - SHRINKAGE) * self._apart / width
        inner = within @ within.T
        inner[np.diag_indices_from(inner)] += max(ridge, 1e-9)
        return np.asarray(within.T @ np.linalg.solve(inner, within))

    def _once(self, what: str, work: Callable[[], T]) -> T:
        if what not in self._memo:
            self._memo[what] = work()
        found: T = self._memo[what]
        return found


def _unit(rows: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Rows of length 1; where a row has no direction, that of `otherwise`."""
    none = np.linalg.norm(rows, axis=1, keepdims=True) < 1e-6
    found = np.where(none, otherwise, rows)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)
