"""`fervideo export`: sessions in the formats of other programs."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.commands.common import FAILED, INTERRUPTED, OK, mention, warn, warn_of_loss
from fervideo.commands.interrupt import stop_on_interrupt
from fervideo.commands.progress import ProgressDisplay, clock
from fervideo.errors import FervideoError, SourceError

if TYPE_CHECKING:
    from fervideo.session.edits import Edits
    from fervideo.session.reader import Session

FORMAT_NAMES = ("csv", "segments", "parquet", "fex", "openface", "bids", "elan", "srt", "video")
"""The names of `session.export.FORMATS`, which the help need not wait for."""

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sessions, formats, output."""
    parser.add_argument(
        "sessions",
        nargs="+",
        type=Path,
        metavar="SESSION",
        help="session folder, or a folder of sessions",
    )
    parser.add_argument(
        "--to",
        action="append",
        required=True,
        choices=(*FORMAT_NAMES, ALL),
        metavar="FORMAT",
        help=f"{', '.join(FORMAT_NAMES)}, or {ALL}; may be repeated",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("exports"),
        metavar="DIR",
        help="where the files go (default: exports)",
    )
    parser.add_argument(
        "--raw", action="store_true", help="what the machine said, without a person's edits"
    )
    parser.add_argument(
        "--media",
        type=Path,
        metavar="FILE",
        help="where the original video is, if it is not where it was analysed",
    )
    parser.add_argument("--quiet", action="store_true", help="show errors only")
    parser.epilog = (
        f"With --to {ALL}, a format that needs pictures which are not there, or a package which "
        "is not installed, is left out and named. Files that are there already are replaced."
    )


def run(arguments: argparse.Namespace) -> int:
    """Export, name the files, and go on after a session that cannot be exported."""
    media = arguments.media
    if media is not None and not media.exists():
        raise SourceError(f"expected the video at {media}, found nothing there; check --media")
    works = _Exports(arguments)
    with stop_on_interrupt(works.stop), works.display:
        folders = list(_folders(arguments.sessions))
        for folder in folders:
            works.session(folder, alone=len(folders) == 1)
            if works.stop.is_set():
                return INTERRUPTED
    return FAILED if works.failed else OK


def _folders(paths: Sequence[Path]) -> Iterator[Path]:
    """Each session that is named, and each in a folder that is named."""
    from fervideo.session.library import find_sessions

    for path in paths:
        found = [info.folder for info in find_sessions(path)]
        yield from sorted(found) or [path]


class _Exports:
    """The exports of one call.

    Attributes:
        display: Shows progress.
        stop: Set to end early.
        failed: Something could not be exported.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._everything = ALL in arguments.to
        self._formats = FORMAT_NAMES if self._everything else tuple(dict.fromkeys(arguments.to))
        self._taken: set[Path] = set()
        self._named: set[Path] = set()
        self.display = ProgressDisplay(arguments.quiet)
        self.stop = threading.Event()
        self.failed = False

    def session(self, folder: Path, alone: bool) -> None:
        """Export one session in every format; what goes wrong is told.

        Args:
            folder: Its folder.
            alone: No other is exported, so that `--media` can only mean this one's video.
        """
        from fervideo.session.edits import Edits, read_edits
        from fervideo.session.playback import open_original
        from fervideo.session.reader import read_session

        try:
            session = read_session(folder)
            edits = Edits() if self._arguments.raw else read_edits(folder)
            if alone and self._arguments.media is not None:
                open_original(session, self._arguments.media).close()
        except FervideoError as error:
            self._warn(str(error))
            return
        with self.display.paused():
            warn_of_loss(session)
        for format_name in self._formats:
            if not self.stop.is_set():
                self._one(session, edits, format_name)

    def _one(self, session: Session, edits: Edits, format_name: str) -> None:
        from fervideo.session.export import FORMATS, default_name, export_session
        from fervideo.session.export.job import NotPossibleError

        path = self._arguments.output / default_name(session, format_name)
        out = self._free(path, FORMATS[format_name].suffix)
        self.display.begin(out.name)
        try:
            export_session(
                session,
                edits,
                format_name,
                out,
                media=self._arguments.media,
                on_progress=self._show,
                stop=self.stop,
            )
        except NotPossibleError as error:
            hint = " (--media FILE tells where it is)" if out.suffix == ".mp4" else ""
            self._warn(f"{error}{hint}", fails=not self._everything)
        except FervideoError as error:
            self._warn(str(error))
        else:
            self._name(out)

    def _name(self, out: Path) -> None:
        """Say where it is, once: all sessions are in one BIDS data set."""
        if out not in self._named:
            self._named.add(out)
            with self.display.paused():
                mention(str(out))

    def _show(self, done: float) -> None:
        left_s = self.display.seconds_left(done)
        self.display.show(done, "starting" if left_s is None else f"{clock(left_s)} left")

    def _free(self, path: Path, suffix: str) -> Path:
        """A name that no other session of this call has; the BIDS data set is shared."""
        stem, found = path.name.removesuffix(suffix), path
        for number in count(2):
            if found not in self._taken or not suffix:
                break
            found = path.with_name(f"{stem}-{number}{suffix}")
        self._taken.add(found)
        return found

    def _warn(self, problem: str, fails: bool = True) -> None:
        if not self.stop.is_set():
            self.failed = self.failed or fails
            with self.display.paused():
                warn(problem)
