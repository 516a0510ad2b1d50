"""`fervideo analyze`: what the window does, without a screen."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from fervideo.capture.names import printable
from fervideo.commands.common import FAILED, INTERRUPTED, OK, add_model_options, say, warn
from fervideo.commands.progress import AnalysisProgress
from fervideo.errors import FervideoError

if TYPE_CHECKING:
    from fervideo.batch import BatchSummary
    from fervideo.pipeline import AnalyzerConfig, ModelLike
    from fervideo.session.summary import Summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sources, output, model, settings."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="video, folder of pictures, stream URL, camera number, or demo",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("sessions"),
        metavar="DIR",
        help="where session folders are made (default: sessions)",
    )
    add_model_options(parser)
    parser.add_argument("--video", action="store_true", help="save the pictures beside the numbers")
    parser.add_argument(
        "--max-faces", type=int, metavar="N", help="analyse the N largest faces (default: 10)"
    )
    parser.add_argument(
        "--strength",
        type=float,
        metavar="0..1",
        help="how calm the label is: 0 takes every frame by itself, 1 is calmest (default: 0.5)",
    )
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="COSINE",
        help="best cosine under which a face is unknown (default: the model's own)",
    )
    parser.add_argument("--quiet", action="store_true", help="show errors only")
    parser.add_argument("--json", action="store_true", help="write the summaries as JSON")
    parser.epilog = "Ctrl-C ends the analysis early; what was analysed so far is kept."


def run(arguments: argparse.Namespace) -> int:
    """Analyse every source; one that fails does not stop the others."""
    from fervideo.models.registry import load_model

    config = make_config(arguments)
    model = load_model(arguments.model, arguments.device)
    stop = threading.Event()
    reports: list[dict[str, Any]] = []
    failed = False
    with AnalysisProgress(arguments.quiet) as progress, stop_on_interrupt(stop):
        for text in arguments.sources:
            try:
                reports.append(_analyze(text, arguments, model, config, progress, stop))
                failed = failed or reports[-1]["error"] is not None
            except FervideoError as error:
                failed = True
                reports.append({"source": text, "error": str(error)})
                with progress.paused():
                    _warn(text, str(error))
            if stop.is_set():
                break
    if arguments.json:
        say(json.dumps(reports, indent=2, ensure_ascii=False))
    return INTERRUPTED if stop.is_set() else FAILED if failed else OK


def make_config(arguments: argparse.Namespace) -> AnalyzerConfig:
    """Settings from the options. Raises ConfigError if one is out of its range."""
    from fervideo.pipeline import AnalyzerConfig
    from fervideo.stabilize import StabilizerConfig

    given: dict[str, Any] = {}
    if arguments.max_faces is not None:
        given["max_faces"] = arguments.max_faces
    if arguments.threshold is not None:
        given["threshold"] = arguments.threshold
    if arguments.strength is not None:
        given["stabilizer"] = StabilizerConfig.from_strength(arguments.strength)
    return AnalyzerConfig(**given)


def _analyze(
    text: str,
    arguments: argparse.Namespace,
    model: ModelLike,
    config: AnalyzerConfig,
    progress: AnalysisProgress,
    stop: threading.Event,
) -> dict[str, Any]:
    """Analyse one source, say how it went, and return that for JSON."""
    from fervideo.batch import analyze_video
    from fervideo.capture.source import parse_source
    from fervideo.session.reader import read_session
    from fervideo.session.summary import summarize, summary_line

    spec = parse_source(text)
    progress.begin(printable(text))
    done = analyze_video(
        spec, arguments.output, model, config, progress.update, stop, save_video=arguments.video
    )
    summary = summarize(read_session(done.folder))

    with progress.paused():
        for problem in (done.warning, str(done.error) if done.error else None):
            if problem:
                _warn(text, problem)
        if not arguments.quiet and not arguments.json:
            end = "interrupted; " if done.interrupted else ""
            say(f"{printable(str(done.folder))}: {end}{summary_line(summary, done.frames_per_s)}")
    return _report(text, done, summary)


def _report(text: str, done: BatchSummary, summary: Summary) -> dict[str, Any]:
    return {
        "source": text,
        "error": str(done.error) if done.error else None,
        "warning": done.warning,
        "session": str(done.folder),
        "end_reason": done.end_reason,
        "duration_s": round(summary.duration_s, 3),
        "frames": summary.frames,
        "frames_without_face": summary.frames_without_face,
        "faces": len(summary.faces),
        "seconds": {name: round(s, 3) for name, s in summary.seconds.items()},
        "label_changes": summary.label_changes,
        "low_quality_rows": summary.low_quality_rows,
        "frames_per_s": round(done.frames_per_s, 1),
    }


def _warn(text: str, sentence: str) -> None:
    """Say what is wrong with a source, and with which, unless the sentence does already."""
    name = printable(Path(text).name or text)
    warn(sentence if name in sentence else f"{name}: {sentence}")


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
