"""The clip that ships with the program, so that it can be tried without a camera."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fervideo.capture.source import Source, SourceKind
from fervideo.capture.video import VideoSource
from fervideo.errors import FervideoError, SourceError
from fervideo.resources import asset_file
from fervideo.types import Frame

DEMO_CLIP = "demo.mp4"


class DemoSource(Source):
    """Plays the demo clip, once or again and again; in a loop index and time go on increasing."""

    def __init__(self, *, loop: bool = False) -> None:
        """Open the clip.

        Args:
            loop: Start again at the end. Such a source has no length and never ends by itself.

        Raises:
            SourceError: the clip is missing from the installation or damaged.
        """
        try:
            self._path: Path = asset_file(DEMO_CLIP)
        except FervideoError as error:
            raise SourceError(str(error)) from error
        self._loop = loop
        self._closed = False
        self._clip = VideoSource(self._path)
        self._index_offset, self._time_offset = 0, 0.0
        self.warning: str | None = None
        self.position = 0
        info = replace(self._clip.info, kind=SourceKind.DEMO, name="Demo")
        self.info = replace(info, frame_count=None, duration_s=None) if loop else info

    def read(self) -> Frame | None:
        """The next frame; None at the end of the clip unless it loops."""
        frame = self._clip.read()
        if frame is None and self._loop and self._rewind():
            frame = self._clip.read()
        self.warning = self._clip.warning
        if frame is None:
            return None
        index = frame.index + self._index_offset
        self.position = index + 1
        return replace(frame, index=index, time_s=frame.time_s + self._time_offset)

    def skip_until(self, time_s: float) -> int:
        """Pass over the frames before `time_s`, at most to the end of this round."""
        skipped = self._clip.skip_until(time_s - self._time_offset)
        self.position += skipped
        return skipped

    def skip_to(self, index: int) -> int:
        """Pass over the frames before number `index`, at most to the end of this round."""
        skipped = self._clip.skip_to(index - self._index_offset)
        self.position += skipped
        return skipped

    def close(self) -> None:
        """Close the clip."""
        self._closed = True
        self._clip.close()

    def _rewind(self) -> bool:
        """Open the clip afresh, to go on where the last round ended; False if there is no more."""
        if self._closed or self._clip.position == 0:
            return False
        self._clip.close()
        self._index_offset += self._clip.position
        self._time_offset += self._clip.end_s
        self._clip = VideoSource(self._path)
        if self._closed:  # by another thread, meanwhile
            self._clip.close()
        return True
