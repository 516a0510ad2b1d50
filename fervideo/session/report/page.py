"""The page: one HTML file that needs nothing else, in print too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

import fervideo
from fervideo.session.reader import Session
from fervideo.session.report.facts import method_html, source_facts
from fervideo.session.report.numbers import SessionNumbers
from fervideo.session.report.tables import (
    faces_table,
    groups_table,
    missing_table,
    overview_table,
    table,
    transitions_tables,
)

CAUTION = (
    "The labels are those that a trained network gives to pictures of faces. They describe what a "
    "face looks like to annotators of photographs; they are no measure of what a person feels."
)

A_PAGE = re.compile(rb"\A<!DOCTYPE html>.* fervideo</title>", re.DOTALL)
"""The beginning of a page that was written before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One session on the page.

    Attributes:
        title: Its heading.
        group: Its group, empty for none.
        session: The session, as corrected.
        numbers: Its numbers.
        picture: SVG element of its timeline.
    """

    title: str
    group: str
    session: Session
    numbers: SessionNumbers
    picture: str


def page_html(parts: Sequence[Part], overview_picture: str = "") -> str:
    """The whole page.

    Args:
        parts: The sessions, in order; at least one.
        overview_picture: SVG element that shows several side by side, empty for one session.
    """
    style = files("fervideo.assets").joinpath("report.css").read_text(encoding="utf-8")
    title = parts[0].title if len(parts) == 1 else f"{len(parts)} sessions"
    body = [f"<header><h1>{escape(title)}</h1><p>{escape(CAUTION)}</p></header>"]
    if len(parts) > 1:
        body.append(_overview(parts, overview_picture))
    body += [_session(part, alone=len(parts) == 1) for part in parts]
    body.append(f"<footer>Made with fervideo {escape(fervideo.__version__)}.</footer>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – fervideo</title><style>{style}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _overview(parts: Sequence[Part], picture: str) -> str:
    rows = [(part.title, part.group, part.numbers) for part in parts]
    groups = groups_table(rows)
    return (
        f"<section><h2>Side by side</h2><figure>{picture}</figure>{overview_table(rows)}"
        + (f"<h3>By group</h3>{groups}" if groups else "")
        + "</section>"
    )


def _session(part: Part, *, alone: bool) -> str:
    session, numbers = part.session, part.numbers
    # As in the picture of all: two analyses of one video are sessions of the same name.
    name = f"{part.group}: {part.title}" if part.group else part.title
    heading = "" if alone else f"<h2>{escape(name)}</h2>"
    return (
        f"<section class='session'>{heading}{table((), source_facts(session), 'facts')}"
        f"<figure>{part.picture}<figcaption>Stable label, label of each frame, and probability of "
        f"each class over time; dashed lines are markers, what was excluded by hand is pale."
        f"</figcaption></figure>"
        f"<h3>Time in each expression</h3>{faces_table(numbers)}"
        f"<h3>Changes from one expression to another</h3>{transitions_tables(numbers)}"
        f"<h3>What is missing</h3>{missing_table(numbers)}"
        f"<h3>Method</h3>{method_html(session)}</section>"
    )
