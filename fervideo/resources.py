"""Where the files that ship with the program are, installed or run from a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fervideo.errors import FervideoError


def _resource(package: str, name: str) -> Path:
    path = Path(str(files(package) / name))
    if not path.is_file():
        raise FervideoError(
            f"expected the file {name} inside the installed program, found none at {path}; "
            "install fervideo again"
        )
    return path


def weights_folder() -> Path:
    """The folder of weight files and their cards."""
    return Path(str(files("fervideo.weights")))


def weights_file(name: str) -> Path:
    """Path of a shipped weight file, card or detector model. Raises FervideoError if absent."""
    return _resource("fervideo.weights", name)


def docs_folder() -> Path:
    """The folder of the documentation's pages and their pictures."""
    return Path(str(files("fervideo.docs")))


def asset_file(name: str) -> Path:
    """Path of a shipped icon or clip, `name` relative to the assets. Raises FervideoError."""
    return _resource("fervideo.assets", name)
