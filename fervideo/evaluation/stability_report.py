"""The stability benchmark as tables and as a picture of what calm costs."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fervideo.evaluation.calm import MARGIN, RAW, SMOOTHING, VOTE
from fervideo.evaluation.stability import Figures, Interval
from fervideo.evaluation.stability_bench import Row, StabilityReport, is_default

UNITS = {SMOOTHING: " s", VOTE: " s"}

_HEADER = (
    "method",
    "setting",
    "changes a minute, still",
    "on a boundary",
    "clips",
    "faces right",
    "time right",
    "delay, median",
    "delay, 95 %",
    "never noticed",
)

_COLORS = {SMOOTHING: "#0072B2", VOTE: "#E69F00", MARGIN: "#009E73"}


def write_report(report: StabilityReport, folder: Path) -> list[Path]:
    """Write `stability.md`, `.csv`, `.json` and `.png`.

    Args:
        report: What was found.
        folder: Made if it is not there; files of these names in it are replaced.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"stability.{suffix}" for suffix in ("md", "csv", "json", "png")]
    for path, write in zip(paths, (_markdown, _csv, _json, plot), strict=True):
        temporary = path.with_name(f".{path.name}")
        write(report, temporary)
        temporary.replace(path)
    return paths


def _markdown(report: StabilityReport, path: Path) -> None:
    path.write_text(markdown(report), encoding="utf-8")


