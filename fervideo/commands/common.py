"""What the commands share: the parser, common options, and how things are said."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from fervideo.errors import DatasetError, FervideoError, ModelError
from fervideo.landmark_names import LandmarkMode

if TYPE_CHECKING:
    from rich.console import Console

    from fervideo.models.card import ModelCard
    from fervideo.session.reader import Session

OK, FAILED, INTERRUPTED = 0, 2, 130
"""Exit statuses: done; the user must change something; stopped with Ctrl-C."""

_NARROWEST = 100
"""Columns of a table that is written to a file or a pipe, which has no width of its own."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with status 2."""
        warn(f"{message}; see {self.prog} --help")
        sys.exit(FAILED)


def say(text: str) -> None:
    """Write a line to the standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def mention(text: str) -> None:
    """`say` of work that goes on when whoever read the output has seen enough, as `head` does."""
    try:
        say(text)
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Send what is still to be written nowhere: it would fail again when the program ends."""
    with suppress(OSError, ValueError):  # a standard output that is no file has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def warn(text: str) -> None:
    """Write one line to the standard error, marked as the program's."""
    sys.stderr.write(f"fervideo: {' '.join(text.split())}\n")
    sys.stderr.flush()


def warn_of_loss(session: Session) -> None:
    """Say so if the end of a session's timeline is missing."""
    if session.frames_lost:
        warn(
            f"{session.folder}: the timeline has been cut, {session.frames_lost} of its frames are "
            "missing; the rest is taken"
        )


def shipped_models() -> list[ModelCard]:
    """The cards of the models that ship, the default first; says what is wrong with the others.

    Raises:
        ModelError: There is none.
    """
    from fervideo.models.registry import look_at_models

    cards, problems = look_at_models()
    for problem in problems:
        warn(str(problem))
    if not cards:
        raise ModelError("expected models inside the installed program, found none; install again")
    return cards


def table_console() -> Console:
    """Where tables go: the standard output, as wide as the terminal or as a table needs."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would leave with status 1; `main` knows better

    return Output(width=None if sys.stdout.isatty() else _NARROWEST, highlight=False)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """`--model` and `--device`."""
    parser.add_argument(
        "--model",
        default="default",
        metavar="NAME|FILE",
        help="a shipped model or a .safetensors file with its card (default: the best)",
    )
    add_device_option(parser)


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """`--device`."""
    parser.add_argument(
        "--device",
        default="auto",
        metavar="auto|cpu|openvino|cuda|mps",
        help="where the network runs; openvino is the CPU by way of that library, if it is "
        "installed (default: a CUDA GPU if there is one, else the CPU the quickest way)",
    )


def add_landmarks_option(parser: argparse.ArgumentParser) -> None:
    """`--landmarks`."""
    parser.add_argument(
        "--landmarks",
        choices=[mode.value for mode in LandmarkMode],
        default=LandmarkMode.OFF.value,
        help="measure the head's pose too, or all: pose and blendshapes (default: off)",
    )


def add_judging_options(parser: argparse.ArgumentParser, strength: float | None = None) -> None:
    """`--profile`, `--strength` and `--threshold`: how a face is judged.

    Args:
        parser: The command's.
        strength: What `--strength` is unless it is given; None where 0.5 is filled in later.
    """
    parser.add_argument(
        "--profile",
        metavar="NAME|FILE",
        help="a person's own expressions: a profile's name or file (default: none)",
    )
    parser.add_argument(
        "--strength",
        type=float,
        default=strength,
        metavar="0..1",
        help="how calm the label is: 0 takes every frame by itself, 1 is calmest (default: 0.5)",
    )
    parser.add_argument(
        "--threshold",
        type=float,
        metavar="COSINE",
        help="best cosine under which a face is unknown (default: the model's own)",
    )


def add_data_options(parser: argparse.ArgumentParser, required: bool = True) -> None:
    """`--data` and `--cache`."""
    parser.add_argument(
        "--data",
        action="append",
        required=required,
        metavar="NAME:PATH",
        help="a data set, such as rafdb, fer2013, ferplus, ckplus or folder (a wrong name lists "
        "all), and its owners' folder; may be repeated",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("cache"),
        metavar="DIR",
        help="where decoded data sets are kept (default: cache)",
    )


def parse_data_options(texts: list[str]) -> dict[str, Path]:
    """Folder of each data set by its name.

    Raises:
        DatasetError: One is not `NAME:PATH`, has an unknown name or is given twice.
    """
    from fervideo.training.datasets import parse_data

    data: dict[str, Path] = {}
    for text in texts:
        name, path = parse_data(text)
        if name in data:
            raise DatasetError(f"expected --data {name}:PATH once, found it twice")
        data[name] = path
    return data


def need_train_extra() -> None:
    """Raise FervideoError unless the packages that training and evaluation need are installed."""
    needed = ("sklearn", "matplotlib", "krippendorff")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        names = {"sklearn": "scikit-learn"}
        words = " and ".join(names.get(name, name) for name in missing)
        raise FervideoError(
            f'expected the package {words}, found none; run: pip install "fervideo[train]"'
        )
