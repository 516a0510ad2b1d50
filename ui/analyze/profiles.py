"""Where the profiles are that videos can be analysed with, and the classes of their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fervideo.centers.store import SUFFIX, ProfileStore
from fervideo.errors import SessionError
from fervideo.session.reader import read_description
from fervideo.session.schema import DESCRIPTION_FILE

from ..settings import Settings


def profile_files(settings: Settings, names: Iterable[str]) -> list[tuple[str, Path]]:
    """Name and file of each profile."""
    folder = ProfileStore(settings.profiles).folder
    return [(name, folder / f"{name}{SUFFIX}") for name in names]


def profile_in_use(settings: Settings) -> Path | None:
    """File of the profile that Live uses, None if it uses none."""
    if not settings.profile:
        return None
    ((_, path),) = profile_files(settings, [settings.profile])
    return path if path.is_file() else None


def classes_of(session: Path) -> tuple[str, ...]:
    """The classes of a session in order, none if it cannot be read."""
    try:
        return tuple(map(str, read_description(session / DESCRIPTION_FILE).get("classes", ())))
    except SessionError:
        return ()
