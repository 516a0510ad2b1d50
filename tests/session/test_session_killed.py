"""Recordings that end badly, in a process of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from fervideo.session import read_session

CHILD = Path(__file__).with_name("recording_child.py")


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def wait_for_rows(child: subprocess.Popen[str], rows: int) -> int:
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= rows:
            return int(line)
    raise AssertionError("the recording ended before it was killed")


def test_a_killed_recording_can_be_read_up_to_the_last_second(tmp_path):
    with start(tmp_path / "clip", 0) as child:
        told = wait_for_rows(child, 150)
        child.kill()
    session = read_session(tmp_path / "clip")
    assert session.end_reason == "unfinished"
    assert len(session.timeline) >= told
    assert session.timeline.frame.tolist() == list(range(len(session.timeline)))
    assert session.video_path is not None
    with av.open(str(session.video_path)) as video:
        times = [float(frame.time) for frame in video.decode(video=0)]
    behind = told / 25 - times[-1]
    assert times == pytest.approx([i / 25 for i in range(len(times))], abs=1e-4)
    assert behind < 2.5, "one fragment of a second, and what waits for the encoder"


def test_the_last_row_before_a_pause_survives_a_kill(tmp_path):
    with start(tmp_path / "clip", 3) as child:
        wait_for_rows(child, 3)
        time.sleep(0.1)
        child.kill()
    assert len(read_session(tmp_path / "clip").timeline) == 3


def test_a_file_that_may_not_grow_keeps_its_whole_rows(tmp_path):
    with start(tmp_path / "clip", 0, 20_000) as child:
        assert child.stdout is not None
        *counts, error, closed = child.stdout.read().split("\n")[:-1]
        assert child.wait() == 0
    assert closed == "closed"
    assert f"{counts[-1]} rows are safe in {tmp_path / 'clip' / 'timeline.csv'}" in error
    session = read_session(tmp_path / "clip")
    assert len(session.timeline) == int(counts[-1])
    assert session.cut_lines == 0
    assert session.end_reason.startswith("error: recording stopped because the disk refused")
