"""A person's profile: expressions of their own, changes to the built-in ones, their neutral face.

A profile is a value: every method that changes something returns a new one. `apply` turns it into
the class centers that decide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from fervideo import labels
from fervideo.centers import applied
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.names import (
    clean_expression_name,
    clean_profile_name,
    find_name,
    same_name,
)
from fervideo.centers.neutral import DEFAULT_STRENGTH
from fervideo.errors import ProfileError
from fervideo.model_like import ModelCardLike, ModelLike
from fervideo.types import ByteImage

MOST_CROPS = 60
"""So many pictures are kept of an expression at most, the newest ones."""

MOST_EXPRESSIONS = 100


@dataclass(frozen=True, slots=True)
class CustomExpression:
    """An expression that a person enrolled, or frames they added to a built-in one.

    Attributes:
        name: Its name, as shown.
        created: When it was enrolled, UTC.
        enabled: Whether it is used.
        centers: A center for each model it was enrolled with.
        crops: Pictures of the frames, uint8 RGB (S, S, 3), if the person keeps them.
    """

    name: str
    created: datetime
    centers: tuple[ModelCenter, ...]
    enabled: bool = True
    crops: tuple[ByteImage, ...] = ()

    def center_for(self, card: ModelCardLike) -> ModelCenter | None:
        """Its center for a model, None if it has none."""
        return next((c for c in self.centers if c.belongs_to(card)), None)

    def with_center(self, center: ModelCenter, crops: tuple[ByteImage, ...] = ()) -> Self:
        """With this center for its model, and further pictures."""
        others = tuple(c for c in self.centers if c.sha256 != center.sha256)
        kept = (*self.crops, *crops)[-MOST_CROPS:]
        return replace(self, centers=(*others, center), crops=kept)

    @property
    def frames(self) -> int:
        """The frames of its center, the most of any model's."""
        return max((c.frames for c in self.centers), default=0)

    @property
    def is_builtin(self) -> bool:
        """Frames for one of the seven expressions that every model has."""
        return self.name in labels.BASIC


@dataclass(frozen=True, slots=True)
class Neutral:
    """The neutral face that a person nominated.

    Attributes:
        face: Its centers and pictures; the name is that of the neutral expression.
        enabled: Whether it corrects.
        strength: How much of the person's deviation is taken away, 0 to 1.
    """

    face: CustomExpression
    enabled: bool = True
    strength: float = DEFAULT_STRENGTH

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ProfileError(
                f"expected a strength of the neutral face from 0 to 1, found {self.strength:g}"
            )


