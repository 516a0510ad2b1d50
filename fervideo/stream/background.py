"""Handing messages to something slow without waiting for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

CAPACITY = 300
"""Messages that may wait: ten seconds of video for a reader that has stopped to think."""

_CLOSE_S = 1.0


class BackgroundWriter(Generic[T]):
    """Calls `write` with one message after the other, in a thread of its own.

    Args:
        write: Takes a message; may block, may raise.
        finish: Called in that thread after the last message, also if `write` has raised.
        capacity: How many messages may wait.
    """

    def __init__(
        self,
        write: Callable[[T], None],
        finish: Callable[[], None] | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        self._write, self._finish = write, finish
        self._failure: Exception | None = None
        self._closing = threading.Event()
        self._waiting: queue.Queue[T] = queue.Queue(capacity)
        self._thread = threading.Thread(target=self._run, name="fervideo-stream", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> Exception | None:
        """What `write` has raised; nothing is written any more."""
        return self._failure

    def put(self, message: T) -> bool:
        """Leave a message, without waiting. False if too many wait: it is lost.

        Raises:
            Exception: What `write` has raised.
        """
        if self._failure is not None:
            raise self._failure
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        """Write what waits, then end. One that is stuck in `write` is left after a second."""
        self._closing.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        try:
            for message in self._messages():
                self._write(message)
        except Exception as error:  # it is the caller's, who hears of it at the next message
            self._failure = error
        if self._finish is not None:
            self._finish()

    def _messages(self) -> Iterator[T]:
        """Each message as it comes, until it was told to close and none is left."""
        while True:
            try:
                yield self._waiting.get(timeout=0.05)
            except queue.Empty:
                if self._closing.is_set():
                    return
