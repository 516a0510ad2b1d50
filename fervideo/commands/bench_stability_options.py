"""The options of `fervideo bench stability`."""

from __future__ import annotations

import argparse
from pathlib import Path

from fervideo.commands.common import add_data_options, add_model_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Model, data, clips, output."""
    add_model_options(parser)
    add_data_options(parser, required=False)
    parser.add_argument(
        "--split",
        choices=("validation", "test"),
        default="validation",
        help="which part of the data (default: validation)",
    )
    parser.add_argument(
        "--clips",
        nargs="+",
        default=[],
        metavar="FILE",
        help="real videos, of which only changes are counted; without --data they alone are looked "
        "at",
    )
    parser.add_argument(
        "--sequences",
        type=int,
        default=100,
        metavar="N",
        help="sequences of two faces from each data set, with a fifth as many of blends "
        "(default: 100)",
    )
    parser.add_argument(
        "--blinks",
        type=float,
        default=17.0,
        metavar="N",
        help="how often a minute the faces of the sequences blink (default: 17; 0: never)",
    )
    parser.add_argument(
        "--tune",
        action="store_true",
        help="choose the settings first, on as many other sequences with other pictures",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="with --tune: keep the settings on the model's card, where the program finds them",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("stability"),
        metavar="DIR",
        help="where tables, plot and embeddings go (default: stability)",
    )
    parser.add_argument("--seed", type=int, default=2024, metavar="N", help="of the sequences")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.epilog = (
        "With --data: every frame of every sequence is looked at once, about 120 frames a "
        "sequence. With --clips alone: how often the label changes on your own videos. An "
        "interrupted run goes on where it was."
    )
