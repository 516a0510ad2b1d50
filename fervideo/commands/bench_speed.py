"""`fervideo bench speed`: where the time of a frame goes on this machine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from fervideo.commands.common import (
    OK,
    add_landmarks_option,
    say,
    shipped_models,
)
from fervideo.landmark_names import LandmarkMode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Clip, models, devices, clock."""
    parser.add_argument(
        "source",
        nargs="?",
        default="demo",
        metavar="VIDEO",
        help="what is analysed: a video or demo (default: demo)",
    )
    parser.add_argument(
        "--models",
        nargs="+",
        metavar="NAME|FILE",
        help="which models (default: all that ship)",
    )
    parser.add_argument(
        "--devices",
        nargs="+",
        default=["auto"],
        metavar="DEVICE",
        help="where the networks run, one after the other: auto, cpu, openvino, cuda, mps "
        "(default: auto)",
    )
    add_landmarks_option(parser)
    parser.add_argument(
        "--frames", type=int, default=100, metavar="N", help="how many frames (default: 100)"
    )
    parser.add_argument(
        "--clock",
        choices=("wall", "processor"),
        default="wall",
        help="time that passes, or time that the processor works for this program, which other "
        "busy programs change less (default: wall)",
    )
    parser.add_argument("--json", action="store_true", help="write the numbers as JSON")
    parser.epilog = (
        "Each frame goes through each model in turn, so that other programs' work falls upon all "
        "alike: on a busy machine trust the ratios. The first ten frames are not counted."
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print a table in Markdown, or JSON."""
    from fervideo.capture.source import parse_source
    from fervideo.config import check_range
    from fervideo.processor import share_processor

    share_processor()  # as the program does, before PyTorch is imported
    check_range("--frames", arguments.frames, 1, 100000)
    spec = parse_source(arguments.source)
    from fervideo.evaluation.speed import markdown, measure_speed
    from fervideo.pipeline import AnalyzerConfig

    report = measure_speed(
        arguments.models or [card.name for card in shipped_models()],
        arguments.devices,
        AnalyzerConfig(landmarks=LandmarkMode(arguments.landmarks)),
        spec=spec,
        frames=arguments.frames,
        clock=arguments.clock,
    )
    say(json.dumps(asdict(report), indent=2) if arguments.json else markdown(report))
    return OK
