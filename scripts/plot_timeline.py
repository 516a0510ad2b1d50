"""Draw the timeline of a session as a picture: `python scripts/plot_timeline.py SESSION [-o PNG]`.

For each face: the stable label as a strip of colour, the raw label of each frame under it, and
the probability of every class over time. Needs the extra `train` (matplotlib).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import FervideoError, SessionError
from fervideo.session import Segment, Session, Summary, read_session, summarize

WIDTH_IN, LEFT_IN, RIGHT_IN, FACE_IN = 12.0, 0.9, 0.3, 3.05
"""Inches: the page, its margins, and the height of one face's block."""

MEAN_S = 0.5
"""Width of the running mean that the bold curves show."""


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


def draw_timeline(session: Session, *, max_faces: int = 3, theme: Theme | None = None) -> Figure:
    """The picture of a session.

    Args:
        session: What to draw.
        max_faces: Draw the faces that are seen longest, at most so many.
        theme: Colours of paper and ink; light if None.

    Raises:
        SessionError: There is no row to draw.
    """
    if not len(session.timeline):
        raise SessionError(f"expected rows in the timeline of {session.folder}, found none to draw")
    theme = theme or THEMES["light"]
    summary = summarize(session)
    faces = sorted(summary.faces, key=lambda face: -face.frames)[:max_faces]
    ids = [face.face_id for face in faces] or [-1]
    page = Page(1.6 + FACE_IN * len(ids), theme)
    _title(page, session, summary, theme)
    axes = None
    for face_id in ids:
        axes = _face(page, session, face_id, theme, axes)
    if axes is not None:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("seconds", fontsize=9, color=theme.faint)
    seconds = {
        name: sum(face.seconds.get(name, 0.0) for face in faces)
        for name in (*session.classes, labels.UNKNOWN)
        if name != labels.UNKNOWN or name in summary.seconds
    }
    _legend(page.figure, seconds, session.classes, theme)
    return page.figure


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
    handles = [Patch(**_paint(name, classes, theme)) for name in seconds]
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


def _paint(name: str, classes: tuple[str, ...], theme: Theme) -> dict[str, Any]:
    """Fill of a label: its colour, or hatching for unknown."""
    color = labels.color_of(name, classes)
    if name == labels.UNKNOWN:
        return {"facecolor": theme.track, "edgecolor": color, "hatch": "/////", "linewidth": 0.0}
    return {"facecolor": color, "linewidth": 0.0}


def _face(page: Page, session: Session, face_id: int, theme: Theme, above: Axes | None) -> Axes:
    """Title, two strips and curves of one face, `FACE_IN` inches in all; the curves' axes."""
    page.skip(0.3)
    title = "no face" if face_id < 0 else f"face {face_id}"
    page.write(title, fontsize=10, fontweight="bold", color=theme.ink)
    page.skip(0.13)
    stable = page.axes(0.36, above)
    page.skip(0.05)
    raw = page.axes(0.15, stable)
    page.skip(0.1)
    curves = page.axes(FACE_IN - 1.19, stable)
    page.skip(0.1)
    _strip(stable, session, face_id, theme, raw=False)
    _strip(raw, session, face_id, theme, raw=True)
    _curves(curves, session, face_id, theme)
    for marker in session.markers:
        for axes in (stable, raw, curves):
            axes.axvline(marker.time_s, color=theme.ink, linewidth=0.8, linestyle=(0, (2, 2)))
    start = float(session.timeline.time_s[0])
    end = float(np.nanmax(session.timeline.time_s + session.durations))
    curves.set_xlim(start, max(end, start + 1e-3))
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
        paint = _paint(name, session.classes, theme)
        stretches = [segment for segment in segments if segment.label == name]
        axes.broken_barh([(s.start_s, s.duration_s) for s in stretches], (0, 1), **paint)
        for segment in [] if raw else stretches:
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


def _curves(axes: Axes, session: Session, face_id: int, theme: Theme) -> None:
    axes.set_facecolor(theme.paper)
    axes.set(ylim=(-0.02, 1.02), yticks=[0, 0.5, 1])
    axes.tick_params(colors=theme.faint, labelsize=8.5, length=0, pad=5)
    axes.grid(axis="y", color=theme.track, linewidth=1.0)
    axes.set_axisbelow(True)
    axes.set_ylabel(
        f"probability\nbold: mean of {MEAN_S:g} s", fontsize=8.5, color=theme.faint, labelpad=4
    )
    rows = session.timeline.face_id == face_id
    times, ends = session.timeline.time_s[rows], (session.timeline.time_s + session.durations)[rows]
    values = session.timeline.probabilities[rows]
    gaps = np.flatnonzero(times[1:] > ends[:-1] + 1e-6) + 1
    mean = running_mean(times, values, MEAN_S, gaps)
    broken = np.insert(times, gaps, np.nan)
    for column, name in enumerate(session.classes):
        color = labels.color_of(name, session.classes)
        thin, bold = (np.insert(v[:, column], gaps, np.nan) for v in (values, mean))
        axes.plot(broken, thin, color=color, linewidth=0.5, alpha=0.35)
        axes.plot(broken, bold, color=color, linewidth=1.9, solid_capstyle="round")


def running_mean(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    width_s: float,
    gaps: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Mean of `values` (r, C) over a window of `width_s` seconds around each of `times` (r,).

    The window never reaches over a gap: `gaps` are the rows before which something is missing.
    NaN counts as absent.
    """
    parts = []
    for t, v in zip(np.split(times, gaps), np.split(values, gaps), strict=True):
        known = np.isfinite(v)
        nothing = np.zeros((1, v.shape[1]))
        total = np.vstack([nothing, np.cumsum(np.where(known, v, 0.0), axis=0)])
        count = np.vstack([nothing, np.cumsum(known, axis=0)])
        first = np.searchsorted(t, t - width_s / 2, side="left")
        last = np.searchsorted(t, t + width_s / 2, side="right")
        number = count[last] - count[first]
        mean = (total[last] - total[first]) / np.maximum(number, 1)
        parts.append(np.where(number > 0, mean, np.nan))
    return np.concatenate(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw one session; returns the exit status, 2 after bad input."""
    parser = argparse.ArgumentParser(description="Draw the timeline of a session as a PNG.")
    parser.add_argument("session", type=Path, help="session folder")
    parser.add_argument("-o", "--output", type=Path, help="PNG file; timeline.png in the session")
    parser.add_argument("--faces", type=int, default=3, help="draw at most so many faces")
    parser.add_argument("--theme", choices=sorted(THEMES), default="light")
    options = parser.parse_args(arguments)
    output = options.output or options.session / "timeline.png"
    try:
        session = read_session(options.session)
        theme = THEMES[options.theme]
        draw_timeline(session, max_faces=max(1, options.faces), theme=theme).savefig(output)
    except (FervideoError, OSError, ValueError) as error:
        sys.stderr.write(f"plot_timeline: {error}\n")
        return 2
    sys.stdout.write(f"{output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
