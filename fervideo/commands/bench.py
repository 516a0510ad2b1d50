"""`fervideo bench`: `stability`, how calm labels are; `latency`, how late; `speed` and `start`."""

from __future__ import annotations

import argparse

from fervideo.commands import bench_latency, bench_speed, bench_stability, bench_start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure, and how."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    summary = "label changes against delay, on still faces and switches of known time"
    bench_stability.add_arguments(kinds.add_parser("stability", help=summary, description=summary))
    summary = "how late a live label is: from the capture of a frame to its result"
    bench_latency.add_arguments(kinds.add_parser("latency", help=summary, description=summary))
    summary = "where the time of a frame goes: milliseconds of each stage, model by model"
    bench_speed.add_arguments(kinds.add_parser("speed", help=summary, description=summary))
    summary = "how long it takes from a fresh process to the first picture"
    bench_start.add_arguments(kinds.add_parser("start", help=summary, description=summary))


def run(arguments: argparse.Namespace) -> int:
    """Measure what was asked for."""
    kinds = {
        "latency": bench_latency.run,
        "speed": bench_speed.run,
        "stability": bench_stability.run,
        "start": bench_start.run,
    }
    return kinds[arguments.what](arguments)
