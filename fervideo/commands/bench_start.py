"""`fervideo bench start`: how long the program takes until it is ready on this machine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from fervideo.commands.common import OK, add_model_options, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Model, device, how often."""
    add_model_options(parser)
    parser.add_argument(
        "--runs", type=int, default=5, metavar="N", help="how many processes (default: 5)"
    )
    parser.add_argument("--json", action="store_true", help="write the numbers as JSON")
    parser.epilog = (
        "Processes are started one after the other. Without the window, which takes its own time."
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print a table in Markdown, or JSON."""
    from fervideo.config import check_range

    check_range("--runs", arguments.runs, 1, 1000)
    from fervideo.evaluation.start import markdown, measure_start

    report = measure_start(arguments.model, arguments.device, arguments.runs)
    say(json.dumps(asdict(report), indent=2) if arguments.json else markdown(report))
    return OK
