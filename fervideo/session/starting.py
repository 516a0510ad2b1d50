"""The beginning of a recording: its folder with a description, no markers and a header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from fervideo import labels
from fervideo.errors import SessionError, reason_of
from fervideo.session import schema
from fervideo.session.describe import write_description
from fervideo.session.files import sync_folder
from fervideo.session.markers import create_markers
from fervideo.session.naming import make_session_folder
from fervideo.session.rows import RowFile


def start_session(
    wanted: Path, header: Sequence[str], description: Mapping[str, Any]
) -> tuple[Path, RowFile]:
    """Make the folder and its files; nothing is left of them if that fails.

    Args:
        wanted: Where to record; another name is taken if this one is.
        header: Names of the columns.
        description: The beginning of session.json.

    Returns:
        The folder that was made, and its timeline to append rows to.

    Raises:
        SessionError: The folder cannot be made or written.
    """
    folder = None
    try:
        folder = make_session_folder(wanted)
        write_description(folder / schema.DESCRIPTION_FILE, description)
        create_markers(folder / schema.MARKERS_FILE)
        rows = RowFile(folder / schema.TIMELINE_FILE, schema.csv_bytes([header]))
        sync_folder(folder)
    except OSError as error:
        if folder is not None:
            _remove_session(folder)
        raise SessionError(
            f"cannot record in {wanted}: {reason_of(error)}; choose a folder that can be "
            "written, on a disk with room"
        ) from error
    return folder, rows


def check_classes(classes: Sequence[str], header: Sequence[str]) -> None:
    """Refuse classes that could not be told apart in a timeline. Raises SessionError."""
    reserved = {labels.UNKNOWN, labels.NO_LABEL} & set(classes)
    if reserved or not classes or len(set(header)) < len(header):
        raise SessionError(
            f"expected classes with names that differ from each other and from "
            f"{labels.UNKNOWN!r}, found {', '.join(map(repr, classes)) or 'none'}; rename one"
        )


def _remove_session(folder: Path) -> None:
    """Take back a folder that no row was ever written to."""
    with suppress(OSError):
        for name in (schema.TIMELINE_FILE, schema.MARKERS_FILE, schema.DESCRIPTION_FILE):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
