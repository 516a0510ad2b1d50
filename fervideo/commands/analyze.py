"""`fervideo analyze`: what the window does, without a screen."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from fervideo.analysis.jobs import JobSettings, Report
from fervideo.commands.analysis_report import AnalysisReport
from fervideo.commands.analyze_options import add_arguments as add_arguments
from fervideo.commands.analyze_options import make_settings, wanted_jobs
from fervideo.commands.common import FAILED, INTERRUPTED, OK
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.capture.source import SourceSpec


def run(arguments: argparse.Namespace) -> int:
    """Analyse every source; one that fails does not stop the others."""
    from fervideo.analysis.inputs import expand

    settings = make_settings(arguments)
    found = expand(arguments.sources)
    report = AnalysisReport(arguments, len(found.sources))
    analyze = _way(arguments, settings, found.sources)
    stop = threading.Event()
    with report, stop_on_interrupt(stop):
        for missing in found.missing:
            report.tell(Report(missing.name, missing.reason))
        if found.sources:
            analyze(report, stop)
    return INTERRUPTED if stop.is_set() else FAILED if report.failed else OK


def _way(
    arguments: argparse.Namespace, settings: JobSettings, specs: Sequence[SourceSpec]
) -> Callable[[AnalysisReport, threading.Event], None]:
    """How the sources are analysed: one after the other, in processes, or on a cluster."""
    if arguments.ray is not None:
        from fervideo.analysis.ray_cluster import check_ray

        check_ray()
        return partial(_on_a_cluster, arguments.ray, specs, settings)
    jobs = wanted_jobs(arguments, len(specs))
    if jobs > 1:
        return partial(_side_by_side, jobs, specs, settings)
    return partial(_one_by_one, specs, settings)


def _one_by_one(
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    report: AnalysisReport,
    stop: threading.Event,
) -> None:
    from fervideo.analysis.runner import Runner

    runner = Runner()
    # A model that is not there is one problem, not one for each video.
    runner.model(settings.model, settings.device)
    for index, spec in enumerate(specs):
        if stop.is_set():
            return
        report.begin(index, spec)
        try:
            told = runner.run(spec, settings, partial(report.progress, index), stop)
        except FervideoError as error:
            told = Report(spec.location, str(error))
        report.tell(told, index)


def _side_by_side(
    jobs: int,
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    report: AnalysisReport,
    stop: threading.Event,
) -> None:
    from fervideo.analysis.parallel import analyze_parallel
    from fervideo.models.registry import load_model
    from fervideo.processor import network_threads

    load_model(settings.model, settings.device)
    threads = max(1, network_threads() // jobs)
    report.begin_many()
    analyze_parallel(
        specs,
        settings,
        jobs,
        threads,
        on_report=lambda index, told: report.tell(told, index),
        on_progress=report.progress,
        stop=stop,
    )


def _on_a_cluster(
    address: str,
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    report: AnalysisReport,
    stop: threading.Event,
) -> None:
    from fervideo.analysis.ray_cluster import analyze_on_ray

    report.begin_many()
    analyze_on_ray(address, specs, settings, lambda index, told: report.tell(told, index), stop)


@contextmanager
def stop_on_interrupt(stop: threading.Event) -> Iterator[None]:
    """The first Ctrl-C sets `stop`, so that the session is closed in order; the second insists."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
