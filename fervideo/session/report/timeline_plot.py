"""The picture of a session: for each face its stable label, its raw label and its probabilities.

The stable label is a strip of colour, the raw label of each frame a thinner one under it, and
below them is the probability of every class over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session.edits import Edits, face_name
from fervideo.session.reader import Session
from fervideo.session.report.curves import draw_curves
from fervideo.session.report.marks_plot import draw_marks, name_marks
from fervideo.session.report.numbers import count_session
from fervideo.session.segments import Segment
from fervideo.session.summary import Summary, summarize

WIDTH_IN, LEFT_IN, RIGHT_IN, FACE_IN = 12.0, 0.9, 0.3, 3.05
"""Inches: the page, its margins, and the height of one face's block."""

RASTER_FROM = 2000
"""Stretches of one label from which on a strip becomes dots inside a vector picture."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of everything that is not an expression."""

    paper: str
    ink: str
    faint: str
    track: str


THEMES = {
    "light": Theme(paper="#FFFFFF", ink="#1F2328", faint="#636C76", track="#EEF0F2"),
    "dark": Theme(paper="#16191D", ink="#E6EAEE", faint="#98A1AB", track="#262B32"),
}


class Page:
    """A figure on which axes are placed from the top down, in inches."""

    def __init__(self, height: float, theme: Theme) -> None:
        self.figure = Figure(figsize=(WIDTH_IN, height), dpi=150, facecolor=theme.paper)
        FigureCanvasAgg(self.figure)
        self._height, self._used = height, 0.0

    def skip(self, inches: float) -> None:
        """Leave room."""
        self._used += inches

    def write(self, text: str, **style: Any) -> None:
        """Text at the left margin, its middle at the current height."""
        height = 1 - self._used / self._height
        self.figure.text(LEFT_IN / WIDTH_IN, height, text, va="center", parse_math=False, **style)

    def axes(self, inches: float, share: Axes | None) -> Axes:
        """Axes of this height between the margins, with nothing but their content."""
        self._used += inches
        left, width = LEFT_IN / WIDTH_IN, 1 - (LEFT_IN + RIGHT_IN) / WIDTH_IN
        bottom, height = 1 - self._used / self._height, inches / self._height
        axes = self.figure.add_axes((left, bottom, width, height), sharex=share)
        axes.tick_params(bottom=False, labelbottom=False)
        axes.spines[:].set_visible(False)
        return axes


def draw_timeline(
    session: Session,
    *,
    max_faces: int = 3,
    theme: Theme | None = None,
    edits: Edits | None = None,
    title: bool = True,
) -> Figure:
    """The picture of a session.

    Args:
        session: What to draw.
        max_faces: Draw the faces that are seen longest, at most so many.
        theme: Colours of paper and ink; light if None.
        edits: Give faces their names. They are not applied: see `edits.edited`.
        title: Write the session's name and main numbers above.

    Raises:
        SessionError: There is no row to draw.
    """
    if not len(session.timeline):
        raise SessionError(f"expected rows in the timeline of {session.folder}, found none to draw")
    theme = theme or THEMES["light"]
    summary = summarize(session)
    faces = sorted(summary.faces, key=lambda face: -face.frames)[:max_faces]
    ids = [face.face_id for face in faces] or [-1]
    page = Page((1.6 if title else 0.9) + FACE_IN * len(ids), theme)
    if title:
        _title(page, session, summary, theme)
    axes = None
    for face_id in ids:
        name = face_name(face_id, edits or Edits()) if face_id >= 0 else "No face"
        axes = _face(page, session, face_id, name, theme, axes)
    if axes is not None:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("seconds", fontsize=9, color=theme.faint)
    _legend(page.figure, _seconds(session, ids), session.classes, theme)
    return page.figure


def _seconds(session: Session, ids: Sequence[int]) -> dict[str, float]:
    """Seconds in each label on some faces, excluded ranges left out."""
    numbers = count_session(session)
    found = np.sum([face.seconds for face in numbers.faces if face.face_id in ids], axis=0)
    return dict(zip(numbers.names, np.broadcast_to(found, len(numbers.names)), strict=True))


def _title(page: Page, session: Session, summary: Summary, theme: Theme) -> None:
    source, model = (session.description.get(key) or {} for key in ("source", "model"))
    facts = [
        f"{summary.duration_s:.1f} s, {summary.frames} frames",
        f"model {model.get('name') or 'not named'}",
        f"label changes: {summary.label_changes}",
        f"frames without a face: {summary.frames_without_face}",
    ]
    if session.end_reason != "complete":
        facts.append(session.end_reason[:60])
    page.skip(0.34)
    name = str(source.get("name") or session.folder.name)
    page.write(name[:90], fontsize=15, fontweight="bold", color=theme.ink)
    page.skip(0.3)
    page.write("   ·   ".join(facts), fontsize=9, color=theme.faint)
    page.skip(0.06)


