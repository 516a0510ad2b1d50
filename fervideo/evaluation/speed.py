"""Where the time of a frame goes: milliseconds of each stage of the analysis, model by model."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from fervideo.capture.source import SourceKind, SourceSpec, open_source
from fervideo.errors import SourceError
from fervideo.models.registry import load_model
from fervideo.pipeline import Analyzer, AnalyzerConfig
from fervideo.processor import available_cores, threads_in_use
from fervideo.timing import Clock
from fervideo.types import Frame

DEMO = SourceSpec(SourceKind.DEMO, "demo")

CLOCKS: Mapping[str, Clock] = {"wall": time.perf_counter, "processor": time.process_time}
"""What to measure: time that passes, or time that the processor works for this program alone."""

WARM_UP = 10
"""First frames that do not count."""


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """What a frame costs with one model on one device.

    Attributes:
        model: Name of the model.
        device: Where it ran.
        detector: What found the faces.
        stages_ms: Median milliseconds of each stage, `decode` before all others.
        total_ms: Median of a whole frame without `decode`.
        p95_ms: The same at the 95th percentile.
        ratio: `total_ms` by that of the first row.
    """

    model: str
    device: str
    detector: str
    stages_ms: Mapping[str, float]
    total_ms: float
    p95_ms: float
    ratio: float

    @property
    def frames_per_s(self) -> float:
        """Frames that one thread of such work gets done in a second."""
        return 1000 / max(self.total_ms, 1e-9)


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """A measurement, and what it was made with.

    Attributes:
        source: Name of what was analysed.
        width: Of its pictures, in pixels.
        height: The same.
        frames: Frames that count.
        faces: Mean number of faces in them.
        clock: A name in `CLOCKS`.
        cores: Cores that the program may use.
        threads: Threads of the network.
        machine: The processor, as far as Python knows it.
        rows: One for each model and device.
    """

    source: str
    width: int
    height: int
    frames: int
    faces: float
    clock: str
    cores: int
    threads: int
    machine: str
    rows: tuple[SpeedRow, ...]


def measure_speed(
    models: Sequence[str],
    devices: Sequence[str],
    config: AnalyzerConfig | None = None,
    *,
    spec: SourceSpec = DEMO,
    frames: int = 100,
    clock: str = "wall",
) -> SpeedReport:
    """Analyse a clip with each model on each device, by turns, and time the stages.

    By turns, so that what else the machine does falls upon all alike: ratios hold where
    milliseconds do not.

    Args:
        models: Names of shipped models or paths of weight files.
        devices: See `device.resolve_device`.
        config: Settings of the analysis.
        spec: The clip.
        frames: Frames that count, at most.
        clock: A name in `CLOCKS`.

    Raises:
        FervideoError: A model, a device or the clip cannot be used.
    """
    ticks = CLOCKS[clock]
    pictures, decode_s, source = _read(spec, WARM_UP + frames, ticks)
    with ExitStack() as stack:
        lines = [
            stack.enter_context(Analyzer(load_model(model, device), config, clock=ticks))
            for model in models
            for device in devices
        ]
        timings: list[list[dict[str, float]]] = [[] for _ in lines]
        faces = 0
        for number, picture in enumerate(pictures):
            for line, took in zip(lines, timings, strict=True):
                result = line(picture)
                if number >= WARM_UP:
                    took.append(result.timings)
                    faces += len(result.faces)
        names = [
            (line.model.card.name, str(line.model.device), line.detector_engine) for line in lines
        ]
    decode_ms = 1000 * float(np.median(decode_s[WARM_UP:]))
    rows = [
        _row(*name, took, decode_ms, timings[0]) for name, took in zip(names, timings, strict=True)
    ]
    counted = len(pictures) - WARM_UP
    return SpeedReport(
        source=source,
        width=pictures[0].resolution_wh[0],
        height=pictures[0].resolution_wh[1],
        frames=counted,
        faces=faces / (counted * len(lines)),
        clock=clock,
        cores=available_cores(),
        threads=threads_in_use(),
        machine=platform.processor() or platform.machine(),
        rows=tuple(rows),
    )


def _read(spec: SourceSpec, most: int, clock: Clock) -> tuple[list[Frame], list[float], str]:
    """Frames, the seconds that each took to decode, and the source's name."""
    pictures: list[Frame] = []
    took: list[float] = []
    with open_source(spec) as source:
        while len(pictures) < most:
            begun = clock()
            frame = source.read()
            if frame is None:
                break
            took.append(clock() - begun)
            pictures.append(frame)
        name = source.info.name
    if len(pictures) <= WARM_UP:
        raise SourceError(
            f"expected more than {WARM_UP} frames in {name}, found {len(pictures)}; "
            "use a longer video"
        )
    return pictures, took, name


def _row(
    model: str,
    device: str,
    detector: str,
    took: list[dict[str, float]],
    decode_ms: float,
    first: list[dict[str, float]],
) -> SpeedRow:
    medians = {name: 1000 * float(np.median([t[name] for t in took])) for name in took[0]}
    total_ms = medians.pop("total")
    totals_ms = 1000 * np.array([t["total"] for t in took])
    against_ms = 1000 * float(np.median([t["total"] for t in first]))
    return SpeedRow(
        model=model,
        device=device,
        detector=detector,
        stages_ms={"decode": decode_ms, **medians},
        total_ms=total_ms,
        p95_ms=float(np.percentile(totals_ms, 95)),
        ratio=total_ms / max(against_ms, 1e-9),
    )


def markdown(report: SpeedReport) -> str:
    """The report as a table, with a line on what was measured."""
    stages = list(report.rows[0].stages_ms)
    names = ["model", "device", "detector", *stages, "total", "95 %", "frames/s", "ratio"]
    lines = [
        f"{report.source}, {report.width}x{report.height}, {report.faces:.1f} faces, "
        f"{report.frames} frames, {report.cores} cores, network threads: {report.threads}, "
        f"{report.machine}. Median milliseconds a frame, {report.clock} time; total and what "
        "follows are without decode.",
        "",
        "| " + " | ".join(names) + " |",
        "| --- | --- | --- |" + " ---: |" * (len(names) - 3),
    ]
    for row in report.rows:
        figures = [*row.stages_ms.values(), row.total_ms, row.p95_ms]
        cells = [f"{value:.2f}" for value in figures]
        cells += [f"{row.frames_per_s:.0f}", f"{row.ratio:.2f}"]
        lines.append("| " + " | ".join([row.model, row.device, row.detector, *cells]) + " |")
    return "\n".join(lines)
