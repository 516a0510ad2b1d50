"""What a person marked, on the picture of a timeline: moments, and ranges that are left out."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from fervideo.session.markers import Marker, MarkerKind

APART = 0.09
"""Part of the width that a marker's name needs; those of nearer ones are left out."""

LETTERS = 16
"""So much of a marker's name fits there."""


def draw_marks(axes: Axes, markers: Sequence[Marker], ink: str, paper: str) -> None:
    """A dashed line for each event and note, a veil over each excluded range.

    Args:
        axes: Where to draw; x is seconds.
        markers: Of the session.
        ink: Colour of lines.
        paper: Colour of the veil.
    """
    for marker in markers:
        if marker.kind is MarkerKind.EXCLUDE and marker.duration_s > 0:
            end = marker.time_s + marker.duration_s
            axes.axvspan(marker.time_s, end, facecolor=paper, alpha=0.75, linewidth=0, zorder=4)
        else:
            axes.axvline(marker.time_s, color=ink, linewidth=0.8, linestyle=(0, (2, 2)))


def name_marks(axes: Axes, markers: Sequence[Marker], color: str) -> None:
    """Names of markers above the axes, each as long as there is room before the next.

    Args:
        axes: With the limits they will have.
        markers: Of the session.
        color: Of the words.
    """
    start, end = axes.get_xlim()
    free_from = start
    for marker in sorted(markers, key=lambda each: each.time_s):
        name = "excluded" if marker.kind is MarkerKind.EXCLUDE else marker.name or marker.note
        if not name or not free_from <= marker.time_s <= end - APART * (end - start):
            continue
        free_from = marker.time_s + APART * (end - start)
        text = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
        axes.annotate(
            text.replace("$", r"\$"),
            (marker.time_s, 1.0),
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=7.5,
            color=color,
            annotation_clip=False,
        )
