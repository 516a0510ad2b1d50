"""`fervideo train`: a run by a recipe, or the rest of one that was interrupted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.commands.common import (
    OK,
    add_data_options,
    add_device_option,
    need_train_extra,
    parse_data_options,
    say,
)
from fervideo.commands.progress import ProgressDisplay, clock

if TYPE_CHECKING:
    from fervideo.evaluation.splits import FoldChoice
    from fervideo.training.engine import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Recipe, data, where to start from, folders."""
    parser.add_argument("recipe", type=Path, metavar="RECIPE.toml", help="what to do")
    add_run_arguments(parser)
    add_fold_option(parser)
    parser.epilog = (
        "Each epoch ends with a checkpoint. The same command goes on with an interrupted run. "
        "On several GPUs: torchrun --nproc-per-node GPUS -m fervideo train ..."
    )


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Data, where to start from, folders, device."""
    add_data_options(parser)
    parser.add_argument(
        "--start", type=Path, metavar="FILE", help="weights that the recipe starts from"
    )
    parser.add_argument(
        "--teacher", type=Path, metavar="FILE", help="weights that the recipe learns from"
    )
    add_runs_option(parser)
    add_device_option(parser)
    parser.add_argument("--quiet", action="store_true", help="show errors only")


def add_fold_option(parser: argparse.ArgumentParser) -> None:
    """`--fold`."""
    parser.add_argument(
        "--fold",
        metavar="K/N",
        help="train on the K-th of N divisions of each data set, nobody in two parts where the "
        "owners name people, in place of the owners' split (scripts/k_fold.py does all N)",
    )


def fold_of(arguments: argparse.Namespace) -> FoldChoice | None:
    """The fold that `--fold` names, None if it was not given. Raises DatasetError."""
    from fervideo.evaluation.splits import FoldChoice

    return None if arguments.fold is None else FoldChoice.parse(arguments.fold)


def add_runs_option(parser: argparse.ArgumentParser) -> None:
    """`--runs`."""
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="where the folders of runs are (default: runs)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, and say where the run is."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.training.processes import is_first_process
    from fervideo.training.run import train

    quiet = arguments.quiet or not is_first_process()
    with TrainingProgress(quiet) as progress:
        progress.begin(arguments.recipe.stem)
        folder = train(
            arguments.recipe,
            data,
            start=arguments.start,
            teacher=arguments.teacher,
            cache=arguments.cache,
            runs=arguments.runs,
            device=arguments.device,
            fold=fold_of(arguments),
            report=progress.update,
            report_cache=progress.count,
        )
    if not quiet:
        say(f"{folder}: checkpoint.safetensors, log.csv, curves.png")
    return OK


class TrainingProgress(ProgressDisplay):
    """Shows epoch, loss and pictures per second of a run, and the pictures it decodes before."""

    def count(self, pictures: int) -> None:
        """Show how many pictures of a data set are decoded."""
        self.show(None, f"{pictures} pictures read")

    def update(self, progress: Progress) -> None:
        """Show where a run is."""
        self.show(progress.done, training_words(progress, self.seconds_left(progress.done)))


def training_words(progress: Progress, seconds_left: float | None) -> str:
    """`epoch 3/10, loss 0.912, 210 pictures/s, 12:34 left`."""
    words = (
        f"epoch {progress.epoch + 1}/{progress.epochs}, loss {progress.loss:.3f}, "
        f"{progress.images_per_s:.0f} pictures/s"
    )
    return words if seconds_left is None else f"{words}, {clock(seconds_left)} left"
