"""How an analysis of videos is told: a bar, a line for each video, JSON, the summary file."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from fervideo.analysis.jobs import Report
from fervideo.capture.names import printable, without_password
from fervideo.commands.common import mention, say, warn
from fervideo.commands.progress import AnalysisProgress, clock
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.analysis.batch import BatchProgress
    from fervideo.capture.source import SourceSpec
    from fervideo.session.summary import Summary

_TELLING = 0.02
"""From so much of the work on, the time it took tells how long the rest will take."""


class AnalysisReport:
    """Tells what becomes of the sources.

    Args:
        arguments: With `quiet`, `json`, and `summary`, the path of a summary file or None.
        count: How many sources there are.

    Raises:
        FervideoError: The summary file's place cannot be written.

    Attributes:
        failed: Something went wrong with one of them, or with the summary in the end.
    """

    def __init__(self, arguments: argparse.Namespace, count: int) -> None:
        from fervideo.analysis.summary_file import SummaryFile

        self.failed = False
        self._json, self._count = arguments.json, count
        self._silent = arguments.quiet or arguments.json
        self._file = None if arguments.summary is None else SummaryFile(arguments.summary)
        self._trouble = ""
        self._display = AnalysisProgress(arguments.quiet)
        self._reports: dict[int, Report] = {}
        self._under_way: dict[int, BatchProgress] = {}
        self._over = 0
        self._start_s = time.monotonic()
        self._many = False

    def __enter__(self) -> Self:
        self._display.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write_summary()
        self.failed = self.failed or bool(self._trouble)
        self._display.__exit__(kind, error, trace)
        if self._json and error is None:
            told = [report.plain() for report in self._in_order()]
            say(json.dumps(told, indent=2, ensure_ascii=False))

    def begin(self, index: int, spec: SourceSpec) -> None:
        """Source number `index` is begun."""
        place = f"{index + 1}/{self._count} " if self._count > 1 else ""
        self._display.begin(f"{place}{printable(without_password(spec.location))}")

    def begin_many(self) -> None:
        """Several are at work at the same time from now on."""
        self._many = True
        self._display.begin(f"{self._count} videos" if self._count > 1 else "1 video")

    def progress(self, index: int, progress: BatchProgress) -> None:
        """How far a source is."""
        if not self._many:
            self._display.update(progress)
            return
        self._under_way[index] = progress
        self._show_all()

    def tell(self, report: Report, index: int | None = None) -> None:
        """What came of a source; one that is no source has no number."""
        if not report.error and report.session is None:  # stopped before it began
            return
        report = replace(report, source=without_password(report.source))
        self.failed = self.failed or bool(report.error)
        self._reports[len(self._reports) + self._count if index is None else index] = report
        self._over += index is not None
        if index is not None:
            self._under_way.pop(index, None)
        with self._display.paused():
            for problem in filter(None, (report.warning, report.error)):
                _warn(report.source, problem)
            if report.summary is not None and not self._silent:
                mention(_line(report, report.summary))
        if self._many:
            self.begin_many()
            self._show_all()
        self._write_summary()

    def _show_all(self) -> None:
        """All videos as one task: each counts alike, since their lengths are not known yet."""
        shares = (
            p.frames_done / p.frames_total for p in self._under_way.values() if p.frames_total
        )
        done = (self._over + sum(min(1.0, share) for share in shares)) / self._count
        rate = sum(progress.frames_per_s for progress in self._under_way.values())
        words = f"{self._over}/{self._count} done"
        if rate > 0:
            words += f", {rate:.1f} frames/s"
        if done >= _TELLING:
            words += f", {clock((time.monotonic() - self._start_s) * (1 - done) / done)} left"
        self._display.show(done, words)

    def _in_order(self) -> list[Report]:
        return [report for _, report in sorted(self._reports.items())]

    def _write_summary(self) -> None:
        """Write it; a disk that is full now stops no video, and may have room after the next."""
        if self._file is None:
            return
        trouble = ""
        try:
            self._file.write(self._in_order())
        except FervideoError as error:
            trouble = str(error)
        if trouble and trouble != self._trouble:
            with self._display.paused():
                warn(trouble)
        self._trouble = trouble


def _line(report: Report, summary: Summary) -> str:
    from fervideo.session.summary import summary_line

    state = "done before; " if report.skipped else "interrupted; " if report.interrupted else ""
    rate = None if report.skipped else report.frames_per_s
    return f"{printable(str(report.session))}: {state}{summary_line(summary, rate)}"


def _warn(source: str, sentence: str) -> None:
    """Say what is wrong with a source, and with which, unless the sentence does already."""
    name = printable(Path(source).name or source)
    warn(sentence if name in sentence else f"{name}: {sentence}")
