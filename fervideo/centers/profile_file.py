"""The profile file: JSON, versioned, read with distrust, since people pass such files on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import cv2
import numpy as np

from fervideo import labels
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.names import clean_expression_name, clean_profile_name, find_name, shown
from fervideo.centers.profile import (
    MOST_CROPS,
    MOST_EXPRESSIONS,
    CustomExpression,
    Neutral,
    Profile,
)
from fervideo.errors import ProfileError
from fervideo.types import ByteImage

FORMAT = "fervideo-profile"
VERSION = 1

LARGEST_FILE = 64 * 2**20
"""Bytes: more than `MOST_EXPRESSIONS` expressions with ordinary pictures ever need."""

MOST_PARTS = 2_000_000
"""Brackets and commas: a small file of nothing else would fill the memory when read."""

MOST_MODELS = 50
WIDEST_EMBEDDING = 4096
SMALLEST_CROP, LARGEST_CROP = 16, 512
_NUMBERS = re.compile(r"\[\n\s*-?\d[^\[\]\"{}]*\]")
_PNG_START = b"\x89PNG\r\n\x1a\n"

T = TypeVar("T")


def profile_bytes(profile: Profile) -> bytes:
    """The content of a profile's file."""
    text = json.dumps(_profile_entry(profile), indent=1, ensure_ascii=False, allow_nan=False)
    # A center on one line, not on 256. Inside JSON's strings there is no line end.
    text = _NUMBERS.sub(lambda found: " ".join(found.group().split()), text)
    return (text + "\n").encode("utf-8")


def fingerprint(profile: Profile) -> str:
    """sha256 of what a profile decides with: its file without the pictures."""
    return hashlib.sha256(profile_bytes(profile.without_crops())).hexdigest()


def parse_profile(data: bytes, where: str) -> Profile:
    """The profile of a file's content.

    Args:
        data: The content.
        where: The file, for messages.

    Raises:
        ProfileError: It is no profile, is damaged, makes no sense, or is of a newer version.
    """
    try:
        return _profile(_json(data))
    except ProfileError as error:
        raise ProfileError(f"{where}: {error}") from None


# Writing.


def _profile_entry(profile: Profile) -> dict[str, Any]:
    neutral = profile.neutral
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": profile.name,
        "created": profile.created.isoformat(),
        "expressions": [_expression_entry(e) for e in profile.expressions],
        "disabled": list(profile.disabled),
        "neutral": None
        if neutral is None
        else {
            "enabled": neutral.enabled,
            "strength": neutral.strength,
            "face": _expression_entry(neutral.face),
        },
    }


def _expression_entry(expression: CustomExpression) -> dict[str, Any]:
    return {
        "name": expression.name,
        "created": expression.created.isoformat(),
        "enabled": expression.enabled,
        "centers": [
            {
                "model": c.model,
                "sha256": c.sha256,
                "frames": c.frames,
                "mean": [float(str(number)) for number in c.mean],  # shortest that reads back
            }
            for c in expression.centers
        ],
        "pictures": [_png(crop) for crop in expression.crops],
    }


def _png(crop: ByteImage) -> str:
    _, encoded = cv2.imencode(".png", np.ascontiguousarray(crop[..., ::-1]))
    return base64.b64encode(encoded.tobytes()).decode("ascii")


# Reading.


def _json(data: bytes) -> Mapping[str, Any]:
    if len(data) > LARGEST_FILE:
        raise ProfileError(
            f"expected a profile of at most {LARGEST_FILE >> 20} MB, found {len(data) >> 20} MB"
        )
    if sum(data.count(sign) for sign in (b"[", b"{", b",")) > MOST_PARTS:
        raise ProfileError("expected a profile, found a file of far too many numbers")
    try:
        found = json.loads(
            data.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_once
        )
    except (ValueError, RecursionError) as error:
        problem = "brackets in brackets without end" if isinstance(error, RecursionError) else error
        raise ProfileError(f"expected a profile, found no readable JSON ({problem})") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ProfileError("expected a fervideo profile, found another kind of file")
    version = found.get("version")
    if type(version) is not int or version < 1:
        raise ProfileError(f"expected a version number from 1, found {shown(version)}")
    if version > VERSION:
        raise ProfileError(
            f"expected a profile of version {VERSION} or older, found version {shown(version)}; "
            "a newer fervideo can read it"
        )
    return found


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _profile(values: Mapping[str, Any]) -> Profile:
    keys = ("format", "version", "name", "created", "expressions", "disabled", "neutral")
    _only(values, keys, "profile")
    expressions = tuple(
        _expression(entry) for entry in _entries(values, "expressions", MOST_EXPRESSIONS)
    )
    seen: list[str] = []
    for expression in expressions:
        _check_new(expression.name, seen)
        seen.append(expression.name)
    disabled = tuple(
        _text(name, "a disabled expression") for name in _list(values, "disabled", 100)
    )
    for name in disabled:
        if name not in labels.BASIC:
            raise ProfileError(f"expected built-in expressions as disabled, found {shown(name)}")
    return Profile(
        clean_profile_name(_get(values, "name", str)),
        _moment(values),
        expressions,
        tuple(dict.fromkeys(disabled)),
        _neutral(values.get("neutral")),
    )


