"""Ctrl-C is heard at once, also while a library loads a model."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run, write_clip
from command_line import fake_model as fake_model
from command_line import run as run

from fervideo.commands.interrupt import unless_interrupted

pytestmark = pytest.mark.usefixtures("no_thread_left")


class Foreign:
    """Code that goes on until it is let go; in the middle of it, Python hears no Ctrl-C."""

    def __init__(self) -> None:
        self.begun, self.let_go, self.ended = (threading.Event() for _ in range(3))

    def __call__(self, *_: object) -> None:
        self.begun.set()
        heard = False
        for _ in range(100):
            try:
                if self.let_go.wait(0.1):
                    break
            except KeyboardInterrupt:
                heard = True
        self.ended.set()
        if heard:
            raise KeyboardInterrupt


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    """With a Ctrl-C as soon as it has begun."""
    foreign = Foreign()

    def press() -> None:
        foreign.begun.wait(30)
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    finger = threading.Thread(target=press)
    finger.start()
    yield foreign
    foreign.let_go.set()
    finger.join()
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_does_not_wait_for_foreign_code(foreign: Foreign) -> None:
    with pytest.raises(KeyboardInterrupt):
        unless_interrupted(foreign)
    assert not foreign.ended.is_set()


def test_while_a_model_is_loaded_it_ends_the_command(
    run: Run, foreign: Foreign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("fervideo.analysis.runner.Runner.model", foreign)
    clip = write_clip(tmp_path / "a.mp4", 5)
    assert run("analyze", clip, "-o", tmp_path / "out", "--quiet") == (130, "", "")
    assert not foreign.ended.is_set() and not (tmp_path / "out").exists()


def test_what_the_work_gives_or_raises_comes_back() -> None:
    assert unless_interrupted(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        unless_interrupted(lambda: 1 // 0)
