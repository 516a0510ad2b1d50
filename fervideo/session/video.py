"""The video of a session: every frame at its own time, playable even if the program is killed."""

from __future__ import annotations

import os
import queue
import threading
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from fervideo.types import ByteImage

QUEUE_FRAMES = 8
KEYFRAME_INTERVAL_S = 1.0
CLOCKS: dict[str, int] = {"libx264": 90_000, "libopenh264": 90_000, "mpeg4": 60_000}
"""Encoders in the order they are wanted, and ticks a second (MPEG-4 part 2 allows 65535)."""

_BT709 = 1
_LIMITED_RANGE = 1
_ENCODING_ERRORS = (av.FFmpegError, OSError, ValueError, MemoryError)


class VideoRecorder:
    """Encodes frames in a thread of its own.

    Time 0 of the video is the first frame's `time_s` (`start_time_s`). A key frame starts a new
    fragment of the file once a second, so what was written before a kill can be played. The
    picture keeps the size of the first frame, less an odd last row or column; frames of another
    size are scaled to it.

    Args:
        path: MP4 file to write.
        live: What to do when the encoder cannot keep up: True drops the frame and counts it,
            False waits.
    """

    def __init__(self, path: Path, *, live: bool) -> None:
        self.path = path
        self.codec = best_encoder()
        self.start_time_s: float | None = None
        self.frames = 0
        self.dropped = 0
        self.failure: Exception | None = None
        self._live = live
        self._ended = False
        self._clock = CLOCKS[self.codec]
        self._last_tick = self._last_key = -self._clock
        self._queue: queue.Queue[tuple[float, ByteImage] | None] = queue.Queue(QUEUE_FRAMES)
        self._thread = threading.Thread(target=self._run, name="fervideo-video", daemon=True)
        self._thread.start()

    def put(self, time_s: float, image: ByteImage) -> None:
        """Hand over one frame; the image must not change afterwards.

        Args:
            time_s: Seconds from the start of the source.
            image: uint8 RGB (H, W, 3).
        """
        if self.start_time_s is None:
            self.start_time_s = time_s
        try:
            self._queue.put((time_s, image), block=not self._live)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Encode what is queued and finish the file; a problem is left in `failure`."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        try:
            self._record()
            _sync(self.path)
        except _ENCODING_ERRORS as error:
            self.failure = error
            while not self._ended:  # whoever waits for room in the queue must not wait for ever
                self._next()

    def _record(self) -> None:
        first = self._next()
        if first is None:
            return
        with _open_output(self.path) as container:
            stream = self._add_stream(container, first[1])
            item: tuple[float, ByteImage] | None = first
            while item is not None:
                container.mux(stream.encode(self._video_frame(*item, stream)))
                self.frames += 1
                item = self._next()
            container.mux(stream.encode(None))

    def _next(self) -> tuple[float, ByteImage] | None:
        item = self._queue.get()
        self._ended = item is None
        return item

    def _add_stream(self, container: OutputContainer, image: ByteImage) -> VideoStream:
        height, width = (max(2, side - side % 2) for side in image.shape[:2])
        stream = cast(VideoStream, container.add_stream(self.codec, rate=30))
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = stream.time_base = Fraction(1, self._clock)
        context.gop_size, context.max_b_frames, context.thread_count = 600, 0, 1
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED_RANGE
        if self.codec == "mpeg4":
            context.bit_rate = max(400_000, width * height * 6)
        else:
            context.options = {
                "preset": "veryfast",
                "tune": "zerolatency",
                "crf": "21",
                "forced-idr": "1",
            }
        return stream

    def _video_frame(self, time_s: float, image: ByteImage, stream: VideoStream) -> av.VideoFrame:
        context = stream.codec_context
        height, width = (max(2, side - side % 2) for side in image.shape[:2])
        frame = av.VideoFrame.from_ndarray(
            np.ascontiguousarray(image[:height, :width]), format="rgb24"
        )
        frame = frame.reformat(
            context.width,
            context.height,
            "yuv420p",
            dst_colorspace=_BT709,
            dst_color_range=_LIMITED_RANGE,
        )
        tick = round((time_s - (self.start_time_s or 0.0)) * self._clock)
        frame.pts = self._last_tick = max(tick, self._last_tick + 1)
        frame.time_base = Fraction(1, self._clock)
        starts_fragment = frame.pts - self._last_key >= KEYFRAME_INTERVAL_S * self._clock
        frame.pict_type = PictureType.I if starts_fragment else PictureType.NONE
        if starts_fragment:
            self._last_key = frame.pts
        return frame


def best_encoder() -> str:
    """Name of the best video encoder this PyAV has: H.264 if it can be, else MPEG-4 part 2."""
    return next((name for name in CLOCKS if name in av.codecs_available), "mpeg4")


def _open_output(path: Path) -> OutputContainer:
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
    return av.open(str(path), "w", format="mp4", options=options)


def _sync(path: Path) -> None:
    if path.exists():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
