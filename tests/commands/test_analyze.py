"""`fervideo analyze` over several videos: which frames, what is done again, the summary."""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Run, is_one_sentence, write_clip
from command_line import fake_model as fake_model
from command_line import run as run
from fakes import FakeCard, FakeModel

from fervideo.analysis.jobs import JobSettings, Report
from fervideo.centers.profile import Profile
from fervideo.centers.store import write_profile
from fervideo.commands.analyze_options import clock_time, job_count
from fervideo.session import Marker, append_marker, read_session

pytestmark = pytest.mark.usefixtures("fake_model")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def end_reason(folder: Path) -> str:
    return str(json.loads((folder / "session.json").read_text())["end_reason"])


class TestFrames:
    def test_start_end_and_every(self, run: Run, tmp_path: Path) -> None:
        clip = write_clip(tmp_path / "film.mp4", 50)
        options = ("--start", "0:00:00.4", "--end", "1.2", "--every", 5)
        assert run("analyze", clip, "-o", tmp_path / "out", *options, "--quiet") == (0, "", "")
        session = read_session(tmp_path / "out" / "film")
        assert session.timeline.frame.tolist() == [10, 15, 20, 25]
        np.testing.assert_allclose(session.timeline.time_s, [0.4, 0.6, 0.8, 1.0], atol=1e-3)
        np.testing.assert_allclose(session.durations, 0.2, atol=1e-3)
        told = session.description["settings"]["selection"]
        assert told == {"start_s": 0.4, "end_s": 1.2, "every": 5}

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--start", "2", "--end", "1"], "end"),
            (["--every", "0"], "every"),
            (["--start", "soon"], "HH:MM:SS"),
            (["--start", "1:75"], "1:75"),
            (["--jobs", "0"], "--jobs"),
            (["--summary", "numbers.xlsx"], "numbers.xlsx"),
            (["--profile", "nobody.json"], "nobody.json"),
            (["--landmarks", "some"], "some"),
        ],
    )
    def test_wrong_options_are_one_sentence(
        self, run: Run, tmp_path: Path, options: list[str], words: str
    ) -> None:
        clip = write_clip(tmp_path / "film.mp4", 2)
        status, out, err = run("analyze", clip, "-o", tmp_path / "out", *options)
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and words in err
        assert not (tmp_path / "out").exists()

    def test_a_start_beyond_the_end_costs_that_video_alone(self, run: Run, tmp_path: Path) -> None:
        short, long = write_clip(tmp_path / "a.mp4", 5), write_clip(tmp_path / "b.mp4", 50)
        words = ("analyze", short, long, "-o", tmp_path / "out", "--start", 1, "--quiet")
        status, _, err = run(*words)
        assert status == 2
        assert is_one_sentence(err) and "a.mp4" in err
        assert names(tmp_path / "out") == ["b"]

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("90", 90),
            ("0.5", 0.5),
            (".5", 0.5),
            ("1:30", 90),
            ("01:02:03.5", 3723.5),
            ("75:00", 4500),
        ],
    )
    def test_times(self, text: str, seconds: float) -> None:
        assert clock_time(text) == seconds

    def test_numbers_of_jobs(self) -> None:
        assert (job_count("3"), job_count("auto")) == (3, 0)

    def test_a_profile_reaches_the_session(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "ada.json"
        write_profile(Profile.new("Ada").with_enabled("disgust", False), file)
        clip = write_clip(tmp_path / "film.mp4", 2)
        assert run("analyze", clip, "-o", tmp_path / "out", "--profile", file, "--quiet")[0] == 0
        session = read_session(tmp_path / "out" / "film")
        assert "disgust" not in session.classes
        assert session.description["settings"]["profile"]["name"] == "Ada"


class TestNames:
    def test_folders_and_patterns(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        for name in ("day1/c10.mp4", "day1/c9.mp4", "day2/x.mkv"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            write_clip(tmp_path / name, 2)
        (tmp_path / "day1" / "notes.txt").write_text("")
        status, out, err = run("analyze", "day1", "day?/*.mkv", "nothing*", "-o", "out")
        assert [Path(line.split(": ")[0]).name for line in out.splitlines()] == ["c9", "c10", "x"]
        assert status == 2
        assert is_one_sentence(err) and "nothing*" in err

    def test_a_folder_with_nothing_in_it(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        status, out, err = run("analyze", tmp_path / "empty", "-o", tmp_path / "out")
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and "empty" in err


class TestResume:
    @pytest.fixture
    def analyze(self, run: Run, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
        def analyze(*words: object) -> list[dict[str, Any]]:
            _, out, err = run("analyze", *words, "-o", tmp_path / "out", "--resume", "--json")
            assert err == ""
            told: list[dict[str, Any]] = json.loads(out)
            return told

        return analyze

    def cut(self, folder: Path, reason: str = "interrupted", age_s: float = 3600.0) -> None:
        """Make a session one that was cut short some time ago."""
        path = folder / "session.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"end_reason": reason}))
        for file in folder.iterdir():
            os.utime(file, (time.time() - age_s,) * 2)

    def test_a_finished_video_is_not_done_again(
        self, analyze: Callable[..., Any], tmp_path: Path
    ) -> None:
        first, second = write_clip(tmp_path / "a.mp4", 5), write_clip(tmp_path / "b.mp4", 5)
        assert [told["skipped"] for told in analyze(first)] == [False]
        before = (tmp_path / "out" / "a" / "timeline.csv").stat().st_mtime_ns
        told = analyze(first, second)
        assert [entry["skipped"] for entry in told] == [True, False]
        assert [Path(entry["session"]).name for entry in told] == ["a", "b"]
        assert told[0]["frames"] == 5 and told[0]["end_reason"] == "complete"
        assert (tmp_path / "out" / "a" / "timeline.csv").stat().st_mtime_ns == before

    def test_a_folder_of_pictures_and_the_demo_are_known_again(
        self, analyze: Callable[..., Any], tmp_path: Path
    ) -> None:
        import cv2

        (tmp_path / "album").mkdir()
        for name in ("a", "b"):
            cv2.imwrite(str(tmp_path / "album" / f"{name}.png"), np.zeros((48, 64, 3), np.uint8))
        words = (tmp_path / "album", "demo", "--end", "0.1")
        assert [told["skipped"] for told in analyze(*words)] == [False, False]
        assert [told["skipped"] for told in analyze(*words)] == [True, True]
        cv2.imwrite(str(tmp_path / "album" / "c.png"), np.zeros((48, 64, 3), np.uint8))
        assert [told["skipped"] for told in analyze(*words)] == [False, True]

    @pytest.mark.parametrize(
        "other",
        [
            ["--every", 2],
            ["--threshold", 0.1],
            ["--strength", 0.9],
            ["--max-faces", 2],
            ["--video"],
        ],
        ids=lambda words: words[0],
    )
    def test_other_settings_are_other_work(
        self, analyze: Callable[..., Any], tmp_path: Path, other: list[object]
    ) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        analyze(clip)
        assert analyze(clip, *other)[0]["skipped"] is False
        assert analyze(clip, *other)[0]["skipped"] is True
        assert analyze(clip)[0]["skipped"] is True
        assert names(tmp_path / "out") == ["a", "a-2"]

    def test_other_weights_are_other_work(
        self, analyze: Callable[..., Any], tmp_path: Path, fake_model: FakeModel
    ) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        analyze(clip)
        fake_model.card = FakeCard(sha256="1" * 64)
        assert analyze(clip)[0]["skipped"] is False

    def test_a_video_that_changed_is_done_again(
        self, analyze: Callable[..., Any], tmp_path: Path
    ) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        analyze(clip)
        os.utime(clip, (1e9, 1e9))
        assert analyze(clip)[0]["skipped"] is False
        assert analyze(clip)[0]["skipped"] is True

    @pytest.mark.parametrize("reason", ["interrupted", "unfinished", "error: disk full"])
    def test_a_session_cut_short_is_replaced(
        self, analyze: Callable[..., Any], tmp_path: Path, reason: str
    ) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        analyze(clip)
        self.cut(tmp_path / "out" / "a", reason)
        (told,) = analyze(clip)
        assert (told["skipped"], told["end_reason"]) == (False, "complete")
        assert told["session"] == str(tmp_path / "out" / "a")
        assert names(tmp_path / "out") == ["a"]
        assert read_session(tmp_path / "out" / "a").end_reason == "complete"

    @pytest.mark.parametrize("why", ["marked", "a file", "being recorded", "other settings"])
    def test_a_session_cut_short_is_kept_if_it_may_hold_more(
        self, analyze: Callable[..., Any], tmp_path: Path, why: str
    ) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        options = ["--every", "2"] if why == "other settings" else []
        analyze(clip, *options)
        old = tmp_path / "out" / "a"
        if why == "marked":
            append_marker(old / "markers.csv", Marker(0.1, 0.0, "", "event", "a smile"))
        if why == "a file":
            (old / "notes.txt").write_text("mine")
        if why == "being recorded":
            self.cut(old, "unfinished", age_s=0.0)
        else:
            self.cut(old)
        (told,) = analyze(clip)
        assert told["session"] == str(tmp_path / "out" / "a-2")
        assert end_reason(old) != "complete" and end_reason(tmp_path / "out" / "a-2") == "complete"

    def test_damaged_descriptions_are_passed_over(
        self, analyze: Callable[..., Any], tmp_path: Path
    ) -> None:
        for name, text in (("x", "{"), ("y", "[]"), ("z", '{"source": 3, "settings": []}')):
            (tmp_path / "out" / name).mkdir(parents=True)
            (tmp_path / "out" / name / "session.json").write_text(text)
        clip = write_clip(tmp_path / "a.mp4", 5)
        assert [analyze(clip)[0]["skipped"] for _ in range(2)] == [False, True]

    def test_without_the_option_all_is_done_again(self, run: Run, tmp_path: Path) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        for _ in range(2):
            assert run("analyze", clip, "-o", tmp_path / "out", "--quiet")[0] == 0
        assert names(tmp_path / "out") == ["a", "a-2"]

    def test_the_line_says_so(self, run: Run, tmp_path: Path) -> None:
        clip = write_clip(tmp_path / "a.mp4", 5)
        words = ("analyze", clip, "-o", tmp_path / "out", "--resume")
        assert "done before" not in run(*words)[1]
        _, out, err = run(*words)
        assert "done before; 5 frames" in out and "frames/s" not in out and err == ""


class TestSummary:
    def test_csv(self, run: Run, tmp_path: Path) -> None:
        clips = [write_clip(tmp_path / f"{name}.mp4", 5) for name in ("b", "=a")]
        file = tmp_path / "new" / "all.csv"
        words = ("analyze", *clips, tmp_path / "none.mp4", "-o", tmp_path / "out")
        assert run(*words, "--summary", file, "--quiet")[0] == 2
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
        assert [Path(row["source"]).name for row in rows] == ["b.mp4", "=a.mp4", "none.mp4"]
        assert [row["frames"] for row in rows] == ["5", "5", ""]
        assert [row["duration_s"] for row in rows] == ["0.2", "0.2", ""]
        assert "none.mp4" in rows[2]["error"] and rows[0]["error"] == ""
        assert read_session(Path(rows[0]["session"])).end_reason == rows[0]["end_reason"]

    def test_json_is_what_the_output_has(self, run: Run, tmp_path: Path) -> None:
        clip, file = write_clip(tmp_path / "a.mp4", 5), tmp_path / "all.json"
        words = ("analyze", clip, "none", "-o", tmp_path / "out", "--summary", file, "--json")
        _, out, _ = run(*words)
        assert json.loads(file.read_text(encoding="utf-8")) == json.loads(out)

    def test_seconds_have_a_column_for_each_expression_seen(self, tmp_path: Path) -> None:
        from fervideo.analysis.summary_file import SummaryFile
        from fervideo.session import Summary

        def report(name: str, **seconds: float) -> Report:
            summary = Summary(1.0, 25, 0, 0, seconds, 3, 0, ())
            return Report(name, session=Path(name), end_reason="complete", summary=summary)

        seen = {"unknown": 0.25, "=mine": 1.0}
        file = SummaryFile(tmp_path / "all.csv")
        file.write([report("a", fear=0.5), report("b", neutral=1.0, **seen), Report("c", "broken")])
        rows = list(csv.DictReader((tmp_path / "all.csv").read_text().splitlines()))
        expected = ["seconds_neutral", "seconds_fear", "seconds_=mine", "seconds_unknown"]
        assert [name for name in rows[0] if name.startswith("seconds")] == expected
        assert [row["seconds_fear"] for row in rows] == ["0.5", "0.0", ""]
        assert rows[1]["seconds_unknown"] == "0.25"

    def test_it_is_there_after_each_video(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from fervideo.analysis.runner import Runner

        def fail(runner: Runner, spec: Any, settings: JobSettings, *rest: Any) -> Report:
            if "b" in Path(spec.location).stem:
                raise KeyboardInterrupt
            return real(runner, spec, settings, *rest)

        real, file = Runner.run, tmp_path / "all.json"
        monkeypatch.setattr(Runner, "run", fail)
        clips = [write_clip(tmp_path / f"{name}.mp4", 3) for name in "ab"]
        assert run("analyze", *clips, "-o", tmp_path / "out", "--summary", file)[0] == 130
        assert [entry["frames"] for entry in json.loads(file.read_text())] == [3]


class TestJobs:
    def test_a_graphics_card_is_used_by_one_process(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import torch

        monkeypatch.setattr("fervideo.device.resolve_device", lambda name: torch.device("cuda"))
        clips = [write_clip(tmp_path / f"{name}.mp4", 2) for name in "ab"]
        status, out, err = run("analyze", *clips, "-o", tmp_path / "out", "--jobs", 2)
        assert (status, len(out.splitlines())) == (0, 2)
        assert is_one_sentence(err) and "--jobs 2" in err

    def test_the_threads_are_shared_among_the_jobs(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def analyze(specs: Any, settings: Any, jobs: int, threads: int, **rest: Any) -> None:
            asked.append((len(specs), jobs, threads))
            for index, spec in enumerate(specs):
                rest["on_report"](index, Report(spec.location, "torn"))

        asked: list[tuple[int, int, int]] = []
        monkeypatch.setattr("fervideo.analysis.parallel.analyze_parallel", analyze)
        monkeypatch.setenv("OMP_NUM_THREADS", "6")
        clips = [write_clip(tmp_path / f"{name}.mp4", 2) for name in "abc"]
        status, out, err = run("analyze", *clips, "--device", "cpu", "--jobs", 2)
        assert (status, out, len(err.splitlines())) == (2, "", 3)
        assert asked == [(3, 2, 3)]
