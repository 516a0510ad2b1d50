"""Curves that belong to no class can be told apart, in both themes and by colour-blind people."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from fervideo.ui.review import legend
from fervideo.ui.review.columns import Curve
from fervideo.ui.review.looks import ON_DARK, ON_LIGHT, looks
from fervideo.ui.theme import DARK, LIGHT
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from fervideo.landmark_names import BLENDSHAPES

Vector = NDArray[np.float64]

SIGHTS = {
    "all colours": np.eye(3),
    "deuteranopia": np.array(
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    ),
    "protanopia": np.array(
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    ),
}
"""What is seen of linear sRGB: Machado, Oliveira and Fernandes (2009), table 1, severity 1.0."""

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color: str) -> Vector:
    srgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(seen: Vector) -> Vector:
    x, y, z = TO_XYZ @ np.clip(seen, 0, 1) / (0.9505, 1.0, 1.089)
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("colors", "ground"), [(ON_LIGHT, LIGHT), (ON_DARK, DARK)])
def test_colours_stand_out_from_the_ground_and_from_each_other(colors, ground) -> None:
    assert min(contrast(color, ground.surface) for color in colors) >= 3.0
    for name, sight in SIGHTS.items():
        seen = [lab(sight @ linear(color)) for color in colors]
        nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))
        assert nearest > 25, name


def test_no_two_blendshapes_of_a_group_look_alike() -> None:
    for start in ("brow", "eye", "jaw", "mouth"):
        names = [name for name in BLENDSHAPES if name.startswith(start)]
        assert len(names) > 3
        assert len(set(looks(names))) == len(names)


def test_two_sides_have_one_colour_and_two_lines() -> None:
    left, right, alone = looks(["mouthSmileLeft", "mouthSmileRight", "mouthPucker"])
    assert left.on_light == right.on_light != alone.on_light
    assert left.dashes == () != right.dashes


def curves(*titles: str) -> list[Curve]:
    found = looks(titles)
    return [
        Curve(title, title, look, lambda timeline: timeline.margin)
        for title, look in zip(titles, found, strict=True)
    ]


def test_a_legend_shows_every_name_in_as_many_lines_as_it_needs(qtbot: QtBot) -> None:
    many = curves(*(f"Mouth movement {n}" for n in range(23)))
    for room in (90.0, 300.0, 1200.0):
        spots = legend.spots(many, room)
        assert len(spots) == 23 and all(s.left() >= 0 and s.right() <= room for s in spots)
        assert not any(a.intersects(b) for a, b in combinations(spots, 2))
        assert legend.height_of(many, room) == max(s.bottom() for s in spots)
    assert legend.height_of(many, 300.0) > legend.height_of(many, 1200.0)


def test_a_word_that_all_names_share_is_said_once(qtbot: QtBot) -> None:
    assert legend.short_titles(curves("Mouth close", "Mouth smile left")) == ["Close", "Smile left"]
    assert legend.short_titles(curves("Cheek puff", "Nose sneer left"))[0] == "Cheek puff"
    assert legend.short_titles(curves("Pitch", "Yaw")) == ["Pitch", "Yaw"]
