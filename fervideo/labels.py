"""The one vocabulary of expressions: names, order, colours, and every data set's own numbering.

No other file spells an expression. Class index `i` of every seven-class model is `BASIC[i]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression.

    Attributes:
        name: The word used in files and on screen.
        short: Three letters, where room is short.
        color: sRGB hex colour, the same wherever the class is drawn (Okabe-Ito palette).
    """

    name: str
    short: str
    color: str


NEUTRAL = Expression("neutral", "NEU", "#8C8C8C")
HAPPINESS = Expression("happiness", "HAP", "#E69F00")
SADNESS = Expression("sadness", "SAD", "#0072B2")
SURPRISE = Expression("surprise", "SUR", "#56B4E9")
FEAR = Expression("fear", "FEA", "#CC79A7")
DISGUST = Expression("disgust", "DIS", "#009E73")
ANGER = Expression("anger", "ANG", "#D55E00")
CONTEMPT = Expression("contempt", "CON", "#B8A800")

EXPRESSIONS: tuple[Expression, ...] = (
    NEUTRAL,
    HAPPINESS,
    SADNESS,
    SURPRISE,
    FEAR,
    DISGUST,
    ANGER,
    CONTEMPT,
)
BY_NAME: Mapping[str, Expression] = {e.name: e for e in EXPRESSIONS}

BASIC: tuple[str, ...] = tuple(e.name for e in EXPRESSIONS[:7])
"""The seven classes, in the order of every shipped model."""

BASIC_WITH_CONTEMPT: tuple[str, ...] = tuple(e.name for e in EXPRESSIONS)
"""The eight classes of AffectNet-8, FER+ and CK+."""

UNKNOWN = "unknown"
"""Shown when a face is near no center. Never a class of a model."""

NO_LABEL = ""
"""Written where there is nothing to say: no face, or a face too poor to judge."""

UNKNOWN_COLOR = "#5A5A5A"

CUSTOM_COLORS: tuple[str, ...] = (
    "#332288",
    "#AA4499",
    "#44AA99",
    "#DDCC77",
    "#882255",
    "#117733",
    "#88CCEE",
    "#CC6677",
)
"""Tol's muted palette, for the user's own expressions, in the order they were enrolled."""

RAFDB: Mapping[int, str] = {
    1: "surprise",
    2: "fear",
    3: "disgust",
    4: "happiness",
    5: "sadness",
    6: "anger",
    7: "neutral",
}

FER2013: Mapping[int, str] = {
    0: "anger",
    1: "disgust",
    2: "fear",
    3: "happiness",
    4: "sadness",
    5: "surprise",
    6: "neutral",
}

FERPLUS_COLUMNS: Mapping[str, str] = {
    "neutral": "neutral",
    "happiness": "happiness",
    "surprise": "surprise",
    "sadness": "sadness",
    "anger": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "contempt": "contempt",
}
"""FER+ vote columns that are expressions; `unknown` and `NF` (no face) are not."""

CKPLUS: Mapping[str, str] = {
    "anger": "anger",
    "contempt": "contempt",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sadness": "sadness",
    "surprise": "surprise",
}


def color_of(name: str, classes: tuple[str, ...] = BASIC) -> str:
    """The colour of a class: its own if built in, else by its place among the custom ones.

    Args:
        name: Class name, or `UNKNOWN`.
        classes: All classes in use, in order, so that custom ones keep their colour.
    """
    if name in BY_NAME:
        return BY_NAME[name].color
    custom = [c for c in classes if c not in BY_NAME]
    if name in custom:
        return CUSTOM_COLORS[custom.index(name) % len(CUSTOM_COLORS)]
    return UNKNOWN_COLOR
