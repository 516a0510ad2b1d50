"""What tests of the command line share: running it, and a clip to give it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from fakes import FakeModel, picture

from fervideo import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process: exit status, standard output, standard error."""

    def run(*argv: object) -> tuple[int, str, str]:
        try:
            status = cli.main([str(word) for word in argv])
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """Loaded in place of every model."""
    model = FakeModel()
    monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: model)
    return model


def write_clip(path: Path, frames: int = 12) -> Path:
    """A small video without a face, 25 frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(), format="rgb24")))
        container.mux(stream.encode())
    return path


def write_text(path: Path) -> Path:
    path.write_text("This is no video.\n" * 100, encoding="utf-8")
    return path


def is_one_sentence(err: str) -> bool:
    return bool(re.fullmatch(r"fervideo: \S.*\n", err)) and "Traceback" not in err
