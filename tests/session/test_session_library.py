"""The list of sessions: fast, complete, broken ones with their problem."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from session_results import make_result

from fervideo.session import find_sessions
from fervideo.session.library import session_info


@pytest.fixture
def record(open_writer, tmp_path):
    """Makes a session of ten frames; two faces come and go."""

    def make(name: str, frames: int = 10) -> Path:
        writer = open_writer(folder=tmp_path / "all" / name)
        for index in range(frames):
            faces = [(1, "fear")] if index < 4 else [] if index < 6 else [(2, "anger"), (1, "fear")]
            writer.write(make_result(index, 1.0 + index * 0.25, faces))
        writer.close(frames_seen=frames, frames_analysed=frames, frames_dropped=0)
        return writer.folder

    return make


def change(folder: Path, **values: object) -> None:
    path = folder / "session.json"
    description = {**json.loads(path.read_text()), **values}
    path.write_text(json.dumps(description))


def test_what_the_list_shows(record, tmp_path):
    folder = record("clip")
    (info,) = find_sessions(tmp_path / "all")
    assert (info.folder, info.name) == (folder, "clip")
    assert (info.duration_s, info.frames, info.faces) == (2.25, 10, 2)
    assert (info.source, info.model, info.end_reason) == ("clip.mp4", "lfnsb", "complete")
    assert (info.has_video, info.problem) == (False, None)
    assert info.started is not None
    assert timedelta() <= datetime.now(UTC) - info.started < timedelta(hours=1)
    assert find_sessions(folder) == (info,)
    assert session_info(folder) == info


def test_a_finished_session_is_listed_without_reading_its_rows(record):
    folder = record("clip")
    timeline = folder / "timeline.csv"
    header = timeline.read_bytes().split(b"\r\n")[0]
    timeline.write_bytes(header + b"\r\n" + b"\xff\n" * 9)
    assert (session_info(folder).faces, session_info(folder).duration_s) == (2, 2.25)


def test_a_session_cut_short_is_told_from_its_rows(record):
    folder = record("clip")
    timeline = folder / "timeline.csv"
    timeline.write_bytes(timeline.read_bytes() + b"11,99.0")
    change(folder, end_reason="unfinished", faces=None, first_time_s=None, last_time_s=None)
    info = session_info(folder)
    assert (info.duration_s, info.faces, info.end_reason) == (2.25, 2, "unfinished")
    assert info.problem is None


def test_newest_first_and_folders_in_folders(record, tmp_path):
    for name, started in [("b", "2025-03-01"), ("group/a", "2025-04-01"), ("c", "2024-01-01")]:
        change(record(name), started=f"{started}T10:00:00Z")
    (tmp_path / "all" / "notes").mkdir()
    change(record("deep/er/too far"), started="2025-04-01T10:00:00Z")
    assert [info.name for info in find_sessions(tmp_path / "all")] == ["a", "b", "c"]


def test_a_session_without_rows(record, tmp_path):
    record("empty", frames=0)
    (info,) = find_sessions(tmp_path / "all")
    assert (info.duration_s, info.frames, info.faces, info.problem) == (None, 0, 0, None)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "session.json").write_text("{"), "expected JSON"),
        (lambda f: change(f, version=99), "a newer fervideo can read it"),
        (lambda f: change(f, classes=None), "list of class names"),
        (lambda f: (f / "session.json").unlink(), "cannot read"),
        (lambda f: (f / "timeline.csv").unlink(), "expected the timeline"),
        (lambda f: (f / "timeline.csv").write_bytes(b"\x00\xff"), "expected the timeline"),
    ],
)
def test_a_broken_session_is_listed_with_its_problem(record, tmp_path, damage, said):
    record("good")
    damage(record("broken"))
    problems = {info.name: info.problem for info in find_sessions(tmp_path / "all")}
    assert problems["good"] is None
    assert said in problems["broken"]
    assert "\n" not in problems["broken"]


def test_strange_values_in_a_description_are_passed_over(record):
    folder = record("clip")
    change(
        folder,
        started="soon",
        source=["x"],
        model={"name": None},
        frames_analysed="ten",
        faces=-1,
        first_time_s=10**400,
    )
    info = session_info(folder)
    assert (info.started, info.source, info.model, info.frames) == (None, "", "", None)
    assert (info.faces, info.duration_s, info.problem) == (2, 2.25, None)


def test_other_programs_folders_are_no_sessions(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "session.json").write_text('{"format": "another"}')
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "timeline.csv").write_text("when;what\n")
    assert find_sessions(tmp_path) == ()
    assert find_sessions(tmp_path / "nowhere") == ()
    assert "expected a session folder" in str(session_info(tmp_path).problem)


def test_search(record):
    folder = record("Morning walk")
    change(folder, started="2025-03-01T10:00:00Z")
    info = session_info(folder)
    assert info.matches("")
    assert info.matches("walk MORNING")
    assert info.matches("clip.mp4 2025-03 lfnsb complete")
    assert not info.matches("walk evening")
