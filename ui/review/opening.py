"""Reading a session away from the window, with a sign that it is under way and a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ..background import Task
from ..context import Context
from ..widgets.banner import Message
from .document import Loaded, load

TOPIC = "opening"
SOON_MS = 500
"""What takes no longer is not announced over an open session."""


class Opening(QObject):
    """Opens one session at a time; only the newest wish counts.

    Args:
        context: The window's things.
        is_shown: Whether the window says by other means that it is opening something.
        parent: Owner.

    Attributes:
        done: A session was read, or not: the finished task and the folder.
        cancelled: The user does not want to wait.
    """

    done = Signal(object, Path)
    cancelled = Signal()

    def __init__(self, context: Context, is_shown: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._is_shown = context, is_shown
        self._generation = 0
        self._folder: Path | None = None
        self._later = QTimer(self, singleShot=True, interval=SOON_MS)
        self._later.timeout.connect(self._announce)

    @property
    def is_busy(self) -> bool:
        """Whether a session is being read."""
        return self._folder is not None

    def open(self, folder: Path) -> None:
        """Read a session."""
        self._generation += 1
        generation, self._folder = self._generation, folder
        self._later.start()
        self._context.background.start(
            lambda: load(folder), lambda task: self._take(task, folder, generation), "load-session"
        )

    def cancel(self) -> None:
        """Wait for it no longer."""
        self._generation += 1
        self._end()
        self.cancelled.emit()

    def _take(self, task: Task[Loaded], folder: Path, generation: int) -> None:
        if generation == self._generation:
            self._end()
            self.done.emit(task, folder)

    def _announce(self) -> None:
        if self._folder is not None and not self._is_shown():
            text = f"Opening {self._folder.name}…"
            message = Message(text, action="Cancel", run=self.cancel, topic=TOPIC, busy=True)
            self._context.banner.say(message)

    def _end(self) -> None:
        self._folder = None
        self._later.stop()
        self._context.banner.dismiss(TOPIC)
