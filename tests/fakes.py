"""Stand-ins for camera, detector and network, quick and predictable."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from fervideo import labels
from fervideo.capture.source import Source, SourceInfo, SourceKind, SourceSpec
from fervideo.centers.bank import FaceBank
from fervideo.sinks import Moment
from fervideo.stabilize import StabilizerConfig
from fervideo.types import ByteImage, Faces, FloatArray, Frame, Result

SPEC = SourceSpec(SourceKind.VIDEO, "fake")
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def paint(expression: str) -> tuple[int, int, int]:
    """The colour by which `FakeModel` knows an expression."""
    return 40 + 25 * labels.BASIC.index(expression), 90, 60


def picture(expression: str = "neutral", size: tuple[int, int] = (64, 48)) -> ByteImage:
    """A picture in that colour, with a fine pattern in the green so that it is not blurred."""
    image = np.empty((size[1], size[0], 3), np.uint8)
    image[:] = paint(expression)
    rows, columns = np.indices((size[1], size[0])) // 2
    image[..., 1] += (100 * ((rows + columns) % 2)).astype(np.uint8)
    return image


def make_frame(index: int = 0, fps: float = 25.0, image: ByteImage | None = None) -> Frame:
    time_s = index / fps
    shown = picture() if image is None else image
    return Frame(index, time_s, START + timedelta(seconds=time_s), shown)


def face_at(x: float, y: float, size: float = 40.0, score: float = 0.9) -> Faces:
    """A frontal face whose box begins at (x, y)."""
    return faces_at([(x, y)], size, [score])


def faces_at(
    corners: list[tuple[float, float]], size: float = 40.0, scores: list[float] | None = None
) -> Faces:
    points = np.array(
        [[0.3, 0.35], [0.7, 0.35], [0.5, 0.55], [0.5, 0.75], [0.1, 0.4], [0.9, 0.4]], np.float32
    )
    boxes = [(x, y, x + size, y + size) for x, y in corners]
    keypoints = [points * size + corner for corner in corners]
    return Faces.detected(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(keypoints, np.float32).reshape(-1, 6, 2),
        np.array([0.9] * len(corners) if scores is None else scores, np.float32),
    )


class FakeDetector:
    """Finds the same faces in every picture."""

    def __init__(self, faces: Faces | None = None) -> None:
        self.faces = face_at(10, 4) if faces is None else faces

    def __call__(self, image: ByteImage) -> Faces:
        return self.faces


@dataclass(frozen=True, slots=True)
class FakeCard:
    name: str = "fake"
    classes: tuple[str, ...] = labels.BASIC
    input_size: int = 112
    scale: float = 16.0
    threshold: float = 0.3
    sha256: str = "0" * 64
    typical_cosine: float | None = 1.0
    stabilizer: StabilizerConfig | None = None


@dataclass(slots=True)
class FakeModel:
    """Reads the expression from the red of a crop; its embedding is that class's center.

    `delay_s` is how long it takes over each batch; `batches` counts them.
    """

    card: FakeCard = field(default_factory=FakeCard)
    device: str = "cpu"
    delay_s: float = 0.0
    batches: list[int] = field(default_factory=list)
    fails: bool = False
    bank: FaceBank | None = None

    @property
    def centers(self) -> FloatArray:
        return np.eye(len(self.card.classes), 16, dtype=np.float32)

    def embed(self, crops: ByteImage) -> FloatArray:
        if self.fails:
            raise RuntimeError("out of memory")
        time.sleep(self.delay_s)
        self.batches.append(len(crops))
        red = crops[..., 0].mean(axis=(1, 2)) if len(crops) else np.zeros(0)
        classes = np.clip(np.rint((red - 40) / 25), 0, len(self.card.classes) - 1)
        return self.centers[classes.astype(int)]


class FakeSource(Source):
    """Gives `count` frames as fast as it is read, or, as a camera, one every 1 / fps seconds.

    Args:
        count: Frames before the end; None never ends.
        fps: Rate.
        kind: A camera waits for the next frame; a video does not.
        failures: Errors to raise in place of the frame of an index, once each.
        images: The pictures, over and over.
    """

    def __init__(
        self,
        count: int | None = 10,
        fps: float = 25.0,
        kind: SourceKind = SourceKind.VIDEO,
        failures: dict[int, Exception] | None = None,
        images: list[ByteImage] | None = None,
    ) -> None:
        self.images = images or [picture()]
        height, width = self.images[0].shape[:2]
        duration_s = None if count is None else count / fps
        self.info = SourceInfo(kind, "fake", "fake", width, height, fps, count, duration_s)
        self.warning = None
        self.position = 0
        self.failures = dict(failures or {})
        self.closed = threading.Event()
        self._count, self._fps = count, fps
        self._start_s = time.monotonic()

    def read(self) -> Frame | None:
        if self.info.is_live:
            due_s = self._start_s + self.position / self._fps
            self.closed.wait(max(0.0, due_s - time.monotonic()))
        if self.position in self.failures:
            raise self.failures.pop(self.position)
        if self.closed.is_set() or self.position == self._count:
            return None
        index, self.position = self.position, self.position + 1
        return make_frame(index, self._fps, self.images[index % len(self.images)])

    def skip_until(self, time_s: float) -> int:
        due = max(self.position, int(np.ceil(time_s * self._fps - 1e-6)))
        due = due if self._count is None else min(due, self._count)
        skipped, self.position = due - self.position, due
        return skipped

    def close(self) -> None:
        self.closed.set()


@dataclass(eq=False)
class ListSink:
    """Remembers what it was given; raises `failure` at the result of that number."""

    name: str = "list"
    fails_at: int = -1
    failure: Exception = field(default_factory=lambda: ValueError("the cable is out"))
    fails_to_close: bool = False
    given: list[tuple[int, float]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    closed: int = 0

    def result(self, result: Result, captured_s: float) -> None:
        if len(self.given) == self.fails_at:
            raise self.failure
        self.given.append((result.frame.index, captured_s))

    def moment(self, moment: Moment) -> None:
        self.moments.append(moment)

    def close(self) -> None:
        self.closed += 1
        if self.fails_to_close:
            raise OSError("already gone")
