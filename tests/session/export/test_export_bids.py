"""The BIDS data set, held against the standard's own machine-readable schema."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from bidsschematools.schema import load_schema
from bidsschematools.validator import validate_bids

from fervideo.errors import SessionError
from fervideo.session import Edits, edited, write_edits
from fervideo.session.export import export_session
from fervideo.session.segments import shown_at

SUBJECT = "sub-clip1"
STEM = f"{SUBJECT}_task-recording"


@pytest.fixture(scope="module")
def schema():
    return load_schema()


def read_tsv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_physio(path: Path) -> tuple[dict, np.ndarray]:
    described = json.loads(path.with_name(path.name.replace(".tsv.gz", ".json")).read_text())
    with gzip.open(path, "rt", encoding="ascii") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return described, np.array([[math.nan if c == "n/a" else float(c) for c in r] for r in rows])


def test_every_file_has_a_name_the_standard_knows(recorded):
    root = recorded.export("bids")
    assert len([p for p in root.rglob(f"{STEM}*") if p.is_file()]) == 6
    result = validate_bids([str(root)])
    assert result["path_tracking"] == []
    assert len(result["path_listing"]) == 10
    (root / SUBJECT / "beh" / "notes.tsv").write_text("x")
    assert len(validate_bids([str(root)])["path_tracking"]) == 1, "it does look"


def test_required_fields_are_there(recorded, schema):
    root = recorded.export("bids")
    description = json.loads((root / "dataset_description.json").read_text())
    rules = schema.rules.json.dataset
    required = _required(rules.dataset_description) | _required(rules.derivative_description)
    assert required <= set(description)
    assert description["BIDSVersion"] <= schema.bids_version
    for path in (root / SUBJECT / "beh").glob("*_physio.json"):
        assert _required(schema.rules.sidecars.continuous.Continuous) <= set(
            json.loads(path.read_text())
        )
    columns = schema.rules.tabular_data.events.Events
    events = read_tsv(root / SUBJECT / "beh" / f"{STEM}_events.tsv")
    assert list(events[0])[:2] == list(columns.initial_columns)
    sidecar = json.loads((root / SUBJECT / "beh" / f"{STEM}_events.json").read_text())
    assert set(events[0]) == set(sidecar), "every column is described"


def _required(rule) -> set[str]:
    fields = rule.fields
    levels = {n: f if isinstance(f, str) else f["level"] for n, f in fields.items()}
    return {name for name, level in levels.items() if level == "required"}


def test_events_are_segments_and_markers_by_onset(recorded):
    events = read_tsv(recorded.export("bids") / SUBJECT / "beh" / f"{STEM}_events.tsv")
    onsets = [float(e["onset"]) for e in events]
    assert onsets == sorted(onsets)
    assert all(float(e["duration"]) >= 0 for e in events)
    assert all(cell for event in events for cell in event.values()), "nothing is empty"
    segments = [e for e in events if e["kind"] == "expression"]
    expected = [s for s in edited(recorded.session, recorded.edits).segments() if s.label]
    assert len(segments) == len(expected)
    (fear,) = [e for e in segments if e["machine_label"] == "anger" and e["trial_type"] == "fear"]
    assert (fear["face_name"], fear["onset"], fear["duration"]) == (
        "Face 2",
        "1.000000",
        "0.040000",
    )
    marks = [(e["trial_type"], e["kind"], e["note"]) for e in events if e["kind"] != "expression"]
    assert marks == [
        ("bell", "event", "first, <loud>"),
        ("=2+3", "event", "n/a"),
        ("exclude", "exclude", "cable"),
        ("exclude", "exclude", "cable again"),
        ("note", "note", "tired"),
    ]


def test_physio_samples_are_the_frames_shown_then_and_gaps_are_missing(recorded):
    folder = recorded.export("bids") / SUBJECT / "beh"
    described, values = read_physio(folder / f"{STEM}_recording-face1_physio.tsv.gz")
    assert (described["SamplingFrequency"], described["StartTime"]) == (25.0, 1.0)
    assert values.shape == (19, len(described["Columns"]))
    session = edited(recorded.session, recorded.edits)
    timeline = session.timeline
    happy = values[:, described["Columns"].index("p_happiness")]
    inside = values[:, described["Columns"].index("excluded")]
    ends = timeline.time_s + session.durations
    for sample, (value, out) in enumerate(zip(happy, inside, strict=True)):
        time_s = 1.0 + sample / 25
        (rows,) = np.nonzero(
            (timeline.face_id == 1) & (timeline.time_s <= time_s + 1e-6) & (time_s < ends - 1e-6)
        )
        if len(rows):
            (row,) = rows
            assert value == pytest.approx(timeline.probabilities[row, 1], abs=1e-5)
        else:
            assert math.isnan(value)
        assert out == (1.24 - 1e-6 < time_s < 1.64 - 1e-6)
    assert np.isnan(happy).sum() == 4
    assert not (folder / f"{STEM}_recording-face4_physio.json").exists(), "it is hidden"


def test_a_second_export_replaces_and_another_session_joins(recorded, record):
    root = recorded.export("bids", Edits())
    beh = root / SUBJECT / "beh"
    assert len(list(beh.glob("*_physio.tsv.gz"))) == 4
    added = (root / "participants.tsv").read_text().replace("started\n", "started\tage\n")
    (root / "participants.tsv").write_text(re.sub(r"Z\n", "Z\t33\n", added))
    recorded.export("bids")
    assert len(list(beh.glob("*_physio.tsv.gz"))) == 2, "those of merged and hidden faces went"
    other = record(folder="clip-1")
    export_session(other.session, other.edits, "bids", root)
    people = read_tsv(root / "participants.tsv")
    assert [(p["participant_id"], p["session"], p["age"]) for p in people] == [
        (SUBJECT, "clip 1", "33"),
        ("sub-clip11", "clip-1", "n/a"),
    ]
    assert len(list(root.glob("sub-*"))) == 2


def test_a_folder_with_other_files_is_left_alone(recorded):
    root = recorded.out / "bids"
    root.mkdir(parents=True)
    (root / "thesis.txt").write_text("precious")
    with pytest.raises(SessionError, match="found other files"):
        recorded.export("bids")
    assert [p.name for p in root.iterdir()] == ["thesis.txt"]
    (root / "thesis.txt").unlink()
    (root / "dataset_description.json").write_text("{}")
    (root / "participants.tsv").write_text("participant_id\tage\nsub-01\t33\n")
    with pytest.raises(SessionError, match="expected the columns participant_id, session"):
        recorded.export("bids")


def test_a_session_without_rows_has_events_alone(record):
    empty = record(frames=[])
    write_edits(empty.session.folder, Edits())
    folder = empty.export("bids") / SUBJECT / "beh"
    assert len(read_tsv(folder / f"{STEM}_events.tsv")) == 5
    assert not list(folder.glob("*_physio*"))


def test_what_is_shown_at_a_time():
    starts, durations = np.array([1.0, 1.5, 3.0]), np.array([0.5, 0.5, 0.0])
    times = np.array([0.9, 1.0, 1.499, 1.5, 2.0, 2.9, 3.0, 3.1])
    assert shown_at(times, starts, durations).tolist() == [-1, 0, 0, 1, -1, -1, 2, -1]
    assert shown_at(times[:2], starts[:0], durations[:0]).tolist() == [-1, -1]
