"""`fervideo bench stability` on clips alone: how often the label changes on one's own videos.

Nobody knows the truth of their frames. So changes are counted, some of which are true, and there is
no delay and no share of faces labelled rightly.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fervideo.errors import DatasetError
from fervideo.evaluation.calm import MARGIN, NO_UNKNOWN, RAW, Margin, Method, Raw
from fervideo.evaluation.footage import CLIP, Footage
from fervideo.evaluation.stability import Figures, figures, tally
from fervideo.evaluation.stability_bench import CLOSED, DEFAULT_STRENGTH, OPEN, is_default, methods
from fervideo.models.registry import Model
from fervideo.stabilize import StabilizerConfig

ALL = "all clips"


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One line of the results.

    Attributes:
        clip: Name of the video, or `ALL`.
        labels: `CLOSED`, or `OPEN` as in the program.
        found: Of all faces in it that are followed for a second; changes alone are known.
    """

    clip: str
    labels: str
    found: Figures


@dataclass(frozen=True, slots=True)
class ClipsReport:
    """Everything that was found.

    Attributes:
        model: Name of the model.
        stabilizer: Settings at a strength of a half.
        origin: Where those come from.
        as_shown: Raw labels and the stabilizer as it comes on each clip, with unknown.
        rows: All methods and settings on all clips, without unknown.
    """

    model: str
    stabilizer: StabilizerConfig
    origin: str
    as_shown: tuple[ClipRow, ...]
    rows: tuple[ClipRow, ...]


def bench_clips(
    model: Model,
    footage: Sequence[Footage],
    stabilizer: StabilizerConfig,
    origin: str,
    report: Callable[[float], None] = lambda done: None,
) -> ClipsReport:
    """Count the changes of every method.

    Args:
        model: The network.
        footage: Faces of clips.
        stabilizer: The settings that a strength of a half stands for.
        origin: Where the settings come from, for the report.
        report: Called with the part done, 0 to 1.

    Raises:
        DatasetError: No face was followed for long enough.
    """
    faces = [face for face in footage if face.kind == CLIP]
    if not faces:
        raise DatasetError(
            "expected clips in which a face can be followed for a second or longer, found none"
        )

    def row(method: Method, clip: str, labels: str) -> ClipRow:
        chosen = [face for face in faces if clip in (ALL, face.source)]
        limit = model.card.threshold if labels == OPEN else NO_UNKNOWN
        cosines = [face.embeddings @ model.centers.T for face in chosen]
        done = tally(chosen, cosines, method, limit, [False] * len(chosen))
        return ClipRow(clip, labels, figures(method, done))

    clips = list(dict.fromkeys(face.source for face in faces))
    shown = (Raw(), Margin(stabilizer, DEFAULT_STRENGTH))
    as_shown = [row(m, clip, OPEN) for clip in (*clips, *[ALL][: len(clips) > 1]) for m in shown]
    tried, rows = methods(stabilizer), []
    for number, method in enumerate(tried, 1):
        rows.append(row(method, ALL, CLOSED))
        report(number / len(tried))
    return ClipsReport(model.card.name, stabilizer, origin, tuple(as_shown), tuple(rows))


def write_clips_report(report: ClipsReport, folder: Path) -> list[Path]:
    """Write `clips.md`, `.csv` and `.json`; files of these names in the folder are replaced.

    Raises:
        OSError: A file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"clips.{suffix}" for suffix in ("md", "csv", "json")]
    for path, write in zip(paths, (_markdown, _csv, _json), strict=True):
        temporary = path.with_name(f".{path.name}")
        write(report, temporary)
        temporary.replace(path)
    return paths


def clips_markdown(report: ClipsReport) -> str:
    """The report in words and tables."""
    summary = [
        f"| {r.clip} | {r.found.sequences} | {r.found.minutes:.1f} | {_method(r.found)} | "
        f"{_changes(r.found)} |"
        for r in report.as_shown
    ]
    every = [
        f"| {_method(r.found)} | {_setting(r.found)} | {_changes(r.found)} |" for r in report.rows
    ]
    return (
        "\n\n".join(
            (
                f"# Changes of the label on clips, {report.model}",
                "Nobody knows the truth of these frames: some of the changes are true, and no "
                "delay can be measured. Ranges are the middle 95 % of a bootstrap over faces.",
                "As in the program, unknown is a label too; "
                f"the stabilizer's settings are {report.origin}.",
                "| clip | faces | minutes | method | changes a minute |\n|---|---:|---:|---|---:|\n"
                + "\n".join(summary),
                "## All settings, all clips, without unknown",
                "| method | setting | changes a minute |\n|---|---:|---:|\n" + "\n".join(every),
            )
        )
        + "\n"
    )


def _method(found: Figures) -> str:
    return f"**{found.method}**" if is_default(found) else found.method


def _setting(found: Figures) -> str:
    if found.method == RAW:
        return "–"
    return f"{found.setting:g}" if found.method == MARGIN else f"{found.setting:g} s"


def _changes(found: Figures) -> str:
    value = found.changes_per_minute
    if found.sequences == 1:  # of one face there is no spread
        return f"{value.value:.1f}"
    return f"{value.value:.1f} ({value.low:.1f}–{value.high:.1f})"


def _markdown(report: ClipsReport, path: Path) -> None:
    path.write_text(clips_markdown(report), encoding="utf-8")


def _csv(report: ClipsReport, path: Path) -> None:
    lines = list(_lines(report))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def _json(report: ClipsReport, path: Path) -> None:
    plain = {
        "model": report.model,
        "stabilizer": asdict(report.stabilizer),
        "origin": report.origin,
        "rows": list(_lines(report)),
    }
    path.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(report: ClipsReport) -> Iterator[dict[str, Any]]:
    for row in (*report.as_shown, *report.rows):
        changes = row.found.changes_per_minute
        yield {
            "clip": row.clip,
            "labels": row.labels,
            "method": row.found.method,
            "setting": row.found.setting,
            "faces": row.found.sequences,
            "minutes": row.found.minutes,
            "changes_per_minute": changes.value,
            "changes_per_minute_low": changes.low,
            "changes_per_minute_high": changes.high,
        }
