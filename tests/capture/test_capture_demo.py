"""The demo: once, or round and round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from capture_clips import which, write_clip

from fervideo.capture import demo
from fervideo.capture.demo import DemoSource
from fervideo.errors import SourceError
from fervideo.resources import asset_file


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = write_clip(tmp_path / "demo.mp4", range(0, 400, 40))
    monkeypatch.setattr(demo, "asset_file", lambda name: tmp_path / name)
    return path


def test_plays_once_and_ends(clip: Path) -> None:
    with DemoSource() as source:
        frames = list(iter(source.read, None))
    assert [which(f.image) for f in frames] == list(range(10))
    assert (source.info.kind, source.info.name) == ("demo", "Demo")
    assert source.info.frame_count == 10 and not source.info.is_live


def test_in_a_loop_index_and_time_go_on(clip: Path) -> None:
    with DemoSource(loop=True) as source:
        frames = [source.read() for _ in range(35)]
        assert source.info.frame_count is None and source.info.duration_s is None
    assert [which(f.image) for f in frames] == [i % 10 for i in range(35)]
    assert [f.index for f in frames] == list(range(35))
    assert [f.time_s for f in frames] == pytest.approx([i * 0.04 for i in range(35)], abs=0.01)


def test_skipping_in_a_loop_goes_to_the_next_round(clip: Path) -> None:
    with DemoSource(loop=True) as source:
        assert source.skip_until(0.2) == 5
        assert source.read().index == 5
        assert source.skip_until(1.0) == 4
        assert source.position == 10
        frame = source.read()
        assert (frame.index, which(frame.image)) == (10, 0)
        assert frame.time_s == pytest.approx(0.4, abs=0.01)
        assert source.skip_until(0.6) == 4


def test_skipping_to_a_number_in_a_loop(clip: Path) -> None:
    with DemoSource(loop=True) as source:
        assert source.skip_to(9) == 9
        assert source.read().index == 9
        assert source.read().index == 10
        assert source.skip_to(15) == 4
        assert (source.position, source.read().index) == (15, 15)


def test_a_closed_loop_ends(clip: Path) -> None:
    source = DemoSource(loop=True)
    assert source.read() is not None
    source.close()
    assert source.read() is None
    assert source.read() is None


def test_a_missing_clip_is_an_error_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "DEMO_CLIP", "no-such-clip.mp4")
    with pytest.raises(SourceError, match="install fervideo again"):
        DemoSource()


def test_the_clip_that_ships_plays_from_start_to_end() -> None:
    assert asset_file(demo.DEMO_CLIP).stat().st_size < 3_000_000
    with DemoSource() as source:
        frames = list(iter(source.read, None))
        assert source.warning is None
    assert 5 <= frames[-1].time_s <= 15
    assert len(frames) == source.info.frame_count
    assert np.diff([f.time_s for f in frames]).max() < 0.1
