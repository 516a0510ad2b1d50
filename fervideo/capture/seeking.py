"""The picture at a moment of a video or a folder: going to and fro, where a source only goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import av

from fervideo.capture.container import nominal_rate, open_file, stated_seconds
from fervideo.capture.folder import list_pictures
from fervideo.capture.names import quoted
from fervideo.capture.orientation import upright_rgb, upright_size
from fervideo.capture.pictures import read_picture
from fervideo.errors import SourceError
from fervideo.types import ByteImage

SAME_TIME_S = 1e-4
"""Times nearer than this are the same: containers and timelines round in their own ways."""

_GO_ON_S = 1.5
"""So far ahead it is quicker to decode on than to jump to the key frame before."""

_STEPS_BACK_S = (0.0, 1.0, 5.0)
"""How much further back to jump where a container's index led past the picture."""

_KEPT_BYTES = 64_000_000
_KEPT_FRAMES = (4, 48)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and when it is shown.

    Attributes:
        time_s: From when on it is shown.
        image: uint8 RGB (H, W, 3).
    """

    time_s: float
    image: ByteImage


class Pictures(Protocol):
    """Pictures by time. One thread uses it.

    Attributes:
        size_wh: Width and height of the first one, upright with square pixels.
        length_s: How long they last, None if unknown.
    """

    size_wh: tuple[int, int]
    length_s: float | None

    def at(self, time_s: float) -> Picture | None:
        """The picture that is shown at a time: the first one before it, the last one after it.

        None if it cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        ...


class VideoPictures:
    """The pictures of a video file; time 0 is its first picture, as in `VideoSource`.

    A jump goes to the key frame before and decodes up to the picture, so that the one asked for
    is the one that comes, at any frame rate. Those decoded last are kept, undeveloped: a step back
    costs nothing.

    Args:
        path: The file.
        longest_side: Larger pictures are made smaller to this many pixels.

    Raises:
        SourceError: It cannot be opened or holds no picture that can be decoded.
    """

    def __init__(self, path: Path, longest_side: int = 1920) -> None:
        self._container, self._stream = open_file(path)
        self._interval_s = 1 / (nominal_rate(self._stream) or 25.0)
        self._recent: deque[tuple[float, Any]] = deque(maxlen=_KEPT_FRAMES[0])
        self._origin_s, self._last_s = 0.0, -self._interval_s
        self._ended = False
        self._frames = self._decode()
        try:
            first = next(self._frames, None)
            if first is None:
                raise SourceError(
                    f"expected a video, found {quoted(path)}, of which no picture can be decoded"
                )
            self._start(*first, longest_side)
        except BaseException:
            self._container.close()
            raise

    def at(self, time_s: float) -> Picture | None:
        """The picture that is shown at a time."""
        wanted_s = max(time_s, 0.0) + SAME_TIME_S
        oldest_s, newest_s = (self._recent[i][0] for i in (0, -1)) if self._recent else (0.0, -1.0)
        is_near = oldest_s <= wanted_s and (
            wanted_s < newest_s + _GO_ON_S or (self._ended and wanted_s >= newest_s)
        )
        if not is_near:
            self._jump(wanted_s)
        self._go_on(wanted_s)
        found = next((pair for pair in reversed(self._recent) if pair[0] <= wanted_s), None)
        found = found or (self._recent[0] if self._recent else None)
        return None if found is None else Picture(found[0], upright_rgb(found[1], self._shown_wh))

    def close(self) -> None:
        """Close the file."""
        self._recent.clear()
        self._container.close()

    def _start(self, time_s: float, frame: Any, longest_side: int) -> None:
        """Take the first frame's time for 0, and its size for that of all."""
        self._origin_s, self._last_s = time_s, 0.0
        width, height = upright_size(frame, self._stream.sample_aspect_ratio)
        scale = min(1.0, longest_side / max(width, height))
        self.size_wh = (width, height)
        self._shown_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
        self.length_s = stated_seconds(self._container, self._stream)
        fewest, most = _KEPT_FRAMES
        kept = int(_KEPT_BYTES / (1.5 * frame.width * frame.height))
        self._recent = deque([(0.0, frame)], maxlen=min(most, max(fewest, kept)))

    def _go_on(self, wanted_s: float) -> None:
        """Decode until one frame past the wanted time, or to the end."""
        while not self._ended and (not self._recent or self._recent[-1][0] <= wanted_s):
            found = next(self._frames, None)
            if found is None:
                self._ended = True
            else:
                self._recent.append(found)

    def _jump(self, wanted_s: float) -> None:
        """Decode afresh from a key frame at or before the wanted time."""
        for back_s in (*_STEPS_BACK_S, None):
            start_s = -1.0 if back_s is None else wanted_s - back_s
            self._seek(max(start_s, 0.0))
            first = next(self._frames, None)
            if first is not None:
                self._recent.append(first)
                if first[0] <= wanted_s:
                    return
            if start_s <= 0:
                return

    def _seek(self, time_s: float) -> None:
        ticks = int((self._origin_s + time_s) / float(self._stream.time_base))
        self._recent.clear()
        self._ended, self._last_s = False, time_s
        try:
            self._container.seek(ticks, stream=self._stream, backward=True)
        except (av.FFmpegError, OSError):
            self._container.seek(0)
        self._frames = self._decode()

    def _decode(self) -> Iterator[tuple[float, Any]]:
        """Time and undeveloped picture of every frame from here; what is damaged is passed over."""
        for packet in self._packets():
            try:
                frames = self._stream.codec_context.decode(packet)
            except av.EOFError:
                return
            except av.FFmpegError:
                continue
            for frame in frames:
                if not frame.is_corrupt:
                    yield self._time_of(frame), frame

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except (av.FFmpegError, OSError):
            yield None

    def _time_of(self, frame: Any) -> float:
        if frame.pts is None or frame.time_base is None:
            time_s = self._last_s + self._interval_s
        else:
            time_s = float(frame.pts * frame.time_base) - self._origin_s
        self._last_s = time_s
        return time_s


class FolderPictures:
    """The pictures of a folder, or one picture: picture i is shown from i / fps on.

    Args:
        location: A folder or a picture file.
        fps: Pictures a second.

    Raises:
        SourceError: There is no picture.
    """

    def __init__(self, location: Path, fps: float = 25.0) -> None:
        self._paths, self._fps = list_pictures(location), fps
        self.length_s: float | None = len(self._paths) / fps
        first = self.at(0.0)
        if first is None:
            raise SourceError(f"expected pictures, found {quoted(location)}, which cannot be read")
        self.size_wh = (first.image.shape[1], first.image.shape[0])

    def at(self, time_s: float) -> Picture | None:
        """The picture that is shown at a time; None if its file cannot be read."""
        index = int((max(time_s, 0.0) + SAME_TIME_S) * self._fps)
        index = min(index, len(self._paths) - 1)
        try:
            return Picture(index / self._fps, read_picture(self._paths[index]))
        except SourceError:
            return None

    def close(self) -> None:
        """Nothing is open between two pictures."""