@dataclass(frozen=True, slots=True)
class Profile:
    """What fervideo knows of one person.

    Attributes:
        name: The profile's name.
        created: When it was made, UTC.
        expressions: In the order they were enrolled.
        disabled: Built-in expressions that are not used.
        neutral: The nominated neutral face, None if there is none.
    """

    name: str
    created: datetime
    expressions: tuple[CustomExpression, ...] = ()
    disabled: tuple[str, ...] = ()
    neutral: Neutral | None = None

    @classmethod
    def new(cls, name: str) -> Self:
        """An empty profile. Raises ProfileError if no profile can have this name."""
        return cls(clean_profile_name(name), now())

    @property
    def custom(self) -> tuple[CustomExpression, ...]:
        """The person's own expressions, without the frames for built-in ones."""
        return tuple(e for e in self.expressions if not e.is_builtin)

    def get(self, name: str) -> CustomExpression | None:
        """An expression by its name, whatever the case; None if the profile has no such."""
        return next((e for e in self.expressions if same_name(e.name, name)), None)

    def expression(self, name: str) -> CustomExpression:
        """An expression by its name. Raises ProfileError if the profile has no such."""
        found = self.get(name)
        builtin = find_name(name, labels.BASIC)
        if found is None and builtin is not None:
            raise ProfileError(
                f"{builtin} is built in; the profile {self.name} has no frames of it"
            )
        if found is None:
            raise ProfileError(
                f"the profile {self.name} has no expression {name!r}; it has "
                f"{', '.join(e.name for e in self.expressions) or 'none yet'}"
            )
        return found

    # With a model.

    def apply(self, model: ModelLike) -> CenterSet:
        """The centers that decide for this person with this model.

        Expressions without a center for the model are left out; `lacking` names them.

        Raises:
            ProfileError: Nothing is left to tell apart, or a center does not fit the model.
        """
        return applied.apply_profile(self, model)

    def lacking(self, card: ModelCardLike) -> tuple[str, ...]:
        """What is in use but has no center for this model: expressions, the neutral face."""
        return applied.lacking(self, card)

    def notice(self, card: ModelCardLike) -> str:
        """What to do about what it lacks for this model, one sentence; empty if nothing."""
        return applied.notice(self, card)

    def reenrolled(self, model: ModelLike) -> Profile:
        """With a center for this model for all that lacks one and has pictures kept.

        Runs the network on the pictures, some milliseconds each.
        """
        return applied.reenrolled(self, model)

    # Changes: each returns a new profile.

    def called(self, name: str) -> Self:
        """The same under another name."""
        return replace(self, name=clean_profile_name(name))

    def with_expression(self, enrolment: Enrolment, keep_crops: bool = False) -> Self:
        """With a new expression, in the place of the one of that name for this model.

        Args:
            enrolment: What `EnrollmentSession.finish` gave.
            keep_crops: Keep the pictures, so that it can be enrolled for another model.

        Raises:
            ProfileError: No expression can have that name, or it is a built-in one.
        """
        name = clean_expression_name(enrolment.name)
        builtin = find_name(name, labels.BASIC)
        if builtin is not None:
            raise ProfileError(
                f"{builtin} is a built-in expression; add frames to it, or choose another name"
            )
        old = self.get(name)
        crops = enrolment.crops if keep_crops else ()
        if old is None:
            return self._with(CustomExpression(name, now(), (enrolment.center,), crops=crops))
        if any(c.sha256 == enrolment.center.sha256 for c in old.centers):
            old = replace(old, crops=())
        return self._with(old.with_center(enrolment.center, crops))

    def with_frames(self, enrolment: Enrolment, keep_crops: bool = False) -> Self:
        """With more frames of an expression: the smooth average of the old center and the new.

        For a built-in one the average is with the model's own center, see
        `calibration.add_expression`. An expression that is not there yet is enrolled.

        Raises:
            ProfileError: No expression can have that name.
        """
        name = find_name(clean_expression_name(enrolment.name), labels.BASIC) or enrolment.name
        old = self.get(name)
        crops = enrolment.crops if keep_crops else ()
        if old is None:
            if name not in labels.BASIC:
                return self.with_expression(enrolment, keep_crops)
            return self._with(CustomExpression(name, now(), (enrolment.center,), crops=crops))
        mine = next((c for c in old.centers if c.sha256 == enrolment.center.sha256), None)
        center = enrolment.center if mine is None else mine.joined(enrolment.center)
        return self._with(old.with_center(center, crops))

    def renamed(self, name: str, new_name: str) -> Self:
        """With another name for one of the person's own expressions. Raises ProfileError."""
        old = self.expression(name)
        new = clean_expression_name(new_name)
        if old.is_builtin:
            raise ProfileError(f"{old.name} is a built-in expression, whose name stays")
        taken = find_name(new, labels.BASIC) or getattr(self.get(new), "name", None)
        if taken is not None and taken != old.name:
            raise ProfileError(f"there is an expression {taken} already; choose another name")
        return replace(
            self,
            expressions=tuple(replace(e, name=new) if e is old else e for e in self.expressions),
        )

    def without(self, name: str) -> Self:
        """Without one expression and its pictures. Raises ProfileError."""
        old = self.expression(name)
        return replace(self, expressions=tuple(e for e in self.expressions if e is not old))

    def with_enabled(self, name: str, enabled: bool) -> Self:
        """With an expression, built-in or not, used or not used. Raises ProfileError."""
        builtin = find_name(name, labels.BASIC)
        if builtin is None:
            old = self.expression(name)
            return self._with(replace(old, enabled=enabled))
        others = tuple(other for other in self.disabled if other != builtin)
        return replace(self, disabled=others if enabled else (*others, builtin))

    def is_enabled(self, name: str) -> bool:
        """Whether an expression, built-in or not, is used."""
        found = self.get(name)
        mine = found is None or found.enabled
        return mine and find_name(name, self.disabled) is None

    def reset(self, name: str) -> Self:
        """With a built-in expression as the model has it, and used. Raises ProfileError."""
        builtin = find_name(name, labels.BASIC)
        if builtin is None:
            raise ProfileError(
                f"{name!r} is not built in, so there is no original to go back to; remove it, or "
                "enroll it again"
            )
        kept = tuple(e for e in self.expressions if e.name != builtin)
        return replace(self, expressions=kept).with_enabled(builtin, True)

    def with_neutral(self, enrolment: Enrolment, keep_crops: bool = False) -> Self:
        """With this nominated neutral face for its model; strength and switch stay."""
        crops = enrolment.crops if keep_crops else ()
        old = self.neutral or Neutral(CustomExpression(labels.NEUTRAL.name, now(), ()))
        face = replace(old.face, crops=()).with_center(enrolment.center, crops)
        return replace(self, neutral=replace(old, face=face, enabled=True))

    def with_neutral_use(self, enabled: bool, strength: float | None = None) -> Self:
        """With the correction by the neutral face on or off. Raises ProfileError."""
        if self.neutral is None:
            raise ProfileError(f"the profile {self.name} has no neutral face; nominate one first")
        wanted = self.neutral.strength if strength is None else strength
        return replace(self, neutral=replace(self.neutral, enabled=enabled, strength=wanted))

    def without_neutral(self) -> Self:
        """Without a neutral face."""
        return replace(self, neutral=None)

    def without_crops(self) -> Self:
        """Without any picture, as it is shared."""
        neutral = self.neutral
        if neutral is not None:
            neutral = replace(neutral, face=replace(neutral.face, crops=()))
        bare = tuple(replace(e, crops=()) for e in self.expressions)
        return replace(self, expressions=bare, neutral=neutral)

    def _with(self, expression: CustomExpression) -> Self:
        """With an expression in the place of the one of its name, or at the end."""
        names = [e.name for e in self.expressions]
        if expression.name in names:
            index = names.index(expression.name)
            both = (*self.expressions[:index], expression, *self.expressions[index + 1 :])
            return replace(self, expressions=both)
        if len(names) >= MOST_EXPRESSIONS:
            raise ProfileError(
                f"a profile holds {MOST_EXPRESSIONS} expressions; remove one, or begin another"
            )
        return replace(self, expressions=(*self.expressions, expression))


def now() -> datetime:
    """This moment, UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
