"""`fervideo stream`: JSON lines as a script meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from fakes import FakeModel, picture

from fervideo import cli, labels
from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.profile import Profile
from fervideo.centers.store import write_profile
from fervideo.commands import stream

Run = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("no_thread_left")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in this process, with a quick model: exit status, output, errors."""
    monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: FakeModel())

    def run(*argv: object) -> tuple[int, str, str]:
        status = cli.main(["stream", *(str(word) for word in argv)])
        out, err = capfd.readouterr()
        return status, out, err

    return run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Half a second without a face."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for _ in range(12):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture(), format="rgb24")))
        container.mux(video.encode())
    return path


@pytest.fixture
def demo() -> Iterator[subprocess.Popen[bytes]]:
    """The program in a process of its own, streaming the demo with the default model."""
    child = subprocess.Popen(
        [sys.executable, "-m", "fervideo", "stream", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    yield child
    child.kill()
    child.communicate()


def lines_of(out: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_file_is_played_to_its_end(run: Run, clip: Path) -> None:
    status, out, err = run(clip)
    lines = lines_of(out)
    frames = [line["frame"] for line in lines]
    assert status == 0 and frames == sorted(set(frames)) and set(frames) <= set(range(12))
    assert lines[-1]["faces"] == []
    passed_over = 12 - len(lines)
    assert err == f"fervideo: {len(lines)} frames analysed, {passed_over} passed over\n"


def test_it_ends_after_so_many_seconds(run: Run) -> None:
    status, out, err = run("demo", "--seconds", "0.5", "--quiet", "--landmarks", "pose")
    lines = lines_of(out)
    assert (status, err) == (0, "") and len(lines) >= 1
    (face,) = lines[0]["faces"]
    assert set(face["pose"]) == {"pitch", "yaw", "roll"} and "blendshapes" not in face


def test_with_a_profile_its_classes_are_streamed(run: Run, tmp_path: Path) -> None:
    model = FakeModel()
    smirk = Enrolment("smirk", ModelCenter.of(model.card, model.centers[2:4]))
    made = Profile.new("Anna").with_expression(smirk).with_enabled("fear", False)
    write_profile(made, tmp_path / "anna.json")
    status, out, err = run(
        "demo", "--seconds", "0.5", "--quiet", "--profile", tmp_path / "anna.json"
    )
    assert (status, err) == (0, "")
    (face,) = lines_of(out)[-1]["faces"]
    assert tuple(face["probabilities"]) == made.apply(model).classes
    status, out, err = run("demo", "--profile", tmp_path / "none.json")
    assert (status, out, err.count("\n")) == (2, "", 1) and "none.json" in err


def test_ctrl_c_ends_it_behind_a_whole_line(demo: subprocess.Popen[bytes]) -> None:
    assert demo.stdout is not None
    first = [json.loads(demo.stdout.readline()) for _ in range(3)]
    demo.send_signal(signal.SIGINT)
    out, err = demo.communicate(timeout=120)
    assert demo.returncode == 130
    assert out == b"" or out.endswith(b"}\n")
    lines = first + lines_of(out)
    frames = [line["frame"] for line in lines]
    assert frames == sorted(set(frames))
    assert all(line["model"] and line["latency_ms"] > 0 for line in lines)
    (face,) = first[0]["faces"]
    assert (face["face_id"], face["status"]) == (1, "ok") and face["label"] in labels.BASIC
    assert tuple(face["probabilities"]) == labels.BASIC
    assert b"passed over" in err and b"Traceback" not in err


def test_nobody_reads_any_more(demo: subprocess.Popen[bytes]) -> None:
    assert demo.stdout is not None and demo.stderr is not None
    demo.stdout.readline()
    demo.stdout.close()
    assert demo.wait(timeout=120) == 0
    assert b"Traceback" not in demo.stderr.read()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "found none; connect one, or name a video or demo"),
        (["nothing.mp4"], "nothing.mp4"),
        (["demo", "--model", "nonsense"], "nonsense"),
        (["demo", "--strength", "7"], "7"),
        (["demo", "--seconds", "-1"], "--seconds"),
        (["demo", "--name", "mine"], "--lsl together with --name"),
    ],
)
def test_what_cannot_be_streamed_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str], words: str
) -> None:
    monkeypatch.setattr("fervideo.capture.camera_list.list_cameras", list)
    status, out, err = run(*argv)
    assert (status, out) == (2, "") and err.startswith("fervideo: ") and words in err
    assert err.count("\n") == 1


def test_a_full_disk_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(line: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stream, "write_out", full)
    status, _, err = run("demo", "--quiet")
    assert (status, err) == (2, "fervideo: JSON lines have stopped: No space left on device\n")


def test_without_pylsl_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    status, out, err = run("demo", "--lsl")
    assert (status, out) == (2, "") and 'pip install "fervideo[lsl]"' in err
