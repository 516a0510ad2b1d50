"""`fervideo evaluate`: a model's figures on a data set."""

from __future__ import annotations

import argparse
import json
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
from fervideo.commands.evaluation_tables import print_evaluation, print_matrix, without_nan
from fervideo.commands.progress import ProgressDisplay
from fervideo.commands.train import add_fold_option, fold_of

if TYPE_CHECKING:
    from fervideo.evaluation.protocol import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Model, data, which pictures and how they are cut."""
    parser.add_argument(
        "model",
        nargs="+",
        metavar="MODEL",
        help="default, a model's name, or a weight file; several are set side by side",
    )
    add_data_options(parser)
    parser.add_argument(
        "--split",
        choices=("test", "validation", "train"),
        default="test",
        help="which part of the data (default: test)",
    )
    parser.add_argument(
        "--crops",
        choices=("given", "aligned", "detected"),
        default="given",
        help="the owners' alignment; that of training; or as a user would give the pictures, "
        "a missed face being a wrong answer (default: given)",
    )
    parser.add_argument(
        "--flip", action="store_true", help="average with the mirror image, as papers often do"
    )
    parser.add_argument(
        "--ten-crop",
        action="store_true",
        help="average over the middle, the corners and the mirror images of each crop, for a "
        "model that sees a part of it (vgg-lip)",
    )
    add_fold_option(parser)
    parser.add_argument(
        "--detailed",
        action="store_true",
        help="by the centers also kappa, Krippendorff's alpha, AUC, AUC-PR, calibration error and "
        "a table of the classes",
    )
    parser.add_argument(
        "--record", action="store_true", help="keep the figures on the model's card"
    )
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_device_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate each model on each data set and print the tables."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.evaluation.record import record

    found: list[Evaluation] = []
    with ProgressDisplay(arguments.quiet) as progress:
        for name, root in data.items():
            for model in arguments.model:
                progress.begin(f"{model}, {name}" if len(arguments.model) > 1 else name)
                found.append(_evaluate(arguments, model, name, root, progress))
                if arguments.record:
                    record(model, found[-1], command_of(found[-1]))
                if not arguments.json:
                    with progress.paused():
                        print_evaluation(found[-1])
    if arguments.json:
        say(json.dumps([without_nan(e.as_dict()) for e in found], indent=2))
    elif len(arguments.model) > 1:
        print_matrix(found)
    return OK


def _evaluate(
    arguments: argparse.Namespace, model: str, data: str, root: Path, progress: ProgressDisplay
) -> Evaluation:
    from fervideo.evaluation.protocol import evaluate

    return evaluate(
        model,
        data,
        root,
        split=arguments.split,
        crops=arguments.crops,
        cache=arguments.cache,
        device=arguments.device,
        flip=arguments.flip,
        ten_crop=arguments.ten_crop,
        fold=fold_of(arguments),
        detailed=arguments.detailed,
        report=lambda n: progress.show(None, f"{n} pictures"),
    )


def command_of(evaluation: Evaluation) -> str:
    """The command line that makes these figures again, with PATH for the place of the data."""
    command = f"fervideo evaluate {evaluation.model} --data {evaluation.data}:PATH"
    command += f" --split {evaluation.split} --crops {evaluation.crops}"
    command += f" --fold {evaluation.fold}" if evaluation.fold else ""
    command += " --flip" if evaluation.flip else ""
    return command + (" --ten-crop" if evaluation.ten_crop else "")
