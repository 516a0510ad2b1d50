"""Which names a profile and an expression may have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from fervideo import labels
from fervideo.errors import ProfileError

LONGEST_NAME = 40

_NOT_IN_FILES = re.compile(r'[/\\:*?"<>|]')
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{i}" for d in ("com", "lpt") for i in range(10)}
"""Names that Windows keeps for itself, with any ending."""


def same_name(one: str, other: str) -> bool:
    """Whether a person would take the two for one name: case does not matter."""
    return _folded(one) == _folded(other)


def find_name(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that a person means by `name`, None if there is none."""
    return next((other for other in names if same_name(name, other)), None)


def clean_name(name: str, what: str) -> str:
    """`name` without blanks around it, its letters composed.

    Args:
        name: As typed or read.
        what: What it names, for the message.

    Raises:
        ProfileError: It is empty, too long, or has characters that cannot be seen.
    """
    clean = unicodedata.normalize("NFC", name).strip()
    if not clean:
        raise ProfileError(f"expected a name for the {what}, found none; type one")
    if len(clean) > LONGEST_NAME:
        raise ProfileError(
            f"expected a name of at most {LONGEST_NAME} characters for the {what}, found "
            f"{len(clean)}: {shown(clean)}"
        )
    if not clean.isprintable():
        raise ProfileError(
            f"expected a name of letters, digits and signs for the {what}, found invisible "
            f"characters in {shown(clean)}"
        )
    return clean


def clean_expression_name(name: str) -> str:
    """A name that an expression may have. Raises ProfileError."""
    clean = clean_name(name, "expression")
    if same_name(clean, labels.UNKNOWN):
        raise ProfileError(
            f"{labels.UNKNOWN!r} is what a face near no expression is called; choose another name"
        )
    return clean


def clean_profile_name(name: str) -> str:
    """A name that a profile, and its file, may have on every system. Raises ProfileError."""
    clean = clean_name(name, "profile")
    if _NOT_IN_FILES.search(clean) or clean[0] == "." or clean[-1] == ".":
        raise ProfileError(
            f"expected a profile name that can be a file's, without / \\ : * ? \" < > | and not "
            f"beginning or ending with a dot, found {shown(clean)}"
        )
    if clean.split(".")[0].casefold() in _DEVICES:
        raise ProfileError(
            f"expected a profile name that can be a file's, found {clean!r}, which Windows keeps "
            "for itself; choose another"
        )
    return clean


def shown(text: object, longest: int = 60) -> str:
    """`text` quoted for a message: invisible characters as escapes, cut if it is long."""
    quoted = ascii(text) if not str(text).isprintable() else repr(text)
    return quoted if len(quoted) <= longest else f"{quoted[:longest]}…"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold()).strip()
