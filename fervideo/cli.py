"""The command line: `fervideo` opens the window, `fervideo COMMAND` does without."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from fervideo import __version__
from fervideo.capture.camera_list import prepare_opencv
from fervideo.commands.common import FAILED, INTERRUPTED, OK, Parser, drop_output, warn
from fervideo.errors import FervideoError, reason_of
from fervideo.processor import share_processor, sleep_while_waiting

COMMANDS: dict[str, str] = {
    "analyze": "analyse videos without a screen, a session folder each",
    "stream": "results for other programs as they are made: JSON lines, Lab Streaming Layer",
    "enroll": "an expression of your own, from a video, pictures or a camera",
    "expressions": "list, rename, switch and share the expressions of a profile",
    "cameras": "list the cameras",
    "report": "sessions as one page with pictures and tables",
    "models": "list the models",
    "evaluate": "measure a model on a data set",
    "bench": "how calm the labels are, and how late",
    "few-shot": "enroll expressions from a few pictures, recognise them in other people",
    "train": "train a model by a recipe",
    "search": "train a grid of recipes and rank them by validation",
    "compare": "all models side by side, with their speed here",
    "export": "sessions in other programs' formats: CSV, Parquet, BIDS, ELAN, subtitles, video",
    "pack": "turn a training run into a model with its card",
}
"""What each command does; the module of the same name in `fervideo.commands` does it."""

WINDOW = "window"

_BESIDE_A_VIDEO = (WINDOW, "analyze", "stream", "enroll")
"""Commands whose network works while frames are decoded and faces found."""

_TRAINING = ("train", "search")


class Command(Protocol):
    """A module of `fervideo.commands`."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Tell the parser its options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it. Returns the exit status; raises FervideoError."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program. Returns the exit status: 0, 2 after an error, 130 after Ctrl-C.

    Args:
        argv: Arguments, without the program's name; those of the process if None.
    """
    prepare_opencv()
    _show_any_text()
    # Without a home that can be written, matplotlib has much to say of its cache.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        command, arguments = parse(sys.argv[1:] if argv is None else argv)
        return command.run(arguments)
    except FervideoError as error:
        warn(str(error))
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough, as `head` does
        drop_output()
        return OK
    except OSError as error:  # a disk that is full or refuses, where no better sentence is known
        drop_output()
        place = f" {error.filename}" if error.filename else ""
        problem = reason_of(error)
        warn(f"cannot read or write{place}: {problem}; make room, or choose another place")
        return FAILED


def parse(argv: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """The command that arguments ask for, and its options.

    Raises:
        SystemExit: They are wrong, or ask for help or the version alone.
    """
    name = argv[0] if argv and argv[0] in COMMANDS else WINDOW
    if name in _BESIDE_A_VIDEO:
        share_processor()
    elif name not in _TRAINING:
        sleep_while_waiting()
    # Imported late, and only this one: help must not wait for networks and windows.
    command = cast(Command, import_module(f"fervideo.commands.{name.replace('-', '_')}"))
    if name == WINDOW:
        parser = Parser(
            prog="fervideo",
            description="Facial expression recognition in real time, on your own machine.",
            epilog=_commands_help(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument("--version", action="version", version=f"fervideo {__version__}")
    else:
        summary = COMMANDS[name]
        parser = Parser(prog=f"fervideo {name}", description=f"{summary[0].upper()}{summary[1:]}.")
    command.add_arguments(parser)
    return command, parser.parse_args(argv if name == WINDOW else argv[1:])


def _commands_help() -> str:
    lines = [f"  {name:<13}{summary}" for name, summary in COMMANDS.items()]
    tail = "fervideo COMMAND --help tells more. A file named like a command is written ./analyze."
    return "\n".join(["commands, in place of SOURCE:", *lines, "", tail])


def _show_any_text() -> None:
    """Let file names through that the terminal's encoding lacks, as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
