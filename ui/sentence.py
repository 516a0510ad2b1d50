"""How an error or a state is put to a person."""

from __future__ import annotations

_ENDS = (".", "…", "!", "?")


def sentence(text: str) -> str:
    """With a capital and a full stop; the name of a file keeps its first letter."""
    text = text.strip()
    if text.split(" ", 1)[0].rstrip(",").isalpha():
        text = text[0].upper() + text[1:]
    return text if not text or text.endswith(_ENDS) else f"{text}."
