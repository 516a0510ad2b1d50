"""A mailbox with one slot: the new replaces what nobody has fetched yet, so nothing piles up."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Hands the newest value from one thread to another; older ones are dropped and counted."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._value: T | None = None
        self._fresh = False
        self._woken = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many values were replaced before anybody took them."""
        with self._ready:
            return self._dropped

    def put(self, value: T) -> bool:
        """Leave `value`. Never waits. True if it replaced one that was not taken."""
        with self._ready:
            replaced = self._fresh
            self._dropped += replaced
            self._value, self._fresh = value, True
            self._ready.notify()
            return replaced

    def take(self, timeout_s: float | None = 0.0) -> T | None:
        """The newest value if it was not taken before, else None.

        Args:
            timeout_s: How long to wait for a value or for `wake`; 0 does not wait, None waits
                without end.
        """
        with self._ready:
            if timeout_s != 0.0:
                self._ready.wait_for(lambda: self._fresh or self._woken, timeout_s)
            if not self._fresh:
                # Only now: a call that returns a value leaves the wake-up for the next one.
                self._woken = False
                return None
            self._fresh = False
            return self._value

    def peek(self) -> T | None:
        """The newest value, taken or not; None before the first and after `clear`."""
        with self._ready:
            return self._value

    def wake(self) -> None:
        """Let whoever waits in `take` look around: it returns, with None if there is no value."""
        with self._ready:
            self._woken = True
            self._ready.notify()

    def clear(self) -> None:
        """Forget the value; one that was not taken does not count as dropped."""
        with self._ready:
            self._value, self._fresh = None, False
