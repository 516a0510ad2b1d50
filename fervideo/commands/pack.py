"""`fervideo pack`: a training run becomes weights and a card, or weights get ordinary faces."""

from __future__ import annotations

import argparse
from pathlib import Path

from fervideo.commands.common import (
    OK,
    add_data_options,
    add_device_option,
    need_train_extra,
    parse_data_options,
    say,
)
from fervideo.commands.train import add_fold_option, add_runs_option, fold_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Recipe, data, folders."""
    parser.add_argument(
        "recipe",
        type=Path,
        metavar="RECIPE.toml|WEIGHTS.safetensors",
        help="the run's recipe; or weights that get ordinary faces of the data sets, to place "
        "enrolled expressions by, and stay otherwise as they are",
    )
    add_data_options(parser)
    add_runs_option(parser)
    add_fold_option(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("weights"),
        metavar="DIR",
        help="where weights and card go (default: weights)",
    )
    add_device_option(parser)
    parser.epilog = "Scale and threshold are calibrated on the validation part of the data."


def run(arguments: argparse.Namespace) -> int:
    """Pack, and say where the weights are."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.training.export import export

    if arguments.recipe.suffix == ".safetensors":
        from fervideo.training.face_bank import add_bank

        path = add_bank(
            str(arguments.recipe),
            data,
            cache=arguments.cache,
            output=arguments.output,
            device=arguments.device,
        )
        say(str(path))
        return OK
    path = export(
        arguments.recipe,
        data,
        runs=arguments.runs,
        cache=arguments.cache,
        output=arguments.output,
        device=arguments.device,
        fold=fold_of(arguments),
    )
    say(str(path))
    return OK
