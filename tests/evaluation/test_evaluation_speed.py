from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeModel, picture
from PIL import Image

from fervideo import cli
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import SourceError
from fervideo.evaluation.speed import markdown, measure_speed
from fervideo.landmark_names import LandmarkMode
from fervideo.pipeline import AnalyzerConfig


@pytest.fixture
def two_models(monkeypatch: pytest.MonkeyPatch) -> None:
    delays_s = {"quick": 0.0, "slow": 0.05}
    monkeypatch.setattr(
        "fervideo.evaluation.speed.load_model",
        lambda name, device: FakeModel(delay_s=delays_s[name]),
    )


@pytest.fixture
def clip_of_five(tmp_path: Path) -> SourceSpec:
    for number in range(5):
        Image.fromarray(picture()).save(tmp_path / f"{number}.png")
    return SourceSpec(SourceKind.FOLDER, str(tmp_path))


def test_every_stage_has_its_time(two_models: None) -> None:
    config = AnalyzerConfig(landmarks=LandmarkMode.POSE)
    report = measure_speed(["quick", "slow"], ["cpu"], config, frames=4)
    assert (report.source, report.width, report.height) == ("Demo", 640, 480)
    assert report.frames == 4 and report.faces == 1 and report.clock == "wall"
    quick, slow = report.rows
    stages = ["decode", "detect", "track", "align", "embed", "decide", "landmarks"]
    assert list(quick.stages_ms) == stages
    assert slow.stages_ms["embed"] >= 50 and quick.ratio == 1
    assert slow.ratio == pytest.approx(slow.total_ms / quick.total_ms)
    assert slow.frames_per_s == pytest.approx(1000 / slow.total_ms)
    assert slow.p95_ms >= slow.total_ms >= slow.stages_ms["embed"]


def test_waiting_is_no_work(two_models: None) -> None:
    (slow,) = measure_speed(["slow"], ["cpu"], frames=2, clock="processor").rows
    assert slow.stages_ms["embed"] < 50  # it sleeps


def test_the_table_has_a_row_for_each(two_models: None) -> None:
    table = markdown(measure_speed(["quick", "slow"], ["cpu"], frames=2)).splitlines()
    assert len(table) == 6 and table[2].count("|") == table[3].count("|") == table[5].count("|")


def test_too_short_a_clip_is_one_sentence(two_models: None, clip_of_five: SourceSpec) -> None:
    with pytest.raises(SourceError, match="more than 10 frames"):
        measure_speed(["quick"], ["cpu"], spec=clip_of_five)


def test_the_command_line(two_models: None, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["bench", "speed", "--models", "quick", "slow", "--devices", "cpu", "--frames", "2"]
    assert cli.main(asked) == 0
    assert "| embed |" in capsys.readouterr().out
    assert cli.main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["device"] for row in told["rows"]] == ["cpu", "cpu"] and told["frames"] == 2
    assert [row["detector"] for row in told["rows"]] == ["mediapipe", "mediapipe"]
    assert cli.main(["bench", "speed", "--frames", "0"]) == 2
