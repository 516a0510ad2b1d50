"""Looks at weight files and their cards, without loading a network."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fervideo.errors import ModelError

from ..services import ListedModel


def shipped() -> list[ListedModel]:
    """The models that ship with the program, the default first; damaged ones say so."""
    from fervideo.models.registry import DEFAULT_MODEL  # PyTorch takes its time to come
    from fervideo.resources import weights_folder

    paths = sorted(weights_folder().glob("*.safetensors"))
    found = [_look(path, is_default=path.stem == DEFAULT_MODEL) for path in paths]
    return sorted(found, key=lambda model: not model.is_default)


def own(path: Path) -> ListedModel:
    """A weight file of the user's own; if it is damaged it says so.

    Raises:
        ModelError: There is no such file.
    """
    if path.suffix != ".safetensors" or not path.is_file():
        raise ModelError(f"expected a weight file (.safetensors), found {path.name}")
    return _look(path, own=str(path.resolve()))


def _look(path: Path, is_default: bool = False, own: str = "") -> ListedModel:
    from fervideo.models.card import read_card
    from fervideo.models.registry import read_shipped_card

    card, problem = None, ""
    try:
        card = read_card(path.with_suffix(".json")) if own else read_shipped_card(path)
        if hashlib.sha256(path.read_bytes()).hexdigest() != card.sha256:
            problem = (
                f"{path.name}: these are not the weights that its card names; the file is damaged "
                "or was replaced: install it again"
            )
    except (ModelError, OSError) as error:
        problem = str(error)
    return ListedModel(card, path.stat().st_size, is_default, own, problem, path.stem)
