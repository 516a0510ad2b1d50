"""A file of rows that survives a killed process, a power cut and a full disk."""

from __future__ import annotations

import errno
import os
import threading
from contextlib import suppress
from io import FileIO
from pathlib import Path

from fervideo.errors import SessionError

SYNC_INTERVAL_S = 0.5


class RowFile:
    """Append-only file whose rows are handed to the system at once and synced in the background.

    Each append is one unbuffered write, so a killed process loses nothing it had appended. A
    thread of its own syncs the file every `SYNC_INTERVAL_S`, whether or not more rows come, so a
    power cut loses at most the last second and a slow disk does not hold up the analysis.
    Appends must not overlap: the owner holds a lock.

    Args:
        path: File to create; must not exist.
        header: Bytes to begin with, synced before the constructor returns.

    Raises:
        OSError: The file cannot be created or its header written.
    """

    def __init__(self, path: Path, header: bytes) -> None:
        self.path = path
        self.rows = 0
        self.size = 0
        self._synced_rows = 0
        self._sync_failed = False
        self._failure: OSError | None = None
        self._closing = threading.Event()
        self._file = self._create(path)
        try:
            self._write_whole(header)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.close()
            raise
        self._thread = threading.Thread(target=self._keep_synced, name="fervideo-rows", daemon=True)
        self._thread.start()

    @staticmethod
    def _create(path: Path) -> FileIO:
        return path.open("xb", buffering=0)

    def append(self, data: bytes, rows: int) -> None:
        """Add whole rows.

        Args:
            data: The rows' bytes, line ends included.
            rows: How many rows they are.

        Raises:
            SessionError: The disk is full or gone, now or at the last sync.
        """
        self.check()
        try:
            self._write_whole(data)
        except OSError as error:
            self._failure = error
            raise self.error() from error
        self.rows += rows

    def check(self) -> None:
        """Raise SessionError if an earlier write or sync has failed."""
        if self._failure is not None:
            raise self.error() from self._failure

    def error(self) -> SessionError:
        """What has gone wrong, how many rows are safe and where, in one sentence."""
        cause = self._failure
        full = cause is not None and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        trouble = "the disk is full" if full else f"the disk refused to write ({_reason(cause)})"
        return SessionError(
            f"recording stopped because {trouble}: {self.safe_rows} rows are safe in {self.path}; "
            "make room or choose another folder, then record again"
        )

    @property
    def safe_rows(self) -> int:
        """Rows known to be in the file: after a failed sync, those of the last good one."""
        return self._synced_rows if self._sync_failed else self.rows

    def close(self) -> None:
        """Sync and close; a second call does nothing.

        Raises:
            SessionError: Rows could not be written or synced, now or before.
        """
        if self._file.closed:
            return
        self._closing.set()
        self._thread.join()
        self._sync()
        try:
            self._file.close()
        except OSError as error:
            self._failure = self._failure or error
        self.check()

    def _write_whole(self, data: bytes) -> None:
        """Write all of `data` or, as far as the disk allows, none of it."""
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError:
            with suppress(OSError):  # a torn row is the reader's to skip
                self._file.truncate(self.size)
            raise
        self.size += len(data)

    def _keep_synced(self) -> None:
        while not self._closing.wait(SYNC_INTERVAL_S):
            self._sync()

    def _sync(self) -> None:
        rows = self.rows
        if rows == self._synced_rows or self._sync_failed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._sync_failed = True
            self._failure = self._failure or error
        else:
            self._synced_rows = rows


def _reason(cause: OSError | None) -> str:
    return str(cause.strerror or cause) if cause is not None else "unknown reason"
