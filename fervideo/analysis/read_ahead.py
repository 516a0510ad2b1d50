"""Reads a source ahead in a thread, since decoding and inference can go on side by side."""

from __future__ import annotations

import queue
import threading
import time

from fervideo.analysis.jobs import BatchOptions
from fervideo.capture.source import Source
from fervideo.errors import SourceError
from fervideo.types import Frame

_AHEAD = 8
"""Frames decoded in advance: enough to level out a slow one, few enough for 4K in memory."""

_STRIDE_S = 2.0
"""Seconds of video passed over in one go, so that an end in between is not waited for long."""


class ReadAhead:
    """The chosen frames of a source, some of them decoded in advance.

    Args:
        source: An open source; closed at the end of the block.
        options: Which of its frames.
        stop: Set it, from any thread, to end early.
        pause: While it is set, `next` waits.

    Attributes:
        stopped: It was told to stop, and has left frames unread.
        paused_s: Seconds that it has stood still.
    """

    def __init__(
        self,
        source: Source,
        options: BatchOptions,
        stop: threading.Event,
        pause: threading.Event,
    ) -> None:
        self._source, self._options = source, options
        self._stop, self._pause = stop, pause
        self._over = threading.Event()
        self._due: int | None = None
        self.stopped = False
        self.paused_s = 0.0
        self._queue: queue.Queue[Frame | SourceError | None] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._run, name="fervideo-decoder", daemon=True)

    def __enter__(self) -> ReadAhead:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._source.close()
        self._thread.join(5.0)

    def next(self) -> Frame | None:
        """The next frame; None at the end or after a stop. Raises SourceError."""
        while not self._stop.is_set():
            if self._pause.is_set():
                self._stand_still()
                continue
            try:
                item = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if isinstance(item, SourceError):
                raise item
            return item
        self.stopped = True
        return None

    def _stand_still(self) -> None:
        began_s = time.monotonic()
        while self._pause.is_set() and not self._stop.wait(0.05):
            pass
        self.paused_s += time.monotonic() - began_s

    def _run(self) -> None:
        while not self._over.is_set():
            item: Frame | SourceError | None
            try:
                item = self._read()
            except SourceError as error:
                item = error
            except Exception as error:  # a decoder may raise anything
                item = SourceError(f"cannot go on with {self._source.info.name}: {error}")
            self._put(item)
            if not isinstance(item, Frame):
                return

    def _read(self) -> Frame | None:
        """The next frame that was chosen; None at the end."""
        options = self._options
        if self._due is None:
            self._pass_over_start()
        elif options.every > 1:
            self._source.skip_to(self._due)
        frame = self._source.read()
        # What a source cannot pass over cheaply, a live one for instance, is read and left.
        while frame is not None and not self._over.is_set() and self._comes_before(frame):
            frame = self._source.read()
        if frame is None or (options.end_s is not None and frame.time_s >= options.end_s - 1e-6):
            return None
        self._due = frame.index + options.every
        return frame

    def _pass_over_start(self) -> None:
        time_s = 0.0
        while time_s < self._options.start_s and not self._over.is_set():
            time_s = min(time_s + _STRIDE_S, self._options.start_s)
            self._source.skip_until(time_s - 1e-6)

    def _comes_before(self, frame: Frame) -> bool:
        # A time in a file may lie a rounding error before the one that was typed.
        early = frame.time_s < self._options.start_s - 1e-6
        return early or frame.index < (self._due or 0)

    def _put(self, item: Frame | SourceError | None) -> None:
        while not self._over.is_set():
            try:
                self._queue.put(item, timeout=0.1)
                return
            except queue.Full:
                continue
