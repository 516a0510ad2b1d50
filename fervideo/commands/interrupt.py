"""What Ctrl-C does: at once while nothing is open, in order while a session is written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.1


def unless_interrupted(work: Callable[[], T]) -> T:
    """What the work gives, in a thread of its own, so that Ctrl-C is heard in the middle of it.

    Python hears Ctrl-C between its own steps, and loading a model spends seconds, on a busy machine
    a minute, within foreign code. The thread goes on after a Ctrl-C; the end of the program does
    not wait for it, see `__main__`.

    Raises:
        KeyboardInterrupt: It was heard.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    thread = threading.Thread(target=run, name="fervideo-loading", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
    return future.result()


@contextmanager
def stop_on_interrupt(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C sets `stop`, so that the session is closed in order; the second insists."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
