"""`fervideo stream`: results for other programs, as they are made, without a window."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from queue import Empty
from typing import TYPE_CHECKING

from fervideo.commands.common import (
    FAILED,
    INTERRUPTED,
    OK,
    add_judging_options,
    add_landmarks_option,
    add_model_options,
    warn,
)
from fervideo.commands.interrupt import stop_on_interrupt
from fervideo.commands.profile_option import ProfilePlace
from fervideo.errors import FervideoError, SourceError, StreamError
from fervideo.landmark_names import LandmarkMode

if TYPE_CHECKING:
    from fervideo.capture.source import SourceSpec
    from fervideo.live.engine import LiveEngine
    from fervideo.pipeline import AnalyzerConfig
    from fervideo.stream.jsonl import JsonLines
    from fervideo.stream.lsl import LslSink

_POLL_S = 0.05
_LAST_FRAME_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Source, model, where to, settings."""
    parser.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="camera number, video, folder of pictures, stream URL or demo "
        "(default: the first camera)",
    )
    add_model_options(parser)
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help="write a JSON object for each frame to the standard output (default without --lsl)",
    )
    parser.add_argument(
        "--lsl", action="store_true", help="open two streams of the Lab Streaming Layer"
    )
    parser.add_argument(
        "--name",
        metavar="NAME",
        help="with --lsl: name of the stream; the markers' ends in -markers (default: fervideo)",
    )
    add_landmarks_option(parser)
    _add_settings(parser)
    parser.epilog = (
        "A source is played as in the window: at its own pace, and frames that come while another "
        "is analysed are passed over. For every frame of a file use fervideo analyze."
    )


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-faces", type=int, default=10, metavar="N", help="the N largest faces (default: 10)"
    )
    add_judging_options(parser, strength=0.5)
    parser.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help="end so many seconds after the first frame (default: never)",
    )
    parser.add_argument("--quiet", action="store_true", help="show errors only")


def run(arguments: argparse.Namespace) -> int:
    """Stream until the source ends, Ctrl-C, or nobody reads any more."""
    from fervideo.commands.window import check_model, check_source

    if arguments.name is not None and not arguments.lsl:
        raise StreamError("expected --lsl together with --name, which names its streams")
    spec = _source(arguments.source)
    check_source(spec)
    check_model(arguments.model, arguments.device)
    config = _config(arguments)
    profile = None if arguments.profile is None else ProfilePlace.of(arguments.profile).load()
    lines, outlets = _sinks(arguments)
    from fervideo.live.engine import LiveEngine

    stop = threading.Event()
    engine = LiveEngine(arguments.model, arguments.device, config)
    try:
        for sink in (lines, outlets):
            if sink is not None:
                engine.add_sink(sink)
        if profile is not None:
            engine.set_profile(profile)
        engine.open(spec)
        with stop_on_interrupt(stop):
            status = _follow(engine, lines, outlets, stop, arguments.seconds)
        if not arguments.quiet:
            stats = engine.stats()
            warn(f"{stats.frames_analysed} frames analysed, {stats.frames_dropped} passed over")
            if stats.notice:
                warn(stats.notice)
    finally:
        engine.close()
    return status


def _source(text: str | None) -> SourceSpec:
    """What to play. Raises SourceError."""
    from fervideo.capture.camera_list import list_cameras
    from fervideo.capture.source import SourceKind, SourceSpec, parse_source

    if text is not None:
        return parse_source(text)
    cameras = list_cameras()
    if not cameras:
        raise SourceError("expected a camera, found none; connect one, or name a video or demo")
    return SourceSpec(SourceKind.CAMERA, str(cameras[0].index))


def _config(arguments: argparse.Namespace) -> AnalyzerConfig:
    """Settings from the options. Raises ConfigError."""
    from fervideo.config import check_range
    from fervideo.pipeline import AnalyzerConfig

    if arguments.seconds is not None:
        check_range("--seconds", arguments.seconds, 0, 1e9)
    return AnalyzerConfig(
        max_faces=arguments.max_faces,
        threshold=arguments.threshold,
        landmarks=LandmarkMode(arguments.landmarks),
        strength=arguments.strength,
    )


def _sinks(arguments: argparse.Namespace) -> tuple[JsonLines | None, LslSink | None]:
    """Where the results go. Raises StreamError."""
    from fervideo.stream.jsonl import JsonLines
    from fervideo.stream.lsl import LslSink

    name = "fervideo" if arguments.name is None else arguments.name
    outlets = LslSink(name) if arguments.lsl else None
    lines = JsonLines(write_out) if arguments.jsonl or not arguments.lsl else None
    if outlets is not None and not arguments.quiet:
        warn(f"streams {name} and {name}-markers are open; Ctrl-C ends them")
    return lines, outlets


def write_out(line: bytes) -> None:
    """Write to the standard output past Python's buffer, which a stuck thread would hold locked."""
    while line:
        line = line[os.write(sys.stdout.fileno(), line) :]


def _follow(
    engine: LiveEngine,
    lines: JsonLines | None,
    outlets: LslSink | None,
    stop: threading.Event,
    seconds: float | None,
) -> int:
    """Wait for the end and tell what goes wrong. Returns the exit status."""
    first_s: float | None = None
    sinks = [sink for sink in (lines, outlets) if sink is not None]
    while True:
        if lines is not None and isinstance(lines.failure, BrokenPipeError):
            return OK  # whoever read our output has seen enough, as `head` does
        stats = engine.stats()
        failed = _tell_errors(engine)
        if not stats.sinks and all(sink.failure is not None for sink in sinks):
            return FAILED
        if stats.state.is_over:
            _await_last_frame(engine)
            return FAILED if failed or _tell_errors(engine) or stats.message else OK
        if first_s is None and stats.frames_analysed:
            first_s = time.monotonic()
        if first_s is not None and seconds is not None and time.monotonic() > first_s + seconds:
            return OK
        if stop.wait(_POLL_S):
            return INTERRUPTED


def _tell_errors(engine: LiveEngine) -> bool:
    """Whether there were any."""
    told = False
    while True:
        try:
            error: FervideoError = engine.errors.get_nowait()
        except Empty:
            return told
        told = True
        warn(str(error))


def _await_last_frame(engine: LiveEngine) -> None:
    """Let the frame that still waits be analysed."""
    deadline_s = time.monotonic() + _LAST_FRAME_S
    while time.monotonic() < deadline_s:
        stats = engine.stats()
        if stats.frames_analysed + stats.frames_dropped >= stats.frames_seen:
            return
        time.sleep(_POLL_S / 5)
