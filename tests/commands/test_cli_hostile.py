"""Damaged, cut and foreign files on the command line: one sentence each, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run, is_one_sentence, write_clip
from command_line import fake_model as fake_model
from command_line import run as run
from fakes import FakeModel

from fervideo.__main__ import main
from fervideo.models.registry import find_weights

Damage = Callable[[bytes], bytes]


@pytest.fixture
def session(run: Run, fake_model: FakeModel, tmp_path: Path) -> Path:
    """A finished session of twelve frames."""
    clip = write_clip(tmp_path / "film.mp4")
    assert run("analyze", clip, "-o", tmp_path / "sessions", "--quiet")[0] == 0
    return tmp_path / "sessions" / "film"


def reworded(**changes: object) -> Damage:
    return lambda data: json.dumps({**json.loads(data), **changes}).encode()


class TestSessions:
    @pytest.mark.parametrize(
        ("file", "damage"),
        [
            ("timeline.csv", lambda data: b""),
            ("timeline.csv", lambda data: bytes(range(256)) * 9),
            ("timeline.csv", lambda data: b"a,b,c\n1,2,3\n"),
            ("timeline.csv", lambda data: data.decode().encode("utf-16")),
            ("timeline.csv", lambda data: data.replace(b",0.040000,", b",nan,")),
            ("timeline.csv", lambda data: data.replace(b",0.040000,", b",1e300,")),
            ("timeline.csv", lambda data: data.replace(b",0.040000,", b",,")),
            ("session.json", lambda data: data[:100]),
            ("session.json", lambda data: b"[" * 100_000),
            ("session.json", reworded(version=99)),
            ("session.json", reworded(classes=[])),
            ("markers.csv", lambda data: b"time_s,duration_s,wall_time,name,note\nnan,0,,x,y\n"),
            ("edits.json", lambda data: b'{"format": "fervideo-edits", "version": 99}'),
        ],
    )
    def test_what_is_damaged_is_named_and_left_as_it_is(
        self, run: Run, session: Path, tmp_path: Path, file: str, damage: Damage
    ) -> None:
        path = session / file
        damaged = damage(path.read_bytes() if path.exists() else b"")
        path.write_bytes(damaged)
        for words in (("export", session, "--to", "elan"), ("report", session)):
            status, out, err = run(*words, "-o", tmp_path / "out")
            assert (status, out) == (2, "")
            assert is_one_sentence(err)
            assert str(path) in err
        assert path.read_bytes() == damaged
        assert not (tmp_path / "out").exists()

    def test_a_timeline_that_was_cut_is_taken_as_far_as_it_goes_and_told(
        self, run: Run, session: Path, tmp_path: Path
    ) -> None:
        path = session / "timeline.csv"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:6]) + lines[6][:20])
        status, out, err = run("export", session, "--to", "csv", "-o", tmp_path / "out", "--quiet")
        assert status == 0 and is_one_sentence(err)
        assert f"{session}: the timeline has been cut, 7 of its frames are missing" in err
        assert len(Path(out.strip()).read_bytes().splitlines()) == 6
        status, out, err = run("report", session, "-o", tmp_path / "page.html")
        assert status == 0 and "7 of its frames are missing" in err
        assert "frames lost" in (tmp_path / "page.html").read_text()

    def test_a_video_that_is_not_there_is_told_before_the_work(
        self, run: Run, session: Path, tmp_path: Path
    ) -> None:
        words = ("--to", "all", "--media", tmp_path / "gone.mp4", "-o", tmp_path / "out")
        status, out, err = run("export", session, *words)
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and "gone.mp4" in err
        assert not (tmp_path / "out").exists()

    def test_a_page_in_place_of_a_device_or_a_link(
        self, run: Run, session: Path, tmp_path: Path
    ) -> None:
        pipe, page, link = (tmp_path / name for name in ("pipe", "page.html", "link.html"))
        os.mkfifo(pipe)
        status, _, err = run("report", session, "-o", pipe)
        assert status == 2 and is_one_sentence(err) and "not a plain file" in err
        assert pipe.is_fifo()
        page.write_text("<!DOCTYPE html><title>old – fervideo</title>", encoding="utf-8")
        link.symlink_to(page)
        assert run("report", session, "-o", link)[0] == 0
        assert link.is_symlink() and "film – fervideo</title>" in page.read_text(encoding="utf-8")

    def test_letters_that_no_font_has_are_no_matter(
        self, run: Run, session: Path, tmp_path: Path
    ) -> None:
        strange = session.rename(session.with_name("日本 \U0001f642 =cmd() $x$"))
        page = tmp_path / "page.html"
        assert run("report", strange, session.parent, "-o", page, "--plots")[::2] == (0, "")
        assert strange.name in page.read_text(encoding="utf-8")


class TestWeights:
    @pytest.mark.parametrize(
        ("card", "told"),
        [
            (lambda data: b"[]", "expected settings by name, found list"),
            (lambda data: b"\x80", "expected a model card in JSON"),
            (reworded(network="nosuch"), "expected a network among lfnsb"),
            (reworded(classes=["a"]), "for 1 classes, as its card says"),
            (reworded(scale="big"), "scale"),
            (lambda data: b"{}", "expected the setting name, found none"),
        ],
    )
    def test_a_card_that_does_not_fit(
        self, run: Run, tmp_path: Path, card: Damage, told: str
    ) -> None:
        weights = find_weights("default")
        mine = shutil.copy(weights, tmp_path / "mine.safetensors")
        data = weights.with_suffix(".json").read_bytes()
        (tmp_path / "mine.json").write_bytes(card(data))
        status, out, err = run("analyze", "demo", "--model", mine, "-o", tmp_path / "out")
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert told in err
        assert not (tmp_path / "out").exists()


class TestInterrupt:
    def test_while_the_program_is_being_loaded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt() -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr("fervideo.cli.main", interrupt)
        assert main() == 130


class TestDisk:
    def test_a_refusal_without_a_better_sentence(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(arguments: object) -> int:
            raise OSError(28, "No space left on device", "/some/file")

        monkeypatch.setattr("fervideo.commands.cameras.run", refuse)
        status, out, err = run("cameras")
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and "/some/file: No space left on device" in err

    def test_a_standard_output_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "only to read").touch()
        command = [sys.executable, "-m", "fervideo", "models"]
        with (tmp_path / "only to read").open() as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2
        assert is_one_sentence(done.stderr), "Python has nothing to add when it ends"

    def test_benchs_output_is_looked_at_first(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        words = ("--clips", write_clip(tmp_path / "film.mp4"), "-o", tmp_path / "file" / "x")
        status, out, err = run("bench", "stability", *words)
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and str(tmp_path / "file") in err


def test_a_thread_that_hangs_does_not_keep_or_abort_the_program() -> None:
    code = """
import threading, time
from fervideo import __main__, cli
def run():
    threading.Thread(target=time.sleep, args=(600,), name="fervideo-hangs").start()
    print("said")
    return 2
cli.main = run
raise SystemExit(__main__.start())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (2, "said\n", "")


def test_a_file_where_a_folder_should_be_is_called_that(
    run: Run, fake_model: FakeModel, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    clip = write_clip(tmp_path / "film.mp4", 2)
    status, _, err = run("analyze", clip, "-o", tmp_path / "out", "--quiet")
    assert status == 2 and is_one_sentence(err)
    assert "a file of that name is in the way" in err
    assert (tmp_path / "out").read_text() == "mine"
