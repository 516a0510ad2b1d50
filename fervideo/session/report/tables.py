"""The tables of a report, as HTML."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from html import escape

from fervideo import labels
from fervideo.session.report.groups_plot import Row, all_names, share_of
from fervideo.session.report.numbers import FaceNumbers, SessionNumbers

NO_FACE = "<p>No face was found.</p>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table; cells are text, and escaped here. Numbers are set to the right by their look."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    write = _text if kind == "facts" else _cell
    body = "".join(f"<tr>{''.join(write(cell) for cell in row)}</tr>" for row in rows)
    thead = f"<thead><tr>{top}</tr></thead>" if head else ""
    return f"<div class='wide'><table class='{kind}'>{thead}<tbody>{body}</tbody></table></div>"


def seconds(value: float) -> str:
    """`12.3 s`, or a dash for nothing at all."""
    return f"{value:.1f} s" if value > 0 else "–"


def percent(value: float) -> str:
    """`12.3 %`, a dash where there is nothing to divide."""
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def number(value: float, digits: int = 1) -> str:
    """A number, a dash for NaN."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def faces_table(numbers: SessionNumbers) -> str:
    """A row for each label, two columns for each face: seconds and stretches, with the share."""
    if not numbers.faces:
        return NO_FACE
    head = ["", *(name for face in numbers.faces for name in (face.name, "share", "stretches"))]
    rows = []
    for at, name in enumerate(numbers.names):
        cells = [name]
        for face in numbers.faces:
            share = face.seconds[at] / face.labelled_s if face.labelled_s else math.nan
            cells += [seconds(face.seconds[at]), percent(share), str(face.segments[at] or "–")]
        rows.append(cells)
    rows.append(["any label", *_spread([seconds(f.labelled_s) for f in numbers.faces])])
    rows.append(["changes", *_spread([str(f.changes) for f in numbers.faces])])
    per_minute = [number(f.changes_per_minute) for f in numbers.faces]
    rows.append(["changes a minute", *_spread(per_minute)])
    return table(head, rows)


def missing_table(numbers: SessionNumbers) -> str:
    """Where the time went that has no believable label."""
    whole = numbers.duration_s
    rows = [
        ("analysed", seconds(whole), f"{numbers.frames} frames"),
        ("excluded by hand", seconds(numbers.excluded_s), _part(numbers.excluded_s, whole)),
        ("no face", seconds(numbers.no_face_s), _part(numbers.no_face_s, whole)),
    ]
    for face in numbers.faces:
        rows.append((f"{face.name}: low quality", seconds(face.low_quality_s), _in_view(face, 0)))
        rows.append((f"{face.name}: no label", seconds(face.unlabelled_s), _in_view(face, 1)))
        if face.corrected_s:
            rows.append((f"{face.name}: set by hand", seconds(face.corrected_s), _in_view(face, 2)))
    dropped = "not known" if numbers.frames_dropped is None else str(numbers.frames_dropped)
    rows.append(("frames dropped", dropped, "came while another was analysed"))
    if numbers.frames_lost:
        rows.append(("frames lost", str(numbers.frames_lost), "the timeline's file has been cut"))
    return table((), rows)


def transitions_tables(numbers: SessionNumbers) -> str:
    """For each face that changed: how often one label (row) gave way to another (column)."""
    return "".join(_transitions(f, numbers.names) for f in numbers.faces) or NO_FACE


def overview_table(rows: Sequence[Row]) -> str:
    """A row for each session."""
    names = all_names([numbers for _, _, numbers in rows])
    head = ["session", "group", "analysed", "faces", "changes a minute", *names]
    return table(
        head,
        [
            [
                title,
                group or "–",
                seconds(numbers.duration_s),
                str(len(numbers.faces)),
                number(numbers.changes_per_minute),
                *(percent(share_of(numbers, name)) for name in names),
            ]
            for title, group, numbers in rows
        ],
        "dense",
    )


def groups_table(rows: Sequence[Row]) -> str:
    """Mean and standard deviation over the sessions of each group; empty without groups."""
    groups = [group for group in dict.fromkeys(row[1] for row in rows) if group]
    if not groups:
        return ""
    names = all_names([numbers for _, _, numbers in rows])
    body = []
    for group in groups:
        members = [numbers for _, own, numbers in rows if own == group]
        shares = [[100 * share_of(m, name) for m in members] for name in names]
        changes = [m.changes_per_minute for m in members]
        body.append([group, str(len(members)), _mean_sd(changes), *map(_mean_sd, shares)])
    head = ["group", "sessions", "changes a minute", *(f"{name}, %" for name in names)]
    note = "<p class='note'>Mean ± standard deviation over sessions.</p>"
    return table(head, body, "dense") + note


def _mean_sd(values: Sequence[float]) -> str:
    known = [v for v in values if not math.isnan(v)]
    if not known:
        return "–"
    spread = f" ± {statistics.stdev(known):.1f}" if len(known) > 1 else ""
    return f"{statistics.fmean(known):.1f}{spread}"


def _spread(cells: Sequence[str]) -> list[str]:
    """One value a face, where a face has three columns."""
    return [cell for value in cells for cell in (value, "", "")]


def _part(value: float, whole: float) -> str:
    return percent(value / whole) if whole else "–"


def _in_view(face: FaceNumbers, which: int) -> str:
    view = face.labelled_s + face.unlabelled_s
    value = (face.low_quality_s, face.unlabelled_s, face.corrected_s)[which]
    return f"{percent(value / view)} of its time in view" if view else "–"


def _transitions(face: FaceNumbers, names: Sequence[str]) -> str:
    if not face.changes:
        return f"<p>{escape(face.name)}: no change.</p>"
    used = [
        i for i in range(len(names)) if face.transitions[i].any() or face.transitions[:, i].any()
    ]
    most = int(face.transitions.max())
    head = "".join(f"<th>{escape(names[i])}</th>" for i in used)
    body = "".join(
        f"<tr><td>{_swatch(names[i], names)}{escape(names[i])}</td>"
        + "".join(_count(int(face.transitions[i, j]), most, i == j) for j in used)
        + "</tr>"
        for i in used
    )
    return (
        f"<p>{escape(face.name)}, from the row to the column:</p><div class='wide'>"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _swatch(name: str, names: Sequence[str]) -> str:
    return f"<i style='background:{labels.color_of(name, tuple(names))}'></i>"


def _count(count: int, most: int, same: bool) -> str:
    if same:
        return "<td class='same'></td>"
    depth = 0.06 + 0.44 * count / most if count else 0
    return f"<td class='n' style='background:rgba(91,71,199,{depth:.2f})'>{count or ''}</td>"


def _text(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _cell(text: str) -> str:
    is_number = text[:1].isdigit() or text == "–"
    return f"<td class='n'>{escape(text)}</td>" if is_number else _text(text)
