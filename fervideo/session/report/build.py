"""Reads sessions, draws their pictures and writes the page."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from fervideo.errors import SessionError, reason_of
from fervideo.session.edits import Edits, edited, read_edits
from fervideo.session.files import write_whole
from fervideo.session.reader import Session, read_session
from fervideo.session.report.groups_plot import draw_groups
from fervideo.session.report.numbers import SessionNumbers, count_session
from fervideo.session.report.page import Part, page_html
from fervideo.session.report.timeline_plot import draw_timeline

MOST_FACES = 6
"""Faces whose timelines are drawn; the numbers are of all."""

SVG_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "fervideo"}
"""Text stays text, and the same session gives the same file."""


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One session of a report.

    Attributes:
        session: As corrected.
        edits: What was corrected.
        numbers: Its numbers.
        group: Name of its group, empty for none.
    """

    session: Session
    edits: Edits
    numbers: SessionNumbers
    group: str = ""

    @property
    def title(self) -> str:
        """The name of its folder."""
        return self.session.folder.resolve().name


def read_entry(folder: Path, group: str = "", *, raw: bool = False) -> ReportEntry:
    """Read a session for a report.

    Args:
        folder: The session folder.
        group: Name of its group, empty for none.
        raw: Leave out what a person has changed.

    Raises:
        SessionError: It cannot be read, or has no row.
    """
    session = read_session(folder)
    if not len(session.timeline):
        raise SessionError(f"expected rows in the timeline of {folder}, found none to report")
    edits = Edits() if raw else read_edits(folder)
    session = edited(session, edits)
    return ReportEntry(session, edits, count_session(session, edits), group)


def write_report(entries: Sequence[ReportEntry], path: Path) -> None:
    """Write one page with everything in it: no other file, nothing from the network.

    Args:
        entries: The sessions, in order; at least one.
        path: The HTML file; one that is there is replaced as a whole.

    Raises:
        SessionError: There is no session, or the file cannot be written.
    """
    if not entries:
        raise SessionError("expected at least one session to report, found none")
    parts = [
        Part(e.title, e.group, e.session, e.numbers, _svg(timeline_figure(e, title=False)))
        for e in entries
    ]
    overview = ""
    if len(entries) > 1:
        overview = _svg(draw_groups([(e.title, e.group, e.numbers) for e in entries]))
    _write(path, page_html(parts, overview).encode("utf-8", "xmlcharrefreplace"))


def write_plots(entries: Sequence[ReportEntry], folder: Path) -> Iterator[Path]:
    """Write the timeline of each session as PNG and SVG, and yield each file once it is written.

    Sessions of the same name, as two groups or two analyses may have, get a number: `p01`, `p01-2`.

    Raises:
        SessionError: A file cannot be written.
    """
    taken: set[str] = set()
    for entry in entries:
        numbered = (f"{entry.title}-{number}" for number in count(2))
        name = next(n for n in chain((entry.title,), numbered) if n.casefold() not in taken)
        taken.add(name.casefold())
        for suffix in ("png", "svg"):
            path = folder / f"{name}-timeline.{suffix}"
            figure = timeline_figure(entry, title=True)
            _write(path, _svg(figure).encode() if suffix == "svg" else _png(figure))
            yield path


def timeline_figure(entry: ReportEntry, *, title: bool) -> Figure:
    """The picture of a session's timeline."""
    return draw_timeline(entry.session, max_faces=MOST_FACES, edits=entry.edits, title=title)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with _letters_of_any_font():
        figure.savefig(buffer, format="png", metadata={"Software": "fervideo"})
    return buffer.getvalue()


@contextmanager
def _letters_of_any_font() -> Iterator[None]:
    """Say nothing of letters that the font lacks: a page's reader has them, a picture a box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+")
        yield


def _svg(figure: Figure) -> str:
    """The figure as an SVG element that scales with the page."""
    buffer = io.StringIO()
    with rc_context(SVG_SETTINGS), _letters_of_any_font():
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    return re.sub(r'<svg ([^>]*?)width="[^"]*"', r"<svg \1", text, count=1)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        raise SessionError(
            f"cannot write {path}: {reason_of(error)}; make room, or choose another place"
        ) from error
