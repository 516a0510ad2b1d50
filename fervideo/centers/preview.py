"""What a new expression would be among the others, before it is taken into the profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fervideo.centers.calibration import score_line, typical_score
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.names import find_name
from fervideo.types import FloatArray

NEAR = 0.8
"""A new expression whose center scores, for another class, more than this part of what a typical
face of that class scores is too near: with MobileFaceNet on RAF-DB, blends of two expressions of
that nearness were mistaken for the other class in 12 % of cases, in 27 % at 1.0, in 8 % at 0.6."""

FEW_FRAMES = 5

Ranked = tuple[tuple[str, float], ...]
"""A number for each class, the highest first."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Where the expression would lie.

    Attributes:
        center: (D,) float32, unit length.
        frames: Frames it is made of.
        cosines: Cosine of the center to every other class, the highest first.
        nearness: What a face just like it scores for every other class, as a part of what a
            typical face of that class scores; the nearest first, 1 is as good as the same.
        doubtful: Numbers of the samples that look more like another class than like the others.
        warnings: What speaks against it, a sentence each; with the number.
    """

    center: FloatArray
    frames: int
    cosines: Ranked
    nearness: Ranked
    doubtful: tuple[int, ...]
    warnings: tuple[str, ...]

    @property
    def nearest(self) -> tuple[str, float] | None:
        """The nearest other class and the cosine to it; None if there is no other."""
        name = self.nearness[0][0] if self.nearness else None
        return None if name is None else (name, dict(self.cosines)[name])


def make_preview(
    name: str, added: ModelCenter, embeddings: FloatArray, centers: CenterSet
) -> Preview:
    """Where an expression would lie.

    Args:
        name: The expression; a class of that name is not counted among the others.
        added: Its center.
        embeddings: (n, D) the unit embeddings it is made of.
        centers: The classes in use.
    """
    own = find_name(name, centers.classes)
    if own is not None and len(centers.classes) == 1:
        return Preview(added.center, added.frames, (), (), (), _warnings(name, added.frames))
    others = centers if own is None else centers.without(own)
    cosines = others.cosines(added.center[None])
    near = others.scores(cosines)[0] / typical_score(others)
    doubtful = doubtful_frames(added, embeddings, others)
    ranked, nearness = _ranked(others, cosines[0]), _ranked(others, near)
    return Preview(
        added.center,
        added.frames,
        ranked,
        nearness,
        doubtful,
        _warnings(name, added.frames, ranked, nearness, doubtful),
    )


def doubtful_frames(
    added: ModelCenter, embeddings: FloatArray, others: CenterSet
) -> tuple[int, ...]:
    """Frames that score more for another class than for the center of the frames beside them."""
    n = len(embeddings)
    if n < FEW_FRAMES:
        return ()
    rest = (embeddings.sum(axis=0) - embeddings) / (n - 1)  # (n, D), each the mean of all but one
    bank, line = others.bank, score_line(added, others)
    if bank is None:
        rest /= np.linalg.norm(rest, axis=1, keepdims=True)
    else:
        rest = bank.centers_for(rest)
    own = line.gain * (embeddings * rest).sum(axis=1) - line.offset
    best = others.scores(others.cosines(embeddings)).max(axis=1)
    return tuple(int(i) for i in np.flatnonzero(best > own))


def _warnings(
    name: str,
    frames: int,
    cosines: Ranked = (),
    nearness: Ranked = (),
    doubtful: tuple[int, ...] = (),
) -> tuple[str, ...]:
    said = []
    if nearness and nearness[0][1] > NEAR:
        other, near = nearness[0]
        said.append(
            f"{name} lies very near {other}: cosine {dict(cosines)[other]:.2f}, "
            f"{100 * near:.0f} % of a typical face of {other}. They will be mistaken for each "
            f"other; show it more clearly, or switch {other} off."
        )
    if doubtful:
        verb = "looks" if len(doubtful) == 1 else "look"
        said.append(f"{len(doubtful)} of {frames} pictures {verb} more like another class.")
    if frames < FEW_FRAMES:
        many = "picture" if frames == 1 else "different pictures"
        said.append(f"Only {frames} {many}; {FEW_FRAMES} or more are better.")
    return tuple(said)


def _ranked(centers: CenterSet, values: FloatArray) -> Ranked:
    pairs = [(n, float(v)) for n, v in zip(centers.classes, values, strict=True)]
    return tuple(sorted(pairs, key=lambda pair: -pair[1]))
