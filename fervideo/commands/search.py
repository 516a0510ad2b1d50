"""`fervideo search`: the best of a grid of recipes, by validation."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.commands.common import (
    OK,
    need_train_extra,
    parse_data_options,
    say,
    table_console,
)
from fervideo.commands.train import TrainingProgress, add_run_arguments

if TYPE_CHECKING:
    from fervideo.training.recipe import Recipe
    from fervideo.training.search import Axis, Found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The recipe, what is varied, and all that training needs."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="what to vary")
    parser.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="KEY=VALUE,...",
        help="values of one key, such as loss.options.margin=0.3,0.35,0.4 or data.0.balance=0,0.5; "
        "repeated, every combination is trained",
    )
    add_run_arguments(parser)
    parser.epilog = (
        "Runs are in a folder named after the recipe, with search.csv. The same command goes on "
        "with an interrupted search. Test data are not looked at."
    )


def run(arguments: argparse.Namespace) -> int:
    """Train all points, and print them from best to worst."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.training.run import train
    from fervideo.training.search import parse_axis, search

    axes = [parse_axis(text) for text in arguments.set]
    with TrainingProgress(arguments.quiet) as progress:

        def train_point(recipe: Recipe, runs: Path) -> Path:
            progress.begin(recipe.name)
            return train(
                recipe,
                data,
                start=arguments.start,
                teacher=arguments.teacher,
                cache=arguments.cache,
                runs=runs,
                device=arguments.device,
                report=progress.update,
                report_cache=progress.count,
            )

        found = search(arguments.recipe, axes, arguments.runs, train_point)
    print_found(axes, found)
    say(f"{found[0].folder.parent}: search.csv")
    return OK


def print_found(axes: Sequence[Axis], found: Sequence[Found]) -> None:
    """A row for each point: its values and its score."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for name in (*(axis.key for axis in axes), "validation"):
        table.add_column(name, justify="right", no_wrap=True)
    for point in found:
        table.add_row(*(str(v) for v in point.values), f"{point.score:.4f}")
    table_console().print(table)
