"""The sessions of a folder at a glance; their timelines are read only where that must be."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session import schema
from fervideo.session.reader import read_description

DEEPEST = 2
"""Sessions may lie in the folder itself or in folders in it, such as one a group of people."""

_BEGINNING = 4096
"""Bytes of a description in which its format stands."""

_START = [column.name for column in schema.FIXED_COLUMNS[:4]]
_TIME, _FACE = _START.index("time_s"), _START.index("face_id")


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a list of sessions shows of one. None or empty is what its folder does not tell.

    Attributes:
        folder: Where it is.
        started: When it was recorded or analysed, UTC.
        duration_s: Seconds from its first frame to its last.
        frames: Frames analysed; None if it was cut short.
        faces: How many faces were told apart, as the machine saw it.
        source: Name of the video or camera.
        model: Name of the model.
        end_reason: As in `Session.end_reason`.
        has_video: Its pictures were saved too.
        problem: Why it cannot be opened, one sentence; None if it seems well.
    """

    folder: Path
    started: datetime | None = None
    duration_s: float | None = None
    frames: int | None = None
    faces: int | None = None
    source: str = ""
    model: str = ""
    end_reason: str = ""
    has_video: bool = False
    problem: str | None = None

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    def matches(self, search: str) -> bool:
        """Whether every word of a search is in its name, parent, source, model, date or end."""
        date = "" if self.started is None else f"{self.started:%Y-%m-%d}"
        place = self.folder.parent.name
        told = (self.name, place, self.source, self.model, date, self.end_reason, self.problem)
        text = " ".join(filter(None, told)).casefold()
        return all(word in text for word in search.casefold().split())


def find_sessions(folder: Path) -> tuple[SessionInfo, ...]:
    """The sessions in a folder and in the folders in it, the newest first.

    A session that cannot be opened is among them, with its problem. Damage in the middle of a
    timeline shows only when it is opened.

    Args:
        folder: Where to look; a session's own folder gives that session. One that does not exist
            holds none.

    Raises:
        SessionError: The folder cannot be listed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return ()
    try:
        found = [info for each in _candidates(folder, DEEPEST) if (info := _info(each))]
    except OSError as error:
        raise SessionError(f"cannot look for sessions in {folder}: {error.strerror}") from error
    oldest = datetime.min.replace(tzinfo=UTC)
    found.sort(key=lambda info: info.name.casefold())
    return tuple(sorted(found, key=lambda info: info.started or oldest, reverse=True))


def session_info(folder: Path) -> SessionInfo:
    """What is known of one session folder, with its problem if it has one."""
    problem = f"expected a session folder, found neither description nor timeline in {folder}"
    return _info(Path(folder)) or SessionInfo(Path(folder), problem=problem)


def _candidates(folder: Path, deep: int) -> Iterator[Path]:
    """Folders that look like sessions. Raises OSError for `folder`, not for those in it."""
    with os.scandir(folder) as entries:
        inside = list(entries)
    if {schema.DESCRIPTION_FILE, schema.TIMELINE_FILE} & {entry.name for entry in inside}:
        yield folder
        return
    for entry in inside:
        if deep and not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            try:
                yield from list(_candidates(Path(entry.path), deep - 1))
            except OSError:  # a folder that is not ours to read is not a session of ours
                continue


def _info(folder: Path) -> SessionInfo | None:
    """What is known of a folder; None if its files are another program's."""
    timeline = folder / schema.TIMELINE_FILE
    try:
        description = read_description(folder / schema.DESCRIPTION_FILE)
        first_s, last_s, faces = _span(timeline, description)
    except SessionError as error:
        return SessionInfo(folder, problem=str(error)) if _is_ours(folder) else None
    video = folder / schema.VIDEO_FILE
    return SessionInfo(
        folder=folder,
        started=_moment(description.get("started")),
        duration_s=None if first_s is None or last_s is None else max(0.0, last_s - first_s),
        frames=_whole(description.get("frames_analysed")),
        faces=faces,
        source=_text(description, "source"),
        model=_text(description, "model"),
        end_reason=str(description.get("end_reason") or schema.UNFINISHED),
        has_video=video.is_file() and video.stat().st_size > 0,
    )


def _span(
    timeline: Path, description: Mapping[str, object]
) -> tuple[float | None, float | None, int | None]:
    """First and last time and the number of faces: from the description, else from the rows."""
    if not _has_our_header(timeline):
        raise SessionError(f"expected the timeline of a session, found none in {timeline}")
    told = description.get("faces"), description.get("first_time_s"), description.get("last_time_s")
    faces, first, last = _whole(told[0]), _number(told[1]), _number(told[2])
    if faces is not None and (first is not None or not faces):
        return first, last, faces
    try:
        with timeline.open("rb") as file:
            next(file)
            return _scan(file)
    except OSError as error:
        raise SessionError(f"cannot read the timeline {timeline}: {error.strerror}") from error


def _scan(lines: Iterable[bytes]) -> tuple[float | None, float | None, int]:
    """First time, last time and number of faces; a cut line is passed over."""
    first: bytes | None = None
    last = b""
    faces = set()
    for line in lines:
        cells = line.split(b",", len(_START))
        if len(cells) > len(_START):
            last = cells[_TIME]
            first = last if first is None else first
            faces.add(cells[_FACE])
    return _number(first), _number(last), len(faces - {b"", b"-1"})


def _is_ours(folder: Path) -> bool:
    """Whether a folder with something wrong in it is a session, not another program's folder."""
    if _has_our_header(folder / schema.TIMELINE_FILE):
        return True
    try:
        with (folder / schema.DESCRIPTION_FILE).open("rb") as file:
            return schema.FORMAT.encode() in file.read(_BEGINNING)
    except OSError:
        return False


def _has_our_header(timeline: Path) -> bool:
    start = ",".join(_START).encode()
    try:
        with timeline.open("rb") as file:
            return file.read(3 + len(start)).removeprefix(b"\xef\xbb\xbf").startswith(start)
    except OSError:
        return False


def _text(description: Mapping[str, object], part: str) -> str:
    described = description.get(part)
    return str(described.get("name") or "") if isinstance(described, Mapping) else ""


def _whole(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _number(value: object) -> float | None:
    try:
        found = float(value) if isinstance(value, bytes | int | float) else math.nan
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
