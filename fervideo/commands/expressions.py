"""`fervideo expressions`: what a profile holds, and changing it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.capture.names import printable
from fervideo.commands.common import OK, add_model_options, say, table_console, warn
from fervideo.commands.gather_options import (
    add_gather_options,
    check_options,
    counted,
    gather,
    left_out,
)
from fervideo.commands.profile_option import ProfilePlace, add_profile_option
from fervideo.errors import ConfigError

if TYPE_CHECKING:
    from fervideo.centers.profile import CustomExpression, Profile

ACTIONS = {
    "list": "what the profile holds, and which profiles there are",
    "show": "one expression: its models, frames and pictures",
    "rename": "give an expression of one's own another name",
    "remove": "remove an expression, with its pictures",
    "enable": "use an expression, built-in or not",
    "disable": "leave an expression out, built-in or not",
    "reset": "a built-in expression as the model has it",
    "reenroll": "enroll for another model from the pictures that were kept",
    "neutral": "nominate a neutral face, or switch its correction",
    "export": "write the profile to a file to share",
    "import": "take in a profile that was shared",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An action each."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    parts = {
        name: actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        for name, text in ACTIONS.items()
    }
    for name, part in parts.items():
        if name != "import":
            add_profile_option(part)
    for name in ("show", "rename", "remove", "enable", "disable", "reset"):
        parts[name].add_argument("name", metavar="NAME", help="the expression")
    parts["rename"].add_argument("new_name", metavar="NEW", help="its new name")
    parts["export"].add_argument("file", type=Path, metavar="FILE", help="a .json file to write")
    parts["export"].add_argument(
        "--pictures", action="store_true", help="write the kept pictures of the face too"
    )
    parts["import"].add_argument("file", type=Path, metavar="FILE", help="a .json file to read")
    add_model_options(parts["reenroll"])
    _add_neutral(parts["neutral"])


def _add_neutral(parser: argparse.ArgumentParser) -> None:
    sources = add_gather_options(parser)
    sources.add_argument("--on", action="store_true", help="correct by the face that is there")
    sources.add_argument("--off", action="store_true", help="do not correct")
    sources.add_argument("--forget", action="store_true", help="remove the face")
    sources.required = False  # the strength alone is enough
    parser.add_argument(
        "--strength",
        type=float,
        metavar="0..1",
        help="how much of what the model says of the face at rest is taken away (default: 0.5)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    match arguments.action:
        case "list":
            _list(arguments)
        case "show":
            _show(arguments)
        case "export":
            _export(arguments)
        case "import":
            _import(arguments.file)
        case "reenroll":
            _reenroll(arguments)
        case "neutral":
            _neutral(arguments)
        case _:
            _change(arguments)
    return OK


def _change(arguments: argparse.Namespace) -> None:
    """Rename, remove, enable, disable, reset."""
    place = ProfilePlace.of(arguments.profile)
    # One may begin a profile by switching a built-in expression off.
    profile = place.load_or_new() if arguments.action == "disable" else place.load()
    name = arguments.name
    changes: dict[str, Callable[[], Profile]] = {
        "rename": lambda: profile.renamed(name, arguments.new_name),
        "remove": lambda: profile.without(name),
        "enable": lambda: profile.with_enabled(name, True),
        "disable": lambda: profile.with_enabled(name, False),
        "reset": lambda: profile.reset(name),
    }
    place.save(changes[arguments.action]())
    done = {"rename": f"now {arguments.new_name}"} if arguments.action == "rename" else _DONE
    say(f"{printable(profile.name)}: {printable(name)} {printable(done[arguments.action])}")


_DONE = {
    "remove": "removed",
    "enable": "is used",
    "disable": "is not used",
    "reset": "is as the model has it",
}


def _list(arguments: argparse.Namespace) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from fervideo.centers.store import ProfileStore

    place, names = ProfilePlace.of(arguments.profile), ProfileStore().names()
    if place.path.exists() or place.name is None:
        profile = place.load()
        table = Table(box=SIMPLE_HEAD, title=Text(profile.name), title_justify="left")
        for column in ("expression", "used", "enrolled for", "pictures"):
            table.add_column(column)
        for cells in rows(profile):
            table.add_row(*map(Text, cells))
        table_console().print(table)
    else:
        say(f"there is no profile {place.name} yet; fervideo enroll makes one")
    say(f"profiles: {', '.join(map(printable, names)) or 'none'} ({ProfileStore().folder})")


def rows(profile: Profile) -> list[tuple[str, ...]]:
    """Cells of each expression: the built-in ones, the person's own, the neutral face."""
    from fervideo import labels

    own = {e.name: e for e in profile.expressions}
    found: list[tuple[str, ...]] = []
    for name in (*labels.BASIC, *(n for n in own if n not in labels.BASIC)):
        used = "yes" if profile.is_enabled(name) else "no"
        found.append((name, used, *_cells(own.get(name), builtin=name in labels.BASIC)))
    if profile.neutral is not None:
        face = profile.neutral
        used = f"{face.strength:g}" if face.enabled else "no"
        found.append(("(face at rest)", used, *_cells(face.face, builtin=False)))
    return found


