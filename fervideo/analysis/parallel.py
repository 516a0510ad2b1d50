"""Several videos at the same time, each in a process of its own.

A process that dies, whatever a damaged file made its decoder do, costs one video.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, cast

from fervideo.analysis.jobs import JobSettings, Report
from fervideo.capture.source import SourceSpec
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.analysis.batch import BatchProgress
    from fervideo.analysis.runner import Runner

OnReport = Callable[[int, Report], None]
OnProgress = Callable[[int, "BatchProgress"], None]
MakeRunner = Callable[[], "Runner"]

_POLL_S = 0.1
_END_S = 10.0


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A helper's word that its model is loaded, and that a session may be open from now on."""


@dataclass(slots=True)
class _Helper:
    """A process, the line to it, the number of the source it is at, and whether it has begun it."""

    process: SpawnProcess
    line: Connection
    index: int
    begun: bool = False
    left: bool = False

    def leave(self) -> None:
        """End it at once, if it has not begun: loading a model may take it long yet."""
        if self.index >= 0 and not self.begun and not self.left:
            self.left = True
            self.process.terminate()


def make_runner() -> Runner:
    """A runner. Imported late: PyTorch must find the number of its threads set."""
    from fervideo.analysis.runner import Runner

    return Runner()


def analyze_parallel(
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    jobs: int,
    threads: int,
    on_report: OnReport,
    on_progress: OnProgress,
    stop: threading.Event,
    make: MakeRunner = make_runner,
) -> None:
    """Analyse sources in `jobs` processes; what goes wrong with one is in its report.

    Args:
        specs: What to analyse.
        settings: How.
        jobs: How many at the same time.
        threads: Threads of the network in each process.
        on_report: Takes the number of each source and its report, in the order they end.
        on_progress: Takes the number of a source and how far it is.
        stop: Set it to end early: what is at work is closed as interrupted.
        make: Makes the runner of each process; a function that can be pickled.
    """
    waiting = deque(range(len(specs)))
    context = multiprocessing.get_context("spawn")
    halt = context.Event()
    with _helpers(halt) as helpers:

        def give(helper: _Helper) -> None:
            """The next source, or the word to go home."""
            helper.index = waiting.popleft() if waiting else -1
            helper.begun = False
            with suppress(OSError):  # it has died: reading from it tells
                helper.line.send((specs[helper.index], settings) if helper.index >= 0 else None)

        for _ in range(min(jobs, len(specs))):
            helpers.append(_start(context, halt, threads, make))
            give(helpers[-1])
        while busy := {helper.line: helper for helper in helpers if helper.index >= 0}:
            if stop.is_set():
                halt.set()
                waiting.clear()
                for helper in helpers:
                    helper.leave()
            for line in wait(list(busy), _POLL_S):
                helper = busy[cast(Connection, line)]
                told = _hear(helper, specs)
                if isinstance(told, _Loaded):
                    helper.begun = True
                    continue
                if not isinstance(told, Report):
                    on_progress(helper.index, told)
                    continue
                on_report(helper.index, told)
                if helper.process.exitcode is not None and waiting:
                    helpers.remove(helper)
                    helper = _start(context, halt, threads, make)
                    helpers.append(helper)
                give(helper)


def _hear(helper: _Helper, specs: Sequence[SourceSpec]) -> Report | BatchProgress | _Loaded:
    try:
        return cast("Report | BatchProgress | _Loaded", helper.line.recv())
    except (EOFError, OSError):
        helper.process.join(_END_S)
        if helper.left:
            return Report(specs[helper.index].location)
        return Report(
            specs[helper.index].location,
            "the process that analysed it ended unexpectedly (exit code "
            f"{helper.process.exitcode}); if memory was short, use fewer jobs",
        )


def _start(context: SpawnContext, halt: Event, threads: int, make: MakeRunner) -> _Helper:
    here, there = context.Pipe()
    process = context.Process(
        target=_serve, args=(there, halt, threads, make), name="fervideo-job", daemon=True
    )
    process.start()
    there.close()  # the helper's own end alone is left: when it dies, reading here ends
    return _Helper(process, here, -1)


@contextmanager
def _helpers(halt: Event) -> Iterator[list[_Helper]]:
    """Processes that are all gone at the end of the block."""
    helpers: list[_Helper] = []
    try:
        yield helpers
    finally:
        halt.set()
        for helper in helpers:
            helper.line.close()
        for helper in helpers:
            helper.process.join(_END_S)
            if helper.process.exitcode is None:
                helper.process.terminate()
                helper.process.join()


def _serve(line: Connection, halt: Event, threads: int, make: MakeRunner) -> None:
    """What a helper does: one source after the other, until there is none or nobody to tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent sets `halt`
    os.environ["OMP_NUM_THREADS"] = str(threads)
    with suppress(EOFError, OSError):
        runner = make()
        while (task := line.recv()) is not None:
            spec, settings = task
            line.send(_run(runner, spec, settings, line, halt))


def _run(
    runner: Runner, spec: SourceSpec, settings: JobSettings, line: Connection, halt: Event
) -> Report:
    def tell(progress: BatchProgress) -> None:
        try:
            line.send(progress)
        except OSError:  # there is nobody left to work for
            halt.set()

    try:
        runner.model(settings.model, settings.device)
        line.send(_Loaded())
        return runner.run(spec, settings, tell, cast(threading.Event, halt))
    except FervideoError as error:
        return Report(spec.location, str(error))
    except Exception as error:  # a network, a driver or a decoder may raise anything
        return Report(spec.location, f"the analysis failed unexpectedly: {error}")
