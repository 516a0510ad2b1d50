from __future__ import annotations

import json
import threading
from pathlib import Path

import av
import pytest
from fakes import FakeModel, picture

from fervideo import cli
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import FervideoError, SourceError
from fervideo.landmark_names import LandmarkMode
from fervideo.live.latency import measure_latency
from fervideo.pipeline import AnalyzerConfig

pytestmark = pytest.mark.usefixtures("no_thread_left")


@pytest.fixture
def slow_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "fervideo.models.registry.load_model", lambda name, device: FakeModel(delay_s=0.03)
    )


@pytest.fixture
def clip(tmp_path: Path) -> SourceSpec:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture(), format="rgb24")))
        container.mux(video.encode())
    return SourceSpec(SourceKind.VIDEO, str(path))


def test_the_lag_holds_every_stage(slow_model: None) -> None:
    config = AnalyzerConfig(landmarks=LandmarkMode.POSE)
    report = measure_latency(config=config, seconds=1.0, warm_up_s=0.2)
    assert (report.model, report.device, report.source) == ("fake", "cpu", "Demo")
    assert report.frames >= 2 and report.frames_dropped >= 0 and report.seconds >= 1.0
    assert 30 <= report.median_ms <= report.p95_ms <= report.worst_ms
    stages = {"detect", "track", "align", "embed", "decide", "landmarks"}
    assert set(report.stages_ms) == stages and report.stages_ms["embed"] >= 30


def test_a_file_that_is_over_too_soon_is_told(slow_model: None, clip: SourceSpec) -> None:
    with pytest.raises(SourceError, match="found none; use a longer video"):
        measure_latency(spec=clip, seconds=1.0, warm_up_s=3.0)


def test_what_cannot_be_measured_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FervideoError, match=r"nothing\.mp4"):
        measure_latency(spec=SourceSpec(SourceKind.VIDEO, str(tmp_path / "nothing.mp4")))


def test_it_can_be_stopped(slow_model: None) -> None:
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    assert measure_latency(seconds=600, warm_up_s=0.0, stop=stop).seconds < 600


def test_the_command_says_it_in_words_and_as_json(
    slow_model: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bench", "latency", "--seconds", "0.5"]) == 0
    out = capsys.readouterr().out
    assert "fake on cpu, Demo" in out and "95 % within" in out and "embed, median" in out
    assert cli.main(["bench", "latency", "--seconds", "0.5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["p95_ms"] >= 30


@pytest.mark.parametrize("argv", [["--seconds", "0"], ["nothing.mp4"]])
def test_what_makes_no_sense_is_one_sentence(
    capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert cli.main(["bench", "latency", *argv]) == 2
    assert capsys.readouterr().err.count("\n") == 1
