"""A profile with one model: the class centers that decide, and what the profile lacks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fervideo.centers.calibration import add_expression
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.neutral import corrected
from fervideo.errors import ConfigError, ProfileError
from fervideo.model_like import ModelCardLike, ModelLike
from fervideo.types import ByteImage

if TYPE_CHECKING:
    from fervideo.centers.profile import CustomExpression, Profile


def model_centers(model: ModelLike) -> CenterSet:
    """The centers of a model as it comes."""
    card = model.card
    return CenterSet(
        tuple(card.classes),
        model.centers,
        card.scale,
        card.threshold,
        typical=card.typical_cosine,
        bank=model.bank,
    )


def centers_of(model: ModelLike, profile: Profile | None) -> CenterSet:
    """The centers of a model, for a person if there is a profile. Raises ProfileError."""
    return model_centers(model) if profile is None else apply_profile(profile, model)


def apply_profile(profile: Profile, model: ModelLike) -> CenterSet:
    """The centers that decide for this person with this model.

    Expressions without a center for the model are left out; `lacking` names them.

    Raises:
        ProfileError: Nothing is left to tell apart, or a center does not fit the model.
    """
    found, neutral = model_centers(model), profile.neutral
    try:
        rest = None if neutral is None else neutral.face.center_for(model.card)
        if neutral is not None and neutral.enabled and rest is not None:
            found = corrected(found, rest.center, neutral.strength)
        for name in profile.disabled:
            found = found.beside(name)
        for expression in profile.expressions:
            center = expression.center_for(model.card)
            if center is not None and profile.is_enabled(expression.name):
                found = add_expression(found, expression.name, center)
        for name in profile.disabled:
            if name in found.classes:
                found = found.without(name)
    except ConfigError as error:
        raise ProfileError(
            f"the profile {profile.name} cannot be used with {model.card.name}: {error}"
        ) from None
    return found


def lacking(profile: Profile, card: ModelCardLike) -> tuple[str, ...]:
    """Expressions in use, and the neutral face if in use, that have no center for this model."""
    missing = [
        e.name
        for e in profile.expressions
        if profile.is_enabled(e.name) and e.center_for(card) is None
    ]
    neutral = profile.neutral
    if neutral is not None and neutral.enabled and neutral.face.center_for(card) is None:
        missing.append("the neutral face")
    return tuple(missing)


def notice(profile: Profile, card: ModelCardLike) -> str:
    """What to do about what the profile lacks for this model, one sentence; empty if nothing."""
    missing = lacking(profile, card)
    if not missing:
        return ""
    names = ", ".join(missing)
    if _can_all(profile, card):
        todo = "enroll them again from the pictures that were kept"
    else:
        todo = "enroll them again with this model, or choose the model they were enrolled with"
    return f"The profile {profile.name} lacks {names} for the model {card.name}: {todo}."


def reenrolled(profile: Profile, model: ModelLike) -> Profile:
    """With a center for this model for all that lacks one and has pictures kept."""
    card = model.card
    expressions = tuple(
        e if e.center_for(card) is not None or not e.crops else _reenroll(e, model)
        for e in profile.expressions
    )
    neutral = profile.neutral
    if neutral is not None and neutral.face.center_for(card) is None and neutral.face.crops:
        neutral = replace(neutral, face=_reenroll(neutral.face, model))
    return replace(profile, expressions=expressions, neutral=neutral)


def _reenroll(expression: CustomExpression, model: ModelLike) -> CustomExpression:
    crops = fit_crops(expression.crops, model.card.input_size)
    return expression.with_center(ModelCenter.of(model.card, model.embed(crops)))


def fit_crops(crops: tuple[ByteImage, ...], size: int) -> ByteImage:
    """Pictures of one expression as a batch (n, size, size, 3) for a model."""
    how = [cv2.INTER_AREA if len(crop) > size else cv2.INTER_LINEAR for crop in crops]
    fitted = [
        crop if len(crop) == size else cv2.resize(crop, (size, size), interpolation=i)
        for crop, i in zip(crops, how, strict=True)
    ]
    return np.stack(fitted).astype(np.uint8)


def _can_all(profile: Profile, card: ModelCardLike) -> bool:
    """Whether all that lacks a center has pictures."""
    faces = [profile.get(name) for name in lacking(profile, card)]
    if profile.neutral is not None:
        faces = [profile.neutral.face if face is None else face for face in faces]
    return all(face is not None and face.crops for face in faces)
