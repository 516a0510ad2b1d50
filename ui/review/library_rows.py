"""Looking for sessions, and how one shows in the list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session.library import SessionInfo, find_sessions
from fervideo.session.schema import UNFINISHED

from .clock import time_text
from .rows import Row

Found = tuple[tuple[SessionInfo, ...], tuple[str, ...]]


def look(folders: Iterable[Path]) -> Found:
    """The sessions of all folders, the newest first, and what went wrong. May take seconds."""
    found: dict[Path, SessionInfo] = {}
    problems = []
    for folder in dict.fromkeys(folders):
        try:
            found |= {info.folder.resolve(): info for info in find_sessions(folder)}
        except SessionError as error:
            problems.append(str(error))
    oldest = [info for info in found.values() if info.started is None]
    dated = [info for info in found.values() if info.started is not None]
    dated.sort(key=lambda info: info.started, reverse=True)  # type: ignore[arg-type,return-value]
    return (*dated, *oldest), tuple(problems)


def day_text(moment: datetime | None, now: datetime) -> str:
    """When it was, as short as can be: a time today, a day this year, else month and year."""
    if moment is None:
        return ""
    here, today = moment.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%b}" if here.year == today.year else f"{here:%b %Y}"


def row_of(info: SessionInfo, is_open: bool, is_running: bool = False) -> Row:
    """A session as a row of the list."""
    date = day_text(info.started, datetime.now(UTC))
    if info.problem is not None:
        text = info.problem[:1].upper() + info.problem[1:]
        return Row(info.folder, info.name, text, date, "warning", "warning", tip=text)
    parts = [
        None if info.duration_s is None else time_text(info.duration_s, 0),
        None if info.faces is None else f"{info.faces} face{'' if info.faces == 1 else 's'}",
        info.model,
    ]
    if is_running:
        parts.append("being recorded")
    elif info.end_reason == UNFINISHED or info.end_reason.startswith("error"):
        parts.append("cut short")
    text = "  ·  ".join(filter(None, parts))
    icon = "video" if info.has_video else "review"
    when = "" if info.started is None else f"{info.started.astimezone():%d %B %Y, %H:%M}"
    tip = "\n".join(filter(None, (str(info.folder), info.source, when)))
    return Row(info.folder, info.name, text, date, icon, strong=is_open, tip=tip)
