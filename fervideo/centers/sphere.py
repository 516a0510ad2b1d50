"""The sphere: from unit embeddings of any width to points on a sphere that a person can turn.

A network with a 3-wide embedding is shown as it is. For a wider one a fixed linear projection is
fitted on the class centers: first points are sought on the sphere whose pairwise angles are those
of the centers as nearly as three dimensions allow, then the smallest linear map that takes each
center to its point. What an embedding has beside the centers does not turn it; how much of it the
sphere shows is reported, and so is how wrong the angles between the centers are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from fervideo.errors import ConfigError
from fervideo.types import FloatArray

Points = NDArray[np.float64]

STARTS = 6
"""From so many arrangements the search begins; the best end is taken."""

RIDGE = 1e-3
"""Keeps the map tame where two centers nearly coincide."""

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class SphereMap:
    """A fixed map from embeddings to the sphere.

    Attributes:
        matrix: (3, D) float64.
        centers: (C, 3) float32, where the centers lie.
        rms_deg: Root mean square, over all pairs of centers, of the angle on the sphere minus the
            true one, in degrees; 0 for fewer than two centers.
        worst_deg: The largest such difference.
    """

    matrix: Points
    centers: FloatArray
    rms_deg: float
    worst_deg: float

    @property
    def is_exact(self) -> bool:
        """Whether the embedding is three numbers wide and shown as it is."""
        return bool(self.matrix.shape[1] <= 3)

    def points(self, embeddings: FloatArray) -> FloatArray:
        """Points of unit length.

        Args:
            embeddings: (n, D) unit rows.

        Returns:
            (n, 3) float32; an embedding that the map takes to nothing is at the front, (0, 0, 1).
        """
        return _unit(self._shadow(embeddings)).astype(np.float32)

    def share(self, embeddings: FloatArray) -> FloatArray:
        """How much of each embedding the sphere shows.

        Args:
            embeddings: (n, D) unit rows.

        Returns:
            (n,) float32: length of its projection where a center's is 1, at most 1. Little means
            that it is near no center, and that its place on the sphere says little too.
        """
        lengths = np.linalg.norm(self._shadow(embeddings), axis=1)
        return np.asarray(np.minimum(1.0, lengths), np.float32)

    def _shadow(self, embeddings: FloatArray) -> Points:
        return np.asarray(embeddings, np.float64).reshape(-1, self.matrix.shape[1]) @ self.matrix.T


def fit_sphere(centers: FloatArray, start: FloatArray | None = None) -> SphereMap:
    """Fit the map on class centers. The same centers always give the same map.

    Args:
        centers: (C, D) unit rows.
        start: (k, 3) points where the first k centers lay before, k at most C: the search begins
            there alone, so that they stay about where a person has seen them.

    Returns:
        The map; the identity, filled up with zeros, if D is 3 or less.

    Raises:
        ConfigError: There is no center, or one has no direction.
    """
    rows = np.asarray(centers, np.float64)
    if rows.ndim != 2 or not len(rows) or not np.all(np.linalg.norm(rows, axis=1) > _TINY):
        raise ConfigError(f"the sphere needs centers with a direction, found shape {rows.shape}")
    rows = _unit(rows)
    width = rows.shape[1]
    if width <= 3:
        return _described(np.eye(3, width), rows)
    angles = _angles(rows)
    if start is None:
        wanted = _facing(_spread(angles, _arrangements(rows)))
    else:
        wanted = _spread(angles, [_continued(rows, np.asarray(start, np.float64))])
    # Least squares with a small ridge: M = P^T (C C^T + r I)^-1 C, of rank 3 at most.
    gram = rows @ rows.T + RIDGE * np.eye(len(rows))
    return _described(wanted.T @ np.linalg.solve(gram, rows), rows)


def _described(matrix: Points, rows: Points) -> SphereMap:
    """The map with its centers and its distortion."""
    points = _unit(rows @ matrix.T)
    pairs = np.triu_indices(len(rows), 1)
    error = np.degrees(_angles(points)[pairs] - _angles(rows)[pairs])
    rms = float(np.sqrt(np.mean(error**2))) if len(error) else 0.0
    worst = float(np.abs(error).max()) if len(error) else 0.0
    return SphereMap(matrix, points.astype(np.float32), rms, worst)


def _unit(rows: Points) -> Points:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    forward = np.zeros(rows.shape[1])
    forward[-1] = 1.0
    return np.where(lengths > _TINY, rows / np.maximum(lengths, _TINY), forward)


def _angles(rows: Points) -> Points:
    """Pairwise angles of unit rows, (n, n) radians."""
    return np.asarray(np.arccos(np.clip(rows @ rows.T, -1.0, 1.0)))


def _arrangements(rows: Points) -> list[Points]:
    """Where the search begins: the centers' three main directions, and random arrangements."""
    left, sizes, _ = np.linalg.svd(rows, full_matrices=False)
    main = np.zeros((len(rows), 3))
    kept = min(3, len(sizes))
    main[:, :kept] = left[:, :kept] * sizes[:kept]
    random = np.random.default_rng(0).normal(size=(STARTS - 1, len(rows), 3))
    return [_unit(main + 1e-3 * random[0]), *(_unit(r) for r in random)]


def _continued(rows: Points, start: Points) -> Points:
    """The former points, and for each new center the place where the former map shows it."""
    known = len(start)
    gram = rows[:known] @ rows[:known].T + RIDGE * np.eye(known)
    new = rows[known:] @ (start.T @ np.linalg.solve(gram, rows[:known])).T
    return _unit(np.vstack([start, new]))


def _spread(wanted: Points, arrangements: list[Points]) -> Points:
    """Points whose pairwise angles come nearest to the wanted ones in least squares."""
    ends = [
        minimize(_stress, begin.ravel(), (wanted,), "L-BFGS-B", jac=True) for begin in arrangements
    ]
    best = min(ends, key=lambda end: float(end.fun))
    return _unit(best.x.reshape(-1, 3))


def _stress(flat: Points, wanted: Points) -> tuple[float, Points]:
    """Sum over ordered pairs of (angle - wanted angle)^2, and its gradient.

    Points need not have unit length. With p = x / |x|, d angle_ij / d p_i = -p_j / sin(angle_ij),
    and the part of the gradient along p_i falls away.
    """
    rows = flat.reshape(-1, 3)
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
    points = rows / lengths
    cosines = np.clip(points @ points.T, -1.0, 1.0)
    error = np.arccos(cosines) - wanted
    np.fill_diagonal(error, 0.0)
    slope = -4.0 * error / np.maximum(np.sqrt(1.0 - cosines**2), 1e-6)
    pull = slope @ points
    gradient = (pull - (pull * points).sum(1, keepdims=True) * points) / lengths
    return float((error**2).sum()), gradient.ravel()


def _facing(points: Points) -> Points:
    """Turn and mirror: the first center in front, the second to its right, the third above."""
    front = points[0]
    right = _first_across(points[1:], [front])
    up = np.cross(front, right)
    above = next((p @ up for p in points[2:] if abs(p @ up) > 1e-3), 1.0)
    axes = np.stack([right, np.copysign(1.0, above) * up, front])
    return np.asarray(points @ axes.T)


def _first_across(points: Points, axes: list[Points]) -> Points:
    """The first of the points that is not along the axes, made square to them."""
    for candidate in [*points, *np.eye(3)]:
        rest = candidate - sum((candidate @ axis) * axis for axis in axes)
        if np.linalg.norm(rest) > 1e-2:
            return np.asarray(rest / np.linalg.norm(rest))
    raise ConfigError("the sphere needs centers with a direction")
