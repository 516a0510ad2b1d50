"""Keeping a native library's chatter out of the terminal without losing its errors."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_CHATTER = re.compile(rb"^(INFO|WARNING): |^[IW]\d{4} |^\d{4}-\d\d-\d\d .* (INFO|WARN)\| ")
"""Lines of the loggers of absl, LiteRT and liblsl that are information or warnings."""

_STDERR = 2
# Reentrant: the garbage collector may close a forgotten network in the middle of a block, in this
# thread or, which is why closing must not wait, in one that this thread waits for.
_one_at_a_time = threading.RLock()


@contextmanager
def quiet_native_log(wait: bool = True) -> Iterator[None]:
    """Hold back what native code writes to standard error; let through all but its chatter.

    MediaPipe's loggers have no switch that Python can reach, so the file descriptor itself is
    turned to a temporary file for the time of the block. Other threads' lines come a moment late.

    Args:
        wait: Wait for another thread's block to end; else this block is not quiet while that lasts.
    """
    if not _one_at_a_time.acquire(blocking=wait):
        yield
        return
    try:
        with _held_back():
            yield
    finally:
        _one_at_a_time.release()


def release_quietly(task: Any) -> None:
    """Close a task of MediaPipe's, quietly at interpreter exit too."""
    try:
        with quiet_native_log(wait=False):
            task.close()
    except RuntimeError:
        # At exit the threads that would close it are gone. The process gives all back anyway,
        # but without this mark MediaPipe's own __del__ tries again and prints a traceback.
        task._handle = None


@contextmanager
def _held_back() -> Iterator[None]:
    with tempfile.TemporaryFile() as held:
        try:
            terminal = os.dup(_STDERR)
        except OSError:  # a windowed program may have no standard error at all
            yield
            return
        _flush()
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            _flush()
            os.dup2(terminal, _STDERR)
            held.seek(0)
            for line in held:
                if not _CHATTER.match(line):
                    os.write(terminal, line)
            os.close(terminal)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
