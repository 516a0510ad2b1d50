"""The formats by name, and the one way to write any of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session.edits import Edits, edited
from fervideo.session.export.job import ExportJob
from fervideo.session.naming import session_name
from fervideo.session.reader import Session


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a session can be written in.

    Attributes:
        title: What to call it in a list.
        suffix: What follows the session's name in the file's, e.g. `_segments.csv`; empty for a
            folder.
        writer: Module in this package whose `write(job)` makes the file.
        needs_video: It needs the pictures.
    """

    title: str
    suffix: str
    writer: str
    needs_video: bool = False


FORMATS: dict[str, Format] = {
    "csv": Format("Frames as CSV", "_frames.csv", "frames"),
    "segments": Format("Segments as CSV", "_segments.csv", "segments"),
    "parquet": Format("Frames as Parquet", "_frames.parquet", "parquet"),
    "fex": Format("py-feat Fex", "_fex.csv", "fex"),
    "openface": Format("OpenFace names", "_openface.csv", "openface"),
    "bids": Format("BIDS data set", "", "bids"),
    "elan": Format("ELAN", ".eaf", "elan"),
    "srt": Format("SubRip subtitles", ".srt", "subtitles"),
    "video": Format("Video with overlays", "_overlays.mp4", "video", needs_video=True),
}


def default_name(session: Session, format_name: str) -> str:
    """Name of the file or folder an export goes to, e.g. `clip_segments.csv` or `bids`."""
    suffix = FORMATS[format_name].suffix
    return f"{session_name(session.folder.resolve().name)}{suffix}" if suffix else format_name


def export_session(
    session: Session,
    edits: Edits,
    format_name: str,
    out: Path,
    *,
    media: Path | None = None,
    on_progress: Callable[[float], None] = lambda done: None,
    stop: threading.Event | None = None,
) -> None:
    """Write a session in another program's format. A file that is there already is replaced.

    Args:
        session: As it was read, without edits.
        edits: What a person changed; `Edits()` for what the machine said alone.
        format_name: A key of `FORMATS`.
        out: The file to write; for BIDS the folder of the data set, which other sessions share.
        media: Where the original video is, if it is not where it was.
        on_progress: Called now and then with the share that is done, 0 to 1.
        stop: Set it, from any thread, to end early; nothing is then written.

    Raises:
        NotPossibleError: A package or the pictures are missing.
        SessionError: There is no such format, the disk refuses, or the export was stopped.
        SourceError: The pictures cannot be read.
    """
    if format_name not in FORMATS:
        raise SessionError(f"expected one of {', '.join(FORMATS)}, found {format_name!r}")
    job = ExportJob(
        edited(session, edits), edits, Path(out), media, on_progress, stop or threading.Event()
    )
    module = import_module(f"fervideo.session.export.{FORMATS[format_name].writer}")
    try:
        job.out.parent.mkdir(parents=True, exist_ok=True)
        module.write(job)
    except OSError as error:
        raise SessionError(
            f"cannot write {job.out}: {_reason(error)}; choose a folder that can be written, on a "
            "disk with room"
        ) from error


def _reason(error: OSError) -> str:
    """What the system says, without a library's details and the name of a temporary file."""
    return os.strerror(error.errno) if error.errno else str(error)
