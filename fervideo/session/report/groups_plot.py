"""Several sessions side by side: what part of its time each shows which expression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fervideo.session.report.numbers import SessionNumbers
from fervideo.session.report.timeline_plot import THEMES, paint_of

Row = tuple[str, str, SessionNumbers]
"""Title, group and numbers of a session."""


def all_names(numbers: Sequence[SessionNumbers]) -> tuple[str, ...]:
    """The labels of several sessions, in the order in which they come up."""
    return tuple(dict.fromkeys(name for each in numbers for name in each.names))


def share_of(numbers: SessionNumbers, name: str) -> float:
    """Part of the labelled time with this label; 0 for a label the session does not have."""
    return numbers.shares[numbers.names.index(name)] if name in numbers.names else 0.0


def draw_groups(rows: Sequence[Row]) -> Figure:
    """A bar for each session, group by group, cut into the shares of its labels."""
    rows = sorted(rows, key=lambda row: row[1])  # a stable sort keeps the order within a group
    names = all_names([numbers for _, _, numbers in rows])
    figure = Figure(figsize=(12, 1.1 + 0.36 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    left = np.zeros(len(rows))
    for name in names:
        shares = np.nan_to_num([share_of(numbers, name) for _, _, numbers in rows])
        paint = paint_of(name, names, THEMES["light"])
        axes.barh(range(len(rows)), 100 * shares, left=left, label=name, **paint)
        left += 100 * shares
    titles = [f"{group}: {title}" if group else title for title, group, _ in rows]
    axes.set_yticks(range(len(rows)), [_plain(t[:48]) for t in titles], fontsize=9)
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="% of the labelled time")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    handles, texts = axes.get_legend_handles_labels()
    texts = [_plain(text) for text in texts]
    figure.legend(handles, texts, loc="outside upper left", ncols=9, frameon=False, fontsize=9)
    return figure


def _plain(text: str) -> str:
    """Text that is not taken for a formula, and that a legend does not leave out."""
    return text.replace("$", r"\$").lstrip("_") or "-"
