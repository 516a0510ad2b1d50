"""A profile in use, as a session's description tells of it."""

from __future__ import annotations

from typing import Any

from fervideo import labels
from fervideo.centers.centers import CenterSet
from fervideo.centers.profile import Profile
from fervideo.centers.profile_file import fingerprint
from fervideo.model_like import ModelCardLike


def describe_profile(profile: Profile, card: ModelCardLike, centers: CenterSet) -> dict[str, Any]:
    """What a profile did to the classes, as plain values.

    Args:
        profile: The profile.
        card: The model it was used with.
        centers: The classes that came of it.

    Returns:
        `name` and `sha256` of the profile, which classes are `custom`, which of the model's were
        given more frames (`updated`) or are not used (`disabled`), what is `lacking` for the
        model, `neutral`, and gain and offset of the classes' scores where they are not 1 and 0.
    """
    neutral = profile.neutral
    used = neutral is not None and neutral.enabled and neutral.face.center_for(card) is not None
    columns = zip(centers.classes, centers.gains, centers.offsets, strict=True)
    scores = {
        name: {"gain": round(float(gain), 6), "offset": round(float(offset), 6)}
        for name, gain, offset in columns
        if gain != 1 or offset != 0
    }
    return {
        "name": profile.name,
        "sha256": fingerprint(profile),
        "custom": [name for name in centers.classes if name not in card.classes],
        "updated": [
            e.name
            for e in profile.expressions
            if e.name in card.classes and e.name in centers.classes and e.center_for(card)
        ],
        "disabled": [name for name in card.classes if name not in centers.classes],
        "lacking": list(profile.lacking(card)),
        labels.NEUTRAL.name: neutral.strength if neutral is not None and used else None,
        "scores": scores,
        "meaning": "the class of the highest gain * cosine - offset is the answer, and p_ columns "
        "are the softmax of scale times that; the cos_ columns are cosines",
    }
