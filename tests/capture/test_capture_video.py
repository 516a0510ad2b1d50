"""Video files: times, orientation, damage, and what is not a video."""

from __future__ import annotations

import itertools
import os
import threading
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from capture_clips import encoded, grey, noisy_clip, quadrant, which, with_exif, write_clip

from fervideo.capture.video import VideoSource
from fervideo.errors import SourceError
from fervideo.types import Frame

UNEVEN_MS = (0, 10, 50, 51, 200, 1000, 1007, 1500, 1501, 3000)


def read_all(source: VideoSource) -> list[Frame]:
    with source:
        return list(iter(source.read, None))


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "libx264"), ("mkv", "ffv1")])
def test_variable_frame_rate_is_real(tmp_path: Path, suffix: str, codec: str) -> None:
    clip = write_clip(tmp_path / f"uneven.{suffix}", UNEVEN_MS, codec=codec)
    frames = read_all(VideoSource(clip))
    assert [f.index for f in frames] == list(range(10))
    assert [which(f.image) for f in frames] == list(range(10))
    assert [f.time_s for f in frames] == pytest.approx([t / 1000 for t in UNEVEN_MS], abs=1e-4)


def test_time_starts_at_zero_whatever_the_container_says(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "late.ts", range(5000, 5400, 40))
    with av.open(str(clip)) as container:
        assert next(container.decode(video=0)).time > 4
    times = [f.time_s for f in read_all(VideoSource(clip))]
    assert times == pytest.approx([i * 0.04 for i in range(10)], abs=1e-4)


def test_info_states_what_the_container_states(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4")) as source:
        info = source.info
    assert (info.kind, info.name, info.location) == (
        "video",
        "clip.mp4",
        str(tmp_path / "clip.mp4"),
    )
    assert (info.width, info.height, info.frame_count) == (64, 48, 20)
    assert info.fps == pytest.approx(25, rel=0.06)
    assert info.duration_s == pytest.approx(0.8, abs=0.05)
    assert not info.is_live
    assert source.warning is None


def test_colour_is_rgb_and_odd_sizes_work(tmp_path: Path) -> None:
    image = np.full((49, 65, 3), (200, 60, 20), np.uint8)
    clip = write_clip(
        tmp_path / "odd.mkv", [0, 40], images=[image] * 2, codec="ffv1", pixels="yuv444p"
    )
    frames = read_all(VideoSource(clip))
    assert frames[0].image.shape == (49, 65, 3)
    assert np.abs(frames[1].image.astype(int) - image).max() <= 3


@pytest.mark.parametrize("rotation", [None, 90, -90, 180])
def test_rotation_metadata_is_honoured_as_opencv_does(tmp_path: Path, rotation: int | None) -> None:
    clip = write_clip(tmp_path / "phone.mp4", [0, 40], images=[quadrant()] * 2, rotation=rotation)
    with VideoSource(clip) as source:
        image = source.read().image
        assert image.shape[:2] == (source.info.height, source.info.width)
    _, expected = cv2.VideoCapture(str(clip)).read()
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected[..., ::-1]).mean() < 8
    turned = {None: "rgbb", 90: "gbrb", -90: "brbg", 180: "bbgr"}[rotation]
    assert corners(image) == turned
    assert image.flags.c_contiguous


def corners(image: np.ndarray) -> str:
    """Colours of the corners, upper left, upper right, lower left, lower right."""
    return "".join("rgb"[int(image[y, x].argmax())] for y in (4, -5) for x in (4, -5))


def test_a_mirrored_video_is_mirrored_back(tmp_path: Path) -> None:
    one = 1 << 16
    mirrored = [-one, 0, 0, 0, one, 0, 0, 0, 1 << 30]
    clip = write_clip(tmp_path / "m.mp4", [0, 40], images=[quadrant()] * 2, matrix=mirrored)
    assert corners(read_all(VideoSource(clip))[0].image) == "grbb"


def test_oblong_pixels_become_square(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "dv.mp4", [0, 40], aspect=Fraction(16, 11))
    with VideoSource(clip) as source:
        assert (source.info.width, source.info.height) == (93, 48)
        assert source.read().image.shape == (48, 93, 3)


@pytest.mark.parametrize("name", ["take: 1.mp4", "100%d.mp4", "üñï 顔.mp4", "-i.mp4", "a\nb.mp4"])
def test_strange_names_open(tmp_path: Path, name: str) -> None:
    source = VideoSource(write_clip(tmp_path / "plain.mp4").rename(tmp_path / name))
    assert source.info.name.isprintable()
    assert len(read_all(source)) == 20


def test_a_name_that_is_not_utf8_opens(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xffd.mp4"))
    source = VideoSource(write_clip(tmp_path / "plain.mp4").rename(path))
    assert source.info.name == "b\\udcffd.mp4"
    source.info.location.encode("utf-8")
    source.close()


def test_a_local_playlist_cannot_reach_the_network(tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError, match="expected a video"):
        VideoSource(playlist)


def test_skipping_keeps_indices_and_times(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4")) as source:
        assert source.read().index == 0
        assert source.skip_until(0.4) == 9
        assert source.position == 10
        frame = source.read()
        assert (frame.index, which(frame.image)) == (10, 10)
        assert frame.time_s == pytest.approx(0.4, abs=1e-3)
        assert source.skip_until(0.1) == 0
        assert source.read().index == 11
        assert source.skip_until(99) == 8
        assert source.read() is None


def test_skipping_to_a_number(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4")) as source:
        assert source.skip_to(5) == 5
        assert (source.position, which(source.read().image)) == (5, 5)
        assert source.skip_to(3) == 0
        assert source.read().index == 6
        assert source.skip_to(99) == 13
        assert source.read() is None


def test_a_change_of_size_on_the_way_keeps_the_promised_size(tmp_path: Path) -> None:
    big = write_clip(tmp_path / "a.ts")
    small = write_clip(tmp_path / "b.ts", images=[grey(i, (32, 24)) for i in range(20)])
    both = tmp_path / "both.ts"
    both.write_bytes(big.read_bytes() + small.read_bytes())
    frames = read_all(VideoSource(both))
    assert len(frames) >= 38
    assert {f.image.shape for f in frames} == {(48, 64, 3)}
    times = [f.time_s for f in frames]
    assert all(a < b for a, b in itertools.pairwise(times))


def test_closing_during_a_read_is_safe(tmp_path: Path) -> None:
    clip = noisy_clip(tmp_path / "clip.mp4")
    for delay_s in (0.0, 0.002, 0.005, 0.01):
        source = VideoSource(clip)
        timer = threading.Timer(delay_s, source.close)
        timer.start()
        while source.read() is not None:
            pass
        timer.join()
        assert source.read() is None


@pytest.mark.parametrize(("orientation", "turned"), [(1, "rgbb"), (3, "bbgr"), (6, "brbg")])
def test_what_a_camera_writes_beside_a_picture_does_no_harm(
    tmp_path: Path, orientation: int, turned: str
) -> None:
    clip = tmp_path / "camera.mjpeg"
    clip.write_bytes(with_exif(encoded(".jpg", quadrant()), orientation) * 3)
    frames = read_all(VideoSource(clip))
    assert len(frames) == 3
    assert corners(frames[0].image) == turned
