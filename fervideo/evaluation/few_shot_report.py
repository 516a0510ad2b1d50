"""The few-shot protocol as tables."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fervideo.evaluation.few_shot import FewShotResult, Novelty
from fervideo.evaluation.personal import PersonalResult

_FIGURES = ("recall", "precision", "false_alarms", "known", "mean_recall")


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """How well a class that is not enrolled is told to be unknown.

    Attributes:
        model: Name of the model.
        data: Name of the data set.
        novel: The class.
        found: The figures.
    """

    model: str
    data: str
    novel: str
    found: Novelty


@dataclass(frozen=True, slots=True)
class FewShotReport:
    """Everything that was found.

    Attributes:
        enrolled: Novel classes.
        unknown: The same classes before they are enrolled.
        personal: People's own frames.
        left_out: What could not be done, a sentence each.
    """

    enrolled: tuple[FewShotResult, ...]
    unknown: tuple[UnknownRow, ...]
    personal: tuple[PersonalResult, ...]
    left_out: tuple[str, ...] = ()


def write_report(report: FewShotReport, folder: Path) -> list[Path]:
    """Write `few-shot.md`, `few-shot.csv` (a line for each draw) and `few-shot.json`.

    Args:
        report: What was found.
        folder: Made if it is not there; files of these names in it are replaced.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"few-shot.{suffix}" for suffix in ("md", "csv", "json")]
    for path, write in zip(paths, (_markdown, _csv, _json), strict=True):
        temporary = path.with_name(f".{path.name}")
        write(report, temporary)
        temporary.replace(path)
    return paths


def markdown(report: FewShotReport) -> str:
    """The report in tables; what there is nothing of is left out."""
    parts = ["# Expressions that a network was never taught"]
    if report.enrolled:
        parts += ["## Enrolled", enrolled_table(report.enrolled)]
    if report.unknown:
        parts += ["## Not enrolled: unknown", unknown_table(report.unknown)]
    if report.personal:
        parts += ["## A person's own frames", personal_table(report.personal)]
    if report.left_out:
        parts += ["## Left out", "\n".join(f"- {sentence}" for sentence in report.left_out)]
    return "\n\n".join(parts) + "\n"


def enrolled_table(results: Sequence[FewShotResult]) -> str:
    """A line for each model, class, number of shots and rule: mean ± standard deviation."""
    lines = [
        "| model | data | class | shots | rule | recall | precision | false alarms | others right, "
        "before | after | mean recall, all |",
        "|---|---|---|---:|---|" + "---:|" * 6,
    ]
    for r in results:
        cells = [f"{r.mean(f):.3f} ± {r.spread(f):.3f}" for f in _FIGURES]
        cells.insert(3, f"{r.mean('known_before'):.3f}")
        first = f"{r.model} | {r.data} | {r.novel} | {r.shots} | {r.rule}"
        lines.append(f"| {first} | {' | '.join(cells)} |")
    return "\n".join(lines).replace("nan", "–")


def unknown_table(rows: Sequence[UnknownRow]) -> str:
    """A line for each model and class."""
    lines = [
        "| model | data | never enrolled | AUROC | unknown, of these | unknown, of the others |",
        "|---|---|---|---:|---:|---:|",
    ]
    for row in rows:
        f = row.found
        rejected = f"{100 * f.novel_rejected:.1f} % | {100 * f.known_rejected:.1f} %"
        lines.append(f"| {row.model} | {row.data} | {row.novel} | {f.auroc:.3f} | {rejected} |")
    return "\n".join(lines)


def personal_table(results: Sequence[PersonalResult]) -> str:
    """A line for each way: mean ± standard deviation over the draws."""
    lines = [
        "| model | data | enrolled | people | pictures | accuracy before | after | gain |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for r in results:
        gains = np.subtract(r.after, r.before)
        spread = gains.std(ddof=1) if len(gains) > 1 else math.nan
        lines.append(
            f"| {r.model} | {r.data} | {r.what} | {r.people} | {r.pictures} | "
            f"{np.mean(r.before):.3f} | {np.mean(r.after):.3f} | "
            f"{np.mean(gains):+.3f} ± {spread:.3f} |"
        )
    return "\n".join(lines).replace("nan", "–")


def _markdown(report: FewShotReport, path: Path) -> None:
    path.write_text(markdown(report), encoding="utf-8")


def _csv(report: FewShotReport, path: Path) -> None:
    about = ("model", "data", "novel", "shots", "rule", "enrolled_from", "recognised_in")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        figures = (*_FIGURES, "known_before")
        writer.writerow((*about, "draw", *figures))
        for result in report.enrolled:
            for number, draw in enumerate(result.draws):
                first = [getattr(result, name) for name in about]
                writer.writerow([*first, number, *(getattr(draw, f) for f in figures)])


def _json(report: FewShotReport, path: Path) -> None:
    text = json.dumps(_without_nan(asdict(report)), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _without_nan(value: Any) -> Any:
    """The same with None for NaN, which JSON lacks."""
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
