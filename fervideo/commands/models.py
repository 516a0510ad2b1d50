"""`fervideo models`: which models there are, and how good they are."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fervideo.commands.common import OK, say, shipped_models, table_console

if TYPE_CHECKING:
    from fervideo.models.card import ModelCard

HEADER = ("model", "RAF-DB", "FER2013", "CK+", "parameters", "multiply-adds", "file")
TESTS = ("rafdb test", "fer2013 test", "ckplus test")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--markdown`."""
    parser.add_argument("--markdown", action="store_true", help="write the table as Markdown")
    parser.epilog = (
        "Accuracies are those on the models' cards: test pictures as their owners aligned them, "
        "decided by the class centers, as the program decides."
    )


def run(arguments: argparse.Namespace) -> int:
    """List the shipped models, the default first."""
    rows = shipped_rows()
    if arguments.markdown:
        say(markdown_table(rows))
    else:
        _print_table(rows)
    return OK


def shipped_rows() -> list[tuple[str, ...]]:
    """The cells of every shipped model; a broken one is warned of.

    Raises:
        ModelError: There is none.
    """
    from fervideo.models.registry import DEFAULT_MODEL
    from fervideo.resources import weights_file

    cards = shipped_models()
    sizes = [weights_file(f"{card.name}.safetensors").stat().st_size for card in cards]
    return [row(c, c.name == DEFAULT_MODEL, n) for c, n in zip(cards, sizes, strict=True)]


def row(card: ModelCard, is_default: bool, file_bytes: int) -> tuple[str, ...]:
    """The cells of a model: name, accuracies, cost, size."""
    return (
        f"{card.name} (default)" if is_default else card.name,
        *(percent(card.measured(test)) for test in TESTS),
        f"{card.parameters / 1e6:.2f} M",
        f"{card.multiply_adds / 1e6:.0f} M",
        f"{file_bytes / 1e6:.1f} MB",
    )


def percent(share: float | None) -> str:
    """`86.4 %`, or a dash for what was not measured."""
    return "–" if share is None else f"{100 * share:.1f} %"


def markdown_table(rows: Iterable[tuple[str, ...]]) -> str:
    """The table for the README."""
    rule = ("---", *("---:" for _ in HEADER[1:]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEADER, rule, *rows))


def _print_table(rows: Iterable[tuple[str, ...]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for i, name in enumerate(HEADER):
        table.add_column(name, justify="right" if i else "left", no_wrap=True)
    for cells in rows:
        table.add_row(*cells)
    table_console().print(table)
