"""Videos that are damaged, cut short, or not videos at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from capture_clips import noisy_clip, write_clip, write_sound

from fervideo.capture.video import VideoSource
from fervideo.errors import SourceError
from fervideo.types import Frame


def read_all(source: VideoSource) -> list[Frame]:
    with source:
        return list(iter(source.read, None))


def scratch(path: Path, where: float, length: int = 300) -> Path:
    """Overwrite some bytes with noise, `where` being 0 to 1 of the way through the file."""
    data = bytearray(path.read_bytes())
    start = int(len(data) * where)
    data[start : start + length] = np.random.default_rng(1).bytes(length)
    path.write_bytes(data)
    return path


def test_a_truncated_file_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    clip = noisy_clip(tmp_path / "cut.mp4", options={"movflags": "faststart"})
    whole = read_all(VideoSource(clip))
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) * 6 // 10])
    source = VideoSource(clip)
    frames = read_all(source)
    assert 60 <= len(frames) <= 80
    assert all(np.array_equal(a.image, b.image) for a, b in zip(frames, whole, strict=False))
    assert "cut.mp4” is damaged in 1 place and ends" in source.warning
    assert f"ends after {len(frames) * 0.04:.1f} s of 4.8 s" in source.warning


def test_a_truncated_matroska_file_is_noticed_too(tmp_path: Path) -> None:
    clip = noisy_clip(tmp_path / "cut.mkv")
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) // 2])
    source = VideoSource(clip)
    assert 40 <= len(read_all(source)) <= 80
    assert "of 4.8 s" in source.warning


@pytest.mark.parametrize(("name", "where"), [("scratch.mp4", 0.3), ("scratch.ts", 0.5)])
def test_damage_in_the_middle_does_not_end_the_video(
    tmp_path: Path, name: str, where: float
) -> None:
    whole = read_all(VideoSource(write_clip(tmp_path / name, range(0, 4800, 40))))
    source = VideoSource(scratch(tmp_path / name, where))
    frames = read_all(source)
    assert 90 <= len(frames) < len(whole) == 120
    assert frames[-1].time_s == whole[-1].time_s
    assert re.search(r"scratch\.\w+” is damaged in \d+ places?; what could be", source.warning)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_sound_that_outlasts_the_picture_is_no_damage(tmp_path: Path, suffix: str) -> None:
    source = VideoSource(write_clip(tmp_path / f"song.{suffix}", sound_s=4))
    assert len(read_all(source)) == 20
    assert source.warning is None


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_text(path: Path) -> None:
    path.write_text("not a video\n" * 99)


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("empty.mp4", write_nothing, "which is empty"),
        ("text.mp4", write_text, "is not a video, is damaged, or was cut short"),
        ("notes.txt", write_text, "is not a video"),
        ("noise.mp4", lambda p: p.write_bytes(os.urandom(9999)), "is not a video"),
        ("song.m4a", write_sound, "holds sound but no picture"),
        ("folder.mp4", Path.mkdir, "found the folder"),
        ("missing.mp4", lambda p: None, r"found nothing at .*; check the spelling"),
        ("nul\0.mp4", lambda p: None, "nul"),
        ("n" * 300 + ".mp4", lambda p: None, "…"),
        ("bell\x07\nline.mp4", write_text, r"bell\\x07\\nline\.mp4"),
    ],
)
def test_what_is_not_a_video_gets_one_clear_sentence(
    tmp_path: Path, name: str, make: object, words: str
) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(SourceError, match=words) as caught:
        VideoSource(path)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 400
    assert message.startswith("expected a video")


def test_a_video_cut_before_its_index_says_so(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "half.mp4")
    clip.write_bytes(clip.read_bytes()[:700])
    with pytest.raises(SourceError, match="was cut short"):
        VideoSource(clip)


def test_a_video_of_which_nothing_decodes(tmp_path: Path) -> None:
    clip = noisy_clip(tmp_path / "v.mkv", codec="ffv1")
    data = clip.read_bytes()
    start = data.index(b"\x1f\x43\xb6\x75")  # the first cluster of pictures
    clip.write_bytes(data[: start + 30])
    with pytest.raises(SourceError, match="no picture can be decoded"):
        VideoSource(clip)