def _legend(
    figure: Figure, seconds: dict[str, float], classes: tuple[str, ...], theme: Theme
) -> None:
    handles = [Patch(**paint_of(name, classes, theme)) for name in seconds]
    legend_labels = [f"{name}  {s:.1f} s".replace("$", r"\$") for name, s in seconds.items()]
    figure.legend(
        handles,
        legend_labels,
        loc="lower left",
        bbox_to_anchor=((LEFT_IN - 0.08) / WIDTH_IN, 0.08 / figure.get_figheight()),
        ncols=min(len(handles), 8),
        frameon=False,
        fontsize=9,
        labelcolor=theme.ink,
        handlelength=1.0,
        handleheight=1.0,
        columnspacing=1.5,
        handletextpad=0.5,
    )


def paint_of(name: str, classes: tuple[str, ...], theme: Theme) -> dict[str, Any]:
    """Fill of a label: its colour, or hatching for unknown."""
    color = labels.color_of(name, classes)
    if name == labels.UNKNOWN:
        return {"facecolor": theme.track, "edgecolor": color, "hatch": "/////", "linewidth": 0.0}
    return {"facecolor": color, "linewidth": 0.0}


def _face(
    page: Page, session: Session, face_id: int, name: str, theme: Theme, above: Axes | None
) -> Axes:
    """Title, two strips and curves of one face, `FACE_IN` inches in all; the curves' axes."""
    page.skip(0.3)
    page.write(name[:60], fontsize=10, fontweight="bold", color=theme.ink)
    page.skip(0.13)
    stable = page.axes(0.36, above)
    page.skip(0.05)
    raw = page.axes(0.15, stable)
    page.skip(0.1)
    curves = page.axes(FACE_IN - 1.19, stable)
    page.skip(0.1)
    _strip(stable, session, face_id, theme, raw=False)
    _strip(raw, session, face_id, theme, raw=True)
    draw_curves(curves, session, face_id, (theme.paper, theme.faint, theme.track))
    for axes in (stable, raw, curves):
        draw_marks(axes, session.markers, theme.ink, theme.paper)
    start = float(session.timeline.time_s[0])
    end = float(np.nanmax(session.timeline.time_s + session.durations))
    curves.set_xlim(start, max(end, start + 1e-3))
    name_marks(stable, session.markers, theme.faint)
    return curves


def _strip(axes: Axes, session: Session, face_id: int, theme: Theme, *, raw: bool) -> None:
    """Coloured stretches of one label; where the face is not seen the track shows."""
    axes.set_facecolor(theme.track)
    axes.set(ylim=(0, 1), yticks=[])
    title = "each frame" if raw else "stable"
    axes.set_ylabel(title, rotation=0, ha="right", va="center", fontsize=8.5, color=theme.faint)
    width = float(np.ptp(session.timeline.time_s)) or 1.0
    segments = [segment for segment in session.segments(raw=raw) if segment.face_id == face_id]
    for name in {segment.label for segment in segments} - {labels.NO_LABEL}:
        paint = paint_of(name, session.classes, theme)
        stretches = [segment for segment in segments if segment.label == name]
        bars = [(s.start_s, s.duration_s) for s in stretches]
        axes.broken_barh(bars, (0, 1), rasterized=len(bars) > RASTER_FROM, **paint)
        for segment in [] if raw or len(stretches) > RASTER_FROM else stretches:
            _write_on(axes, segment, width, paint["facecolor"])


def _write_on(axes: Axes, segment: Segment, width: float, color: str) -> None:
    """The label on its stretch, if there is room: about 130 letters fit on the whole strip."""
    room = segment.duration_s / width * 130 - 2
    expression = labels.BY_NAME.get(segment.label)
    short = expression.short if expression else segment.label[:3].upper()
    text = next((text for text in (segment.label, short) if len(text) <= room), "")
    style: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "fontsize": 9,
        "color": _readable_on(color),
        "bbox": {"facecolor": color, "linewidth": 0, "pad": 2} if text else None,
    }
    middle = (segment.start_s + segment.end_s) / 2
    axes.text(middle, 0.47, text, clip_on=True, parse_math=False, **style)


def _readable_on(color: str) -> str:
    """Black or white, whichever contrasts more with `color` (relative luminance of WCAG 2)."""
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"
