"""Writing a session in several formats, one after the other, on a thread."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from fervideo.errors import FervideoError
from fervideo.session.edits import Edits
from fervideo.session.export import FORMATS, default_name, export_session
from fervideo.session.reader import Session

_PACKAGES = {"parquet": "pyarrow", "elan": "pympi"}
"""Formats whose package may not be installed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported.

    Attributes:
        session: As it was recorded, with the markers of now.
        edits: What a person changed; none for the machine's word alone.
        formats: Names of formats.
        folder: Where the files go.
        media: Where the original video is, None if where it was.
    """

    session: Session
    edits: Edits
    formats: tuple[str, ...]
    folder: Path
    media: Path | None = None


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Attributes:
        written: Files and folders.
        problems: A sentence for each format that failed.
    """

    written: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class ExportRun:
    """One run. `share` and `title` may be read from any thread.

    Args:
        wish: What to export.
    """

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self.share = 0.0
        self.title = ""
        self.stop = threading.Event()

    def __call__(self) -> Outcome:
        """Write everything; what fails does not keep the rest from being written."""
        wish, outcome = self._wish, Outcome()
        for number, name in enumerate(wish.formats):
            if self.stop.is_set():
                break
            self.title = FORMATS[name].title
            self._tell(number, 0.0)
            out = wish.folder / default_name(wish.session, name)
            try:
                export_session(
                    wish.session,
                    wish.edits,
                    name,
                    out,
                    media=wish.media,
                    on_progress=partial(self._tell, number),
                    stop=self.stop,
                )
            except FervideoError as error:
                if not self.stop.is_set():
                    outcome.problems.append(str(error))
            else:
                outcome.written.append(out)
        return outcome

    def _tell(self, number: int, done: float) -> None:
        self.share = (number + min(max(done, 0.0), 1.0)) / max(1, len(self._wish.formats))


def possible(names: Sequence[str], has_pictures: bool) -> dict[str, str]:
    """Why each format cannot be made here; empty where it can."""
    found = {}
    for name in names:
        reason, package = "", _PACKAGES.get(name)
        if FORMATS[name].needs_video and not has_pictures:
            reason = "needs the pictures, which are not there"
        elif package is not None and find_spec(package) is None:
            reason = 'needs: pip install "fervideo[export]"'
        found[name] = reason
    return found
