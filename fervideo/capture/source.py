"""What a source of frames is, and how a user's words become one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fervideo.capture.names import quoted, without_password
from fervideo.closing import Closing
from fervideo.errors import SourceError
from fervideo.types import Frame
from fervideo.user_paths import user_path

STREAM_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "rtp", "http", "https", "udp", "tcp", "srt")
PICTURE_SUFFIXES = frozenset(
    {".bmp", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)


class SourceKind(StrEnum):
    """Where frames come from."""

    CAMERA = "camera"
    VIDEO = "video"
    FOLDER = "folder"
    STREAM = "stream"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source once it is open.

    Attributes:
        kind: Where the frames come from. A stream URL that turns out to be a recording of known
            length (a video on a web server) is a VIDEO.
        name: What to show the user: `clip.mp4`, `Logitech C920`. Always printable.
        location: Path, URL without its password, or camera number. Always printable.
        width: Pixels across the first frame; in a folder the other pictures may differ.
        height: Pixels down the first frame.
        fps: Nominal frames per second, None if unknown. Times come from the frames, not from this.
        frame_count: Frames in all, None if unknown or endless.
        duration_s: Seconds in all, None if unknown or endless.
    """

    kind: SourceKind
    name: str
    location: str
    width: int
    height: int
    fps: float | None
    frame_count: int | None
    duration_s: float | None

    @property
    def is_live(self) -> bool:
        """True for a camera or a stream: it does not wait, so frames may be dropped."""
        return self.kind in (SourceKind.CAMERA, SourceKind.STREAM)

    @property
    def is_picture(self) -> bool:
        """True for a single still picture, whose frame rate means nothing."""
        return self.kind is SourceKind.FOLDER and self.frame_count == 1


class Source(Closing, Protocol):
    """An open source. One thread reads it; any thread may close it.

    Attributes:
        info: What is known of it.
        warning: A sentence about what could not be read, None if all is well. It may appear while
            reading and is final once `read` has returned None.
        position: Index of the next frame that `read` would deliver, as far as is known.
    """

    info: SourceInfo
    warning: str | None
    position: int

    def read(self) -> Frame | None:
        """The next frame, or None at the clean end and after `close`.

        Indices and times strictly increase; a gap in the indices is a frame that was lost.

        Raises:
            SourceError: the source failed; the subclasses CameraLostError and CameraFrozenError
                say how a camera failed.
        """
        ...

    def skip_until(self, time_s: float) -> int:
        """Pass over the frames before `time_s`, without the cost of making pictures of them.

        Live playback of a file uses it to catch up. The indices of the passed frames are spent, so
        the gap shows how many there were. A source that is live by nature passes over nothing.

        Returns:
            How many frames were passed over.
        """
        return 0

    def skip_to(self, index: int) -> int:
        """Pass over the frames before number `index`, as `skip_until` does by time.

        Returns:
            How many frames were passed over; 0 from a source that cannot spare itself the work.
        """
        return 0

    def close(self) -> None:
        """Let go of the file or device. Never waits long; may be called twice, from any thread."""
        ...


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source that was asked for and is not yet open: its kind, and path, URL or camera."""

    kind: SourceKind
    location: str


def parse_source(text: str) -> SourceSpec:
    """Understand what the user named.

    `demo`, a camera number (`0`, `/dev/video0`) or `camera:NAME`, a stream URL, a video file, a
    picture or a folder of pictures; in that order, so that a folder called `1` is written `./1`.

    Raises:
        SourceError: nothing fits.
    """
    if not text.strip():
        raise SourceError("expected a source, found an empty name; name a video, a camera or demo")
    if text.strip().casefold() == "demo":
        return SourceSpec(SourceKind.DEMO, "demo")
    if camera := re.fullmatch(r"\s*(?:camera:\s*|/dev/video(?=[0-9]))?([0-9]{1,6})\s*", text):
        return SourceSpec(SourceKind.CAMERA, str(int(camera[1])))
    if named := re.fullmatch(r"\s*camera:\s*(\S.*?)\s*", text, re.DOTALL):
        return SourceSpec(SourceKind.CAMERA, named[1])
    if url := re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://", text):
        return _parse_url(url[1].casefold(), text.strip())
    return _parse_path(text)


def _parse_url(scheme: str, url: str) -> SourceSpec:
    if scheme not in STREAM_SCHEMES:
        raise SourceError(
            f"expected a stream URL that starts with {', '.join(STREAM_SCHEMES)}, "
            f"found {quoted(without_password(url))}; a file is named by its path alone"
        )
    return SourceSpec(SourceKind.STREAM, url)


def _parse_path(text: str) -> SourceSpec:
    path = user_path(text)
    try:
        is_folder, exists, is_file = path.is_dir(), path.exists(), path.is_file()
    except (OSError, ValueError):  # too long, a NUL inside, …
        is_folder = exists = is_file = False
    if is_folder or (is_file and path.suffix.casefold() in PICTURE_SUFFIXES):
        return SourceSpec(SourceKind.FOLDER, str(path))
    if is_file:
        return SourceSpec(SourceKind.VIDEO, str(path))
    if exists:
        raise SourceError(f"expected a video file, found {quoted(path)}, which is not a plain file")
    raise SourceError(
        "expected a video file, a folder of pictures, a camera number, a stream URL or demo, "
        f"found nothing called {quoted(text)}; check the spelling"
    )


def open_source(spec: SourceSpec, *, live: bool = False) -> Source:
    """Open what `spec` names. May take seconds: not for the thread that draws the window.

    Args:
        spec: What to open.
        live: True to play rather than to analyse: the demo then starts again when it ends.

    Raises:
        SourceError: it cannot be opened; one sentence says why and what to do.
    """
    # Imported here because each of these modules builds on this one.
    from fervideo.capture.camera import CameraSource
    from fervideo.capture.demo import DemoSource
    from fervideo.capture.folder import FolderSource
    from fervideo.capture.video import VideoSource

    match spec.kind:
        case SourceKind.CAMERA:
            number = spec.location.isascii() and spec.location.isdecimal()
            return CameraSource(int(spec.location) if number else spec.location)
        case SourceKind.FOLDER:
            return FolderSource(spec.location)
        case SourceKind.DEMO:
            return DemoSource(loop=live)
        case SourceKind.VIDEO | SourceKind.STREAM:
            return VideoSource(spec.location, kind=spec.kind)
