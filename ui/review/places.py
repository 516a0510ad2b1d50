"""Where sessions are, and which of some paths are sessions."""

from __future__ import annotations

from pathlib import Path

from fervideo.session.schema import DESCRIPTION_FILE, TIMELINE_FILE

from ..settings import Settings
from .memory import analysis_folder


def usual_places(settings: Settings) -> list[Path]:
    """The recordings folder, and that of Analyze if it is another."""
    own, analysis = settings.recordings, analysis_folder(settings)
    return [own] if analysis is None or analysis == own else [own, analysis]


def session_among(paths: list[Path]) -> Path | None:
    """The first session folder among these, or the one a file of which is among them."""
    for path in paths:
        folder = path if path.is_dir() else path.parent
        own = path.is_dir() or path.name in (DESCRIPTION_FILE, TIMELINE_FILE)
        if own and all((folder / name).is_file() for name in (DESCRIPTION_FILE, TIMELINE_FILE)):
            return folder
    return None
