"""An expression of the user's own beside the model's classes: the one rule by which it is placed.

What is compared is a score for each class,

    score = gain * cosine - offset

with 1 and 0 for the model's own classes. Bare cosines to the mean m of a few embeddings would not
do: how large they are differs, from 0.9 to a mean to 0.25 to the weights of a last layer, and the
mean of a subtle expression lies so near to all faces that it swallows those of every other. So a
weight file carries a bank of ordinary faces, and by these an expression is given

    center = m, or S^-1 (m - b) where the model's own centers are weights (`FaceBank.centers_for`)
    gain   = sd of the scores of the model's classes for faces that are not theirs
             / sd of the cosines of the same faces to the center
    offset = that with which 3 % of these faces go over to the new class; or that with which a
             further face of it scores what a typical face of a class does, if that is more

The gain makes a new class as eager as the model's own. Of the ordinary faces those count that show
a class in use and are named rightly. Nothing is trained, and other expressions of the user's have
no part in it, so that the order in which they are enrolled is all one. Frames of one person and
moment are much alike: a further one would score far more than it needs, and so would other faces
of that person, which the second part of the offset prevents.

Weights without a bank give gain and offset by two points: a face just like the enrolled ones scores
what a typical face of a class scores (on the model's card, or from the scale s, with which
`softmax(s * cosine)` are true probabilities), and one with half that cosine scores what a face must
have to be known. RESULTS.md compares bare cosines and the rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.errors import ConfigError
from fervideo.types import FloatArray

TYPICAL_LOGIT = 4.0
"""Scale times cosine of a typical face of a class to the center of that class, where the card does
not tell the cosine."""

ONE_FRAME_COSINE = 0.7
"""Expected between two frames of an expression where only one was enrolled."""

MOST_ALIKE = 0.9
"""Expected at most: frames of one moment are more alike than those of another day."""

BUILTIN_FRAMES = 20
"""A model's own center counts as so many frames when a person adds theirs to it."""

GONE_OVER = 0.03
"""Share of the ordinary faces that a new class may take."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A class among others.

    Attributes:
        center: (D,) float32, unit length.
        gain: Factor of the cosine to it.
        offset: Taken away after that.
    """

    center: FloatArray
    gain: float
    offset: float


def typical_score(centers: CenterSet) -> float:
    """What a typical face of a class scores for it."""
    return centers.typical or TYPICAL_LOGIT / centers.scale


def expected_cosine(added: ModelCenter) -> float:
    """Cosine to the center that a further frame of the expression will have.

    Of n unit vectors whose mean has the length R, the mean cosine of two is
    `r = (n R² - 1) / (n - 1)`, and that of another such vector to their center `r / R`.
    """
    n, length = added.frames, float(np.linalg.norm(added.mean))
    if n < 2:
        return ONE_FRAME_COSINE
    pair = (n * length**2 - 1) / (n - 1)
    return float(np.clip(pair / length, 0.1, MOST_ALIKE))


def score_line(added: ModelCenter, centers: CenterSet) -> ScoreLine:
    """Where an enrolled class lies beside these classes of a model."""
    bank = centers.bank
    if bank is None:
        return _line_by_two_points(added, centers)
    center = bank.centers_for(added.mean[None])[0]
    right = bank.named_rightly
    if not right.any():
        right = ~right
    cosines, scores, labels = (
        bank.embeddings[right] @ center,
        bank.scores[right],
        bank.labels[right],
    )
    strange = scores[labels[:, None] != np.arange(len(bank.classes))]  # of classes they are not of
    gain = float(strange.std() / max(cosines.std(), 1e-6))
    gone_over = np.quantile(gain * cosines - scores.max(axis=1), 1 - GONE_OVER)
    own = bank.further_cosine(added.mean, added.frames)
    return ScoreLine(center, gain, max(float(gone_over), gain * own - typical_score(centers)))


def _line_by_two_points(added: ModelCenter, centers: CenterSet) -> ScoreLine:
    own, typical = expected_cosine(added), typical_score(centers)
    known = min(max(centers.threshold, 0.0), typical / 2)
    gain = (typical - known) / (own / 2)
    return ScoreLine(added.center, gain, gain * own - typical)


def add_expression(centers: CenterSet, name: str, added: ModelCenter) -> CenterSet:
    """These centers with an enrolled expression; a class of that name is updated.

    A class that is updated becomes the smooth average of its score, which counts as N =
    `BUILTIN_FRAMES` frames, and that of the n frames added, `(N score + n score') / (N + n)`:
    again a center, a gain and an offset.

    Raises:
        ConfigError: The center is not of this model's width.
    """
    width = centers.centers.shape[1]
    if len(added.mean) != width:
        raise ConfigError(f"{name}: expected a center of {width} numbers, found {len(added.mean)}")
    if name not in centers.classes:
        line = score_line(added, centers)
        return centers.with_center(name, line.center, line.gain, line.offset)
    line = score_line(added, centers.beside(name))
    row = centers.classes.index(name)
    share = added.frames / (added.frames + BUILTIN_FRAMES)
    mixed = (1 - share) * centers.gains[row] * centers.centers[row]
    mixed = mixed + share * line.gain * line.center
    offset = (1 - share) * float(centers.offsets[row]) + share * line.offset
    return centers.with_center(name, mixed, float(np.linalg.norm(mixed)), offset)
