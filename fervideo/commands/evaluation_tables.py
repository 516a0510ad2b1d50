"""What `fervideo evaluate` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fervideo import labels
from fervideo.commands.common import table_console

if TYPE_CHECKING:
    from rich.table import Table

    from fervideo.evaluation.detailed import DetailedScores
    from fervideo.evaluation.metrics import Scores
    from fervideo.evaluation.protocol import Evaluation


def print_evaluation(evaluation: Evaluation) -> None:
    """The scores by head and by centers, then the confusion matrix of the centers."""
    console = table_console()
    flipped = ", averaged with the mirror image" if evaluation.flip else ""
    flipped = ", averaged over ten crops" if evaluation.ten_crop else flipped
    fold = f" of fold {evaluation.fold}" if evaluation.fold else ""
    console.print(
        f"{evaluation.model} on {evaluation.data} {evaluation.split}{fold}, "
        f"{evaluation.centers.count} pictures, crops {evaluation.crops}{flipped}, "
        f"a face found in {100 * evaluation.faces_found:.1f} %",
        markup=False,
    )
    console.print(scores_table(evaluation), confusion_table(evaluation))
    if evaluation.detailed is not None:
        console.print(detailed_table(evaluation.detailed), class_table(evaluation.detailed))


def print_matrix(evaluations: Sequence[Evaluation]) -> None:
    """Models by data sets: accuracy and mean class recall by the centers."""
    names = list(dict.fromkeys(e.data for e in evaluations))
    table = _table("accuracy / mean recall", *names)
    cells: dict[str, dict[str, str]] = {}
    for e in evaluations:
        text = f"{e.centers.accuracy:.3f} / {e.centers.mean_recall:.3f}"
        cells.setdefault(e.model, {})[e.data] = text
    for model, row in cells.items():
        table.add_row(model, *(row.get(name, "–") for name in names))
    table_console().print(table)


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


def detailed_table(detailed: DetailedScores) -> Table:
    """Agreement, areas under curves and calibration, by the centers."""
    table = _table("by the centers", "kappa", "alpha", "AUC", "AUC-PR", "ECE")
    values = (
        detailed.kappa,
        detailed.alpha,
        detailed.auc,
        detailed.auc_pr,
        detailed.calibration_error,
    )
    table.add_row("all classes", *_cells(values))
    return table


def class_table(detailed: DetailedScores) -> Table:
    """A row for each class."""
    table = _table("class", "pictures", "precision", "recall", "F1", "AUC", "AUC-PR")
    for row in detailed.table:
        values = (row.precision, row.recall, row.f1, row.auc, row.auc_pr)
        table.add_row(row.name, str(row.support), *_cells(values))
    return table


def _score_cells(scores: Scores) -> list[str]:
    values = (scores.accuracy, scores.mean_recall, scores.macro_f1, *scores.recalls)
    return _cells(values)


def _cells(values: Sequence[float]) -> list[str]:
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
