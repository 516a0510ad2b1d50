"""Where the frames of an enrolment come from: `--video`, `--images` or `--camera`."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.capture.names import printable
from fervideo.commands.analyze_options import clock_time
from fervideo.commands.common import add_model_options, say, warn
from fervideo.commands.progress import ProgressDisplay
from fervideo.errors import ConfigError, FervideoError, SourceError

if TYPE_CHECKING:
    from fervideo.centers.enroll import EnrollmentSession

FEWEST, MOST = 1, 60


def add_gather_options(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """The sources, what is taken of them, the model.

    Returns:
        The group of the sources, one of which must be given.
    """
    sources = parser.add_mutually_exclusive_group(required=True)
    sources.add_argument("--video", metavar="FILE", help="a video that shows it")
    sources.add_argument(
        "--images", nargs="+", type=Path, metavar="PATH", help="pictures, or folders of pictures"
    )
    sources.add_argument(
        "--camera", metavar="N|NAME", help="a camera, by its number or a part of its name"
    )
    parser.add_argument(
        "--start",
        type=clock_time,
        default=0.0,
        metavar="TIME",
        help="take the video from this time on: seconds, or HH:MM:SS",
    )
    parser.add_argument("--end", type=clock_time, metavar="TIME", help="leave out what comes later")
    parser.add_argument(
        "--frames",
        type=int,
        default=20,
        metavar="N",
        help=f"so many different frames, {FEWEST} to {MOST} (default: 20)",
    )
    parser.add_argument(
        "--keep-crops",
        action="store_true",
        help="keep the pictures of the face in the profile, so that it can be enrolled for "
        "another model without you",
    )
    add_model_options(parser)
    parser.add_argument("--quiet", action="store_true", help="show warnings and errors only")
    return sources


def gather(arguments: argparse.Namespace, name: str) -> EnrollmentSession:
    """Gather the frames that the options ask for.

    Raises:
        FervideoError: The source, the model or an option is wrong, or no frame is good enough.
    """
    from fervideo.centers.enroll import EnrollmentSession
    from fervideo.commands.interrupt import stop_on_interrupt
    from fervideo.models.registry import load_model

    check_options(arguments)
    session = EnrollmentSession(
        load_model(arguments.model, arguments.device), name, arguments.frames
    )
    stop = threading.Event()
    with stop_on_interrupt(stop):
        _gather(session, arguments, stop)
    if stop.is_set():
        raise KeyboardInterrupt
    if not session.samples:
        raise FervideoError(
            f"expected good frames of {name}, found none: {left_out(session) or 'no frame at all'}"
        )
    return session


def check_options(arguments: argparse.Namespace) -> None:
    """Raise ConfigError if an option makes no sense."""
    if not FEWEST <= arguments.frames <= MOST:
        raise ConfigError(
            f"--frames: expected a number from {FEWEST} to {MOST}, found {arguments.frames}"
        )
    if arguments.video is None and (arguments.start or arguments.end is not None):
        raise ConfigError("--start and --end choose a part of a --video, found none")
    if arguments.end is not None and arguments.end <= arguments.start:
        raise ConfigError(
            f"--end: expected a time after --start at {arguments.start:g} s, "
            f"found {arguments.end:g} s"
        )


def counted(frames: int) -> str:
    """`1 frame`, `20 frames`."""
    return f"{frames} frame{'s'[: frames != 1]}"


def left_out(session: EnrollmentSession) -> str:
    """`3 too poor, 2 near duplicate`: the frames that do not count; empty if there are none."""
    from fervideo.centers.enroll import Answer

    told = (Answer.TOO_POOR, Answer.DUPLICATE, Answer.NO_FACE)
    return ", ".join(f"{session.counts[a]} {a.value}" for a in told if session.counts[a])


def _gather(
    session: EnrollmentSession, arguments: argparse.Namespace, stop: threading.Event
) -> None:
    from fervideo.analysis.gathering import gather_camera, gather_pictures, gather_video
    from fervideo.capture.source import SourceKind, SourceSpec, open_source, parse_source

    if arguments.camera is not None:
        place = arguments.camera.removeprefix("/dev/video")
        with open_source(SourceSpec(SourceKind.CAMERA, place), live=True) as source:
            gather_camera(session, source, tell=say, stop=stop)
        return
    with ProgressDisplay(arguments.quiet) as display:
        if arguments.images is not None:
            display.begin(session.name)
            warnings = gather_pictures(session, arguments.images, progress=display.show)
        else:
            spec = parse_source(arguments.video)
            if spec.kind not in (SourceKind.VIDEO, SourceKind.DEMO):
                raise SourceError(
                    f"--video: expected a video, found {printable(arguments.video)}; pictures are "
                    "given with --images, a camera with --camera"
                )
            display.begin(session.name)
            with open_source(spec) as source:
                gather_video(
                    session,
                    source,
                    arguments.start,
                    arguments.end,
                    progress=display.show,
                    stop=stop,
                )
                warnings = (source.warning,) if source.warning else ()
    for warning in warnings:
        warn(warning)
