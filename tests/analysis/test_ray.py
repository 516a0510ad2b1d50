"""Videos on a Ray cluster: the same numbers as here, and nothing left behind."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest
from command_line import Run, is_one_sentence, write_clip
from command_line import run as run
from fakes import FakeModel, picture

from fervideo.analysis import ray_cluster
from fervideo.analysis.jobs import JobSettings
from fervideo.analysis.ray_task import RemoteJob, analyze_remotely, make_job, write_session
from fervideo.capture.demo import DEMO_CLIP
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.centers.profile import Profile
from fervideo.centers.store import write_profile
from fervideo.errors import SessionError
from fervideo.models.registry import find_weights
from fervideo.resources import asset_file

TIMINGS = {"latency_ms", "wall_time"}
DATES = {"started", "ended"}
OTHERWISE = {"session", "frames_per_s"}


@pytest.fixture
def ray_home() -> Iterator[Path]:
    """Where Ray keeps its sockets, whose paths must be short."""
    folder = Path(tempfile.mkdtemp(prefix="fv"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def rows(session: Path) -> list[dict[str, str]]:
    with (session / "timeline.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return [{name: cell for name, cell in row.items() if name not in TIMINGS} for row in found]


def described(session: Path) -> dict[str, Any]:
    told = json.loads((session / "session.json").read_text(encoding="utf-8"))
    return {name: value for name, value in told.items() if name not in DATES}


def reports(file: Path) -> list[dict[str, Any]]:
    told = json.loads(file.read_text(encoding="utf-8"))
    return [{k: v for k, v in entry.items() if k not in OTHERWISE} for entry in told]


def test_a_cluster_gives_what_one_machine_gives(tmp_path: Path, ray_home: Path) -> None:
    """A real cluster of one core; some of the sources cannot be seen from it and are sent."""
    demo = asset_file(DEMO_CLIP)
    shutil.copy(demo, tmp_path / "seen.mp4")
    shutil.copy(demo, tmp_path / "hidden.mp4")
    (tmp_path / "broken.mp4").write_text("no video")
    (tmp_path / "hidden album").mkdir()
    for number in range(2):
        cv2.imwrite(str(tmp_path / "hidden album" / f"{number}.png"), picture())
    weights = find_weights("default")
    for suffix in (".safetensors", ".json"):
        shutil.copy(weights.with_suffix(suffix), tmp_path / f"mine{suffix}")
    write_profile(Profile.new("Ada").with_enabled("fear", False), tmp_path / "ada.json")

    child = Path(__file__).with_name("ray_child.py")
    sources = ("seen.mp4", "broken.mp4", "hidden.mp4", "hidden album")
    quiet = {"RAY_TMPDIR": str(ray_home), "RAY_worker_niceness": "0", "RAY_AUTH_MODE": "disabled"}
    done = subprocess.run(
        [sys.executable, "-W", "error", child, *sources],
        cwd=tmp_path,
        env={**os.environ, **quiet, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    for name in ("seen", "hidden", "hidden album"):
        there, here = tmp_path / "cluster" / name, tmp_path / "alone" / name
        assert rows(there) == rows(here) and rows(here)
        assert described(there) == described(here)
        assert (there / "markers.csv").read_bytes() == (here / "markers.csv").read_bytes()
    assert reports(tmp_path / "there.json") == reports(tmp_path / "here.json")
    again = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert [entry["skipped"] for entry in again] == [True, False, True, True]
    assert len(list((tmp_path / "cluster").iterdir())) == 3
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(ray_home) not in running.stdout


class TestWithoutACluster:
    """What a machine of the cluster does, and what is said when there is no cluster."""

    @pytest.fixture
    def model(self, monkeypatch: pytest.MonkeyPatch) -> FakeModel:
        model = FakeModel()
        monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: model)
        return model

    @pytest.fixture
    def job(self, tmp_path: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> RemoteJob:
        monkeypatch.setenv("OMP_NUM_THREADS", "1")  # the machine sets it; it is put back
        spec = SourceSpec(SourceKind.VIDEO, str(write_clip(tmp_path / "film.mp4", 5)))
        return make_job(spec, JobSettings(), None, model.card.sha256, threads=1)

    def test_a_file_that_is_another_there_is_asked_for(self, job: RemoteJob) -> None:
        assert not analyze_remotely(job, None, None).lacks_source
        os.utime(job.path, (1, 1))
        asked = analyze_remotely(job, None, None)
        assert asked.lacks_source and asked.files == {}
        sent = analyze_remotely(job, None, {"film.mp4": Path(job.path).read_bytes()})
        assert sent.report.error == "" and sent.name == "film"
        told = json.loads(sent.files["session.json"])
        assert told["source"]["location"] == job.spec.location
        assert told["source"]["modified"] == job.identity["modified"]

    @pytest.mark.parametrize("change", [{"version": "0.0.1"}, {"sha256": "f" * 64}])
    def test_another_program_or_other_weights_are_told(
        self, job: RemoteJob, change: dict[str, str]
    ) -> None:
        result = analyze_remotely(replace(job, **change), None, None)
        assert result.files == {}
        assert next(iter(change.values()))[:5] in result.report.error
        assert "every machine" in result.report.error

    def test_what_goes_wrong_is_in_the_report(self, job: RemoteJob, model: FakeModel) -> None:
        sent = analyze_remotely(job, None, {"film.mp4": b"no video"})
        assert "film.mp4" in sent.report.error
        assert str(tempfile.gettempdir()) not in sent.report.error.replace(job.spec.location, "")
        model.fails = True
        assert "out of memory" in analyze_remotely(job, None, None).report.error

    def test_a_session_that_comes_back_is_written_beside_others(self, tmp_path: Path) -> None:
        files = {"session.json": b"{}", "timeline.csv": b"x"}
        folders = [write_session(tmp_path / "a", files) for _ in range(2)]
        assert [folder.name for folder in folders] == ["a", "a-2"]
        assert (folders[1] / "timeline.csv").read_bytes() == b"x"
        (tmp_path / "file").touch()
        with pytest.raises(SessionError, match="file"):
            write_session(tmp_path / "file" / "a", files)

    @pytest.mark.parametrize("scheme", ["", "ray://"])
    def test_where_nothing_answers(self, run: Run, scheme: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        address = f"{scheme}127.0.0.1:{port}"
        status, out, err = run("analyze", "demo", "--ray", address)
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and address in err

    def test_without_the_extra_tells_how_to_get_it(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ray_cluster, "find_spec", lambda name: None)
        status, out, err = run("analyze", "demo", "--ray", "auto")
        assert (status, out) == (2, "")
        assert is_one_sentence(err) and 'pip install "fervideo[ray]"' in err
