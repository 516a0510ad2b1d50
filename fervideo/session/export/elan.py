"""ELAN's `.eaf`: a tier for each face, tiers for markers, and the video linked."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import fervideo
from fervideo import labels
from fervideo.session.export.job import ExportJob, need_package
from fervideo.session.export.media import Media, find_media, milliseconds
from fervideo.session.files import replacing
from fervideo.session.markers import MarkerKind
from fervideo.session.reader import Session

MOMENT_MS = 100
"""How long a moment is drawn: ELAN has no annotation without a length."""

TIERS = {MarkerKind.EVENT: "events", MarkerKind.EXCLUDE: "excluded", MarkerKind.NOTE: "notes"}

Annotation = tuple[int, int, str]


def write(job: ExportJob) -> None:
    """Write the annotations, in the time of the recorded video if there is one.

    Raises:
        NotPossibleError: pympi-ling is not installed.
    """
    need_package("pympi", "ELAN files")
    from pympi.Elan import Eaf

    media, _ = find_media(job)
    document = Eaf(author=f"fervideo {fervideo.__version__}")
    document.adocument["DATE"] = datetime.now(UTC).isoformat(timespec="seconds")
    document.remove_tier("default")
    if media is not None and media.is_file:
        _link(document, media, job.out)
    start_s = 0.0 if media is None else media.start_s
    for name, spans in _tiers(job, start_s):
        tier = _free(_printable(name), document.tiers)
        document.add_tier(tier)
        for start, end, text in spans:
            document.add_annotation(tier, start, end, text)
    with replacing(job.out) as temporary:
        document.to_file(str(temporary))


def _tiers(job: ExportJob, start_s: float) -> Iterable[tuple[str, list[Annotation]]]:
    """Every tier: a face's labels, the machine's beside if any was corrected, and the markers."""
    session, names = job.session, job.face_names()
    uncorrected = replace(session, timeline=session.timeline.uncorrected())
    shown, machine = _by_face(session, start_s), _by_face(uncorrected, start_s)
    for face_id, name in names.items():
        yield name, shown[face_id]
        if shown[face_id] != machine[face_id]:
            yield f"{name} (machine)", machine[face_id]
    for kind, tier in TIERS.items():
        marks = [
            _span(m.time_s - start_s, m.time_s + m.duration_s - start_s, _words(m.name, m.note))
            for m in job.session.markers
            if m.kind is kind
        ]
        for number, lane in enumerate(_lanes(marks), 1):
            yield tier if number == 1 else f"{tier} {number}", lane


def _by_face(session: Session, start_s: float) -> dict[int, list[Annotation]]:
    found: dict[int, list[Annotation]] = {face_id: [] for face_id in session.face_ids}
    for each in session.segments():
        if each.label != labels.NO_LABEL:
            span = _span(each.start_s - start_s, each.end_s - start_s, each.label)
            found[each.face_id].append(span)
    return {face_id: _in_a_row(spans) for face_id, spans in found.items()}


def _span(start_s: float, end_s: float, text: str) -> Annotation:
    start, end = milliseconds(start_s), milliseconds(end_s)
    return start, end if end > start else start + MOMENT_MS, _printable(text)


def _free(name: str, taken: Container[str]) -> str:
    """A tier's name that no other tier has."""
    numbered = (f"{name} {number}" for number in count(2))
    return name if name not in taken else next(n for n in numbered if n not in taken)


def _in_a_row(annotations: list[Annotation]) -> list[Annotation]:
    """Annotations of one tier, which must not overlap: each ends where the next begins."""
    starts = [start for start, _, _ in annotations[1:]]
    cut = [
        (start, min(end, following), text)
        for (start, end, text), following in zip(annotations, starts, strict=False)
    ]
    return [a for a in (*cut, *annotations[-1:]) if a[1] > a[0]]


def _lanes(annotations: list[Annotation]) -> list[list[Annotation]]:
    """Annotations that may overlap, spread over as few tiers as it takes."""
    lanes: list[list[Annotation]] = []
    for each in sorted(annotations):
        free = next((lane for lane in lanes if lane[-1][1] <= each[0]), None)
        if free is None:
            lanes.append([each])
        else:
            free.append(each)
    return lanes


def _words(name: str, note: str) -> str:
    return f"{name}: {note}" if name and note else name or note


def _printable(text: str) -> str:
    """Text without what XML cannot hold."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else " " for c in plain)


def _link(document: Any, media: Media, out: Path) -> None:
    """Name the video by its address and by its way from the document, so that both may move."""
    way = None
    with suppress(ValueError):  # on another drive
        way = f"./{Path(os.path.relpath(media.path.resolve(), out.parent.resolve())).as_posix()}"
    kind = mimetypes.guess_type(media.path.name)[0] or "video/*"
    document.add_linked_file(media.path.resolve().as_uri(), relpath=way, mimetype=kind)
