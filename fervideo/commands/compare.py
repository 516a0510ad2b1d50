"""`fervideo compare`: all models side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.commands.common import (
    OK,
    add_device_option,
    need_train_extra,
    say,
    shipped_models,
    table_console,
)
from fervideo.commands.models import percent
from fervideo.errors import FervideoError, reason_of

if TYPE_CHECKING:
    from fervideo.evaluation.comparison import Standing

HEADER = (
    "model",
    "RAF-DB",
    "recall",
    "ten crops",
    "FER2013",
    "CK+",
    "parameters",
    "multiply-adds",
    "ms a face",
    "file",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Models, device, where the table goes."""
    parser.add_argument(
        "models", nargs="*", metavar="MODEL", help="names or weight files (default: all that ship)"
    )
    add_device_option(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="write compare.md, compare.csv and compare.png there",
    )
    parser.epilog = (
        "Accuracies are those on the models' cards: test pictures as their owners aligned them, "
        "decided by the class centers; recall is the mean over the classes of RAF-DB. The time of "
        "a face is measured now, one at a time."
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the table, and write it if asked."""
    if arguments.output:
        need_train_extra()
    from fervideo.device import describe_device, network_device
    from fervideo.evaluation.comparison import plot, standing, write_csv
    from fervideo.session.files import replacing, write_whole

    device = network_device(arguments.device)
    names = arguments.models or [card.name for card in shipped_models()]
    standings = [standing(name, arguments.device) for name in names]
    rows = [cells(s) for s in standings]
    _print_table(rows, f"ms a face on {describe_device(device)}")
    if arguments.output:
        folder: Path = arguments.output
        try:
            folder.mkdir(parents=True, exist_ok=True)
            text = f"{markdown(rows)}\n\nms a face on {describe_device(device)}.\n"
            write_whole(folder / "compare.md", text.encode())
            with replacing(folder / "compare.csv") as table:
                write_csv(standings, table)
            with replacing(folder / "compare.png") as picture:
                plot(standings, picture, device)
        except OSError as error:
            raise FervideoError(
                f"cannot write into {folder}: {reason_of(error)}; choose a folder that can "
                "be written, on a disk with room"
            ) from None
        say(f"{folder}: compare.md, compare.csv, compare.png")
    return OK


def cells(s: Standing) -> tuple[str, ...]:
    """The cells of a model, as `HEADER` names them."""
    return (
        s.name,
        *(percent(share) for share in (s.rafdb, s.rafdb_recall, s.ten_crop, s.fer2013, s.ckplus)),
        f"{s.parameters / 1e6:.2f} M",
        f"{s.multiply_adds / 1e6:.0f} M",
        f"{s.ms:.1f}",
        f"{s.file_bytes / 1e6:.1f} MB",
    )


def markdown(rows: Iterable[tuple[str, ...]]) -> str:
    """The table in Markdown."""
    rule = ("---", *("---:" for _ in HEADER[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (HEADER, rule, *rows))


def _print_table(rows: Iterable[tuple[str, ...]], caption: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, 0, 0, 1),
        caption=caption,
        caption_justify="left",
        pad_edge=False,
    )
    table.add_column(HEADER[0], overflow="fold")
    for name in HEADER[1:]:
        # In two lines, or ten columns would be too many for a narrow terminal.
        table.add_column(
            name.replace(" ", "\n", 1).replace("-a", "-\na").replace("ame", "a-\nme"),
            justify="right",
        )
    for row in rows:
        table.add_row(*row)
    table_console().print(table)
