"""`fervideo few-shot`: expressions enrolled from a few pictures, and people's own frames."""

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
from fervideo.commands.progress import ProgressDisplay
from fervideo.errors import DatasetError

if TYPE_CHECKING:
    from fervideo.evaluation.few_shot import FewShotResult
    from fervideo.evaluation.few_shot_data import Embedded
    from fervideo.evaluation.few_shot_report import FewShotReport, UnknownRow
    from fervideo.evaluation.personal import PersonalResult
    from fervideo.models.registry import Model

SPLITS = ("train", "validation", "test")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Models, data, how many pictures and draws."""
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME|FILE",
        help="a shipped model or a weight file; may be repeated (default: the best)",
    )
    add_data_options(parser)
    parser.add_argument(
        "--shots",
        type=int,
        nargs="+",
        default=[1, 5, 10, 20],
        metavar="N",
        help="pictures to enroll (default: 1 5 10 20)",
    )
    parser.add_argument(
        "--draws", type=int, default=10, metavar="N", help="how often each (default: 10)"
    )
    parser.add_argument(
        "--split",
        action="append",
        choices=SPLITS,
        help="pictures to recognise; may be repeated (default: test). Others are enrolled; of the "
        "same ones, from other people, where there are no others",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("few-shot"),
        metavar="DIR",
        help="where the tables go (default: few-shot)",
    )
    parser.add_argument("--seed", type=int, default=2024, metavar="N", help="of the draws")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_device_option(parser)
    parser.epilog = (
        "Enrolled are the classes that a data set shows and a model lacks: contempt of "
        "ferplus-majority or ckplus; the class that a recipe of recipes/leave-one-out left out. "
        "People's own frames are tried where the owners name people."
    )


def run(arguments: argparse.Namespace) -> int:
    """Try every model on every data set, and write the tables."""
    need_train_extra()
    data = parse_data_options(arguments.data)
    from fervideo.evaluation.few_shot_data import embed_few_shot
    from fervideo.evaluation.few_shot_report import markdown, write_report
    from fervideo.models.registry import load_model

    trials = _Trials(arguments)
    with ProgressDisplay(arguments.quiet) as progress:
        for name in arguments.model or ["default"]:
            model = load_model(name, arguments.device)
            for dataset, root in data.items():
                progress.begin(f"{model.card.name}, {dataset}")
                seen = embed_few_shot(
                    model,
                    dataset,
                    root,
                    trials.queries,
                    arguments.cache,
                    lambda n: progress.show(None, f"{n} pictures"),
                )
                trials.add(model, seen)
    report = trials.report()
    paths = write_report(report, arguments.output)
    say(markdown(report).rstrip())
    say("\n" + "\n".join(str(p) for p in paths))
    return OK


class _Trials:
    """What is found, model by model and data set by data set.

    Attributes:
        queries: Splits whose pictures are recognised.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._shots, self._draws = arguments.shots, arguments.draws
        self._seed = arguments.seed
        if min(self._shots) < 1 or self._draws < 1:
            raise DatasetError("expected at least 1 shot and 1 draw")
        self.queries: tuple[str, ...] = tuple(arguments.split or ("test",))
        self._enrolled: list[FewShotResult] = []
        self._unknown: list[UnknownRow] = []
        self._personal: list[PersonalResult] = []
        self._left_out: list[str] = []

    def add(self, model: Model, data: Embedded) -> None:
        """Try one model on one data set."""
        from fervideo.evaluation.few_shot import few_shot_results, novelty
        from fervideo.evaluation.few_shot_data import novel_classes
        from fervideo.evaluation.few_shot_report import UnknownRow
        from fervideo.evaluation.personal import NEUTRAL, personal_results

        for novel in novel_classes(data.samples, model.card.classes):
            where = model.card.name, data.samples.name, novel
            try:
                found = novelty(model, data, novel, self.queries)
            except DatasetError as error:
                self._left_out.append(f"{model.card.name}: {error}")
                continue
            self._unknown.append(UnknownRow(*where, found))
            for shots in self._shots:
                try:
                    self._enrolled += few_shot_results(
                        model, data, novel, shots, self.queries, self._draws, self._seed
                    )
                except DatasetError as error:
                    self._left_out.append(f"{model.card.name}, {shots} shots: {error}")
        own = personal_results(model, data, self._draws, self._seed)
        self._personal += own
        if own and NEUTRAL not in [result.what for result in own]:
            self._left_out.append(
                f"{model.card.name}: {data.samples.name} shows nobody's neutral face, so none "
                "could be nominated"
            )

    def report(self) -> FewShotReport:
        """What was found. Raises DatasetError if that is nothing."""
        from fervideo.evaluation.few_shot_report import FewShotReport

        if not (self._enrolled or self._personal or self._left_out):
            raise DatasetError(
                "expected a data set with a class that the models lack, or with names of people, "
                "found neither"
            )
        return FewShotReport(
            tuple(self._enrolled),
            tuple(self._unknown),
            tuple(self._personal),
            tuple(self._left_out),
        )
