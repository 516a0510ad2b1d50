"""Writing a file as a whole: whoever reads it meets the old content or the new, never a part."""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BEGIN = 8192
"""Bytes of a file that tell what it is."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; at the end of the block it takes the place of `path`.

    If the block is left by an error, `path` stays as it was and nothing is left beside it. Where
    `path` is a link, the file it points to is replaced.

    Raises:
        OSError: The disk is full or gone, or `path` is a device.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not (path.is_file() or path.is_dir()):  # it would be a file from then on
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Replace the content of `path` by `data`. Raises OSError; the old file is then still there."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def is_another(path: Path, ours: re.Pattern[bytes]) -> bool:
    """Whether `path` is a file with something in it that this program did not write.

    Args:
        path: What is about to be replaced.
        ours: What is found in the beginning of such a file of the program's.
    """
    try:
        if not path.is_file():  # nothing, a folder or a device: writing to it will tell
            return False
        with path.open("rb") as file:
            begin = file.read(_BEGIN)
    except OSError:
        return False
    return bool(begin) and ours.search(begin) is None


def sync_folder(folder: Path) -> None:
    """Make new and renamed files of a folder outlast a power cut, where the system has a way."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
