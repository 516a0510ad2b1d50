"""The one vocabulary of expressions: names, order, colours, and every data set's own numbering.

No other file spells an expression. Class index `i` of every seven-class model is `BASIC[i]`.
"""

from __future__ import annotations

import re
import zlib
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
    "#6E62D9",
    "#AA4499",
    "#44AA99",
    "#999933",
    "#8C6D46",
    "#117733",
    "#88CCEE",
    "#CC6677",
)
"""For the user's own expressions: Tol's muted palette, in which indigo, sand and wine gave way to
violet, olive and brown, since they could not be seen on a dark ground or on white."""

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

CKPLUS_SEQUENCES: Mapping[int, str] = {
    0: "neutral",
    1: "anger",
    2: "contempt",
    3: "disgust",
    4: "fear",
    5: "happiness",
    6: "sadness",
    7: "surprise",
}
"""The numbers in the `_emotion.txt` files of the original CK+ sequences."""

COMPOUND: tuple[str, ...] = (
    "happily surprised",
    "happily disgusted",
    "sadly fearful",
    "sadly angry",
    "sadly surprised",
    "sadly disgusted",
    "fearfully angry",
    "fearfully surprised",
    "angrily surprised",
    "angrily disgusted",
    "disgustedly surprised",
)
"""The eleven compound expressions of RAF-DB, in the owners' order."""

RAFDB_COMPOUND: Mapping[int, str] = dict(enumerate(COMPOUND, 1))

EXPW: Mapping[int, str] = {
    0: "anger",
    1: "disgust",
    2: "fear",
    3: "happiness",
    4: "sadness",
    5: "surprise",
    6: "neutral",
}

AFFECTNET: Mapping[int, str] = {
    0: "neutral",
    1: "happiness",
    2: "sadness",
    3: "surprise",
    4: "fear",
    5: "disgust",
    6: "anger",
    7: "contempt",
}

AFFECTNET_OTHERS: Mapping[int, str] = {8: "none", 9: "uncertain", 10: "no face"}
"""What else AffectNet's annotators could answer; these pictures show no class."""

FER2013_FOLDERS: Mapping[str, str] = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
"""Class folders of FER2013 as pictures; SFEW 2.0 has the same with a capital."""

SFEW: Mapping[str, str] = {k.capitalize(): v for k, v in FER2013_FOLDERS.items()}

_OTHER_WORDS: Mapping[str, str] = {
    "neutral": "neutrality",
    "happiness": "happy joy joyful",
    "sadness": "sad",
    "surprise": "surprised",
    "fear": "fearful afraid scared",
    "disgust": "disgusted",
    "anger": "angry",
    "contempt": "contemptuous",
}

SYNONYMS: Mapping[str, str] = {
    **{f: e for e, forms in _OTHER_WORDS.items() for f in forms.split()},
    **{e.short.casefold(): e.name for e in EXPRESSIONS},
    **{name: name for name in (*BASIC_WITH_CONTEMPT, *COMPOUND)},
}
"""What people call a class folder, in lower case, and the expression they mean.

Only other forms of the same word: `calm` or `smile` may well be classes of their own.
"""


def expression_of(name: str) -> str:
    """The expression that a folder name means, or the name itself: then it is a custom class.

    Case, a number in front (`3_happy`), and whether words are parted by blanks, hyphens or
    underscores do not matter.
    """
    words = re.split(r"[\s_.-]+", name.strip())
    if len(words) > 1 and words[0].isdigit():
        words = words[1:]
    return SYNONYMS.get(" ".join(words).casefold(), name)


def color_of(name: str, classes: tuple[str, ...] = BASIC) -> str:
    """The colour of a class: its own if built in, else one of `CUSTOM_COLORS` chosen by its name.

    A custom class has the same colour in every profile and session, unless another one of the same
    choice stands before it in `classes`; it then takes the next that is free.

    Args:
        name: Class name, or `UNKNOWN`.
        classes: All classes in use, in order.
    """
    if name in BY_NAME:
        return BY_NAME[name].color
    taken: dict[int, str] = {}
    for custom in (c for c in classes if c not in BY_NAME and c != UNKNOWN):
        wished = zlib.crc32(custom.casefold().encode("utf-8", "replace"))
        order = [(wished + step) % len(CUSTOM_COLORS) for step in range(len(CUSTOM_COLORS))]
        place = next((i for i in order if i not in taken), order[0])
        taken[place] = custom
        if custom == name:
            return CUSTOM_COLORS[place]
    return UNKNOWN_COLOR
