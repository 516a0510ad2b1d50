"""Work that may be slow, away from the window: listing cameras, writing a picture.

A task never touches a widget. The window asks for its outcome from a timer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from .guard import in_any_case

T = TypeVar("T")

POLL_MS = 50


class Task(Generic[T]):
    """One function on a thread of its own; the thread does not keep the program alive.

    Args:
        work: What to do. What it raises is kept in `error`.
        name: What it does, for the name of the thread.
    """

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self.value: T | None = None
        self.error: Exception | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run, name=f"fervideo-{name}", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return not self._thread.is_alive()

    def join(self, timeout_s: float) -> None:
        """Wait for it to end, but not for ever: a camera driver may hang."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self.value = self._work()
        except Exception as error:  # whatever it is, it belongs to whoever asked for the work
            self.error = error


class Background(QObject):
    """Runs tasks and hands each outcome to its callback on the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[Task[Any], Callable[[Task[Any]], None]]] = []
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self, work: Callable[[], T], then: Callable[[Task[T]], None], name: str) -> None:
        """Do `work` off the window's thread, then call `then` with the finished task on it."""
        self._waiting.append((Task(work, name), then))
        self._timer.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Forget the callbacks and wait a little for the threads."""
        self._timer.stop()
        for task, _ in self._waiting:
            task.join(timeout_s)
        self._waiting.clear()

    def _poll(self) -> None:
        finished = [pair for pair in self._waiting if pair[0].done]
        # Asked once: a task that ends just now is for the next look, and not for neither.
        self._waiting = [pair for pair in self._waiting if pair not in finished]
        if not self._waiting:
            self._timer.stop()
        in_any_case(*(partial(then, task) for task, then in finished))
