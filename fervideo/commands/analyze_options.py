"""The options of `fervideo analyze`, and the settings that they make."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from fervideo.analysis.jobs import JobSettings
from fervideo.commands.common import (
    add_judging_options,
    add_landmarks_option,
    add_model_options,
    warn,
)
from fervideo.commands.profile_option import ProfilePlace
from fervideo.landmark_names import LandmarkMode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sources, output, model, settings, and how the work is spread."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="video, folder, pattern such as 'day*/*.mp4', stream URL, camera number, or demo",
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
    _add_what(parser)
    add_judging_options(parser)
    _add_spread(parser)
    parser.add_argument("--quiet", action="store_true", help="show errors only")
    parser.add_argument("--json", action="store_true", help="write the summaries as JSON")
    parser.epilog = (
        "A folder stands for the videos in it and in its sub-folders; one that holds pictures "
        "alone is one source. Ctrl-C ends the analysis early; what was analysed so far is kept, "
        "and the same command with --resume does the rest."
    )


def _add_what(parser: argparse.ArgumentParser) -> None:
    """Which frames, which faces, what is saved."""
    parser.add_argument(
        "--start",
        type=clock_time,
        default=0.0,
        metavar="TIME",
        help="pass over the frames before this time: seconds, or HH:MM:SS",
    )
    parser.add_argument("--end", type=clock_time, metavar="TIME", help="leave out what comes later")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="analyse each Nth frame (default: 1)"
    )
    parser.add_argument(
        "--max-faces", type=int, metavar="N", help="analyse the N largest faces (default: 10)"
    )
    parser.add_argument("--video", action="store_true", help="save the pictures beside the numbers")
    add_landmarks_option(parser)


def _add_spread(parser: argparse.ArgumentParser) -> None:
    """Over processes and machines; what is done again; the summary."""
    parser.add_argument(
        "--jobs",
        type=job_count,
        default=1,
        metavar="N|auto",
        help="analyse N videos at the same time, each in a process of its own; auto takes one "
        "for every two cores (default: 1)",
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="spread the videos over a Ray cluster: auto, HOST:PORT, ray://HOST:PORT or local",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="leave out a video whose finished session, made with the same settings, is in the "
        "output folder",
    )
    parser.add_argument(
        "--summary",
        type=Path,
        metavar="FILE",
        help="write a summary over all videos, a .csv or .json file",
    )


def make_settings(arguments: argparse.Namespace) -> JobSettings:
    """Settings from the options. Raises ConfigError if one is out of its range."""
    given: dict[str, Any] = {}
    if arguments.max_faces is not None:
        given["max_faces"] = arguments.max_faces
    return JobSettings(
        model=arguments.model,
        device=arguments.device,
        profile=None if arguments.profile is None else find_profile(arguments.profile),
        start_s=arguments.start,
        end_s=arguments.end,
        every=arguments.every,
        threshold=arguments.threshold,
        strength=arguments.strength,
        landmarks=LandmarkMode(arguments.landmarks),
        save_video=arguments.video,
        out_dir=arguments.output,
        resume=arguments.resume,
        **given,
    )


def find_profile(text: str) -> Path:
    """The file of a profile. Raises ProfileError: what is wrong is told before the work begins."""
    place = ProfilePlace.of(text)
    place.load()
    return place.path


def wanted_jobs(arguments: argparse.Namespace, videos: int) -> int:
    """How many videos are analysed at the same time; on a graphics card one."""
    from fervideo.processor import sensible_jobs

    jobs: int = arguments.jobs or sensible_jobs(videos)
    jobs = min(jobs, videos)
    if jobs > 1:
        from fervideo.device import resolve_device

        if resolve_device(arguments.device).type != "cpu":
            if arguments.jobs:
                warn(f"a graphics card is used by one process: --jobs {jobs} is taken for 1")
            return 1
    return jobs


def job_count(text: str) -> int:
    """A number from 1, or 0 for `auto`."""
    if text == "auto":
        return 0
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 1024:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number from 1, or auto, found {text!r}")


def clock_time(text: str) -> float:
    """Seconds of `90`, `1:30`, `1:02:03.5`."""
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", text):
        return float(text)
    found = re.fullmatch(r"(?:([0-9]+):)?([0-9]{1,2}):([0-9]{1,2}(?:\.[0-9]*)?)", text)
    if found is None or float(found[3]) >= 60 or (found[1] and int(found[2]) >= 60):
        raise argparse.ArgumentTypeError(f"expected seconds, or HH:MM:SS, found {text!r}")
    return 3600 * int(found[1] or 0) + 60 * int(found[2]) + float(found[3])
