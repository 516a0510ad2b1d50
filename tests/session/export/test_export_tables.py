"""Tables: what is in them is what the session says, edits and all."""

from __future__ import annotations

import csv
import json
import threading
from importlib import util
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from fervideo.errors import SessionError
from fervideo.session import Edits, edited
from fervideo.session.export import FORMATS, export_session, fex, openface
from fervideo.session.export import registry as export_registry
from fervideo.session.schema import columns, text_cell


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {len(rows[0])}
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_frames_hold_every_value_with_the_edits_in_it(recorded):
    header, rows = read_csv(recorded.export("csv"))
    session = edited(recorded.session, recorded.edits)
    assert len(rows) == len(session.timeline)
    assert {column.name for column in columns(session.classes)} < set(header)
    for name in ("time_s", "margin", "detection_score"):
        values = [float(row[name] or "nan") for row in rows]
        np.testing.assert_allclose(values, getattr(session.timeline, name), atol=1e-6)
    np.testing.assert_allclose([float(r["duration_s"]) for r in rows], session.durations, atol=1e-6)
    assert [r["label"] for r in rows] == [text_cell(x) for x in session.timeline.label.tolist()]
    assert {r["face_name"] for r in rows} == {"", text_cell("Zoë\u4e2d =1"), "Face 2"}
    first = next(r for r in rows if r["face_id"] == "2")
    assert (first["label"], first["machine_label"], first["corrected"]) == ("fear", "anger", "1")
    assert sum(r["corrected"] == "1" for r in rows) == 1
    inside = {r["time_s"] for r in rows if r["excluded"] == "1"}
    assert inside == {"1.240000", "1.600000"}
    assert rows[-1]["status"] == "hidden"
    assert rows[0]["wall_time"] == "2025-03-01T12:00:01.000000Z"


def test_raw_frames_are_the_timeline(recorded):
    header, rows = read_csv(recorded.export("csv", Edits()))
    with (recorded.session.folder / "timeline.csv").open(encoding="utf-8", newline="") as file:
        timeline = list(csv.DictReader(file))
    shared = [name for name in header if name in timeline[0]]
    assert [{n: row[n] for n in shared} for row in rows] == timeline
    assert {row["corrected"] for row in rows} == {"0"}


def test_segments(recorded):
    _, rows = read_csv(recorded.export("segments"))
    found = [
        (r["face_id"], r["label"], r["machine_label"], float(r["start_s"]), int(r["frames"]))
        for r in rows
    ]
    assert found == [
        ("1", "happiness", "happiness", 1.0, 3),
        ("2", "fear", "anger", 1.0, 1),
        ("2", "anger", "anger", 1.04, 1),
        ("1", "happiness", "happiness", 1.2, 1),
        ("2", "unknown", "unknown", 1.2, 2),
        ("1", "surprise", "surprise", 1.24, 2),
        ("2", "", "", 1.6, 1),
        ("1", "'=smirk <b>", "'=smirk <b>", 1.64, 1),
        ("2", "fear", "fear", 1.64, 2),
    ]
    for row, segment in zip(rows, sorted(
        edited(recorded.session, recorded.edits).segments(), key=lambda s: (s.start_s, s.face_id)
    ), strict=True):  # fmt: skip
        assert float(row["end_s"]) - float(row["start_s"]) == pytest.approx(
            float(row["duration_s"]), abs=2e-6
        )
        assert float(row["confidence"] or "nan") == pytest.approx(
            segment.confidence, abs=1e-6, nan_ok=True
        )
    surprise = next(r for r in rows if r["label"] == "surprise")
    assert float(surprise["excluded_s"]) == pytest.approx(0.4), "overlapping ranges count once"


def test_parquet_is_read_back_by_pyarrow(recorded):
    path = recorded.export("parquet")
    table = pq.read_table(path)
    _, rows = read_csv(recorded.export("csv"))
    assert table.num_rows == len(rows)
    session = edited(recorded.session, recorded.edits)
    np.testing.assert_array_equal(table["time_s"].to_numpy(), session.timeline.time_s)
    assert table["face_id"].to_pylist() == [
        int(r["face_id"]) if r["face_id"] else None for r in rows
    ]
    expected = [None if np.isnan(x) else x for x in session.timeline.margin.tolist()]
    assert table["margin"].to_pylist() == expected
    assert table["corrected"].to_pylist().count(True) == 1
    assert table["label"].to_pylist() == [x or None for x in session.timeline.label.tolist()]
    assert str(table.schema.field("wall_time").type) == "timestamp[us, tz=UTC]"
    assert table.schema.field("x").metadata[b"unit"] == b"px"
    assert json.loads(table.schema.metadata[b"fervideo"]) == recorded.session.description


