"""What a profile did to a session, in words that fit a methods section."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any


def profile_html(profile: Mapping[str, Any]) -> str:
    """A paragraph; empty if no profile was used.

    Args:
        profile: As `centers.description.describe_profile` wrote it, or whatever a file holds.
    """
    name = profile.get("name")
    if not name:
        return ""
    strength = profile.get("neutral")
    done = [
        _clause(profile.get("custom"), "enrolled from pictures of their own"),
        _clause(profile.get("updated"), "given more pictures"),
        _clause(profile.get("disabled"), "not used"),
        _clause(profile.get("lacking"), "not known to this model and left out"),
    ]
    sentences = [f"With the profile <b>{escape(str(name))}</b>{_joined(done)}."]
    if isinstance(strength, int | float) and not isinstance(strength, bool):
        sentences.append(
            f"Embeddings were corrected by the person's nominated neutral face, at a strength of "
            f"{strength:.2g}."
        )
    if profile.get("scores"):
        sentences.append(
            "The label is then the class of the highest gain × cosine − offset; gain and offset "
            "of each enrolled class are among the settings."
        )
    return f"<p>{' '.join(sentences)}</p>"


def _clause(names: object, what: str) -> str:
    """`grin and scowl: not used`, empty without names."""
    known = [escape(str(name)) for name in names] if isinstance(names, list) else []
    if not known:
        return ""
    *most, last = known
    return f"{', '.join(most)}{' and ' if most else ''}{last}: {what}"


def _joined(clauses: list[str]) -> str:
    told = [clause for clause in clauses if clause]
    return f" ({'; '.join(told)})" if told else ""
