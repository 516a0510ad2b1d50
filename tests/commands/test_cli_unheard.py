"""An output that nobody reads, or that has no room: the work is done, the old files are whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run, is_one_sentence, write_clip
from command_line import fake_model as fake_model
from command_line import run as run
from fakes import FakeModel

from fervideo.session.export import FORMATS
from fervideo.session.video import VideoRecorder


@pytest.fixture
def session(run: Run, fake_model: FakeModel, tmp_path: Path) -> Path:
    """A finished session of twelve frames, with its pictures."""
    clip = write_clip(tmp_path / "film.mp4")
    assert run("analyze", clip, "-o", tmp_path / "sessions", "--quiet", "--video")[0] == 0
    return tmp_path / "sessions" / "film"


def unheard(*argv: object) -> subprocess.CompletedProcess[str]:
    """Run the program with a standard output that is closed at the other end."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "fervideo", *map(str, argv)]
    with os.fdopen(writing, "w") as output:
        return subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True)


def test_an_analysis_goes_on(tmp_path: Path) -> None:
    clips = [write_clip(tmp_path / f"film{number}.mp4") for number in range(3)]
    done = unheard("analyze", *clips, "-o", tmp_path / "out", "--device", "cpu")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["film0", "film1", "film2"]


def test_an_export_and_a_report_go_on(session: Path, tmp_path: Path) -> None:
    done = unheard("export", session, "--to", "csv", "--to", "srt", "-o", tmp_path / "exports")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "exports").iterdir())) == 2
    done = unheard("report", session, "-o", tmp_path / "page" / "page.html", "--plots")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "page").iterdir())) == 3


def test_an_export_onto_a_full_disk_says_no_more_than_that(
    run: Run, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(recorder: VideoRecorder) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/x/.film.mp4.1.tmp")

    monkeypatch.setattr(VideoRecorder, "_record", fill)
    out = tmp_path / "exports"
    status, said, err = run("export", session, "--to", "video", "-o", out, "--quiet")
    assert (status, said) == (2, "")
    assert is_one_sentence(err)
    assert (
        ".mp4: No space left on device; choose a folder" in err and "tmp" not in err.split(":")[2]
    )
    assert not list(out.iterdir())


def test_words_of_a_library_are_left_out(
    run: Run, session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise OSError(errno.EACCES, f"Failed to open '{path}.tmp'. Detail: [errno 13]")

    monkeypatch.setattr(f"fervideo.session.export.{FORMATS['srt'].writer}.write_whole", refuse)
    status, _, err = run("export", session, "--to", "srt", "-o", tmp_path / "exports")
    assert status == 2
    assert is_one_sentence(err) and "film.srt: Permission denied; choose" in err


def test_a_comparison_that_cannot_be_written_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(standings: object, path: Path) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "compare.csv").write_text("old")
    monkeypatch.setattr("fervideo.evaluation.comparison.write_csv", fill)
    monkeypatch.setattr("fervideo.evaluation.comparison.time_a_face", lambda model, runs: 1.0)
    status, _, err = run("compare", "mobilefacenet", "--device", "cpu", "-o", tmp_path)
    assert status == 2
    assert is_one_sentence(err) and "on a disk with room" in err
    assert (tmp_path / "compare.csv").read_text() == "old"
    assert not (tmp_path / "compare.png").exists()


def test_a_home_that_is_not_there_is_nobodys_news(session: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fervideo", "report", session, "-o", tmp_path / "page.html"]
    lost = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"), "")
    environment = {**os.environ, **lost, "HOME": str(Path(os.devnull) / "home")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("times", "expected"), [(99, 2), (1, 0)])
def test_a_summary_that_finds_no_room_stops_no_video(
    run: Run,
    fake_model: FakeModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    expected: int,
) -> None:
    left = iter([True] * times)

    def fill(path: Path, data: bytes) -> None:
        if next(left, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr("fervideo.analysis.summary_file.write_whole", fill)
    clips = [write_clip(tmp_path / f"film{number}.mp4") for number in range(2)]
    words = ("--quiet", "--summary", tmp_path / "all.csv", "-o", tmp_path / "out")
    status, out, err = run("analyze", *clips, *words)
    assert (status, out) == (expected, "")
    assert is_one_sentence(err) and "cannot write the summary" in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["film0", "film1"]
