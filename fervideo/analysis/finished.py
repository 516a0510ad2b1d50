"""Finding the session of an analysis that was done before, so that it is not done again."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fervideo.capture.demo import DEMO_CLIP
from fervideo.capture.folder import list_pictures
from fervideo.capture.names import natural_key, printable
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import FervideoError
from fervideo.resources import asset_file
from fervideo.session import schema
from fervideo.session.describe import plain
from fervideo.session.markers import read_markers

_SETTLED_S = 60.0
"""A session that nothing was written to for so long is no longer being recorded."""

_MACHINE = frozenset({"device", "threads", "face_detector"})

_OWN_FILES = frozenset(
    {schema.TIMELINE_FILE, schema.DESCRIPTION_FILE, schema.MARKERS_FILE, schema.VIDEO_FILE}
)


@dataclass(frozen=True, slots=True)
class Work:
    """An analysis, as far as it decides what comes of it.

    Attributes:
        source: Name, size in bytes and time of the last change of what is analysed.
        model: Name and sha256 of the weights.
        settings: Everything else that decides a result; not device, face detector and threads.
        video: The pictures are to be saved too.
    """

    source: Mapping[str, Any]
    model: Mapping[str, Any]
    settings: Mapping[str, Any]
    video: bool

    def is_of(self, description: Mapping[str, Any]) -> bool:
        """Whether a session with this description is of the same analysis."""
        had_video = bool((description.get("files") or {}).get("video"))
        return (
            _part(description, "source", self.source) == self.source
            and _part(description, "model", self.model) == self.model
            and without_machine(description.get("settings") or {}) == self.settings
            and not description.get("settings_changes")
            and had_video >= self.video
        )


def identify(spec: SourceSpec) -> dict[str, Any]:
    """Size in bytes and time of the last change of what is recorded in files; else nothing.

    For a folder of pictures: their sum, and the last of all.
    """
    try:
        states = [path.stat() for path in _files(spec)]
    except (OSError, FervideoError):
        return {}
    if not states:
        return {}
    latest_s = max(state.st_mtime_ns for state in states) / 1e9
    return {
        "bytes": sum(state.st_size for state in states),
        "modified": schema.utc_text(datetime.fromtimestamp(latest_s, UTC)),
    }


def source_name(spec: SourceSpec) -> str:
    """The name under which a recorded source stands in a session's description."""
    path = Path(spec.location)
    match spec.kind:
        case SourceKind.DEMO:
            return "Demo"
        case SourceKind.FOLDER:
            return printable(path.resolve().name)
    return printable(path.name)


def make_work(
    spec: SourceSpec, model: object, settings: Mapping[str, Any], video: bool
) -> Work | None:
    """The analysis of a source; None if nothing tells whether the source is still the same.

    Args:
        spec: What is analysed.
        model: The model's card.
        settings: As they stand in the session's description.
        video: The pictures are to be saved too.
    """
    file = identify(spec)
    if not file:
        return None
    card = plain(model)
    told = {name: card.get(name) for name in ("name", "sha256")}
    return Work({"name": source_name(spec), **file}, told, without_machine(plain(settings)), video)


def without_machine(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings but for what computes, which changes the last digits alone."""
    return {name: value for name, value in settings.items() if name not in _MACHINE}


class FinishedSessions:
    """The sessions below a folder; each description is read once as long as it does not change.

    Args:
        folder: Where session folders are made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[int, Mapping[str, Any]]] = {}

    def find(self, work: Work) -> Path | None:
        """The folder of a complete session of this analysis, None if there is none."""
        return next((f for f, told in self._same(work) if _reason(told) == "complete"), None)

    def partial(self, work: Work) -> list[Path]:
        """Folders of sessions of this analysis that never came to their end, in natural order."""
        return [folder for folder, told in self._same(work) if _reason(told) != "complete"]

    def _same(self, work: Work) -> list[tuple[Path, Mapping[str, Any]]]:
        found = [(path.parent, told) for path in self._paths() if (told := self._told(path))]
        same = [(folder, told) for folder, told in found if work.is_of(told)]
        return sorted(same, key=lambda pair: natural_key(pair[0].name))

    def _paths(self) -> list[Path]:
        with suppress(OSError):
            return list(self._folder.resolve().glob(f"*/{schema.DESCRIPTION_FILE}"))
        return []

    def _told(self, path: Path) -> Mapping[str, Any]:
        """What a session.json says; nothing if it cannot be read."""
        try:
            changed = path.stat().st_mtime_ns
            if path not in self._read or self._read[path][0] != changed:
                told = json.loads(path.read_bytes())
                self._read[path] = changed, told if isinstance(told, dict) else {}
            return self._read[path][1]
        except (OSError, ValueError, RecursionError):
            return {}


def replace_partial(done: Path, partial: list[Path]) -> Path:
    """Let a complete session take the place of those of the same analysis that were cut short.

    Only what a program alone has written goes: a folder with a marker, an edit or any other file
    in it stays, and so does one that may still be being recorded.

    Args:
        done: The folder of the complete session.
        partial: Folders of the others.

    Returns:
        Where the complete session is now: under the first name that became free.
    """
    freed = [folder for folder in partial if _is_replaceable(folder) and _remove(folder)]
    with suppress(OSError):
        return done.rename(freed[0]) if freed else done
    return done


def _remove(folder: Path) -> bool:
    try:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    except OSError:
        return False
    return True


def _is_replaceable(folder: Path) -> bool:
    try:
        files = list(folder.iterdir())
        told = json.loads((folder / schema.DESCRIPTION_FILE).read_bytes())
        written_s = max(path.stat().st_mtime for path in files)
        marked = read_markers(folder / schema.MARKERS_FILE)
    except (OSError, ValueError, FervideoError):
        return False
    recording = _reason(told) == schema.UNFINISHED and time.time() - written_s < _SETTLED_S
    known = {path.name for path in files} <= _OWN_FILES
    return known and not marked and not recording and not folder.is_symlink()


def _files(spec: SourceSpec) -> list[Path]:
    match spec.kind:
        case SourceKind.VIDEO:
            return [Path(spec.location)]
        case SourceKind.FOLDER:
            return list_pictures(Path(spec.location))
        case SourceKind.DEMO:
            return [asset_file(DEMO_CLIP)]
    return []


def _part(description: Mapping[str, Any], name: str, like: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of a part of a description that `like` has too."""
    part = description.get(name)
    return {key: part.get(key) for key in like} if isinstance(part, Mapping) else {}


def _reason(description: Mapping[str, Any]) -> str:
    return str(description.get("end_reason") or schema.UNFINISHED)
