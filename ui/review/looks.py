"""What tells curves apart that belong to no class: colours for each theme, and kinds of line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ON_LIGHT = ("#2B93EE", "#DA730B", "#169C7B", "#7A1F5C", "#A3201A", "#3B22A0", "#300903")
ON_DARK = ("#1387EC", "#DA730B", "#20DFAF", "#C63997", "#F2E27A", "#CFC0F2", "#D45454")
"""Seven that colour-blind people can tell apart, each 3 : 1 or more against the ground."""

DASHES = (
    ((), (7.0, 4.0)),
    ((2.0, 3.0), (7.0, 3.0, 2.0, 3.0)),
    ((7.0, 3.0, 2.0, 3.0, 2.0, 3.0), (14.0, 3.0)),
)
"""Dashes and gaps in widths of the line, () for an unbroken one: a round of the colours each, and
in each the line of the left or lower side, or of what has no sides, and that of the other."""

_SIDE = re.compile(r"_?(left|right|lower|upper)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """Colour and line of a curve.

    Attributes:
        on_light: Its colour, sRGB hex.
        on_dark: The same on a dark ground.
        dashes: As `QPen.setDashPattern` takes them, empty for an unbroken line.
    """

    on_light: str
    on_dark: str
    dashes: tuple[float, ...] = ()


def plain(color: str) -> Look:
    """One colour in both themes, as a class has."""
    return Look(color, color)


def looks(names: Sequence[str]) -> list[Look]:
    """A look for each column of a group: two sides of the same have one colour and two lines."""
    bases = list(dict.fromkeys(_SIDE.sub("", name) for name in names))
    found = []
    for name in names:
        number = bases.index(_SIDE.sub("", name))
        lines = DASHES[number // len(ON_LIGHT) % len(DASHES)]
        color = number % len(ON_LIGHT)
        found.append(Look(ON_LIGHT[color], ON_DARK[color], lines[_is_second(name)]))
    return found


def _is_second(name: str) -> bool:
    side = _SIDE.search(name)
    return side is not None and side[1].casefold() in ("right", "upper")
