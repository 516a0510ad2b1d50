"""Writes what a person changes, at once and away from the window's thread; the newest wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session.edits import Edits, write_edits
from fervideo.session.markers import Marker, write_markers
from fervideo.session.schema import MARKERS_FILE

from ..background import Background, Task


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a person has changed or added about a session."""

    edits: Edits
    markers: tuple[Marker, ...]


class Saver:
    """Keeps the files of one session folder as the window shows them.

    Args:
        folder: The session's folder.
        saved: What its files hold now.
        background: Runs the writing.
        on_error: Takes the sentence if the disk refuses.
    """

    def __init__(
        self,
        folder: Path,
        saved: Changes,
        background: Background,
        on_error: Callable[[str], None],
    ) -> None:
        self._folder, self._background, self._on_error = folder, background, on_error
        self._saved = self._wanted = saved
        self._lock = threading.Lock()
        self._is_writing = False

    @property
    def is_saved(self) -> bool:
        """Whether the files hold what is wanted."""
        return not self._is_writing and self._saved is self._wanted

    def save(self, changes: Changes) -> None:
        """Write this soon, in place of anything that still waits."""
        self._wanted = changes
        if not self._is_writing:
            self._start()

    def finish(self) -> None:
        """Write what still waits, now. Raises SessionError."""
        self._write()

    def close(self) -> str:
        """Write what still waits and tell nobody any more, but by the sentence returned."""
        self._on_error = _nobody
        try:
            self.finish()
        except SessionError as error:
            return str(error)
        return ""

    def _start(self) -> None:
        self._is_writing = True
        self._background.start(self._write, self._written, "save-edits")

    def _written(self, task: Task[None]) -> None:
        self._is_writing = False
        if task.error is not None:
            self._on_error(str(task.error))
        elif self._saved is not self._wanted:
            self._start()

    def _write(self) -> None:
        with self._lock:
            wanted, saved = self._wanted, self._saved
            if wanted.edits != saved.edits:
                write_edits(self._folder, wanted.edits)
            if wanted.markers != saved.markers:
                write_markers(self._folder / MARKERS_FILE, wanted.markers)
            self._saved = wanted


def _nobody(_: str) -> None:
    """Hears what is no longer of interest."""