def _cells(expression: CustomExpression | None, builtin: bool) -> tuple[str, str]:
    if expression is None:
        return "built in", ""
    models = ", ".join(f"{c.model} ({counted(c.frames)})" for c in expression.centers)
    kept = str(len(expression.crops)) if expression.crops else "not kept"
    return f"built in + {models}" if builtin else models, kept


def _show(arguments: argparse.Namespace) -> None:
    profile = ProfilePlace.of(arguments.profile).load()
    expression = profile.expression(arguments.name)
    kind = "frames added to the built-in expression" if expression.is_builtin else "enrolled"
    say(f"{printable(expression.name)}: {kind} {expression.created:%Y-%m-%d %H:%M} UTC")
    say(f"used: {'yes' if profile.is_enabled(expression.name) else 'no'}")
    for center in expression.centers:
        say(f"model {center.model}, weights {center.sha256[:12]}: {counted(center.frames)}")
    say(f"pictures kept: {len(expression.crops)}")


def _export(arguments: argparse.Namespace) -> None:
    from fervideo.centers.store import write_profile

    place, file = ProfilePlace.of(arguments.profile), arguments.file
    profile = place.load()
    place.check_copy(file, profile)
    write_profile(profile if arguments.pictures else profile.without_crops(), file)
    say(f"{printable(profile.name)}: written to {printable(str(file))}")


def _import(file: Path) -> None:
    from fervideo.centers.store import ProfileStore

    store = ProfileStore()
    profile = store.import_file(file)
    say(f"{printable(profile.name)}: {printable(str(store.path(profile.name)))}")


def _reenroll(arguments: argparse.Namespace) -> None:
    from fervideo.models.registry import load_model

    place = ProfilePlace.of(arguments.profile)
    profile, model = place.load(), load_model(arguments.model, arguments.device)
    before = profile.lacking(model.card)
    profile = profile.reenrolled(model)
    place.save(profile)
    done = [name for name in before if name not in profile.lacking(model.card)]
    words = ", ".join(map(printable, done)) or "nothing"
    say(f"{printable(profile.name)}: {words} enrolled for {model.card.name}")
    if notice := profile.notice(model.card):
        warn(notice)


def _neutral(arguments: argparse.Namespace) -> None:
    place = ProfilePlace.of(arguments.profile)
    gathers = any(arguments.__dict__[name] is not None for name in ("video", "images", "camera"))
    changes = arguments.on or arguments.off or arguments.forget
    if not gathers and not changes and arguments.strength is None:
        raise ConfigError(
            "expected --video, --images or --camera for a face at rest, or one of --on, --off, "
            "--forget and --strength, found none"
        )
    profile = place.load_or_new() if gathers else place.load()
    words = ""
    if gathers:
        profile, words = _nominated(profile, arguments)
    if arguments.forget:
        profile = profile.without_neutral()
    else:
        was_off = profile.neutral is not None and not profile.neutral.enabled
        stays_off = was_off and not gathers and not arguments.on
        profile = profile.with_neutral_use(not (arguments.off or stays_off), arguments.strength)
    place.save(profile)
    state = profile.neutral
    used = (
        "no face at rest"
        if state is None
        else (
            f"face at rest{words}, corrects with strength {state.strength:g}"
            if state.enabled
            else f"face at rest{words}, does not correct"
        )
    )
    say(f"{printable(profile.name)}: {used}")


def _nominated(profile: Profile, arguments: argparse.Namespace) -> tuple[Profile, str]:
    """With the face at rest that the options lead to, and of how many frames it is."""
    from fervideo import labels

    check_options(arguments)
    session = gather(arguments, labels.NEUTRAL.name)
    if warning := session.neutral_warning():
        warn(warning)
    rest = left_out(session)
    words = f" of {counted(len(session.samples))}" + (f" (left out: {rest})" if rest else "")
    return profile.with_neutral(session.finish(), arguments.keep_crops), words
