"""edits.json: what a person has changed about a session. The timeline itself is never altered."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fervideo.errors import SessionError
from fervideo.session.describe import write_description
from fervideo.session.reader import Session
from fervideo.session.regroup import merged, relabelled, without
from fervideo.session.schema import EDITS_FILE

FORMAT = "fervideo-edits"
VERSION = 1
LONGEST_TEXT = 200
"""Characters of a name or a label; more are cut off."""

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Correction:
    """A label that a person set.

    Attributes:
        face_id: The face.
        start_s: From the frame at this time...
        end_s: ...up to this time, that frame not included unless both times are the same.
        label: The right label: a class, `labels.UNKNOWN`, any other word, or `labels.NO_LABEL` for
            none.
    """

    face_id: int
    start_s: float
    end_s: float
    label: str

    def __post_init__(self) -> None:
        _check_id(self.face_id)
        if not (math.isfinite(self.start_s) and self.start_s <= self.end_s < math.inf):
            raise ValueError(
                f"expected a correction's start and end in seconds, found {self.start_s!r} "
                f"and {self.end_s!r}"
            )
        object.__setattr__(self, "label", _clean(self.label))

    def outside(self, start_s: float, end_s: float) -> tuple[Correction, ...]:
        """What is left of this correction when another takes the range."""
        overlap = self.start_s < end_s and start_s < self.end_s
        if not overlap and self.start_s != start_s:
            return (self,)
        before = (replace(self, end_s=start_s),) if self.start_s < start_s else ()
        after = (replace(self, start_s=end_s),) if self.end_s > end_s else ()
        return before + after


@dataclass(frozen=True, slots=True)
class Edits:
    """Everything a person changed about one session. Methods return new ones.

    A merged face goes by the number, the name and the visibility of the face it is; its own come
    back when the two are split.

    Attributes:
        names: Names of faces by their number.
        merged: The face that each merged one is; never itself a merged one.
        hidden: Faces that shall not appear.
        corrections: Labels set by hand; those of one face do not overlap.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    merged: Mapping[int, int] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    corrections: tuple[Correction, ...] = ()

    def __post_init__(self) -> None:
        for face_id in (*self.names, *self.merged, *self.merged.values(), *self.hidden):
            _check_id(face_id)
        for face_id, into in self.merged.items():
            if into in self.merged:
                raise ValueError(
                    f"expected each face merged into one that is not merged itself, found "
                    f"{face_id} merged into {into}, and {into} into {self.merged[into]}"
                )
        cleaned = {face_id: _clean(name) for face_id, name in sorted(self.names.items())}
        object.__setattr__(self, "names", {i: name for i, name in cleaned.items() if name})
        object.__setattr__(self, "merged", dict(sorted(self.merged.items())))

    def face(self, face_id: int) -> int:
        """The number under which a face goes: its own, or that of the face it was merged into."""
        return self.merged.get(face_id, face_id)

    def name_of(self, face_id: int) -> str:
        """The name of a face, else that of one merged into it, else empty."""
        root = self.face(face_id)
        group = (root, *(i for i, into in self.merged.items() if into == root))
        return next((self.names[i] for i in group if i in self.names), "")

    def named(self, face_id: int, name: str) -> Edits:
        """Give a face a name; an empty one takes its name away."""
        return replace(self, names={**self.names, self.face(face_id): name})

    def merge(self, face_id: int, into: int) -> Edits:
        """Say that a face, and all that were merged into it, are the face `into`."""
        root = self.face(into)
        if self.face(face_id) == root:
            return self
        moved = {i: root for i, at in self.merged.items() if at == face_id}
        return replace(self, merged={**self.merged, **moved, face_id: root})

    def split(self, face_id: int) -> Edits:
        """Undo the merging of a face; of one that others were merged into, all of them."""
        kept = {i: at for i, at in self.merged.items() if face_id not in (i, at)}
        return replace(self, merged=kept)

    def hide(self, face_id: int, on: bool = True) -> Edits:
        """Hide a face, or show it again."""
        face = frozenset({self.face(face_id)})
        return replace(self, hidden=self.hidden | face if on else self.hidden - face)

    def correct(self, face_id: int, start_s: float, end_s: float, label: str | None) -> Edits:
        """Set the label of a face from one time up to another; None gives back the machine's.

        What was corrected before in that range is forgotten.
        """
        new = Correction(self.face(face_id), start_s, end_s, label or "")
        kept: list[Correction] = []
        for old in self.corrections:
            same = self.face(old.face_id) == new.face_id
            kept.extend(old.outside(start_s, end_s) if same else (old,))
        if label is not None:
            kept.append(new)
        kept.sort(key=lambda c: (c.face_id, c.start_s, -c.end_s))
        return replace(self, corrections=tuple(kept))


