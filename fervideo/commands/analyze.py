"""`fervideo analyze`: what the window does, without a screen."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from fervideo.analysis.jobs import JobSettings, Report
from fervideo.commands.analysis_report import AnalysisReport
from fervideo.commands.analyze_options import add_arguments as add_arguments
from fervideo.commands.analyze_options import make_settings, wanted_jobs
from fervideo.commands.common import FAILED, INTERRUPTED, OK
from fervideo.commands.interrupt import stop_on_interrupt, unless_interrupted
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.analysis.runner import Runner
    from fervideo.capture.source import SourceSpec


def run(arguments: argparse.Namespace) -> int:
    """Analyse every source; one that fails does not stop the others."""
    from fervideo.analysis.inputs import expand

    settings = make_settings(arguments)
    found = expand(arguments.sources)
    report = AnalysisReport(arguments, len(found.sources))
    analyze = _way(arguments, settings, found.sources)
    stop = threading.Event()
    with report:
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
    runner = unless_interrupted(partial(_loaded_runner, settings))
    with stop_on_interrupt(stop):
        for index, spec in enumerate(specs):
            if stop.is_set():
                return
            report.begin(index, spec)
            try:
                told = runner.run(spec, settings, partial(report.progress, index), stop)
            except FervideoError as error:
                told = Report(spec.location, str(error))
            report.tell(told, index)


def _loaded_runner(settings: JobSettings) -> Runner:
    """A runner with its model: one that is not there is one problem, not one for each video."""
    from fervideo.analysis.runner import Runner

    runner = Runner()
    runner.model(settings.model, settings.device)
    return runner


def _side_by_side(
    jobs: int,
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    report: AnalysisReport,
    stop: threading.Event,
) -> None:
    from fervideo.analysis.parallel import analyze_parallel
    from fervideo.processor import network_threads

    unless_interrupted(partial(_loaded_runner, settings))
    threads = max(1, network_threads() // jobs)
    report.begin_many()
    with stop_on_interrupt(stop):
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
    with stop_on_interrupt(stop):
        analyze_on_ray(address, specs, settings, lambda index, told: report.tell(told, index), stop)
