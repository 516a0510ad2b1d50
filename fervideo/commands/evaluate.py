"""`fervideo evaluate`: a model's figures on a data set."""

from __future__ import annotations

import argparse
import json
import math
from typing import TYPE_CHECKING

from fervideo import labels
from fervideo.commands.common import (
    OK,
    add_data_options,
    add_device_option,
    need_train_extra,
    parse_data_options,
    say,
    table_console,
)
from fervideo.commands.progress import ProgressDisplay

if TYPE_CHECKING:
    from rich.table import Table

    from fervideo.evaluation.metrics import Scores
    from fervideo.evaluation.protocol import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Model, data, which pictures and how they are cut."""
    parser.add_argument("model", metavar="MODEL", help="default, a model's name, or a weight file")
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
    parser.add_argument(
        "--record", action="store_true", help="keep the figures on the model's card"
    )
    parser.add_argument("--json", action="store_true", help="write the figures as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_device_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate on each data set and print its tables."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.evaluation.protocol import evaluate
    from fervideo.evaluation.record import record

    found: list[Evaluation] = []
    with ProgressDisplay(arguments.quiet) as progress:
        for name, root in data.items():
            progress.begin(name)
            evaluation = evaluate(
                arguments.model,
                name,
                root,
                split=arguments.split,
                crops=arguments.crops,
                cache=arguments.cache,
                device=arguments.device,
                flip=arguments.flip,
                ten_crop=arguments.ten_crop,
                report=lambda n: progress.show(None, f"{n} pictures"),
            )
            found.append(evaluation)
            if arguments.record:
                record(arguments.model, evaluation, command_of(evaluation))
            if not arguments.json:
                with progress.paused():
                    print_evaluation(evaluation)
    if arguments.json:
        say(json.dumps([without_nan(e.as_dict()) for e in found], indent=2))
    return OK


def command_of(evaluation: Evaluation) -> str:
    """The command line that makes these figures again, with PATH for the place of the data."""
    command = f"fervideo evaluate {evaluation.model} --data {evaluation.data}:PATH"
    command += f" --split {evaluation.split} --crops {evaluation.crops}"
    command += " --flip" if evaluation.flip else ""
    return command + (" --ten-crop" if evaluation.ten_crop else "")


def print_evaluation(evaluation: Evaluation) -> None:
    """The scores by head and by centers, then the confusion matrix of the centers."""
    console = table_console()
    flipped = ", averaged with the mirror image" if evaluation.flip else ""
    flipped = ", averaged over ten crops" if evaluation.ten_crop else flipped
    console.print(
        f"{evaluation.model} on {evaluation.data} {evaluation.split}, "
        f"{evaluation.centers.count} pictures, crops {evaluation.crops}{flipped}, "
        f"a face found in {100 * evaluation.faces_found:.1f} %",
        markup=False,
    )
    console.print(scores_table(evaluation), confusion_table(evaluation))


def scores_table(evaluation: Evaluation) -> Table:
    """Accuracy, mean class recall, macro-F1 and each class's recall, by head and by centers."""
    table = _table("decided by", "accuracy", "mean recall", "macro-F1")
    for name in evaluation.classes:
        table.add_column(_short(name), justify="right")
    table.add_row("head", *_score_cells(evaluation.head))
    table.add_row("centers", *_score_cells(evaluation.centers))
    return table


def confusion_table(evaluation: Evaluation) -> Table:
    """Counts by the centers: a row for each true class, a column for each answer."""
    table = _table("true \\ answer", *(_short(name) for name in evaluation.classes))
    for name, row in zip(evaluation.classes, evaluation.centers.confusion, strict=True):
        table.add_row(name, *(str(count) for count in row))
    return table


def _score_cells(scores: Scores) -> list[str]:
    values = (scores.accuracy, scores.mean_recall, scores.macro_f1, *scores.recalls)
    return ["–" if math.isnan(value) else f"{value:.3f}" for value in values]


def _table(first: str, *others: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _short(name: str) -> str:
    expression = labels.BY_NAME.get(name)
    return expression.short if expression else name


def without_nan(value: object) -> object:
    """The same values with None for NaN, which JSON lacks."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
