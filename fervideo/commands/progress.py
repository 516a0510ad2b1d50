"""Progress on the standard error: a bar in a terminal, now and then a line elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from fervideo.commands.common import warn

if TYPE_CHECKING:
    from fervideo.analysis.batch import BatchProgress

_LINE_EVERY_S = 5.0
_LONGEST_NAME = 32


class ProgressDisplay:
    """One task at a time, each with a name, how much of it is done, and a few words.

    Args:
        quiet: Show nothing.
        console: Where to show; the standard error if None.
    """

    def __init__(self, quiet: bool = False, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._quiet = quiet
        self._bar = self._make_bar() if self._console.is_terminal and not quiet else None
        self._task: TaskID | None = None
        self._name = ""
        self._start_s = self._told_s = 0.0
        self._first_done: float | None = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, name: str) -> None:
        """Go on to the next task."""
        self._name = name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
        self._told_s = time.monotonic()
        self._first_done = None
        if self._bar is not None:
            self._clear()
            self._task = self._bar.add_task(self._name, total=None, words="starting")

    def show(self, done: float | None, words: str) -> None:
        """Show that `done`, 0 to 1 or None if unknown, is done."""
        if self._bar is not None and self._task is not None:
            total = None if done is None else 1.0
            self._bar.update(self._task, total=total, completed=done or 0.0, words=words)
        elif not self._quiet and time.monotonic() - self._told_s >= _LINE_EVERY_S:
            self._told_s = time.monotonic()
            share = "" if done is None else f"{100 * done:.0f} %, "
            warn(f"{self._name}: {share}{words}")

    def seconds_left(self, done: float) -> float | None:
        """Seconds until the end at the rate since the task's first report, None before it."""
        if self._first_done is None:  # a run that is resumed begins in the middle
            self._first_done, self._start_s = done, time.monotonic()
        gained = done - self._first_done
        return (time.monotonic() - self._start_s) * (1 - done) / gained if gained > 0 else None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """End the task; lines written within come where the bar was."""
        if self._bar is None:
            yield
            return
        self._clear()
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def _clear(self) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None

    def _make_bar(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            # Names of files may hold brackets, which are no markup.
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[words]}", markup=False),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )


class AnalysisProgress(ProgressDisplay):
    """Shows frames, frames per second and the time left of an analysis."""

    def update(self, progress: BatchProgress) -> None:
        """Show where an analysis is; it fits `analyze_video`'s `on_progress`."""
        total = progress.frames_total
        done = None if not total else min(1.0, progress.frames_done / total)
        self.show(done, analysis_words(progress))


def analysis_words(progress: BatchProgress) -> str:
    """`120/472 frames, 45.1 frames/s, 0:08 left`."""
    frames = f"{progress.frames_done}"
    if progress.frames_total is not None:
        frames += f"/{progress.frames_total}"
    words = f"{frames} frames, {progress.frames_per_s:.1f} frames/s"
    if progress.seconds_left is not None:
        words += f", {clock(progress.seconds_left)} left"
    return words


def clock(seconds: float) -> str:
    """`0:08`, `12:34`, `1:02:03`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
