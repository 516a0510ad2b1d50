"""How late a live label is: from the capture of a frame to its result, measured while playing."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty

import numpy as np

from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import FervideoError, SourceError
from fervideo.live.engine import LiveEngine
from fervideo.pipeline import AnalyzerConfig
from fervideo.sinks import Moment
from fervideo.types import Result

DEMO = SourceSpec(SourceKind.DEMO, "demo")

_POLL_S = 0.05
_PATIENCE_S = 120.0
"""Longest wait for the first result: a model may have to be loaded from a slow disk."""


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """What came of a measurement.

    Attributes:
        model: Name of the model.
        device: Where it ran.
        source: Name of what was played.
        seconds: How long was measured.
        frames: Frames analysed meanwhile.
        frames_dropped: Frames passed over meanwhile.
        median_ms: Median time from the capture of a frame (in a file: from when it was due) to its
            labels.
        p95_ms: The same at the 95th percentile.
        worst_ms: The same at its worst.
        stages_ms: Median of each stage of the analysis.
    """

    model: str
    device: str
    source: str
    seconds: float
    frames: int
    frames_dropped: int
    median_ms: float
    p95_ms: float
    worst_ms: float
    stages_ms: Mapping[str, float]


class _Stopwatch:
    """A sink that keeps the times alone."""

    name = "stopwatch"

    def __init__(self) -> None:
        self.timings: list[dict[str, float]] = []

    def result(self, result: Result, captured_s: float) -> None:
        self.timings.append(result.timings)

    def moment(self, moment: Moment) -> None:
        """Not timed."""

    def close(self) -> None:
        """Nothing to let go of."""


def measure_latency(
    model: str = "default",
    device: str = "auto",
    config: AnalyzerConfig | None = None,
    *,
    spec: SourceSpec = DEMO,
    seconds: float = 20.0,
    warm_up_s: float = 2.0,
    stop: threading.Event | None = None,
) -> LatencyReport:
    """Play a source as the window does, without the window, and time every analysed frame.

    Args:
        model: Name of a shipped model or path of a weight file.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
        config: Settings of the analysis.
        spec: What to play; a file that ends before its time ends the measurement.
        seconds: How long to measure.
        warm_up_s: What is played before that and not counted.
        stop: Set it, from any thread, to end early.

    Raises:
        FervideoError: The model or the source cannot be used, or gave no result in time.
    """
    stop = stop or threading.Event()
    engine, watch = LiveEngine(model, device, config), _Stopwatch()
    try:
        engine.add_sink(watch)
        engine.open(spec)
        _play(engine, watch, stop, warm_up_s, counted=False)
        before, skip, start_s = engine.stats(), len(watch.timings), time.monotonic()
        _play(engine, watch, stop, seconds, counted=True)
        after, elapsed_s = engine.stats(), time.monotonic() - start_s
    finally:
        engine.close()
    times = watch.timings[skip:]
    if not times:
        raise SourceError(f"expected frames for {seconds:g} s, found none; use a longer video")
    latency_ms = 1000 * np.array([timing["latency"] for timing in times])
    stages = [name for name in times[-1] if name not in ("latency", "total")]
    return LatencyReport(
        model=after.model_name,
        device=after.device,
        source="" if after.source is None else after.source.name,
        seconds=elapsed_s,
        frames=len(times),
        frames_dropped=after.frames_dropped - before.frames_dropped,
        median_ms=float(np.median(latency_ms)),
        p95_ms=float(np.percentile(latency_ms, 95)),
        worst_ms=float(latency_ms.max()),
        stages_ms={n: 1000 * float(np.median([t[n] for t in times])) for n in stages},
    )


def _play(
    engine: LiveEngine, watch: _Stopwatch, stop: threading.Event, seconds: float, counted: bool
) -> None:
    """Let it play for so long, from the first result on; until its end if `counted`."""
    deadline_s = time.monotonic() + _PATIENCE_S
    while not watch.timings and time.monotonic() < deadline_s and not stop.is_set():
        _check(engine)
        time.sleep(_POLL_S)
    if not watch.timings:
        raise FervideoError(f"expected a first result within {_PATIENCE_S:g} s, found none")
    deadline_s = time.monotonic() + seconds
    while time.monotonic() < deadline_s and not stop.is_set():
        _check(engine)
        if counted and engine.stats().state.is_over:
            return
        stop.wait(_POLL_S)


def _check(engine: LiveEngine) -> None:
    """Raise what has gone wrong."""
    try:
        raise engine.errors.get_nowait()
    except Empty:
        return
