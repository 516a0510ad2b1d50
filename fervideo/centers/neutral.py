"""Correction by a neutral face that a person nominated.

Some faces look sad, stern or amused at rest. What the model says of such a face at rest is the
person's deviation, and part of it is taken away from whatever it says of them later. With
`score_k(rest)` the score of the built-in class k on the nominated face, and t the score of a
typical face of a class (`calibration.typical_score`), the offsets grow by

    strength * max(0, score_k(rest))              for every class but neutral
    strength * min(0, score_neutral(rest) - t)    for neutral

so that with a strength of 1 the nominated face scores t for neutral and nothing for any other
class. At 0.5, the default, a face at rest is read as neutral as surely as a typical face of the
class that it was mistaken for is still read as that class. Expressions that the person enrolled
are left alone: their centers are the person's own.

The face is chosen by the person. A running average would be wrong whenever an expression is held.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fervideo import labels
from fervideo.centers.calibration import typical_score
from fervideo.centers.centers import CenterSet
from fervideo.errors import ConfigError
from fervideo.types import FloatArray

DEFAULT_STRENGTH = 0.5

CLEARLY = 0.5
"""Pictures that on average show another expression with a greater probability are doubted."""


def deviation(centers: CenterSet, rest: FloatArray) -> FloatArray:
    """How far a face at rest is from what neutral should score.

    Args:
        centers: The model's classes.
        rest: (D,) unit embedding, or center of several, of the face at rest.

    Returns:
        (C,) float32; 0 or more, for neutral 0 or less.

    Raises:
        ConfigError: `rest` is of another width.
    """
    if rest.shape != centers.centers.shape[1:]:
        raise ConfigError(
            f"the neutral face: expected a center of {centers.centers.shape[1]} numbers, found "
            f"{rest.size}"
        )
    scores = centers.scores(centers.cosines(rest[None]))[0]
    away = np.maximum(scores, 0)
    if labels.NEUTRAL.name in centers.classes:
        neutral = centers.classes.index(labels.NEUTRAL.name)
        away[neutral] = min(0.0, float(scores[neutral]) - typical_score(centers))
    return np.asarray(away, np.float32)


def corrected(
    centers: CenterSet, rest: FloatArray, strength: float = DEFAULT_STRENGTH
) -> CenterSet:
    """These classes for a person who looks like this at rest.

    Args:
        centers: The model's classes.
        rest: (D,) unit embedding, or center of several, of the face at rest.
        strength: How much of the deviation is taken away, 0 to 1.

    Raises:
        ConfigError: `rest` is of another width.
    """
    return replace(centers, offsets=centers.offsets + strength * deviation(centers, rest))


def expressive_as(centers: CenterSet, embeddings: FloatArray) -> tuple[str, float] | None:
    """What pictures that are nominated as neutral clearly show instead.

    Args:
        centers: The model's classes, without any correction.
        embeddings: (n, D) unit embeddings of the pictures, at least one.

    Returns:
        The other class and its mean probability over the pictures; None if they may be neutral.
    """
    mean = centers.probabilities(centers.cosines(embeddings)).mean(axis=0)  # (C,)
    best = int(mean.argmax())
    if centers.classes[best] == labels.NEUTRAL.name or mean[best] <= CLEARLY:
        return None
    return centers.classes[best], float(mean[best])


def expressive_warning(centers: CenterSet, embeddings: FloatArray) -> str:
    """The same as a sentence for the person, who may go on; empty if there is nothing to say."""
    found = expressive_as(centers, embeddings)
    if found is None:
        return ""
    name, probability = found
    return (
        f"These pictures look like {name} ({100 * probability:.0f} %), not neutral. Use them only "
        "if the face rests like that; else relax it and gather anew."
    )