def face_name(face_id: int, edits: Edits) -> str:
    """The name of a face, or `Face 3`."""
    return edits.name_of(face_id) or f"Face {edits.face(face_id)}"


def edited(session: Session, edits: Edits) -> Session:
    """The session as a person has corrected it: merged, without hidden faces, relabelled.

    The timeline's `machine_label` and `corrected` tell what was recorded and what a person set;
    `raw_label` and every number stay the machine's. Excluded ranges are in it still: see
    `markers.excluded`.
    """
    timeline = without(merged(session.timeline, edits.merged), edits.hidden)
    for each in edits.corrections:
        face_id = edits.face(each.face_id)
        timeline = relabelled(timeline, face_id, each.start_s, each.end_s, each.label)
    return replace(session, timeline=timeline)


def read_edits(folder: Path) -> Edits:
    """The edits of a session folder; none if there is no file.

    Raises:
        SessionError: The file is damaged or of a newer version; it is left as it is.
    """
    path = Path(folder) / EDITS_FILE
    if not path.exists():
        return Edits()
    try:
        return _parse(json.loads(path.read_bytes().decode("utf-8-sig")))
    except (OSError, ValueError, OverflowError, RecursionError) as error:
        raise SessionError(f"cannot read the edits in {path}: {error}") from error


def write_edits(folder: Path, edits: Edits) -> None:
    """Replace the edits of a session folder as a whole.

    Raises:
        SessionError: The disk refuses; the old file is still there.
    """
    path = Path(folder) / EDITS_FILE
    content = {
        "format": FORMAT,
        "version": VERSION,
        "names": {str(i): name for i, name in edits.names.items()},
        "merged": {str(i): into for i, into in edits.merged.items()},
        "hidden": sorted(edits.hidden),
        "corrections": [asdict(each) for each in edits.corrections],
    }
    try:
        write_description(path, content)
    except OSError as error:
        raise SessionError(
            f"cannot write the edits in {path}: {error.strerror or error}; make room, or check "
            "that the folder can be written"
        ) from error


def _parse(found: object) -> Edits:
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"expected the format {FORMAT}, found another")
    version = found.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise ValueError(
            f"expected version {VERSION}, found {version!r}; a newer fervideo may read it"
        )
    parts = {"names": dict, "merged": dict, "hidden": list, "corrections": list}
    unknown = sorted(set(found) - set(parts) - {"format", "version"})
    if unknown:
        raise ValueError(f"expected {', '.join(parts)}, found {unknown[0]!r}")
    for name, kind in parts.items():
        if not isinstance(found.get(name, kind()), kind):
            raise ValueError(f"expected a {kind.__name__} of {name}, found {found[name]!r}")
    return Edits(
        names=_by_id(found.get("names", {})),
        merged=_by_id(found.get("merged", {})),
        hidden=frozenset(map(_check_id, found.get("hidden", []))),
        corrections=tuple(_corrections(found.get("corrections", []))),
    )


def _by_id(found: Mapping[str, Any]) -> dict[int, Any]:
    for key in found:
        if not (key.isascii() and key.isdecimal() and str(int(key)) == key):
            raise ValueError(f"expected the number of a face, found {key!r}")
    return {int(key): value for key, value in found.items()}


def _corrections(found: Iterable[object]) -> Iterable[Correction]:
    keys = {"face_id", "start_s", "end_s", "label"}
    for each in found:
        if not isinstance(each, dict) or set(each) != keys:
            raise ValueError(f"expected corrections of {', '.join(sorted(keys))}, found {each!r}")
        for key in ("start_s", "end_s"):
            if type(each[key]) not in (int, float):
                raise ValueError(f"expected {key} in seconds, found {each[key]!r}")
        yield Correction(
            each["face_id"], float(each["start_s"]), float(each["end_s"]), each["label"]
        )


def _check_id(face_id: object) -> int:
    if type(face_id) is not int or not 0 <= face_id <= _LARGEST_ID:
        raise ValueError(f"expected the number of a face, found {face_id!r}")
    return face_id


def _clean(text: object) -> str:
    """One line without control characters or blanks at its ends."""
    if not isinstance(text, str):
        raise ValueError(f"expected a name, found {text!r}")
    plain = text.encode("utf-8", "replace").decode("utf-8")
    line = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    return line[:LONGEST_TEXT].rstrip()
