"""The command line as a user meets it: words, files, exit statuses."""

from __future__ import annotations

import io
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import Run, is_one_sentence, write_clip, write_text
from command_line import fake_model as fake_model
from command_line import run as run
from fakes import FakeModel, picture
from rich.console import Console

import fervideo
from fervideo import cli
from fervideo.analysis.batch import BatchProgress
from fervideo.capture.camera_list import CameraInfo
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.commands import common, models, window
from fervideo.commands.progress import AnalysisProgress, ProgressDisplay, analysis_words, clock
from fervideo.commands.train import training_words
from fervideo.errors import FervideoError
from fervideo.evaluation.metrics import score
from fervideo.evaluation.protocol import Evaluation
from fervideo.models.card import Measurement, ModelCard
from fervideo.models.registry import DEFAULT_MODEL
from fervideo.session import read_session
from fervideo.training.engine import Progress


class TestMain:
    def test_version(self, run: Run) -> None:
        assert run("--version") == (0, f"fervideo {fervideo.__version__}\n", "")

    def test_help_names_every_command(self, run: Run) -> None:
        status, out, _ = run("--help")
        assert status == 0
        assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in cli.COMMANDS)
        assert "--smoke" not in out

    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            (["--nonsense"], "--nonsense"),
            (["one.mp4", "two.mp4"], "two.mp4"),
            (["--demo", "--camera", "0"], "not allowed with"),
            (["analyze"], "SOURCE"),
            (["analyze", "demo", "--max-faces", "many"], "many"),
            (["evaluate", "default"], "--data"),
            (["evaluate", "default", "--data", "rafdb:x", "--split", "all"], "all"),
            (["train"], "RECIPE"),
        ],
    )
    def test_wrong_words_are_one_sentence(self, run: Run, argv: list[str], words: str) -> None:
        status, out, err = run(*argv)
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert words in err
        assert "--help" in err

    def test_an_interrupt_is_quiet(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(arguments: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr("fervideo.commands.cameras.run", interrupt)
        assert run("cameras") == (130, "", "")

    def test_a_sentence_of_several_lines_is_told_in_one(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(arguments: object) -> int:
            raise FervideoError("one\n  two")

        monkeypatch.setattr("fervideo.commands.cameras.run", fail)
        assert run("cameras") == (2, "", "fervideo: one two\n")

    @pytest.mark.parametrize("argv", [["models"], ["models", "--markdown"]])
    def test_a_reader_that_has_seen_enough_is_no_error(self, argv: list[str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        command = [sys.executable, "-m", "fervideo", *argv]
        with os.fdopen(writing, "w") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, text=True)
        assert (done.returncode, done.stderr) == (0, "")


class TestBadInput:
    """Each of these ends with status 2 and a sentence that names what is wrong."""

    @pytest.mark.parametrize(
        ("argv", "words"),
        [
            (["analyze", "demo", "--model", "nosuch"], "nosuch"),
            (["analyze", "demo", "--model", "nosuch.safetensors"], "nosuch.safetensors"),
            (["analyze", "demo", "--device", "abacus"], "abacus"),
            (["analyze", "demo", "--device", "cuda:99"], "cuda:99"),
            (["analyze", "demo", "--strength", "2"], "strength"),
            (["analyze", "demo", "--threshold", "nan"], "threshold"),
            (["analyze", "demo", "--max-faces", "0"], "max_faces"),
            (["--model", "nosuch", "--demo"], "nosuch"),
            (["--device", "abacus", "--demo"], "abacus"),
            (["nothing.mp4"], "nothing.mp4"),
            (["gopher://host/film"], "gopher"),
            (["--camera", "987654"], "987654"),
            (["--camera", "no such maker"], "no such maker"),
            (["train", "nothing.toml", "--data", "rafdb:x"], "nothing.toml"),
            (["train", "nothing.toml", "--data", "mnist:x"], "mnist"),
            (["train", "nothing.toml", "--data", "rafdb:x", "--data", "rafdb:y"], "twice"),
            (["pack", "nothing.toml", "--data", "rafdb:x"], "nothing.toml"),
            (["evaluate", "default", "--data", "rafdb:no/such/folder"], "no/such/folder"),
            (["evaluate", "nosuch", "--data", "rafdb:x"], "nosuch"),
        ],
    )
    def test_sentence(
        self,
        run: Run,
        argv: list[str],
        words: str,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        status, out, err = run(*argv)
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert words in err

    @pytest.mark.parametrize("kind", ["text", "empty", "cut", "folder"])
    def test_what_is_no_video(
        self, run: Run, fake_model: FakeModel, kind: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "film.mp4"
        if kind == "text":
            write_text(path)
        elif kind == "empty":
            path.touch()
        elif kind == "cut":
            path.write_bytes(write_clip(tmp_path / "whole.mp4").read_bytes()[:300])
        else:
            path.mkdir()
        status, out, err = run("analyze", path, "-o", tmp_path / "out")
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert "film.mp4" in err
        assert run(path)[0] == 2  # the window is not even opened

    def test_an_output_folder_that_is_a_file(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        clip, file = write_clip(tmp_path / "film.mp4"), write_text(tmp_path / "file")
        status, out, err = run("analyze", clip, "-o", file)
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert str(file) in err


class TestAnalyze:
    def test_a_broken_video_does_not_stop_the_others(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        first, last = write_clip(tmp_path / "first.mp4"), write_clip(tmp_path / "last.mp4", 7)
        broken = write_text(tmp_path / "broken.mp4")
        status, out, err = run("analyze", first, broken, last, "-o", tmp_path / "out")
        assert status == 2
        assert is_one_sentence(err)
        assert "broken.mp4" in err
        lines = out.splitlines()
        assert [line.split(":")[0] for line in lines] == [
            str(tmp_path / "out" / "first"),
            str(tmp_path / "out" / "last"),
        ]
        assert "12 frames" in lines[0]
        assert "12 frames without a face" in lines[0]
        assert "frames/s" in lines[0]
        assert len(read_session(tmp_path / "out" / "last").timeline.frame) == 7

    def test_json_tells_what_the_session_tells(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        clip = write_clip(tmp_path / "film.mp4")
        status, out, err = run("analyze", clip, "nothing", "-o", tmp_path / "out", "--json")
        assert status == 2
        good, bad = json.loads(out)
        assert (good["frames"], good["frames_without_face"], good["error"]) == (12, 12, None)
        assert good["end_reason"] == read_session(Path(good["session"])).description["end_reason"]
        assert bad["source"] == "nothing"
        assert "nothing" in bad["error"]
        assert is_one_sentence(err)

    def test_quiet_says_nothing(self, run: Run, fake_model: FakeModel, tmp_path: Path) -> None:
        clip = write_clip(tmp_path / "film.mp4")
        assert run("analyze", clip, "-o", tmp_path / "out", "--quiet") == (0, "", "")
        assert (tmp_path / "out" / "film" / "timeline.csv").is_file()
        assert not (tmp_path / "out" / "film" / "video.mp4").exists()

    def test_options_reach_the_session(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        clip = write_clip(tmp_path / "film.mp4")
        options = ("--video", "--max-faces", 3, "--strength", 1, "--threshold", 0.25, "--quiet")
        assert run("analyze", clip, "-o", tmp_path, *options)[0] == 0
        session = read_session(tmp_path / "film")
        settings = session.description["settings"]
        assert (settings["max_faces"], settings["threshold"]) == (3, 0.25)
        assert settings["stabilizer"]["hold_s"] > 1.0
        assert (tmp_path / "film" / "video.mp4").is_file()

    def test_a_name_that_is_taken_gets_a_number(
        self, run: Run, fake_model: FakeModel, tmp_path: Path
    ) -> None:
        clip = write_clip(tmp_path / "film.mp4", 2)
        for _ in range(2):
            run("analyze", clip, clip, "-o", tmp_path / "out", "--quiet")
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["film", "film-2"]

    def test_a_folder_of_pictures(self, run: Run, fake_model: FakeModel, tmp_path: Path) -> None:
        (tmp_path / "album").mkdir()
        for name in ("b", "a", "c"):
            cv2.imwrite(str(tmp_path / "album" / f"{name}.png"), picture())
        status, out, _ = run("analyze", tmp_path / "album", "-o", tmp_path / "out")
        assert status == 0
        assert "3 frames" in out

    def test_interrupted_in_the_middle(
        self, run: Run, fake_model: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(display: AnalysisProgress, progress: BatchProgress) -> None:
            if not interrupted:
                interrupted.append(progress.frames_done)
                signal.raise_signal(signal.SIGINT)

        interrupted: list[int] = []
        handler = signal.getsignal(signal.SIGINT)
        monkeypatch.setattr(AnalysisProgress, "update", interrupt)
        clip = write_clip(tmp_path / "film.mp4", 400)
        status, out, err = run("analyze", clip, "demo", "-o", tmp_path / "out")
        assert (status, err) == (130, "")
        assert "interrupted" in out
        session = read_session(tmp_path / "out" / "film")
        assert session.description["end_reason"] == "interrupted"
        assert interrupted[0] <= len(session.timeline.frame) < 400
        assert [p.name for p in (tmp_path / "out").iterdir()] == ["film"]
        assert signal.getsignal(signal.SIGINT) is handler

    def test_a_real_interrupt_of_the_real_program(self, tmp_path: Path) -> None:
        timeline = tmp_path / "Demo" / "timeline.csv"
        command = [sys.executable, "-m", "fervideo", "analyze", *(9 * ["demo"]), "-o", tmp_path]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            if timeline.is_file() and timeline.read_bytes().count(b"\n") > 5:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert b"Traceback" not in err
        assert b"face" in out
        sessions = [read_session(folder) for folder in sorted(tmp_path.iterdir())]
        assert "interrupted" in [s.description["end_reason"] for s in sessions]
        assert all(len(s.timeline.frame) > 0 for s in sessions)


class TestCameras:
    def test_lists_numbers_and_names(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        found = [CameraInfo(0, "HD Webcam", "/dev/video0", 200), CameraInfo(2, "OBS", "", 200)]
        monkeypatch.setattr("fervideo.commands.cameras.list_cameras", lambda: found)
        assert run("cameras") == (0, "0  HD Webcam\n2  OBS\n", "")

    def test_without_a_camera_says_what_to_do(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("fervideo.commands.cameras.list_cameras", list)
        status, out, err = run("cameras")
        assert (status, out) == (0, "")
        assert "fervideo --demo" in err


def make_card(**changes: Any) -> ModelCard:
    values: dict[str, Any] = {
        "name": "lfnsb",
        "title": "LFNSB",
        "paper": "",
        "network": "lfnsb",
        "head": "cosine",
        "classes": ("neutral", "happiness"),
        "embedding_size": 8,
        "scale": 16.0,
        "threshold": 0.3,
        "centers_from": "",
        "sha256": "",
        "parameters": 2_676_000,
        "multiply_adds": 397_400_000,
        **changes,
    }
    return ModelCard(**values)


class TestModels:
    def test_lists_the_default_first(self, run: Run) -> None:
        status, out, err = run("models")
        assert (status, err) == (0, "")
        names = [line.split()[0] for line in out.splitlines() if " MB" in line]
        assert names[0] == DEFAULT_MODEL
        assert out.count("(default)") == 1

    def test_a_row_takes_its_figures_from_the_card(self) -> None:
        measured = (
            Measurement("rafdb test", "given", "head", 9, 0.9, 0.9, 0.9, ""),
            Measurement("rafdb test", "given", "centers", 9, 0.8765, 0.8, 0.8, ""),
        )
        row = models.row(make_card(measurements=measured), True, 5_380_000)
        assert row == ("lfnsb (default)", "87.6 %", "–", "–", "2.68 M", "397 M", "5.4 MB")

    def test_markdown(self) -> None:
        lines = models.markdown_table([models.row(make_card(), False, 10)]).splitlines()
        assert len({line.count("|") for line in lines}) == 1
        assert lines[2].startswith("| lfnsb | – |")


class TestEvaluate:
    @pytest.fixture
    def evaluated(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """What `evaluate` was asked; it finds two classes, of which one is absent."""
        asked: list[dict[str, Any]] = []

        def evaluate(model: str, data: str, root: Path, **options: Any) -> Evaluation:
            options["report"](1)
            asked.append({"model": model, "data": data, "root": root, **options})
            truth = np.zeros(8, np.int64)
            classes = ("neutral", "happiness")
            head, centers = truth.copy(), truth.copy()
            head[:4], centers[:2] = 1, 1
            scores = score(truth, head, 2), score(truth, centers, 2)
            where = options["split"], options["crops"], options["flip"]
            return Evaluation(model, data, *where, classes, 1.0, *scores)

        monkeypatch.setattr("fervideo.evaluation.protocol.evaluate", evaluate)
        return asked

    def test_prints_scores_and_confusion(
        self, run: Run, evaluated: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        words = ("--data", f"rafdb:{tmp_path}", "--data", "ckplus:ck", "--split", "validation")
        status, out, err = run("evaluate", "lfnsb", *words, "--crops", "detected", "--flip")
        assert (status, err) == (0, "")
        assert [(e["data"], e["root"]) for e in evaluated] == [
            ("rafdb", tmp_path),
            ("ckplus", Path("ck")),
        ]
        assert (evaluated[0]["split"], evaluated[0]["crops"]) == ("validation", "detected")
        rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.split()}
        assert rows["head"] == ["0.500", "0.500", "0.667", "0.500", "–"]
        assert rows["centers"][:2] == ["0.750", "0.750"]
        assert rows["neutral"] == ["6", "2"]
        assert "NEU" in out
        assert "mirror" in out

    def test_json_has_no_nan(self, run: Run, evaluated: list[dict[str, Any]]) -> None:
        status, out, _ = run("evaluate", "default", "--data", "fer2013:f", "--json")
        assert status == 0
        (found,) = json.loads(out, parse_constant=lambda word: pytest.fail(word))
        assert found["centers"]["accuracy"] == 0.75
        assert found["head"]["recalls"] == [0.5, None]

    def test_several_models_are_set_side_by_side(
        self, run: Run, evaluated: list[dict[str, Any]]
    ) -> None:
        words = ("--data", "rafdb:r", "--data", "ckplus:c", "--fold", "2/5", "--detailed")
        status, out, _ = run("evaluate", "lfnsb", "lmcl", *words, "--quiet")
        assert status == 0
        assert {(e["model"], e["data"]) for e in evaluated} == {
            (m, d) for m in ("lfnsb", "lmcl") for d in ("rafdb", "ckplus")
        }
        assert all(str(e["fold"]) == "2/5" and e["detailed"] for e in evaluated)
        matrix = out[out.index("accuracy / mean recall") :].splitlines()
        assert matrix[0].split()[-2:] == ["rafdb", "ckplus"]
        assert [line.split()[0] for line in matrix if "0.750" in line] == ["lfnsb", "lmcl"]

    @pytest.mark.parametrize("wrong", ["0/5", "6/5", "1/1", "three", "1/"])
    def test_a_fold_is_a_number_of_a_number(
        self, run: Run, evaluated: list[dict[str, Any]], wrong: str
    ) -> None:
        status, _, err = run("evaluate", "lfnsb", "--data", "rafdb:r", "--fold", wrong)
        assert (status, evaluated) == (2, [])
        assert "such as 3/10" in err

    @pytest.mark.parametrize("command", ["train", "pack", "evaluate"])
    def test_without_the_extra_tells_how_to_get_it(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        monkeypatch.setattr(common, "find_spec", lambda name: None)
        status, out, err = run(command, "x", "--data", "rafdb:x")
        assert (status, out) == (2, "")
        assert is_one_sentence(err)
        assert 'pip install "fervideo[train]"' in err
        assert "scikit-learn" in err


class TestTrain:
    def test_arguments_reach_the_trainer(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        def train(recipe: Path, data: dict[str, Path], **options: Any) -> Path:
            options["report_cache"](500)
            options["report"](Progress(0, 2, 0.25, 1.0, 10.0))
            asked.update(recipe=recipe, data=data, **options)
            return tmp_path / "run"

        asked: dict[str, Any] = {}
        monkeypatch.setattr("fervideo.training.run.train", train)
        words = ("--data", "rafdb:a", "--data", "fer2013:b", "--start", "face", "--runs", "r")
        status, out, err = run("train", "my.toml", *words, "--cache", "c", "--device", "cpu")
        assert (status, err) == (0, "")
        assert str(tmp_path / "run") in out
        assert asked["recipe"] == Path("my.toml")
        assert asked["data"] == {"rafdb": Path("a"), "fer2013": Path("b")}
        assert (asked["start"], asked["runs"], asked["cache"]) == (
            Path("face"),
            Path("r"),
            Path("c"),
        )

    def test_words_of_the_progress(self) -> None:
        progress = Progress(2, 10, 0.25, 0.9123, 209.6)
        words = training_words(progress, 754.0)
        assert words == "epoch 3/10, loss 0.912, 210 pictures/s, 12:34 left"
        assert training_words(progress, None).endswith("pictures/s")


class TestProgress:
    def test_words_of_an_analysis(self) -> None:
        words = analysis_words(BatchProgress(120, 472, 45.12, 7.8))
        assert words == "120/472 frames, 45.1 frames/s, 0:08 left"
        assert analysis_words(BatchProgress(120, None, 45.12, None)) == "120 frames, 45.1 frames/s"

    @pytest.mark.parametrize(
        ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3723, "1:02:03"), (-1, "0:00")]
    )
    def test_clock(self, seconds: float, text: str) -> None:
        assert clock(seconds) == text

    def test_a_terminal_gets_a_bar_that_is_gone_for_the_summary(self) -> None:
        shown = io.StringIO()
        console = Console(file=shown, force_terminal=True, width=120)
        with AnalysisProgress(console=console) as display:
            display.begin("[bold]film[/bold].mp4")
            display.update(BatchProgress(50, 100, 10.0, 5.0))
            display._bar.refresh()  # type: ignore[union-attr]
            with display.paused():
                before = len(shown.getvalue())
                shown.write("summary\n")
        bar = shown.getvalue()[:before]
        assert "[bold]film[/bold].mp4" in bar
        assert "50/100 frames" in bar
        assert "━" in bar

    def test_a_file_gets_a_line_now_and_then(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [0.0]
        monkeypatch.setattr("fervideo.commands.progress.time.monotonic", lambda: now[0])
        with ProgressDisplay() as display:
            display.begin("film.mp4")
            for second in range(12):
                now[0] = float(second)
                display.show(second / 20, f"frame {second}")
        assert capsys.readouterr().err.splitlines() == [
            "fervideo: film.mp4: 25 %, frame 5",
            "fervideo: film.mp4: 50 %, frame 10",
        ]

    def test_time_left_counts_from_where_a_run_was_resumed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = [100.0]
        monkeypatch.setattr("fervideo.commands.progress.time.monotonic", lambda: now[0])
        display = ProgressDisplay(quiet=True)
        display.begin("run")
        assert display.seconds_left(0.5) is None
        now[0] = 110.0
        assert math.isclose(display.seconds_left(0.6) or 0.0, 40.0)


class TestWindow:
    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
        """What the window was asked to show, instead of a window."""
        calls: list[tuple[Any, ...]] = []

        def show(spec: SourceSpec, model: str, device: str, **options: Any) -> int:
            calls.append((spec, model, device, options["notice"]))
            return 0

        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        monkeypatch.setattr("fervideo.ui.app.run", show)
        return calls

    def use_cameras(self, monkeypatch: pytest.MonkeyPatch, names: Sequence[str]) -> None:
        found = [CameraInfo(2 * i, name, "", 0) for i, name in enumerate(names)]
        monkeypatch.setattr(window, "list_cameras", lambda: found)

    def test_the_first_camera_is_opened(
        self, run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.use_cameras(monkeypatch, ["HD Webcam", "OBS"])
        assert run() == (0, "", "")
        assert opened == [(SourceSpec(SourceKind.CAMERA, "0"), "default", "auto", None)]

    def test_without_a_camera_the_demo_plays_and_the_window_says_so(
        self, run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.use_cameras(monkeypatch, [])
        assert run()[0] == 0
        spec, _, _, notice = opened[0]
        assert spec.kind is SourceKind.DEMO
        assert "No camera" in notice

    def test_the_demo_asked_for_needs_no_excuse(self, run: Run, opened: list[Any]) -> None:
        assert run("--demo", "--device", "cpu") == (0, "", "")
        assert opened == [(SourceSpec(SourceKind.DEMO, "demo"), "default", "cpu", None)]

    @pytest.mark.parametrize("words", ["2", "obs"])
    def test_a_camera_by_number_or_name(
        self, run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch, words: str
    ) -> None:
        self.use_cameras(monkeypatch, ["HD Webcam", "OBS Studio"])
        assert run("--camera", words)[0] == 0
        assert opened[0][0] == SourceSpec(SourceKind.CAMERA, words)

    def test_a_video(self, run: Run, opened: list[Any], tmp_path: Path) -> None:
        clip = write_clip(tmp_path / "film.mp4")
        assert run(clip)[0] == 0
        assert opened[0][0] == SourceSpec(SourceKind.VIDEO, str(clip))

    def test_without_a_screen_names_the_way_out(
        self, run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(window.sys, "platform", "linux")
        for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        status, out, err = run("--demo")
        assert (status, out, opened) == (2, "", [])
        assert is_one_sentence(err)
        assert "fervideo analyze" in err

    def test_a_library_that_qt_lacks_is_named(
        self, run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "fervideo.ui.app", None)
        status, _, err = run("--demo")
        assert status == 2
        assert is_one_sentence(err)
        assert "the window cannot be loaded" in err
