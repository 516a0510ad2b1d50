"""Opening a video file or stream with FFmpeg, and saying in plain words why it would not open."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import av
from av.stream import Disposition

from fervideo.capture.names import quoted, without_password
from fervideo.errors import SourceError

# FFmpeg renders plain text in these "formats" as a video of a terminal.
_TEXT_FORMATS = frozenset({"adf", "bin", "idf", "tty", "xbin"})


def open_file(path: Path) -> tuple[Any, Any]:
    """Open a local video.

    Returns:
        PyAV's container and the stream of its pictures.

    Raises:
        SourceError: missing, empty, a folder, unreadable, not a video, or sound alone.
    """
    check_file(path)
    try:
        # With "file:" a colon in a name is not taken for a protocol; the whitelist keeps a playlist
        # from reaching out of this machine. Titles in odd encodings must not stop anything.
        container = av.open(
            f"file:{path.absolute()}",
            metadata_errors="replace",
            options={"protocol_whitelist": "file"},
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(
            f"expected a video, found {quoted(path)}, which {_file_reason(error)}"
        ) from error
    return container, _picture_stream(container, quoted(path))


def check_file(path: Path) -> None:
    """Raise SourceError with the right sentence unless `path` is a file that holds something."""
    try:
        if path.is_dir():
            raise SourceError(f"expected a video file, found the folder {quoted(path)}")
        if not path.exists():
            raise SourceError(
                f"expected a video file, found nothing at {quoted(path)}; check the spelling"
            )
        if not path.is_file():
            raise SourceError(
                f"expected a video file, found {quoted(path)}, which is not a plain file"
            )
        if path.stat().st_size == 0:
            raise SourceError(f"expected a video, found {quoted(path)}, which is empty")
    except (OSError, ValueError) as error:
        raise SourceError(
            f"expected a video file, found {quoted(path)}, which cannot be looked at; "
            "check its name and its permissions"
        ) from error


def open_stream(url: str, open_timeout_s: float, read_timeout_s: float) -> tuple[Any, Any]:
    """Connect to a stream.

    Args:
        url: rtsp://, http://, udp://, …
        open_timeout_s: Longest wait for the connection and the first data.
        read_timeout_s: Longest wait for data later on.

    Returns:
        PyAV's container and the stream of its pictures.

    Raises:
        SourceError: no connection, refused, timed out, nothing there, or no picture in it.
    """
    # RTSP over UDP loses packets, which smears faces; over TCP it does not.
    options = {"rtsp_transport": "tcp"} if url.casefold().startswith("rtsp") else {}
    started = time.perf_counter()
    try:
        container = av.open(
            url,
            metadata_errors="replace",
            options=options,
            timeout=(open_timeout_s, read_timeout_s),
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        late = time.perf_counter() - started >= 0.95 * open_timeout_s
        reason = f"no answer in {open_timeout_s:g} s" if late else stream_reason(error)
        raise SourceError(
            f"the stream {quoted(without_password(url))} cannot be opened: {reason}; "
            "check the address and that the sender runs"
        ) from error
    return container, _picture_stream(container, quoted(without_password(url)))


def _picture_stream(container: Any, shown_name: str) -> Any:
    """The first stream of moving pictures (not a song's cover); closes and raises if none."""
    if container.format.name not in _TEXT_FORMATS:
        for stream in container.streams.video:
            if not stream.disposition & Disposition.attached_pic:
                return stream
    sound = len(container.streams.audio) > 0
    container.close()
    found = "which holds sound but no picture" if sound else "which is not a video"
    raise SourceError(f"expected a video, found {shown_name}, {found}")


def _file_reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "you may not read; check its permissions"
    if isinstance(error, av.InvalidDataError):
        return "is not a video, is damaged, or was cut short"
    return f"cannot be opened ({_system_words(error)})"


def stream_reason(error: Exception) -> str:
    """Why a stream failed, in a few words."""
    reasons: list[tuple[type[Exception], str]] = [
        (ConnectionRefusedError, "the connection was refused"),
        (av.HTTPUnauthorizedError, "a user name and password are asked for"),
        (av.HTTPForbiddenError, "access is forbidden"),
        (av.HTTPNotFoundError, "there is nothing at this address"),
        (av.ProtocolNotFoundError, "this kind of stream is not supported"),
        (av.ExitError, "it has gone silent"),
        (TimeoutError, "it has gone silent"),
        (av.InvalidDataError, "what it sends is not a video"),
    ]
    for kind, words in reasons:
        if isinstance(error, kind):
            return words
    return f"the connection failed ({_system_words(error)})"


def _system_words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__).lower()


def nominal_rate(stream: Any) -> float | None:
    """Frames per second that the container states, None if none or absurd."""
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < rate <= 1000:
            return float(rate)
    return None


def stated_seconds(container: Any, stream: Any) -> float | None:
    """Length that the container states, None if endless or unknown."""
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    else:
        seconds = (container.duration or 0) / av.time_base
    return seconds if seconds > 0 else None


def picture_seconds(container: Any, stream: Any) -> float | None:
    """Length that the pictures alone should have, None if the container does not tell.

    Matroska states the length of the longest stream, which may be the sound, and that of each
    stream in a tag (`00:00:04.000000000`).
    """
    if stream.duration is not None or len(container.streams) == 1:
        return stated_seconds(container, stream)
    try:
        hours, minutes, seconds = stream.metadata.get("DURATION", "").split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return None
