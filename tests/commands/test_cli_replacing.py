"""What a person or another program wrote is not replaced; what the program wrote before is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run, is_one_sentence, write_clip
from command_line import fake_model as fake_model
from command_line import run as run
from fakes import FakeModel

from fervideo.centers.profile import Profile
from fervideo.centers.store import read_profile, write_profile


@pytest.fixture
def session(run: Run, fake_model: FakeModel, tmp_path: Path) -> Path:
    """A finished session of twelve frames."""
    clip = write_clip(tmp_path / "film.mp4")
    assert run("analyze", clip, "-o", tmp_path / "sessions", "--quiet")[0] == 0
    return tmp_path / "sessions" / "film"


@pytest.mark.parametrize("name", ["timeline.csv", "session.json", "mine.html"])
def test_a_report_replaces_nothing_but_a_report(run: Run, session: Path, name: str) -> None:
    (session / "mine.html").write_text("<!DOCTYPE html><title>Mine</title>")
    before = (session / name).read_bytes()
    status, out, err = run("report", session, "-o", session / name)
    assert (status, out) == (2, "")
    assert is_one_sentence(err) and name in err and "which is no report" in err
    assert (session / name).read_bytes() == before

    page = session.parent / "page.html"
    page.touch()  # empty, as a program makes a temporary file
    assert run("report", session, "-o", page)[0] == 0
    assert run("report", session, "-o", page)[0] == 0
    assert b"fervideo</title>" in page.read_bytes()


@pytest.mark.parametrize("name", ["timeline.csv", "session.json"])
def test_a_summary_replaces_nothing_but_a_summary(
    run: Run, fake_model: FakeModel, session: Path, name: str
) -> None:
    before = (session / name).read_bytes()
    clip, again = session.parent.parent / "film.mp4", session.parent / "again"
    status, out, err = run("analyze", clip, "-o", again, "--summary", session / name)
    assert (status, out) == (2, "")
    assert is_one_sentence(err) and name in err and "which is no summary" in err
    assert (session / name).read_bytes() == before
    assert not again.exists(), "it is said before the work"

    file = session.parent / f"all{Path(name).suffix}"
    for _ in range(2):
        assert run("analyze", clip, "-o", again, "--quiet", "--summary", file)[0] == 0
    assert b"film.mp4" in file.read_bytes()


def test_a_summary_of_nothing_is_a_summary(run: Run, fake_model: FakeModel, tmp_path: Path) -> None:
    clip, file = write_clip(tmp_path / "film.mp4"), tmp_path / "all.json"
    file.write_text("[]\n")
    assert run("analyze", clip, "-o", tmp_path / "out", "--quiet", "--summary", file)[0] == 0
    assert len(json.loads(file.read_bytes())) == 1


def test_a_copy_of_a_profile_replaces_nothing_but_its_like(run: Run, tmp_path: Path) -> None:
    anna, berta, mine = (tmp_path / f"{name}.json" for name in ("anna", "berta", "mine"))
    for file in (anna, berta):
        write_profile(Profile.new(file.stem), file)
    mine.write_text('{"a": 1}')
    for file, words in (
        (mine, "which is no profile"),
        (berta, "holds the profile berta"),
        (anna, "is the profile itself"),
    ):
        before = file.read_bytes()
        status, out, err = run("expressions", "export", file, "--profile", anna)
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and words in err and file.name in err
        assert file.read_bytes() == before

    for _ in range(2):
        assert run("expressions", "export", tmp_path / "copy.json", "--profile", anna)[0] == 0
    assert read_profile(tmp_path / "copy.json").name == "anna"


def test_a_video_is_not_painted_over(run: Run, session: Path, tmp_path: Path) -> None:
    clip = (tmp_path / "film.mp4").rename(tmp_path / "film_overlays.mp4")
    before = clip.read_bytes()
    words = ("--to", "video", "--media", clip, "--quiet", "-o")
    status, out, err = run("export", session, *words, tmp_path)
    assert (status, out) == (2, "")
    assert is_one_sentence(err) and "choose another folder" in err
    assert clip.read_bytes() == before
    assert run("export", session, *words, tmp_path / "exports")[0] == 0


def test_another_video_is_not_passed_over_in_silence(
    run: Run, session: Path, tmp_path: Path
) -> None:
    other = write_clip(tmp_path / "other.mp4", frames=60)
    words = ("--to", "video", "--media", other, "--quiet", "-o", tmp_path / "exports")
    status, out, err = run("export", session, *words)
    assert (status, out) == (2, ""), "the original is there, but not what was asked for"
    assert is_one_sentence(err) and "other.mp4 is not what was analysed" in err
    assert run("export", session.parent, session, *words)[0] == 0, "which of several it is of"