def markdown(report: StabilityReport) -> str:
    """The report in words and tables."""
    config = report.stabilizer
    still = report.default.still
    settings = (
        f"time constant {config.time_constant_s:g} s, margin {config.margin:g}, hold "
        f"{config.hold_s:g} s, unknown {config.unknown_enter:g} below and "
        f"{config.unknown_leave:g} above the threshold for {config.unknown_hold_s:g} s; "
        f"{report.origin}"
    )
    parts = [
        f"# Stability of {report.model}",
        f"{', '.join(report.data)}: {still.sequences} sequences of two faces, "
        f"{still.minutes:.1f} minutes; delays over {still.delays} switches of which the network is "
        f"right about both faces. Ranges are the middle 95 % of a bootstrap over sequences.",
        f"The stabilizer at a strength of 0.5: {settings}.",
        *_summary(report),
        "## All settings",
        table(report.rows),
        "## With unknown: every method calls a face unknown under the model's threshold",
        table(report.open_rows),
        "## The stabilizer at other frame rates",
        table(report.rate_rows, frames=True),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(report: StabilityReport) -> Iterator[str]:
    """The default beside raw labels and the best settings of the others that are no slower."""
    rows = [report.raw]
    for method in (SMOOTHING, VOTE):
        for figure in ("delay_median_s", "delay_p95_s"):
            row = report.no_slower(method, figure)
            if row is not None and row not in rows:
                rows.append(row)
    yield (
        "## In short\n\nOf smoothing and vote, the calmest settings that are no slower than the "
        "stabilizer: by the median delay, and by its 95th percentile."
    )
    yield table([*rows, report.default], spread=True)


def table(rows: Sequence[Row], spread: bool = False, frames: bool = False) -> str:
    """Rows as Markdown.

    Args:
        rows: What to show.
        spread: Write the intervals too.
        frames: Say which frames were seen, in place of the setting.
    """
    header = [("frames" if frames else h) if h == "setting" else h for h in _HEADER]
    lines = [f"| {' | '.join(header)} |", f"|---{'|---:' * (len(header) - 1)}|"]
    for row in rows:
        f = row.still
        setting = f"{f.setting:g}{UNITS.get(f.method, '')}" if f.method != RAW else "–"
        cells = [
            f"**{f.method}**" if is_default(f) and not frames else f.method,
            row.frames if frames else setting,
            _cell(f.changes_per_minute, 1, spread),
            *(_changes(other, spread) for other in (row.boundary, row.clips)),
            _cell(f.faces_right, 3, spread),
            _cell(f.time_right, 3, spread),
            _cell(f.delay_median_s, 2, spread, " s"),
            _cell(f.delay_p95_s, 2, spread, " s"),
            f"{100 * f.missed:.1f} %",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _changes(found: Figures | None, spread: bool) -> str:
    return "–" if found is None else _cell(found.changes_per_minute, 1, spread)


def _cell(value: Interval, digits: int, spread: bool, unit: str = "") -> str:
    if math.isnan(value.value):
        return "–"
    text = f"{_number(value.value, digits)}{unit}"
    if not spread:
        return text
    return f"{text} ({_number(value.low, digits)}–{_number(value.high, digits)})"


def _number(value: float, digits: int) -> str:
    return "∞" if math.isinf(value) else f"{value:.{digits}f}"


def _csv(report: StabilityReport, path: Path) -> None:
    """A line for each setting and kind of footage."""
    lines = [line for row in _all(report) for line in _flat(row)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def _all(report: StabilityReport) -> Sequence[Row]:
    return (*report.rows, *report.open_rows, *report.rate_rows)


def _flat(row: Row) -> Iterator[dict[str, Any]]:
    for kind, found in (("still", row.still), ("boundary", row.boundary), ("clip", row.clips)):
        if found is None:
            continue
        line: dict[str, Any] = {"labels": row.labels, "frames": row.frames, "footage": kind}
        for key, value in asdict(found).items():
            if isinstance(value, dict):
                line |= {key: value["value"], f"{key}_low": value["low"]}
                line[f"{key}_high"] = value["high"]
            else:
                line[key] = value
        yield line


def _json(report: StabilityReport, path: Path) -> None:
    text = json.dumps(_finite(report.as_dict()), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _finite(value: Any) -> Any:
    """The same with None for NaN and `inf` as text, which JSON lacks."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "inf"
    return value


def plot(report: StabilityReport, path: Path) -> None:
    """Changes a minute over delay, each method a curve over its settings.

    Left by the median delay, right by its 95th percentile; nearer the corner is better. Points
    without any change are drawn on the lower edge, infinite delays are left out.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    sides = figure.subplots(1, 2, sharey=True)
    raw = report.raw.still.changes_per_minute.value
    lowest = 1 / max(1.0, report.raw.still.minutes)
    for axes, key, name in zip(
        sides, ("delay_median_s", "delay_p95_s"), ("median", "95th percentile"), strict=True
    ):
        for method in (SMOOTHING, VOTE, MARGIN):
            _curve(axes, report, method, key, lowest)
        axes.axhline(raw, color="#8C8C8C", linestyle=":", linewidth=1)
        axes.axhline(raw / 10, color="#8C8C8C", linestyle="--", linewidth=1)
        axes.axvline(0.2 if "median" in key else 0.4, color="#8C8C8C", linestyle="--", linewidth=1)
        axes.set_yscale("log")
        axes.set_xlim(-0.02, 1.0)
        axes.grid(alpha=0.25)
        axes.set_xlabel(f"delay of a true change, {name}, s")
    sides[0].set_ylabel("label changes a minute on still faces")
    sides[0].text(1.0, raw, "raw ", ha="right", va="bottom", fontsize=8, color="#5A5A5A")
    sides[0].text(1.0, raw / 10, "a tenth ", ha="right", va="bottom", fontsize=8, color="#5A5A5A")
    sides[0].legend(loc="upper right", frameon=False, fontsize=8)
    figure.suptitle(f"{report.model}, {', '.join(report.data)}", fontsize=10)
    figure.savefig(path, dpi=150, format="png")


def _curve(axes: Any, report: StabilityReport, method: str, key: str, lowest: float) -> None:
    found = [r.still for r in report.rows if r.still.method == method]
    found = [f for f in found if math.isfinite(getattr(f, key).value)]
    x = [getattr(f, key).value for f in found]
    y = [max(lowest, f.changes_per_minute.value) for f in found]
    axes.plot(x, y, "o-", color=_COLORS[method], markersize=4, linewidth=1.5, label=method)
    for f, a, b in zip(found, x, y, strict=True):
        if is_default(f):
            axes.plot([a], [b], "o", color=_COLORS[method], markersize=9)
            axes.annotate("as it comes", (a, b), (9, 5), textcoords="offset points", fontsize=8)
