"""What the list of classes says of each: built in or one's own, pictures, nearest other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fervideo import labels
from fervideo.centers.calibration import typical_score
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.preview import NEAR
from fervideo.centers.profile import CustomExpression, Profile
from fervideo.model_like import ModelCardLike

from ..widgets.cosines import Nearness
from .book import ProfileBook


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class.

    Attributes:
        name: Its name.
        color: Its colour.
        is_builtin: Every model has it.
        frames: Pictures a person added or enrolled for the model in use.
        enabled: It takes part in the decision.
        others: How near the others are, the nearest first; empty if it has no center for the
            model in use.
        score: How its score comes from its cosine; empty where that is the cosine itself.
    """

    name: str
    color: str
    is_builtin: bool
    frames: int
    enabled: bool
    others: tuple[Nearness, ...]
    score: str = ""

    @property
    def has_center(self) -> bool:
        """The model in use can tell it from others."""
        return bool(self.others)

    @property
    def pictures(self) -> str:
        """How many pictures, in words."""
        if self.is_builtin:
            return f"+{self.frames}" if self.frames else ""
        return str(self.frames) if self.has_center else "none"


def rows_of(book: ProfileBook) -> tuple[ClassRow, ...]:
    """All classes, the built-in ones first; none before there is a model."""
    centers, in_use, model = book.everything(), book.in_use(), book.model
    if centers is None or in_use is None or model is None:
        return ()
    profile = book.profile
    own = () if profile is None else tuple(e.name for e in profile.expressions)
    names = (*centers.classes, *(name for name in own if name not in centers.classes))
    return tuple(
        ClassRow(
            name,
            _color(name, names, in_use.classes),
            name in labels.BASIC,
            _frames(_enrolled(profile, name, model.card)),
            profile is None or profile.is_enabled(name),
            _others(centers, name, _enrolled(profile, name, model.card)),
            _score(in_use if name in in_use.classes else centers, name),
        )
        for name in names
    )


def neutral_of(profile: Profile | None) -> CustomExpression | None:
    """The nominated neutral face, None if there is none."""
    return None if profile is None or profile.neutral is None else profile.neutral.face


def _color(name: str, names: tuple[str, ...], in_use: tuple[str, ...]) -> str:
    """As the Live page draws it; a class left out, as it would be among all."""
    return labels.color_of(name, in_use if name in in_use else names)


def _enrolled(profile: Profile | None, name: str, card: ModelCardLike) -> ModelCenter | None:
    """What a person enrolled of a class for a model."""
    expression = None if profile is None else profile.get(name)
    return None if expression is None else expression.center_for(card)


def _frames(enrolled: ModelCenter | None) -> int:
    return 0 if enrolled is None else enrolled.frames


def _score(centers: CenterSet, name: str) -> str:
    if name not in centers.classes:
        return ""
    row = centers.classes.index(name)
    gain, offset = float(centers.gains[row]), float(centers.offsets[row])
    if (gain, offset) == (1, 0):
        return ""
    return f"{gain:.2f} × cosine {'−' if offset >= 0 else '+'} {abs(offset):.2f}"


def _others(centers: CenterSet, name: str, enrolled: ModelCenter | None) -> tuple[Nearness, ...]:
    """The others, by how near they are.

    The centers of a model's own classes may lie where no face is, so what a face just like one
    would score says nothing: of these, only the cosines are told.
    """
    if name not in centers.classes or len(centers.classes) < 2:
        return ()
    own = centers.centers[centers.classes.index(name)]
    if enrolled is not None and name not in labels.BASIC:
        own = enrolled.center  # a face just like it, not the direction that tells it apart
    rest = centers.without(name)
    cosines = rest.cosines(own[None])
    near = rest.scores(cosines)[0] / typical_score(rest)
    if name in labels.BASIC:
        near = np.minimum(cosines[0], NEAR)
    found = [
        Nearness(*row) for row in zip(rest.classes, cosines[0].tolist(), near.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda row: -row.near))
