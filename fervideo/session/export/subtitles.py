"""SubRip subtitles: the expressions as text under the video, in any player."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fervideo import labels
from fervideo.session.export.job import ExportJob
from fervideo.session.export.media import find_media, milliseconds
from fervideo.session.files import write_whole

_SIGNS = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})
"""Signs that players take for commands."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Lines of text from one time up to another, in milliseconds of the video."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def write(job: ExportJob) -> None:
    """Write the subtitles, in the time of the recorded video if there is one.

    A line a face, named if there are several. At no time are there two subtitles, since players
    show such ones each in their own way.
    """
    media, _ = find_media(job)
    names = job.face_names()
    start_s = 0.0 if media is None else media.start_s
    spans = [
        (
            milliseconds(segment.start_s - start_s),
            milliseconds(segment.end_s - start_s),
            segment.face_id,
            f"{names[segment.face_id]}: {segment.label}" if len(names) > 1 else segment.label,
        )
        for segment in job.session.segments()
        if segment.label != labels.NO_LABEL
    ]
    order = {face_id: place for place, face_id in enumerate(names)}
    texts = [_cue_text(number, cue) for number, cue in enumerate(cues(spans, order), 1)]
    write_whole(job.out, "\r\n".join(texts).encode("utf-8", "replace"))


def cues(spans: Iterable[tuple[int, int, int, str]], order: dict[int, int]) -> list[Cue]:
    """Subtitles that follow each other, from texts that may overlap.

    Args:
        spans: Start and end in milliseconds, face, text; those of one face do not overlap.
        order: Which face's line comes first.
    """
    changes: list[tuple[int, bool, int, str]] = []
    for start, end, face, text in spans:
        if end > start:
            changes += [(start, True, face, text), (end, False, face, text)]
    changes.sort(key=lambda change: change[:2])  # at the same time, what ends comes first
    found: list[Cue] = []
    shown: dict[int, str] = {}
    since = 0
    for at, begins, face, text in changes:
        if shown and at > since:
            lines = tuple(shown[i] for i in sorted(shown, key=order.__getitem__))
            _add(found, Cue(since, at, lines))
        if begins:
            shown[face] = text
        elif shown.get(face) == text:
            del shown[face]
        since = at
    return found


def _add(found: list[Cue], cue: Cue) -> None:
    """Append a cue, or lengthen the last one if it goes on."""
    if found and found[-1].end_ms == cue.start_ms and found[-1].lines == cue.lines:
        cue = Cue(found.pop().start_ms, cue.end_ms, cue.lines)
    found.append(cue)


def _cue_text(number: int, cue: Cue) -> str:
    lines = "\r\n".join(line.translate(_SIGNS) for line in cue.lines)
    return f"{number}\r\n{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\r\n{lines}\r\n"


def _clock(time_ms: int) -> str:
    seconds, thousandths = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{thousandths:03d}"
