"""A BIDS data set: one subject a session, its segments as events, its probabilities as physio."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fervideo
from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session.edits import face_name
from fervideo.session.export.bids_physio import Recording, recordings
from fervideo.session.export.job import ExportJob
from fervideo.session.files import write_whole
from fervideo.session.markers import MarkerKind
from fervideo.session.schema import number_cell

BIDS_VERSION = "1.11.1"
TASK = "recording"
MISSING = "n/a"

README = """\
Facial expressions that fervideo recognised in recordings.

Each subject is one recording session; participants.tsv tells which. Its events are the stretches
of time in which a face wore one label, and what a person marked. Its physiological recordings, one
a face, are the probabilities of the classes at a fixed rate: each sample holds the values of the
frame that was shown at its time, and n/a while the face was not seen. Time 0 is the first frame of
the source. The sidecar files describe every column.
"""

EXPRESSION = "expression"
EVENT_COLUMNS: dict[str, dict[str, Any]] = {
    "onset": {"Description": "Start, from the first frame of the source", "Units": "s"},
    "duration": {"Description": "Length; 0 for a moment", "Units": "s"},
    "trial_type": {"Description": "The expression's label, or the marker's name"},
    "kind": {
        "Description": "What the row is",
        "Levels": {
            EXPRESSION: "A stretch of time in which one face wore one label",
            "event": "A moment or range that a person marked",
            "exclude": "A range that a person excluded from statistics",
            "note": "A person's remark",
        },
    },
    "face_id": {"Description": "Number of the face"},
    "face_name": {"Description": "Name of the face"},
    "machine_label": {"Description": "The label as it was recorded, before any correction"},
    "confidence": {"Description": "Mean probability of the label's class"},
    "note": {"Description": "Free text of the marker"},
}


def write(job: ExportJob) -> None:
    """Write a session into the data set folder `job.out`, made if there is none.

    A session that is in it already is replaced; others stay.

    Raises:
        SessionError: The folder holds something else, or the session is too long to resample.
    """
    made = recordings(job)
    job.out.mkdir(parents=True, exist_ok=True)
    _describe_data_set(job.out)
    subject = _subject(job)
    folder = job.out / subject / "beh"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{subject}_task-{TASK}"
    _write_json(folder / f"{stem}_events.json", EVENT_COLUMNS)
    write_whole(folder / f"{stem}_events.tsv", _tsv([list(EVENT_COLUMNS), *_events(job)]))
    written = {_write_recording(folder, stem, each) for each in made}
    for old in folder.glob(f"{stem}_recording-face*_physio.*"):
        if old.name.split(".")[0] not in written:  # of a face that has been merged or hidden since
            old.unlink()


def _write_recording(folder: Path, stem: str, recording: Recording) -> str:
    name = f"{stem}_recording-{recording.label}_physio"
    _write_json(folder / f"{name}.json", recording.description)
    write_whole(folder / f"{name}.tsv.gz", recording.data)
    return name


def _events(job: ExportJob) -> list[list[str]]:
    """Rows of segments and markers, by onset."""
    rows: list[tuple[float, list[str]]] = []
    for each in job.session.segments():
        if each.label != labels.NO_LABEL:
            name, confidence = face_name(each.face_id, job.edits), number_cell(each.confidence, 6)
            face = [str(each.face_id), name, each.machine_label, confidence, ""]
            rows.append((each.start_s, [_s(each.duration_s), each.label, EXPRESSION, *face]))
    for mark in job.session.markers:
        name = mark.name or str(MarkerKind.EVENT)
        cells = [_s(mark.duration_s), name, str(mark.kind), "", "", "", "", mark.note]
        rows.append((mark.time_s, cells))
    return [[_s(onset), *cells] for onset, cells in sorted(rows, key=lambda row: row[0])]


def _s(seconds: float) -> str:
    return number_cell(seconds, 6)


def _describe_data_set(folder: Path) -> None:
    """Make the description of a new data set; that of an old one stays.

    Raises:
        SessionError: The folder has files, but is no data set.
    """
    path = folder / "dataset_description.json"
    if path.exists():
        return
    if any(folder.iterdir()):
        raise SessionError(
            f"expected an empty folder or a BIDS data set, found other files in {folder}; "
            "choose another folder"
        )
    description = {
        "Name": "Facial expressions",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "fervideo", "Version": fervideo.__version__}],
    }
    _write_json(path, description)
    write_whole(folder / "README", README.encode())


def _subject(job: ExportJob) -> str:
    """The subject that stands for the session: the one it had, or a new one with a free name."""
    path = job.out / "participants.tsv"
    described = job.session.description
    session, started = job.session.folder.resolve().name, str(described.get("started") or MISSING)
    header, rows = _participants(path)
    place = {name: header.index(name) for name in ("participant_id", "session", "started")}
    (line,) = csv.reader(io.StringIO(_tsv([[session, started]]).decode()), delimiter="\t")
    for row in rows:
        if [row[place["session"]], row[place["started"]]] == line:
            return row[place["participant_id"]]
    word = re.sub(r"[^A-Za-z0-9]", "", session) or "session"
    taken = {row[place["participant_id"]].casefold() for row in rows}
    numbered = (f"sub-{word}{number or ''}" for number in range(len(taken) + 1))
    subject = next(name for name in numbered if name.casefold() not in taken)
    new = dict.fromkeys(header, MISSING)
    new |= {"participant_id": subject, "session": session, "started": started}
    write_whole(path, _tsv([header, *rows, list(new.values())]))
    _write_json(
        path.with_suffix(".json"),
        {
            "session": {"Description": "Name of the session folder"},
            "started": {"Description": "When it was recorded or analysed, UTC"},
        },
    )
    return subject


def _participants(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the data set's subjects; columns that a person added stay."""
    header = ["participant_id", "session", "started"]
    if not path.exists():
        return header, []
    try:
        text = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
        found = [row for row in csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except (ValueError, csv.Error) as error:
        raise SessionError(f"cannot read {path}: {error}") from error
    if not found or not set(header) <= set(found[0]) or len({len(row) for row in found}) > 1:
        raise SessionError(
            f"expected the columns {', '.join(header)} in {path}, found others; "
            "choose another folder"
        )
    return found[0], found[1:]


def _tsv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as BIDS wants them: tabs between, no quotes, `n/a` for nothing."""
    lines = ("\t".join(re.sub(r"\s+", " ", cell).strip() or MISSING for cell in r) for r in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _write_json(path: Path, content: object) -> None:
    write_whole(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
