"""`fervideo report`: sessions as one page that can be printed and passed on."""

from __future__ import annotations

import argparse
from pathlib import Path

from fervideo.capture.names import printable, quoted
from fervideo.commands.common import OK, mention, warn_of_loss
from fervideo.errors import SessionError
from fervideo.user_paths import user_path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sessions, groups, output."""
    parser.add_argument(
        "sessions",
        nargs="+",
        metavar="[GROUP=]SESSION",
        help="session folder, or a folder of sessions; sessions of one group get its name in front",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the page (default: report.html here)"
    )
    parser.add_argument(
        "--plots", action="store_true", help="write each timeline as PNG and SVG beside the page"
    )
    parser.add_argument("--raw", action="store_true", help="leave out what was changed by hand")
    parser.epilog = "Several sessions are set side by side first, then come one after the other."


def run(arguments: argparse.Namespace) -> int:
    """Write the page."""
    from fervideo.session.files import is_another
    from fervideo.session.report import A_PAGE, read_entry, write_plots, write_report

    chosen = [pair for text in arguments.sessions for pair in find(text)]
    output = arguments.output or Path("report.html")
    if is_another(output, A_PAGE):
        raise SessionError(
            f"expected a new file for the report, found {quoted(output)}, which is no report; "
            "choose another name"
        )
    entries = [read_entry(folder, group, raw=arguments.raw) for folder, group in chosen]
    for entry in entries:
        warn_of_loss(entry.session)
    write_report(entries, output)
    mention(printable(str(output)))
    if arguments.plots:
        for path in write_plots(entries, output.parent):
            mention(printable(str(path)))
    return OK


def find(text: str) -> list[tuple[Path, str]]:
    """Session folders and their group, of one argument.

    Args:
        text: A folder, or `GROUP=FOLDER`; a folder whose own name has an equals sign is taken as
            it is. A folder that is no session gives the sessions in it.

    Raises:
        SessionError: There is no session.
    """
    from fervideo.session.schema import DESCRIPTION_FILE

    group, equals, place = text.partition("=")
    if not equals or Path(text).exists():
        group, place = "", text
    folder = user_path(place)
    if (folder / DESCRIPTION_FILE).is_file():
        return [(folder, group)]
    inside = sorted(path.parent for path in folder.glob(f"*/{DESCRIPTION_FILE}"))
    if not inside:
        raise SessionError(f"expected a session folder, or a folder of them, found none at {place}")
    return [(path, group) for path in inside]