def _check_new(name: str, seen: list[str]) -> None:
    builtin = find_name(name, labels.BASIC)
    if find_name(name, seen) is not None:
        raise ProfileError(f"expected expressions of different names, found {shown(name)} twice")
    if builtin is not None and builtin != name:
        raise ProfileError(f"expected the built-in expression {builtin}, found {shown(name)}")


def _neutral(found: object) -> Neutral | None:
    if found is None:
        return None
    values = _mapping(found, "the neutral face")
    _only(values, ("enabled", "strength", "face"), "neutral face")
    return Neutral(
        _expression(_get(values, "face", dict)),
        _get(values, "enabled", bool),
        _number(values.get("strength")),
    )


def _expression(values: Mapping[str, Any]) -> CustomExpression:
    _only(values, ("name", "created", "enabled", "centers", "pictures"), "expression")
    centers = tuple(_center(entry) for entry in _entries(values, "centers", MOST_MODELS))
    if len({c.sha256 for c in centers}) < len(centers):
        raise ProfileError("expected one center for each model, found two")
    return CustomExpression(
        clean_expression_name(_get(values, "name", str)),
        _moment(values),
        centers,
        _get(values, "enabled", bool),
        tuple(_crop(text) for text in _list(values, "pictures", MOST_CROPS)),
    )


def _center(values: Mapping[str, Any]) -> ModelCenter:
    _only(values, ("model", "sha256", "frames", "mean"), "center")
    mean = _list(values, "mean", WIDEST_EMBEDDING)
    numbers = np.array([_number(value) for value in mean], np.float64)
    if numbers.size and np.abs(numbers).max() > 2:
        raise ProfileError("expected a center of numbers between -1 and 1, found larger ones")
    frames = _get(values, "frames", int)
    if not 1 <= frames <= 10**6:
        raise ProfileError(f"expected a center of 1 to 1000000 frames, found {shown(frames)}")
    sha256 = _get(values, "sha256", str)
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ProfileError(f"expected the sha256 of a model, found {shown(sha256)}")
    model = _get(values, "model", str)
    if not model.isprintable() or not 0 < len(model) <= 100:
        raise ProfileError(f"expected the name of a model, found {shown(model)}")
    return ModelCenter(model, sha256, numbers.astype(np.float32), frames)


def _crop(text: object) -> ByteImage:
    """A kept picture. Its size is read before it is decoded: a few bytes may claim gigabytes."""
    wrong = ProfileError("expected a small square PNG picture of a face, found something else")
    try:
        data = base64.b64decode(_text(text, "a picture"), validate=True)
    except (binascii.Error, ValueError):
        raise wrong from None
    width, height = (int.from_bytes(data[i : i + 4], "big") for i in (16, 20))
    is_png = data.startswith(_PNG_START) and data[12:16] == b"IHDR"
    if not is_png or width != height or not SMALLEST_CROP <= width <= LARGEST_CROP:
        raise wrong
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None or image.shape != (width, width, 3):
        raise wrong
    return np.ascontiguousarray(image[..., ::-1]).astype(np.uint8)


# One value.


def _only(values: Mapping[str, Any], keys: tuple[str, ...], what: str) -> None:
    for key in values:
        if key not in keys:
            raise ProfileError(f"expected the {what} to have {', '.join(keys)}, found {shown(key)}")


def _get(values: Mapping[str, Any], key: str, kind: type[T]) -> T:
    value = values.get(key)
    if type(value) is not kind:
        raise ProfileError(f"expected {key} to be {_KINDS[kind]}, found {shown(value)}")
    return value


_KINDS: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a group of values",
}


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ProfileError(f"expected {what} as text, found {shown(value)}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise ProfileError(f"expected a finite number, found {shown(value)}")
    return float(value)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ProfileError(f"expected {what} as a group of values, found {shown(value)}")
    return value


def _list(values: Mapping[str, Any], key: str, longest: int) -> list[Any]:
    found: list[Any] = _get(values, key, list)
    if len(found) > longest:
        raise ProfileError(f"expected at most {longest} {key}, found {len(found)}")
    return found


def _entries(values: Mapping[str, Any], key: str, longest: int) -> list[Mapping[str, Any]]:
    return [_mapping(value, f"each of {key}") for value in _list(values, key, longest)]


def _moment(values: Mapping[str, Any]) -> datetime:
    text = _get(values, "created", str)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ProfileError(f"expected created to be a date and time, found {shown(text)}") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
