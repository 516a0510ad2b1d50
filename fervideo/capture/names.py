"""Names that come from outside (files, cameras, URLs), made fit for a sentence and for sorting."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_LONGEST_SHOWN = 120


def printable(text: str) -> str:
    r"""`text` with every character that a terminal or a label cannot show written as an escape.

    Newlines, control characters, marks that turn the direction of writing, and bytes that are not
    UTF-8 (surrogates) become `\n`, `\x1b`, `\u202e`, `\udcff`.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def quoted(text: object) -> str:
    """`text` printable, in quotation marks, its middle left out if it is very long."""
    shown = printable(str(text))
    if len(shown) > _LONGEST_SHOWN:
        half = _LONGEST_SHOWN // 2
        shown = f"{shown[:half]}…{shown[-half:]}"
    return f"“{shown}”"


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Key that sorts names as people do: `img2` before `img10`, capitals beside small letters."""
    parts = re.split(r"([0-9]+)", name.casefold())
    numbered = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p)
    return numbered, name  # the name itself decides between img1 and img01


def without_password(url: str) -> str:
    """`url` with the user and password that it may carry replaced by `***`."""
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"***@{host}")) if at else url
