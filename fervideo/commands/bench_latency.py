"""`fervideo bench latency`: how late a live label is on this machine."""

from __future__ import annotations

import argparse
import json
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

from fervideo.commands.common import (
    INTERRUPTED,
    OK,
    add_landmarks_option,
    add_model_options,
    say,
    table_console,
)
from fervideo.commands.interrupt import stop_on_interrupt
from fervideo.landmark_names import LandmarkMode

if TYPE_CHECKING:
    from fervideo.live.latency import LatencyReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Source, model, how long."""
    parser.add_argument(
        "source",
        nargs="?",
        default="demo",
        metavar="SOURCE",
        help="what is played: camera number, video, stream URL or demo (default: demo)",
    )
    add_model_options(parser)
    add_landmarks_option(parser)
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="S", help="how long (default: 20)"
    )
    parser.add_argument("--json", action="store_true", help="write the numbers as JSON")
    parser.epilog = (
        "Other busy programs make the numbers worse. The first two seconds are not counted."
    )


def run(arguments: argparse.Namespace) -> int:
    """Play, time, and show the numbers."""
    from fervideo.capture.source import parse_source
    from fervideo.commands.window import check_source
    from fervideo.config import check_range
    from fervideo.processor import share_processor

    share_processor()  # as the window does, before PyTorch is imported
    check_range("--seconds", arguments.seconds, 0.1, 86400)
    spec = parse_source(arguments.source)
    check_source(spec)
    from fervideo.live.latency import measure_latency
    from fervideo.pipeline import AnalyzerConfig

    stop = threading.Event()
    with stop_on_interrupt(stop):
        report = measure_latency(
            arguments.model,
            arguments.device,
            AnalyzerConfig(landmarks=LandmarkMode(arguments.landmarks)),
            spec=spec,
            seconds=arguments.seconds,
            stop=stop,
        )
    if arguments.json:
        say(json.dumps(asdict(report), indent=2, ensure_ascii=False))
    else:
        _show(report)
    return INTERRUPTED if stop.is_set() else OK


def _show(report: LatencyReport) -> None:
    from rich.table import Table

    rate = report.frames / max(report.seconds, 1e-9)
    say(
        f"{report.model} on {report.device}, {report.source}: {report.frames} frames in "
        f"{report.seconds:.1f} s ({rate:.1f} a second), {report.frames_dropped} passed over"
    )
    table = Table()
    table.add_column("from capture to label")
    table.add_column("ms", justify="right")
    for name, value in (
        ("median", report.median_ms),
        ("95 % within", report.p95_ms),
        ("worst", report.worst_ms),
    ):
        table.add_row(name, f"{value:.1f}")
    table.add_section()
    for name, value in report.stages_ms.items():
        table.add_row(f"{name}, median", f"{value:.1f}")
    table_console().print(table)
