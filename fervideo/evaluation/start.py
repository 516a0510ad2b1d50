"""How long fervideo takes from a fresh process to an analyser that is ready for the first frame."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from fervideo.errors import FervideoError
from fervideo.models.registry import find_weights

_PROGRAM = """
import sys, time

def done(step):
    print(step, time.process_time(), flush=True)

done("python")
from fervideo.processor import share_processor
share_processor()
from fervideo.pipeline import Analyzer, AnalyzerConfig, PreparedDetector
detector = PreparedDetector(AnalyzerConfig(), sys.argv[2])  # beside all that follows
done("program")
import torch
done("pytorch")
from fervideo.models.registry import load_model
model = load_model(*sys.argv[1:])
done("model")
analyzer = Analyzer(model, detector=detector)
done("detector")
analyzer.warm_up()
done("first picture")
analyzer.close()
"""


@dataclass(frozen=True, slots=True)
class StartReport:
    """How long one model's start takes, medians over several processes.

    Attributes:
        model: As it was asked for.
        device: The same.
        runs: How many processes were started, one after the other.
        seconds: From the start of the process to the first picture analysed.
        processor_s: What the processor worked for it.
        steps_s: Seconds of each step, in order.
    """

    model: str
    device: str
    runs: int
    seconds: float
    processor_s: float
    steps_s: Mapping[str, float]


def measure_start(model: str, device: str, runs: int = 5) -> StartReport:
    """Start a process as often as asked, and time its steps.

    The first start after another program has used the memory is slower: files come from the disk.

    Args:
        model: `default`, a name, or a `.safetensors` file.
        device: See `device.resolve_device`.
        runs: How often, at least 1.

    Raises:
        FervideoError: The model or the device cannot be used.
    """
    find_weights(model)
    started = [_start_once(model, device) for _ in range(runs)]
    steps = {name: statistics.median(times[name] for times, _ in started) for name in started[0][0]}
    return StartReport(
        model,
        device,
        runs,
        statistics.median(sum(times.values()) for times, _ in started),
        statistics.median(worked for _, worked in started),
        steps,
    )


def _start_once(model: str, device: str) -> tuple[dict[str, float], float]:
    """Seconds of each step of one process, and what the processor worked."""
    times: dict[str, float] = {}
    worked, last = 0.0, time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, model, device],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            now = time.perf_counter()
            name, _, spent = line.rpartition(" ")
            times[name], last, worked = now - last, now, float(spent)
        errors = process.stderr.read().strip().splitlines() if process.stderr else []
    if process.returncode:
        reason = errors[-1].partition(": ")[2] if errors else f"status {process.returncode}"
        raise FervideoError(f"expected {model} to start, found: {reason}")
    return times, worked


def markdown(report: StartReport) -> str:
    """The report as a table."""
    lines = [
        f"{report.model} on {report.device}, from a fresh process to the first picture: "
        f"{report.seconds:.2f} s, {report.processor_s:.2f} s of the processor's time; medians of "
        f"{report.runs}.",
        "",
        "| step | seconds |",
        "| --- | ---: |",
    ]
    lines += [f"| {name} | {seconds:.2f} |" for name, seconds in report.steps_s.items()]
    return "\n".join(lines)