def test_fex_has_py_feats_columns(recorded):
    header, rows = read_csv(recorded.export("fex"))
    documented = (
        "FaceRectX FaceRectY FaceRectWidth FaceRectHeight FaceScore Pitch Roll Yaw X Y Z anger "
        "disgust fear happiness sadness surprise neutral input frame approx_time Identity"
    )
    assert header[:22] == documented.split() == list(fex.COLUMNS)
    first = rows[0]
    assert [float(first[n]) for n in fex.BOX] == [10.25, 5.5, 20.5, 35.5]
    total = sum(float(first[n]) for n in (*fex.EMOTIONS, "'=smirk <b>"))
    assert total == pytest.approx(1, abs=1e-5)
    assert (first["input"], first["frame"]) == ("/videos/clip.mp4", "0")
    assert (first["approx_time"], first["Pitch"], first["X"]) == ("00:01", "", "")
    zoe = text_cell("Zoë\u4e2d =1")
    assert [r["Identity"] for r in rows[:3]] == [zoe, "Person_2", zoe]
    missing = next(r for r in rows if r["frame"] == "3")
    assert missing["FaceScore"] == missing["anger"] == missing["Identity"] == ""


def test_openface_names_for_what_was_measured(recorded):
    header, rows = read_csv(recorded.export("openface"))
    assert tuple(header[:5]) == openface.COLUMNS
    assert not any(name.startswith(("AU", "gaze", "pose", "x_")) for name in header)
    assert (rows[0]["frame"], rows[0]["timestamp"]) == ("1", "1.000000")
    assert (rows[0]["confidence"], rows[0]["success"]) == ("0.8750", "1")
    for number in ("4", "10"):  # no face, and a hidden one
        (row,) = [r for r in rows if r["frame"] == number]
        assert (row["confidence"], row["success"], row["face_id"]) == ("0.0000", "0", "")
    (poor,) = [r for r in rows if r["frame"] == "7" and r["face_id"] == "2"]
    assert (poor["confidence"], poor["success"]) == ("0.8750", "0")


@pytest.mark.parametrize("format_name", ["csv", "segments", "parquet", "fex", "openface"])
def test_a_session_without_rows_gives_an_empty_table(record, format_name):
    path = record(frames=[]).export(format_name)
    if format_name == "parquet":
        assert pq.read_table(path).num_rows == 0
    else:
        assert read_csv(path)[1] == []


@pytest.mark.parametrize(
    ("format_name", "module", "package"),
    [("parquet", "pyarrow", "pyarrow"), ("elan", "pympi", "pympi-ling")],
)
def test_a_missing_package_is_told_with_its_remedy(
    recorded, monkeypatch, format_name, module, package
):
    real = util.find_spec
    monkeypatch.setattr(
        "fervideo.session.export.job.find_spec", lambda n: None if n == module else real(n)
    )
    with pytest.raises(SessionError, match=rf'{package} .* pip install "fervideo\[export\]"'):
        recorded.export(format_name)
    assert not recorded.out.exists() or not list(recorded.out.iterdir())


def test_trouble_is_told_in_one_sentence(recorded, tmp_path):
    with pytest.raises(SessionError, match=r"expected one of csv, .*found 'xlsx'"):
        export_session(recorded.session, Edits(), "xlsx", tmp_path / "x")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SessionError, match=r"cannot write .*choose a folder"):
        export_session(recorded.session, Edits(), "csv", tmp_path / "file" / "x.csv")


def test_an_export_can_be_stopped_and_leaves_the_old_file(recorded, monkeypatch):
    path = recorded.export("csv")
    before = path.read_bytes()
    stop = threading.Event()
    stop.set()
    with pytest.raises(SessionError, match="was stopped"):
        recorded.export("csv", stop=stop)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_every_format_has_a_title_and_a_writer_of_its_own():
    assert " ".join(FORMATS) == "csv segments parquet fex openface bids elan srt video"
    folder = Path(export_registry.__file__).parent
    assert all((folder / f"{each.writer}.py").is_file() for each in FORMATS.values())
    assert len({each.title for each in FORMATS.values()}) == len(FORMATS)
