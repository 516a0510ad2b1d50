"""What a session's description says, in words that fit a methods section."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from fervideo.config import from_dict
from fervideo.errors import ConfigError, FervideoError
from fervideo.models.card import ModelCard, read_card
from fervideo.resources import weights_file
from fervideo.session.reader import Session
from fervideo.session.report.profile_words import profile_html
from fervideo.session.report.tables import percent, table

CROPS = {"given": "as given", "detected": "through the detector"}


def source_facts(session: Session) -> list[tuple[str, str]]:
    """What was analysed, when, by what."""
    description = session.description
    source, model = _part(description, "source"), _part(description, "model")
    facts = [
        ("source", source.get("name") or "not named"),
        ("size", _size(source)),
        ("part", selection_text(_part(_part(description, "settings"), "selection"))),
        ("started", _moment(description.get("started"))),
        ("ended", session.end_reason),
        ("model", model.get("name") or "not named"),
        ("weights", _short(model.get("sha256"))),
        ("profile", _part(_part(description, "settings"), "profile").get("name")),
    ]
    return [(name, str(value)) for name, value in facts if value]


def method_html(session: Session) -> str:
    """The model card, the settings and the versions."""
    description = session.description
    card = card_of(_part(description, "model"))
    settings = flat(_part(description, "settings"))
    versions = {k: v for k, v in _part(description, "versions").items() if v}
    digest = _part(description, "model").get("sha256")
    rows = [("sha256 of the weights", str(digest))] if digest else []
    rows += [(name, _text(value)) for name, value in settings]
    rows += [(f"version of {name}", str(value)) for name, value in versions.items()]
    changed = description.get("settings_changes")
    if isinstance(changed, list) and changed:
        rows.append(("settings changed while recording", f"{len(changed)} times"))
    profile = profile_html(_part(_part(description, "settings"), "profile"))
    return (_card_html(card) if card else "") + (
        f"{profile}<details><summary>All settings and versions</summary>"
        f"{table((), rows, 'facts')}</details>"
    )


def card_of(model: Mapping[str, Any]) -> ModelCard | None:
    """The card of the very weights that were used.

    It is in the description. Sessions of older versions have the weights' name and SHA-256 alone:
    then it is the installed one, None if other weights are installed.
    """
    try:
        return from_dict(ModelCard, model)
    except (ConfigError, TypeError):
        pass
    try:
        card = read_card(weights_file(f"{model.get('name')}.json"))
    except (FervideoError, OSError, ValueError):
        return None
    return card if card.sha256 == model.get("sha256") else None


def flat(settings: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Nested settings as `part.name` and value, in their order."""
    rows: list[tuple[str, Any]] = []
    for name, value in settings.items():
        path = f"{before}{name}"
        rows += flat(value, f"{path}.") if isinstance(value, Mapping) else [(path, value)]
    return rows


def _card_html(card: ModelCard) -> str:
    figures = [
        (f"{m.data}, {CROPS.get(m.crops, m.crops)}", percent(m.accuracy), percent(m.mean_recall))
        for m in card.measurements
        if m.decided_by == "centers"
    ]
    known = table(("measured on", "accuracy", "mean class recall"), figures) if figures else ""
    return (
        f"<p><b>{escape(card.title)}</b>. {escape(card.paper)}. {escape(card.training)} "
        f"The label is the class whose center has the highest cosine to the embedding, held "
        f"calm as the settings say; under a cosine of {card.threshold:.2f} it is unknown.</p>"
        f"{known}<p class='note'>{escape(card.limits)}</p>"
    )


def _part(description: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = description.get(name)
    return part if isinstance(part, Mapping) else {}


def _size(source: Mapping[str, Any]) -> str:
    width, height, fps = (source.get(key) for key in ("width", "height", "fps"))
    rate = f", {fps:.4g} frames/s" if isinstance(fps, int | float) and fps else ""
    if source.get("kind") == "folder" and source.get("frame_count") == 1:
        rate = ", one picture"
    return f"{width} × {height}{rate}" if width and height else ""


def _moment(text: object) -> str:
    """`2026-03-01T10:00:00.123456Z` as `2026-03-01 10:00:00 UTC`."""
    return f"{str(text)[:19].replace('T', ' ')} UTC" if text else "not known"


def selection_text(selection: Mapping[str, Any]) -> str:
    """`from 10 s to 70 s, 1 frame in 3`; empty if every frame was asked for."""
    start_s, end_s, every = (selection.get(key) for key in ("start_s", "end_s", "every"))
    words = [f"from {start_s:g} s"] if isinstance(start_s, int | float) and start_s else []
    words += [f"to {end_s:g} s"] if isinstance(end_s, int | float) else []
    frames = [f"1 frame in {every}"] if isinstance(every, int) and every > 1 else []
    return ", ".join(filter(None, (" ".join(words), *frames)))


def _short(digest: object) -> str:
    return f"sha256 {str(digest)[:16]}…" if digest else ""


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
