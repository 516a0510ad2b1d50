"""An engine with the face of `LiveEngine` that plays drawn faces, so that the window can be tested.

It has a real thread, so that a window that forgets to close it is found out; tests that want to be
sure of every step use `show` and `set_state` instead of playing.
"""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import cv2
import numpy as np
from fakes import FakeCard, FakeModel

from fervideo import labels
from fervideo.capture.names import without_password
from fervideo.capture.source import SourceInfo, SourceKind, SourceSpec
from fervideo.centers.profile import Profile
from fervideo.errors import FervideoError
from fervideo.live.mailbox import Latest
from fervideo.live_stats import LiveState, LiveStats, RecordingStats
from fervideo.pipeline import AnalyzerConfig
from fervideo.sinks import ResultSink
from fervideo.types import Faces, Frame, Label, Recognition, Result

CLASSES = labels.BASIC


def draw_face(image: np.ndarray, box: tuple[int, int, int, int], smile: float) -> None:
    """A face: enough of one for a person to see which expression is meant."""
    left, top, right, bottom = box
    cx, cy, w, h = (left + right) // 2, (top + bottom) // 2, right - left, bottom - top
    cv2.ellipse(image, (cx, cy - h // 16), (w // 2, h // 2), 0, 180, 360, (70, 50, 40), -1)
    cv2.ellipse(image, (cx, cy), (int(w * 0.42), int(h * 0.5)), 0, 0, 360, (224, 178, 150), -1)
    for side in (-1, 1):
        eye = (cx + side * w // 6, cy - h // 9)
        cv2.ellipse(image, eye, (w // 12, h // 22), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(image, eye, max(2, h // 28), (60, 50, 45), -1)
        brow = (eye[0], eye[1] - h // 9)
        cv2.ellipse(image, brow, (w // 9, h // 30), 0, 180, 360, (70, 50, 40), max(2, h // 60))
    cv2.line(image, (cx, cy), (cx - w // 40, cy + h // 9), (196, 146, 120), max(2, h // 60))
    mouth = (cx, cy + int(h * (0.30 - 0.06 * smile)))
    arc = (0, 180) if smile >= 0 else (180, 360)
    depth = max(2, int(abs(smile) * h / 10))
    cv2.ellipse(image, mouth, (w // 6, depth), 0, *arc, (150, 60, 60), max(3, h // 50))


def picture(boxes: list[tuple[int, int, int, int]], smile: float, size=(1280, 720)) -> np.ndarray:
    """A room with faces in it, RGB."""
    width, height = size
    ramp = np.linspace(0, 1, height)[:, None]
    image = np.empty((height, width, 3), np.uint8)
    for channel, (low, high) in enumerate(((54, 96), (66, 104), (84, 116))):
        image[..., channel] = (low + (high - low) * ramp).astype(np.uint8)
    for box in boxes:
        left, top, right, bottom = box
        shoulders = ((left + right) // 2, bottom + (bottom - top) // 2)
        cv2.ellipse(
            image, shoulders, ((right - left), (bottom - top) // 2), 0, 180, 360, (44, 62, 92), -1
        )
        draw_face(image, box, smile)
    return image


POINTS = np.array(
    [[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.5, 0.8], [0.05, 0.45], [0.95, 0.45]], np.float32
)
"""Where the keypoints of a drawn face lie in its box."""

MODELS = {
    name: FakeModel(FakeCard(name, sha256=f"{number:064x}"))
    for number, name in enumerate(("fake-a", "fake-b"))
}


def corners_to_points(box: tuple[int, int, int, int]) -> np.ndarray:
    left, top, right, bottom = box
    return POINTS * (right - left, bottom - top) + (left, top)


def embedding_of(name: str, index: int) -> np.ndarray:
    """A unit embedding near the class's center, another one in every frame."""
    noise = 0.1 * np.random.default_rng(index).normal(size=16)
    noise[CLASSES.index(name) if name in CLASSES else 12] += 1
    return (noise / np.linalg.norm(noise)).astype(np.float32)


def make_result(
    index: int = 0,
    boxes: list[tuple[int, int, int, int]] | None = None,
    *,
    names: list[str] | None = None,
    poor: dict[int, str] | None = None,
    model: str = "fake-a",
    time_s: float | None = None,
    phase: float = 0.0,
    ids: list[int] | None = None,
) -> Result:
    """A result with these faces; `names` are their stable labels."""
    boxes = [(500, 160, 760, 520)] if boxes is None else boxes
    poor = poor or {}
    n = len(boxes)
    names = names or [CLASSES[1]] * n
    centers = np.array([CLASSES.index(x) if x in CLASSES else 0 for x in names], int)
    wave = 0.08 * np.sin(phase + np.arange(len(CLASSES)) * 1.7)
    cosines = np.tile(wave + 0.1, (n, 1)).astype(np.float32)
    for row, column in enumerate(centers):
        cosines[row, column] += 0.45 if names[row] in CLASSES else 0.1
    logits = np.exp(10 * cosines)
    probabilities = (logits / logits.sum(1, keepdims=True)).astype(np.float32)
    faces = dataclasses.replace(
        Faces.detected(
            np.array(boxes, np.float32).reshape(n, 4),
            np.array([corners_to_points(box) for box in boxes], np.float32).reshape(n, 6, 2),
            np.full(n, 0.9, np.float32),
        ),
        track_ids=np.array(ids or range(1, n + 1), np.int64)[:n],
        low_quality=np.array([i in poor for i in range(n)], np.bool_),
        quality_reasons=tuple(poor.get(i, "") for i in range(n)),
    )
    verdicts = tuple(
        Label(
            name,
            CLASSES[int(cosines[row].argmax())],
            float(np.sort(cosines[row])[-1] - np.sort(cosines[row])[-2]),
            is_known=name in CLASSES,
        )
        for row, name in enumerate(names)
    )
    smile = {"happiness": 1.0, "sadness": -0.8, "anger": -0.5}.get(names[0] if names else "", 0.1)
    frame = Frame(
        index,
        index / 30 if time_s is None else time_s,
        datetime.now(UTC),
        picture(boxes, smile),
    )
    embeddings = np.array([embedding_of(name, index) for name in names]).reshape(n, 16)
    recognition = Recognition(CLASSES, embeddings.astype(np.float32), cosines, probabilities)
    return Result(frame, faces, recognition, verdicts, {"total": 0.012}, model)


class FakeEngine:
    """Plays `scene` when a source is opened; every order is written down in `orders`."""

    def __init__(self, model: str = "fake-a", device: str = "cpu", plays: bool = False) -> None:
        self.latest: Latest[Result] = Latest()
        self.errors: SimpleQueue[FervideoError] = SimpleQueue()
        self.config = AnalyzerConfig()
        self.orders: list[str] = []
        self.sinks: list[ResultSink] = []
        self.profile: Profile | None = None
        self.scene = lambda index: make_result(index, model=self._stats.model_name)
        self._stats = LiveStats(model_name=model, device=device)
        self._plays = plays
        self._stopping = threading.Event()
        self._started = 0.0
        self._thread = threading.Thread(target=self._play, name="fervideo-fake-engine", daemon=True)
        self._thread.start()

    def open(self, spec: SourceSpec) -> None:
        self.orders.append(f"open {spec.kind} {spec.location}")
        info = SourceInfo(
            spec.kind,
            Path(without_password(spec.location)).name,
            without_password(spec.location),
            1280,
            720,
            30,
            None,
            None,
        )
        if spec.kind is SourceKind.DEMO:
            info = dataclasses.replace(info, name="Demo")
        self.latest.clear()
        self.set_state(LiveState.RUNNING, source=info, generation=self._stats.generation + 1)

    def reopen(self) -> None:
        self.orders.append("reopen")
        self.set_state(LiveState.RUNNING, generation=self._stats.generation + 1)

    def pause(self) -> None:
        self.orders.append("pause")
        self.set_state(LiveState.PAUSED)

    def resume(self) -> None:
        self.orders.append("resume")
        self.set_state(LiveState.RUNNING)

    def stop(self) -> None:
        self.orders.append("stop")
        self.latest.clear()
        self.set_state(
            LiveState.IDLE, source=None, recording=None, generation=self._stats.generation + 1
        )

    def set_model(self, name: str, device: str | None = None) -> None:
        self.orders.append(f"set_model {name} {device}")
        self.set_state(loading_model=True)

    def finish_loading(self, name: str) -> None:
        """The model that was asked for is ready."""
        self.set_state(loading_model=False, model_name=name, generation=self._stats.generation + 1)

    def set_profile(self, profile: Profile | None) -> None:
        self.profile = profile

    @property
    def model(self) -> FakeModel:
        return MODELS[self._stats.model_name]

    def configure(self, config: AnalyzerConfig) -> None:
        self.config = config

    def start_recording(self, folder: Path, video: bool = False) -> None:
        self.orders.append(f"start_recording {folder.name} {video}")
        self._started = time.monotonic()
        self.set_state(recording=RecordingStats(folder, 0.0, 0, 0))

    def stop_recording(self) -> Path | None:
        self.orders.append("stop_recording")
        folder = self._stats.recording.folder if self._stats.recording else None
        self.set_state(recording=None)
        return folder

    def mark(self, text: str, note: str = "", span_s: tuple[float, float] | None = None) -> None:
        self.orders.append(f"mark {text} {note} {span_s}")

    def add_sink(self, sink: ResultSink) -> None:
        self.sinks.append(sink)
        self.set_state(sinks=tuple(sink.name for sink in self.sinks))

    def remove_sink(self, sink: ResultSink) -> None:
        self.sinks.remove(sink)
        sink.close()
        self.set_state(sinks=tuple(sink.name for sink in self.sinks))

    def stats(self) -> LiveStats:
        return self._stats

    def set_state(self, state: LiveState | None = None, message: str = "", **changes) -> None:
        """Change what `stats` tells."""
        changes["state"] = state or self._stats.state
        self._stats = dataclasses.replace(self._stats, message=message, **changes)

    def show(self, result: Result) -> None:
        """Deliver one result."""
        self.latest.put(result)

    def close(self, timeout_s: float = 5.0) -> None:
        self.orders.append("close")
        for sink in list(self.sinks):
            self.remove_sink(sink)
        self._stopping.set()
        self._thread.join(timeout_s)

    def _play(self) -> None:
        index = 0
        while not self._stopping.wait(1 / 30):
            if not self._plays or self._stats.state is not LiveState.RUNNING:
                continue
            self.latest.put(self.scene(index))
            recording = self._stats.recording
            if recording:
                recording = dataclasses.replace(
                    recording,
                    elapsed_s=time.monotonic() - self._started,
                    bytes=recording.bytes + 1200,
                    rows=recording.rows + 1,
                )
            self._stats = dataclasses.replace(
                self._stats,
                capture_fps=30.0,
                analysis_fps=29.0 + math.sin(index / 40),
                latency_ms=14.0,
                latency_p95_ms=21.0,
                frames_seen=index + 1,
                frames_analysed=index + 1,
                recording=recording,
            )
            index += 1
