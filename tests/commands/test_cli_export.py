"""`fervideo export` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from fervideo import cli, labels
from fervideo.commands import export
from fervideo.session import Edits, SessionWriter, write_edits
from fervideo.session.export import FORMATS
from fervideo.types import Faces, Frame, Label, Recognition, Result

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command: exit status, lines of standard output and standard error."""

    def run(*argv: object) -> tuple[int, list[str], list[str]]:
        words = ["export", *map(str, argv), "-o", str(tmp_path / "out")]
        try:
            status = cli.main(words)
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out.splitlines(), err.splitlines()

    return run


def record(folder: Path, *, video: bool = False) -> Path:
    """A session of six frames of one happy face."""
    writer = SessionWriter(
        folder,
        classes=labels.BASIC,
        source={"kind": "camera", "name": "Webcam", "location": "0"},
        model={"name": "m", "sha256": "0" * 64},
        settings={},
        save_video=video,
        live=False,
    )
    box, point = np.float32([[8, 8, 40, 40]]), np.zeros((1, 6, 2), np.float32)
    faces = Faces(box, point, np.ones(1, np.float32), np.array([1]), np.zeros(1, bool), ("",))
    scores = np.eye(7, dtype=np.float32)[1:2]
    said = Recognition(labels.BASIC, np.ones((1, 1), np.float32), scores, scores)
    for index in range(6):
        image = np.full((64, 64, 3), 128, np.uint8)
        frame = Frame(index, index / 25, datetime(2025, 3, 1, 12, tzinfo=UTC), image)
        label = Label("happiness", "happiness", 0.5, True)
        writer.write(Result(frame, faces, said, (label,), {"total": 0.01}, "m"))
    writer.close()
    return writer.folder


def test_all_formats_of_a_session_with_its_video(run: Run, tmp_path: Path) -> None:
    folder = record(tmp_path / "sessions" / "talk", video=True)
    status, out, err = run(folder, "--to", "all", "--quiet")
    assert (status, err) == (0, [])
    assert [Path(line).name for line in out] == [
        "talk_frames.csv",
        "talk_segments.csv",
        "talk_frames.parquet",
        "talk_fex.csv",
        "talk_openface.csv",
        "bids",
        "talk.eaf",
        "talk.srt",
        "talk_overlays.mp4",
    ]
    assert all(Path(line).exists() for line in out)


def test_all_leaves_out_what_cannot_be_and_names_it(run: Run, tmp_path: Path) -> None:
    folder = record(tmp_path / "talk")
    status, out, err = run(folder, "--to", "all", "--quiet")
    assert (status, len(out), len(err)) == (0, 8, 1)
    assert "expected a video to paint on" in err[0]
    assert "--media FILE" in err[0]
    status, out, err = run(folder, "--to", "video", "--to", "srt", "--quiet")
    assert (status, len(out), len(err)) == (2, 1, 1), "what was asked for by name must be"


def test_the_data_set_of_several_sessions_is_named_once(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        record(tmp_path / "sessions" / name)
    status, out, _ = run(tmp_path / "sessions", "--to", "bids", "--to", "srt", "--quiet")
    assert status == 0
    assert [Path(line).name for line in out] == ["bids", "one.srt", "two.srt"]


def test_a_folder_of_sessions_and_a_broken_one(run: Run, tmp_path: Path) -> None:
    for name in ("a/talk", "b/talk"):
        record(tmp_path / "sessions" / name)
    broken = record(tmp_path / "sessions" / "broken")
    (broken / "timeline.csv").write_bytes(b"\x00")
    status, out, err = run(tmp_path / "sessions", "--to", "segments", "--to", "segments", "--quiet")
    assert status == 2
    assert [Path(line).name for line in out] == ["talk_segments.csv", "talk-2_segments.csv"]
    assert len(err) == 1
    assert "timeline" in err[0]


def test_edits_count_unless_raw_is_asked_for(run: Run, tmp_path: Path) -> None:
    folder = record(tmp_path / "talk")
    write_edits(folder, Edits().named(1, "Anna").correct(1, 0.0, 9.0, "fear"))
    for options, label, name in (((), "fear", "Anna"), (("--raw",), "happiness", "Face 1")):
        _, (line,), _ = run(folder, "--to", "segments", "--quiet", *options)
        text = Path(line).read_text(encoding="utf-8")
        assert f",{name},{label},happiness," in text
    (folder / "edits.json").write_text(json.dumps({"format": "other"}))
    status, out, err = run(folder, "--to", "csv", "--quiet")
    assert (status, out) == (2, [])
    assert "cannot read the edits" in err[0]
    assert run(folder, "--to", "csv", "--raw", "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["nowhere", "--to", "csv"], "expected a session folder"),
        (["nowhere"], "--to"),
        (["nowhere", "--to", "xlsx"], "xlsx"),
        (["--to", "csv"], "SESSION"),
    ],
)
def test_mistakes_are_one_sentence(run: Run, argv: list[str], words: str) -> None:
    status, out, err = run(*argv)
    assert (status, out, len(err)) == (2, [], 1)
    assert words in err[0]


def test_the_command_knows_every_format() -> None:
    assert tuple(FORMATS) == export.FORMAT_NAMES
