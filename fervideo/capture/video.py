"""Video files and streams as sources, with the container's own timestamps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av

from fervideo.capture.clock import PresentationClock
from fervideo.capture.container import (
    nominal_rate,
    open_file,
    open_stream,
    picture_seconds,
    stated_seconds,
    stream_reason,
)
from fervideo.capture.names import printable, quoted, without_password
from fervideo.capture.orientation import upright_rgb, upright_size
from fervideo.capture.source import Source, SourceInfo, SourceKind
from fervideo.errors import SourceError
from fervideo.types import Frame


class VideoSource(Source):
    """Decodes a video file, or a stream, frame by frame, upright, square-pixelled, in RGB.

    `time_s` is the presentation time in the container, moved to start at 0 and forced to increase,
    so variable frame rates are right. What is damaged in a file is left out and told in
    `warning`; a file that was cut short ends cleanly with a warning.
    """

    def __init__(
        self,
        location: str | Path,
        *,
        kind: SourceKind = SourceKind.VIDEO,
        open_timeout_s: float = 5.0,
        read_timeout_s: float = 5.0,
    ) -> None:
        """Open it and decode the first frame.

        Args:
            location: Path of a file, or the URL of a stream.
            kind: VIDEO for a path, STREAM for a URL.
            open_timeout_s: Longest wait for a stream to answer.
            read_timeout_s: Longest wait for a stream's next data.

        Raises:
            SourceError: it cannot be opened or holds no picture that can be decoded.
        """
        self._lock = threading.Lock()
        self._closed = False
        self._is_stream = kind is SourceKind.STREAM
        self._location = str(location)
        self._container, self._stream = (
            open_stream(self._location, open_timeout_s, read_timeout_s)
            if self._is_stream
            else open_file(Path(location))
        )
        self._damaged = 0
        self._fps = nominal_rate(self._stream)
        self._clock = PresentationClock(1 / (self._fps or 25.0))
        self.warning: str | None = None
        self.position = 0
        try:
            self._frames = self._decode_all()
            self._pending = self._advance()
            if self._pending is None:
                raise SourceError(
                    f"expected a video, found {self._shown}, of which no picture can be decoded"
                )
            self.info = self._describe(kind, self._pending[2])
        except BaseException:
            self._container.close()
            raise

    @property
    def end_s(self) -> float:
        """When the frame after the last one decoded is due, in seconds."""
        return self._clock.expected_s

    def read(self) -> Frame | None:
        """The next frame; None at the end. Raises SourceError if a stream falls silent."""
        with self._in_use():
            found, self._pending = self._pending or self._advance(), None
            if found is None:
                return None
            index, time_s, picture = found
            self.position = index + 1
            size = (self.info.width, self.info.height)
            return Frame(index, time_s, datetime.now(UTC), upright_rgb(picture, size))

    def skip_until(self, time_s: float) -> int:
        """Decode, but do not convert, the frames before `time_s`; a stream passes over none."""
        return self._skip_while(lambda _, frame_time_s: frame_time_s < time_s)

    def skip_to(self, index: int) -> int:
        """Decode, but do not convert, the frames before `index`; a stream passes over none."""
        return self._skip_while(lambda frame_index, _: frame_index < index)

    def close(self) -> None:
        """Close the file or connection: now, or when the read that is going on returns."""
        self._closed = True
        self._release()

    def _skip_while(self, early: Callable[[int, float], bool]) -> int:
        """Pass over frames as long as their index and time are too early."""
        if self.info.is_live:
            return 0
        before = self.position
        with self._in_use():
            self._pending = self._pending or self._advance()
            while self._pending is not None and early(*self._pending[:2]):
                self.position = self._pending[0] + 1
                self._pending = self._advance()
        return self.position - before

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Keep the container from being closed under a read; close it after, if that was asked."""
        try:
            with self._lock:
                if self._closed:
                    self._pending, self._frames = None, iter(())
                yield
        finally:
            if self._closed:
                self._release()

    def _release(self) -> None:
        # FFmpeg crashes if a container is closed during a read, so whoever comes last closes it.
        if self._lock.acquire(blocking=False):
            try:
                self._container.close()
            finally:
                self._lock.release()

    def _advance(self) -> tuple[int, float, Any] | None:
        """Index, time and undeveloped picture of the next frame, None at the end."""
        found = next(self._frames, None)
        if found is None:
            return None
        index, picture = found
        return index, self._clock.time_of(picture.pts, picture.time_base), picture

    def _decode_all(self) -> Iterator[tuple[int, Any]]:
        """Every picture that can be decoded and its index; damaged ones spend an index."""
        index = 0
        for packet in self._packets():
            try:
                pictures = self._stream.codec_context.decode(packet)
            except av.EOFError:
                break
            except av.FFmpegError:
                index, self._damaged = index + 1, self._damaged + 1
                continue
            if packet is not None and packet.is_corrupt:
                self._damaged += 1
            for picture in pictures:
                if picture.is_corrupt:
                    self._damaged += 1
                else:
                    yield index, picture
                index += 1
        self.warning = self._describe_damage(index)

    def _packets(self) -> Iterator[Any]:
        """The stream's packets; the last is empty and fetches what the decoder still holds."""
        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError as error:
            yield None
            if not self._is_stream:
                self._damaged += 1
            elif not (self._closed or isinstance(error, av.EOFError)):
                raise SourceError(
                    f"the stream {self._shown} broke off: {stream_reason(error)}; open it again"
                ) from error

    @property
    def _shown(self) -> str:
        return quoted(without_password(self._location) if self._is_stream else self._location)

    def _describe_damage(self, count: int) -> str | None:
        """The warning at the end of `count` frames, None if nothing is missing."""
        problems = []
        if self._damaged:
            problems.append(f"is damaged in {self._damaged} place{'s'[: self._damaged > 1]}")
        expected_s = picture_seconds(self._container, self._stream)
        if not self._is_stream and expected_s is not None:
            missing_s = expected_s - self._clock.expected_s
            fewer = self._stream.frames == 0 or count < self._stream.frames
            if fewer and missing_s > max(0.5, 0.02 * expected_s):
                problems.append(f"ends after {self._clock.expected_s:.1f} s of {expected_s:.1f} s")
        if not problems:
            return None
        return f"{self._shown} {' and '.join(problems)}; what could be decoded was used"

    def _describe(self, kind: SourceKind, first: Any) -> SourceInfo:
        width, height = upright_size(first, self._stream.sample_aspect_ratio)
        duration_s = stated_seconds(self._container, self._stream)
        shown = without_password(self._location) if self._is_stream else self._location
        name = Path(urlsplit(shown).path if self._is_stream else shown).name
        return SourceInfo(
            kind=SourceKind.VIDEO if kind is SourceKind.STREAM and duration_s else kind,
            name=printable(name or shown),
            location=printable(shown),
            width=width,
            height=height,
            fps=self._fps,
            frame_count=self._stream.frames or None,
            duration_s=duration_s,
        )
