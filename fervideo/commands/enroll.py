"""`fervideo enroll`: an expression of one's own, from a video, pictures or a camera."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from fervideo.capture.names import printable
from fervideo.commands.common import OK, say, warn
from fervideo.commands.gather_options import (
    add_gather_options,
    check_options,
    counted,
    gather,
    left_out,
)
from fervideo.commands.profile_option import ProfilePlace, add_profile_option

if TYPE_CHECKING:
    from fervideo.centers.enroll import EnrollmentSession
    from fervideo.centers.profile import Profile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The name, where the frames come from, the profile."""
    parser.add_argument("name", metavar="NAME", help="what the expression is called")
    add_gather_options(parser)
    add_profile_option(parser)
    parser.add_argument(
        "--add",
        action="store_true",
        help="add the frames to an expression that is there, built-in ones included, in place of "
        "enrolling it anew",
    )
    parser.epilog = (
        "Of a video or camera the largest face is taken. Analyse with the profile by "
        "fervideo analyze VIDEO --profile NAME. A NAME that begins with - comes last, after --."
    )


def run(arguments: argparse.Namespace) -> int:
    """Gather, tell what came of it, save the profile."""
    check_options(arguments)
    place = ProfilePlace.of(arguments.profile)
    profile = place.load_or_new()
    check_name(profile, arguments.name, arguments.add)
    session = gather(arguments, arguments.name)
    enrolment = session.finish()
    change = profile.with_frames if arguments.add else profile.with_expression
    changed = change(enrolment, arguments.keep_crops)
    changed.apply(session.model)
    place.save(changed)
    if not arguments.quiet:
        replaced = "" if arguments.add else _replaced(profile, session)
        say(f"{printable(session.name)}: {_counted(session)}{replaced}")
        say(f"profile {printable(changed.name)}: {printable(str(place.path))}")
    _tell_neighbours(session, changed, arguments.quiet)
    return OK


def check_name(profile: Profile, name: str, add: bool) -> None:
    """Raise ProfileError before any work if the expression cannot have that name."""
    from fervideo import labels
    from fervideo.centers.names import clean_expression_name, find_name
    from fervideo.errors import ProfileError

    builtin = find_name(clean_expression_name(name), labels.BASIC)
    if builtin is not None and not add:
        raise ProfileError(
            f"{builtin} is a built-in expression: add frames to it with --add, or choose another "
            "name"
        )
    if add and builtin is None:
        profile.expression(name)


def _counted(session: EnrollmentSession) -> str:
    """How many frames were used, and which were not."""
    rest = left_out(session)
    used = f"{counted(len(session.samples))} used for the model {session.model.card.name}"
    return f"{used}; left out: {rest}" if rest else used


def _replaced(profile: Profile, session: EnrollmentSession) -> str:
    """What enrolling anew took the place of, empty if there was nothing."""
    old = profile.get(session.name)
    sha256 = session.model.card.sha256
    frames = sum(c.frames for c in old.centers if c.sha256 == sha256) if old else 0
    return f"; in place of {counted(frames)} of before (--add keeps them)" if frames else ""


def _tell_neighbours(session: EnrollmentSession, profile: Profile, quiet: bool) -> None:
    """Cosine and nearness to every other class; warnings."""
    from rich.cells import cell_len, set_cell_size

    preview = session.preview(profile.apply(session.model))
    cosines = dict(preview.cosines)
    if not quiet and cosines:
        width = max(cell_len(printable(name)) for name in cosines)
        say(f"{'class':<{width}}  cosine  nearness")
        for name, near in preview.nearness:
            shown = set_cell_size(printable(name), width)  # some letters are two columns wide
            say(f"{shown}  {cosines[name]:6.2f}  {max(near, 0):8.0%}")
    for warning in preview.warnings:
        warn(warning)
