"""Profile files: what is written comes back, and what is wrong gives one clear sentence."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from enrolments import MODEL, profile

from fervideo.centers.profile import Profile
from fervideo.centers.profile_file import fingerprint, parse_profile, profile_bytes
from fervideo.errors import ProfileError


def entry(made: Profile | None = None) -> dict[str, Any]:
    return json.loads(profile_bytes(made or profile()))


def read(values: object) -> Profile:
    return parse_profile(json.dumps(values).encode(), "shared.json")


def sentence(data: bytes) -> str:
    with pytest.raises(ProfileError) as caught:
        parse_profile(data, "shared.json")
    return str(caught.value)


def test_what_is_written_comes_back() -> None:
    made = profile()
    back = parse_profile(profile_bytes(made), "x")
    assert profile_bytes(back) == profile_bytes(made)
    assert (back.name, back.created, back.disabled) == (made.name, made.created, made.disabled)
    for one, other in zip(made.expressions, back.expressions, strict=True):
        assert (one.name, one.enabled, one.created) == (other.name, other.enabled, other.created)
        np.testing.assert_array_equal(one.centers[0].mean, other.centers[0].mean)
        assert all(map(np.array_equal, one.crops, other.crops))
    np.testing.assert_array_equal(back.apply(MODEL).centers, made.apply(MODEL).centers)


def test_a_person_can_read_it() -> None:
    text = profile_bytes(profile()).decode()
    assert '"name": "smirk"' in text and '"version": 1' in text
    assert len(text.splitlines()) < 80, "a center stands on one line"


def test_the_fingerprint_is_of_what_decides() -> None:
    made = profile()
    assert fingerprint(made) == fingerprint(made.without_crops())
    assert fingerprint(made) != fingerprint(made.with_enabled("smirk", False))


def test_a_file_of_windows_editors_can_be_read() -> None:
    data = b"\xef\xbb\xbf" + profile_bytes(profile()).replace(b"\n", b"\r\n")
    assert parse_profile(data, "x").name == "Anna"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no readable JSON"),
        (b"\xff\xfe\x00", "no readable JSON"),
        (b"{", "no readable JSON"),
        (b"[" * 100_000, "without end"),
        (b'{"a":' * 50_000, "without end"),
        (b"[1, 2]", "another kind of file"),
        (b'{"format": "fervideo-session", "version": 1}', "another kind of file"),
        (b'{"format": "fervideo-profile"}', "expected a version number"),
        (b'{"format": "fervideo-profile", "version": true}', "expected a version number"),
        (b'{"format": "fervideo-profile", "version": 0}', "expected a version number"),
        (b'{"format": "fervideo-profile", "version": 2}', "newer fervideo"),
        (b'{"format": "fervideo-profile", "version": 1' + b"0" * 5000 + b"}", "JSON|newer"),
        (b'{"format": "fervideo-profile", "format": "fervideo-profile"}', "stands twice"),
        (b'{"format": "fervideo-profile", "version": 1, "name": NaN}', "NaN is not a number"),
    ],
)
def test_what_is_no_profile(data: bytes, words: str) -> None:
    said = sentence(data)
    assert said.startswith("shared.json: ") and "\n" not in said and len(said) < 250
    assert any(word in said for word in words.split("|"))


def smirk_of(values: dict[str, Any]) -> dict[str, Any]:
    return values["expressions"][0]


def center_of(values: dict[str, Any]) -> dict[str, Any]:
    return smirk_of(values)["centers"][0]


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no name": lambda v: v.pop("name"),
    "a number for a name": lambda v: v.update(name=7),
    "a path for a name": lambda v: v.update(name="../../etc/passwd"),
    "a backslash in the name": lambda v: v.update(name="..\\evil"),
    "a device for a name": lambda v: v.update(name="NUL.x"),
    "a hidden file's name": lambda v: v.update(name=".bashrc"),
    "an endless name": lambda v: v.update(name="a" * 10**6),
    "control characters": lambda v: v.update(name="a\x1b[2Jb"),
    "turned writing": lambda v: smirk_of(v).update(name="smi\u202erk"),
    "a name twice": lambda v: v["expressions"].append({**smirk_of(v), "name": "SMIRK"}),
    "the name of no class": lambda v: smirk_of(v).update(name="unknown"),
    "almost a built-in name": lambda v: smirk_of(v).update(name="Happiness"),
    "no name at all": lambda v: smirk_of(v).update(name="   "),
    "an unknown key": lambda v: v.update(code="import os"),
    "an unknown key inside": lambda v: center_of(v).update(pickle="gASV"),
    "no list": lambda v: v.update(expressions={"a": 1}),
    "a list of texts": lambda v: v.update(expressions=["smirk"]),
    "too many": lambda v: v.update(expressions=[smirk_of(v)] * 101),
    "a switch that is text": lambda v: smirk_of(v).update(enabled="yes"),
    "a switch that is a number": lambda v: smirk_of(v).update(enabled=1),
    "no date": lambda v: smirk_of(v).update(created="yesterday"),
    "disabled what is not built in": lambda v: v.update(disabled=["smirk"]),
    "disabled a list": lambda v: v.update(disabled=[["happiness"]]),
    "a center of texts": lambda v: center_of(v).update(mean=["0.5"] * 16),
    "a center of lists": lambda v: center_of(v).update(mean=[[0.5]] * 16),
    "a center of truths": lambda v: center_of(v).update(mean=[True] * 16),
    "a huge number": lambda v: center_of(v).update(mean=[10**400] + [0.0] * 15),
    "larger than any mean": lambda v: center_of(v).update(mean=[1.0] * 16),
    "no direction": lambda v: center_of(v).update(mean=[0.0] * 16),
    "no numbers": lambda v: center_of(v).update(mean=[]),
    "too wide": lambda v: center_of(v).update(mean=[0.001] * 5000),
    "no frames": lambda v: center_of(v).update(frames=0),
    "frames without end": lambda v: center_of(v).update(frames=10**30),
    "half a frame": lambda v: center_of(v).update(frames=2.5),
    "no sha256": lambda v: center_of(v).update(sha256="../../x"),
    "a model of escapes": lambda v: center_of(v).update(model="\x1b]0;x"),
    "one model twice": lambda v: smirk_of(v)["centers"].append(center_of(v)),
    "a picture that is none": lambda v: smirk_of(v).update(pictures=["aGVsbG8="]),
    "a picture that is not base64": lambda v: smirk_of(v).update(pictures=["%%%"]),
    "a picture of numbers": lambda v: smirk_of(v).update(pictures=[[1, 2]]),
    "too many pictures": lambda v: smirk_of(v).update(pictures=smirk_of(v)["pictures"] * 40),
    "a neutral face of text": lambda v: v.update(neutral="mine"),
    "too strong": lambda v: v["neutral"].update(strength=3),
    "no strength": lambda v: v["neutral"].update(strength=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_wrong_value_gives_one_clear_sentence(
    change: Callable[[dict[str, Any]], object],
) -> None:
    values = entry()
    assert read(values).name == "Anna"
    change(values)
    said = sentence(json.dumps(values).encode())
    assert said.startswith("shared.json: expected") or "invisible" in said or "called" in said
    assert said.isprintable() and len(said) < 250


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_number_that_is_none(word: bytes) -> None:
    data = profile_bytes(profile())
    start = data.index(b'"mean": [') + len(b'"mean": [')
    end = data.index(b",", start)
    assert "number" in sentence(data[:start] + word + data[end:])


def png_of_size(width: int, height: int) -> str:
    """A few bytes that claim to be a picture of that size."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n"
    for kind, body in chunks:
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("size", [(30_000, 30_000), (112, 200), (8, 8), (112, 112)])
def test_a_picture_that_claims_to_be_what_it_is_not(size: tuple[int, int]) -> None:
    values = entry()
    smirk_of(values)["pictures"] = [png_of_size(*size)]
    assert "small square PNG" in sentence(json.dumps(values).encode())


@pytest.mark.parametrize("part", [b"[],", b"0,", b"{},"])
def test_a_small_file_that_would_fill_the_memory(part: bytes) -> None:
    assert "far too many" in sentence(b'{"format": [' + 2_000_001 * part + b"0]}")


def test_a_file_far_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fervideo.centers.profile_file.LARGEST_FILE", 1000)
    assert "at most 0 MB" in sentence(profile_bytes(profile()))
