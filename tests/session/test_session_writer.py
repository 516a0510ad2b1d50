"""What a recording leaves on the disk."""

from __future__ import annotations

import csv
import errno
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest
from session_results import MODEL, SETTINGS, SOURCE, make_result

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session import SessionWriter, read_session
from fervideo.session.rows import SYNC_INTERVAL_S


def cells(writer: SessionWriter) -> list[list[str]]:
    text = (writer.folder / "timeline.csv").read_bytes().decode("utf-8")
    assert text.endswith("\r\n")
    return list(csv.reader(text.splitlines()))


def description(writer: SessionWriter) -> dict:
    return json.loads((writer.folder / "session.json").read_text(encoding="utf-8"))


def full_disk(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_rows_are_on_the_disk_before_the_session_is_closed(open_writer):
    writer = open_writer()
    writer.write(make_result(7, 0.28, [(3, "happiness"), (5, "fear")]))
    header, first, second = cells(writer)
    row = dict(zip(header, first, strict=True))
    assert row["frame"] == "7"
    assert row["time_s"] == "0.280000"
    assert row["wall_time"] == "2025-03-01T12:00:00.280000Z"
    assert (row["face_id"], second[3]) == ("3", "5")
    assert [row[k] for k in ("x", "y", "width", "height")] == ["10.25", "5.50", "20.50", "35.50"]
    assert (row["status"], row["label"], row["margin"]) == ("ok", "happiness", "-0.062500")
    assert row["latency_ms"] == "12.500"
    assert writer.rows == 2
    assert writer.bytes_written == (writer.folder / "timeline.csv").stat().st_size


def test_a_frame_without_a_face_has_a_row(open_writer):
    writer = open_writer()
    writer.write(make_result(0, 0.0))
    header, row = cells(writer)
    filled = {name for name, cell in zip(header, row, strict=True) if cell}
    assert filled == {"frame", "time_s", "wall_time", "status", "latency_ms"}
    assert row[header.index("status")] == "no_face"


def test_every_missing_value_has_a_reason(open_writer):
    writer = open_writer()
    writer.write(make_result(0, 0.0, [(1, labels.NO_LABEL)], low_quality=[1]))
    writer.write(make_result(1, 0.1, [(1, labels.NO_LABEL)]))
    writer.write(make_result(2, 0.2, [(1, labels.UNKNOWN)]))
    writer.write(make_result(3, 0.3, [(-1, "fear")]))
    writer.write(make_result(4, 0.4, [(1, "fear")], timings={}))
    broken = make_result(5, 0.5, [(1, "fear")])
    broken.recognition.cosines[0, 0] = np.nan
    writer.write(broken)
    _, *rows = cells(writer)
    assert [row[4] for row in rows] == [
        "low_quality",
        "no_label",
        "ok",
        "incomplete",
        "incomplete",
        "incomplete",
    ]
    assert all("" in row for row in rows if row[4] != "ok")


def test_the_description_is_there_from_the_start_and_complete_at_the_end(open_writer):
    writer = open_writer()
    assert description(writer)["end_reason"] == "unfinished"
    assert (writer.folder / "markers.csv").read_bytes().startswith(b"time_s,")
    writer.write(make_result(0, 0.0, [(1, "fear")]))
    writer.change_settings({"threshold": 0.5})
    writer.close(frames_seen=9, frames_analysed=7, frames_dropped=2, end_reason="stopped")
    found = description(writer)
    assert [c["name"] for c in found["columns"]] == cells(writer)[0]
    assert all(c["unit"] and c["meaning"] for c in found["columns"])
    assert (found["source"], found["model"], found["settings"]) == (SOURCE, MODEL, SETTINGS)
    assert [found[f"frames_{k}"] for k in ("seen", "analysed", "dropped")] == [9, 7, 2]
    assert (found["rows"], found["end_reason"]) == (1, "stopped")
    assert found["settings_changes"][0]["after_row"] == 1
    wanted = ("fervideo", "python", "torch", "mediapipe", "opencv")
    assert all(found["versions"][name] for name in wanted)
    assert found["started"] < found["ended"]
    assert sorted(p.name for p in writer.folder.iterdir()) == [
        "markers.csv",
        "session.json",
        "timeline.csv",
    ]


def test_records_and_odd_values_can_describe_a_session(open_writer):
    class Kind(StrEnum):
        STREAM = "stream"

    @dataclass(frozen=True, slots=True)
    class Info:
        kind: Kind
        location: str
        fps: float

    writer = open_writer(
        source=Info(Kind.STREAM, "rtsp://me:se@cret@10.0.0.1/door", float("nan")),
        settings={"path": Path("x"), "order": (1, 2), "scale": np.float32(0.5), "bad": "\udcff"},
    )
    found = description(writer)
    assert found["source"] == {"kind": "stream", "location": "rtsp://10.0.0.1/door", "fps": None}
    assert found["settings"]["scale"] == 0.5
    assert "cret" not in (writer.folder / "session.json").read_text()


def test_hostile_expression_names_come_back_as_they_were(open_writer):
    hostile = ('=HYPERLINK("http://x")', "+a", "-b", "@c", "\td", "e,f\r\ng", "'=h", "ü;=i")
    writer = open_writer(classes=hostile)
    for index, name in enumerate(hostile):
        writer.write(make_result(index, index / 10, [(1, name)], classes=hostile))
    writer.close()
    for row in cells(writer):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r"))
            assert not cell.startswith("-") or float(cell) < 0
    session = read_session(writer.folder)
    assert session.classes == hostile
    assert tuple(session.timeline.label) == hostile
    assert session.timeline.probabilities.shape == (len(hostile), len(hostile))


@pytest.mark.parametrize("classes", [(), ("a", "a"), ("a", labels.UNKNOWN), ("a\tb", "a b")])
def test_classes_that_cannot_be_told_apart_are_refused(open_writer, classes, tmp_path):
    with pytest.raises(SessionError, match="names that differ"):
        open_writer(classes=classes)
    assert not list(tmp_path.iterdir())


def test_results_of_another_model_are_refused(open_writer):
    writer = open_writer(model={"name": "resnet"})
    with pytest.raises(SessionError, match="expected results of the model resnet, found one of"):
        writer.write(make_result(0, 0.0, [(1, "fear")]))
    other = open_writer(classes=labels.BASIC_WITH_CONTEMPT)
    with pytest.raises(SessionError, match=r"expected the classes .*contempt"):
        other.write(make_result(0, 0.0, [(1, "fear")]))


def test_two_sessions_of_one_name_at_the_same_moment_get_two_folders(open_writer):
    with ThreadPoolExecutor(8) as pool:
        writers = list(pool.map(lambda _: open_writer(), range(8)))
    for number, writer in enumerate(writers):
        writer.write(make_result(number, 0.0, [(1, "fear")]))
    names = {writer.folder.name for writer in writers}
    assert names == {"clip", *(f"clip-{n}" for n in range(2, 9))}
    assert [cells(writer)[1][0] for writer in writers] == [str(n) for n in range(8)]


def test_a_row_is_synced_though_no_other_comes(open_writer, monkeypatch):
    writer, synced = open_writer(), threading.Event()
    true_fsync = os.fsync

    def fsync(handle: int) -> None:
        true_fsync(handle)
        if os.fstat(handle).st_ino == (writer.folder / "timeline.csv").stat().st_ino:
            synced.set()

    monkeypatch.setattr(os, "fsync", fsync)
    writer.write(make_result(0, 0.0))
    assert SYNC_INTERVAL_S < 1
    assert synced.wait(SYNC_INTERVAL_S + 20)  # a busy disk takes its time


def test_a_full_disk_keeps_the_rows_so_far_and_says_how_many(open_writer, monkeypatch):
    writer = open_writer()
    for index in range(5):
        writer.write(make_result(index, index / 10, [(1, "fear"), (2, "anger")]))
    disk, whole = writer._rows._file, (writer.folder / "timeline.csv").read_bytes()

    class HalfFull:
        fileno, truncate, close = disk.fileno, disk.truncate, disk.close
        closed, room = False, [40, 0]

        def write(self, data: memoryview) -> int:
            return disk.write(data[: self.room.pop(0)]) if self.room[0] else full_disk()

    monkeypatch.setattr(writer._rows, "_file", HalfFull())
    said = r"^recording stopped because the disk is full: 10 rows are safe in .*timeline\.csv; .*$"
    for _ in range(2):
        with pytest.raises(SessionError, match=said):
            writer.write(make_result(5, 0.5, [(1, "fear")]))
    writer.close(end_reason="complete")
    assert (writer.folder / "timeline.csv").read_bytes() == whole
    assert len(read_session(writer.folder).timeline) == 10
    assert read_session(writer.folder).end_reason.startswith("error: recording stopped because")


def test_a_disk_that_fails_to_sync_is_told_by_the_next_write_or_by_close(open_writer, monkeypatch):
    first, second = open_writer(), open_writer()
    monkeypatch.setattr(os, "fsync", full_disk)
    first.write(make_result(0, 0.0))
    deadline = time.monotonic() + 5
    with pytest.raises(SessionError, match="disk is full: 0 rows are safe"):
        while time.monotonic() < deadline:
            first.write(make_result(1, 0.1))
            time.sleep(0.05)
    first.close()
    second.write(make_result(0, 0.0))
    with pytest.raises(SessionError, match="disk is full: 0 rows are safe"):
        second.close()
    second.close()
    monkeypatch.undo()
    assert read_session(first.folder).end_reason == "unfinished"
    assert len(read_session(second.folder).timeline) == 1


def test_a_folder_that_cannot_be_made_is_one_sentence_and_leaves_nothing(
    open_writer, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError, match=r"cannot record in .*file"):
        open_writer(folder=tmp_path / "file" / "clip")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(SessionError, match=r"cannot record in .*No space"):
        open_writer()
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (None, "complete"),
        (KeyboardInterrupt(), "interrupted"),
        (RuntimeError("no\nluck"), "error: no luck"),
    ],
)
def test_leaving_the_block_closes_with_the_reason_that_fits(open_writer, error, reason):
    writer = open_writer()

    def record() -> None:
        with writer:
            writer.write(make_result(0, 0.0))
            if error is not None:
                raise error

    if error is None:
        record()
    else:
        with pytest.raises(type(error)):
            record()
    assert description(writer)["end_reason"] == reason
    assert description(writer)["frames_analysed"] == 1
    assert description(writer)["frames_seen"] is None, "nothing is told that was not counted"
    with pytest.raises(SessionError, match="closed"):
        writer.write(make_result(1, 0.1))


def test_an_unknown_end_reason_is_refused(open_writer):
    with pytest.raises(ValueError, match="end_reason"):
        open_writer().close(end_reason="done")
