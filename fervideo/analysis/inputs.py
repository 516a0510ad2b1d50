"""Which sources a user means who names files, folders and patterns."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fervideo.capture.names import natural_key, quoted
from fervideo.capture.source import PICTURE_SUFFIXES, SourceKind, SourceSpec, parse_source
from fervideo.errors import SourceError
from fervideo.session.schema import DESCRIPTION_FILE, TIMELINE_FILE
from fervideo.user_paths import user_path

VIDEO_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("3gp", "asf", "avi", "divx", "f4v", "flv", "m2ts", "m2v", "m4v", "mjpeg", "mjpg", "mkv"),
        *("mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ogv", "ts", "vob", "webm", "wmv"),
    )
)
"""What a folder or a pattern is searched for. A file that is named itself may have any."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A name behind which there is nothing to analyse, and a sentence that says why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """What was found behind some names.

    Attributes:
        sources: What to analyse, each once, in order.
        missing: Names behind which there is nothing to analyse.
    """

    sources: tuple[SourceSpec, ...]
    missing: tuple[Missing, ...]


def expand(names: Iterable[str | Path], *, any_file: bool = True) -> Expansion:
    """Find the sources behind names. Looks through folders: may take a while on a slow disk.

    A folder stands for the videos in it and in its sub-folders, in natural order (`clip2` before
    `clip10`); one that holds pictures and no video is one source. Hidden files, what is neither
    video nor picture, and session folders are left out. A pattern (`subject*/*.mp4`, `**` for all
    sub-folders) stands for what it matches. All else is understood by `parse_source`.

    Args:
        names: Paths, patterns, and whatever else names a source.
        any_file: A file that is named itself counts whatever it is; False leaves out one that is
            neither video nor picture.
    """
    found: dict[SourceSpec, None] = {}
    missing: list[Missing] = []
    for name in names:
        try:
            found |= dict.fromkeys(_sources(str(name), any_file))
        except SourceError as error:
            missing.append(Missing(str(name), str(error)))
    return Expansion(tuple(found), tuple(missing))


def _sources(name: str, any_file: bool) -> list[SourceSpec]:
    """The sources behind one name. Raises SourceError if there is none."""
    path = Path(name)
    if glob.has_magic(name) and "://" not in name and not _exists(path):
        return _matches(name)
    spec = parse_source(name)
    if spec.kind is SourceKind.FOLDER and Path(spec.location).is_dir():
        found = list(_inside(Path(spec.location)))
        # An empty folder is left to be opened: that tells what is wrong with it.
        return found or [spec]
    suffix = Path(spec.location).suffix.casefold()
    if spec.kind is SourceKind.VIDEO and not any_file and suffix not in VIDEO_SUFFIXES:
        raise SourceError(
            f"expected a video or pictures, found {quoted(path.name)}; it is left out"
        )
    return [spec]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _matches(pattern: str) -> list[SourceSpec]:
    """Videos and folders that a pattern matches; pictures if it matches nothing else."""
    deep = "**" in pattern
    # `glob` leaves hidden files out and takes absolute patterns; `Path.glob` does neither.
    matched = glob.iglob(str(user_path(pattern)), recursive=True)  # noqa: PTH207
    paths = sorted(map(Path, matched), key=_path_key)
    found: list[SourceSpec] = []
    for path in paths:
        if _is_video(path) and not (deep and _is_session(path.parent)):
            found.append(SourceSpec(SourceKind.VIDEO, str(path)))
        # `**` matches a folder and what is in it: then the folder is not searched again.
        elif path.is_dir() and not deep and not _is_session(path):
            found += _inside(path)
    if not found:
        found = [SourceSpec(SourceKind.FOLDER, str(path)) for path in paths if _is_picture(path)]
    if not found:
        raise SourceError(
            f"expected videos that fit {quoted(pattern)}, found none; check the pattern"
        )
    return found


def _inside(folder: Path) -> Iterator[SourceSpec]:
    """The videos of a folder, or else the folder if it holds pictures; then its sub-folders."""
    try:
        entries = sorted(
            (path for path in folder.iterdir() if not path.name.startswith(".")),
            key=lambda path: natural_key(path.name),
        )
    except OSError as error:
        raise SourceError(
            f"cannot look into {quoted(folder)}: {error.strerror or error}; check its rights"
        ) from error
    videos = [path for path in entries if _is_video(path)]
    yield from (SourceSpec(SourceKind.VIDEO, str(path)) for path in videos)
    if not videos and any(_is_picture(path) for path in entries):
        yield SourceSpec(SourceKind.FOLDER, str(folder))
    for path in entries:
        # A link to a folder may lead back to where it stands.
        if path.is_dir() and not path.is_symlink() and not _is_session(path):
            yield from _inside(path)


def _is_video(path: Path) -> bool:
    return path.suffix.casefold() in VIDEO_SUFFIXES and path.is_file()


def _is_picture(path: Path) -> bool:
    return path.suffix.casefold() in PICTURE_SUFFIXES and path.is_file()


def _is_session(folder: Path) -> bool:
    """A folder that fervideo recorded: the video in it has been analysed already."""
    return (folder / DESCRIPTION_FILE).is_file() and (folder / TIMELINE_FILE).is_file()


def _path_key(path: Path) -> list[object]:
    return [natural_key(part) for part in path.parts]
