"""Cameras: choosing one, time, and the ways in which they fail."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from capture_clips import which
from fake_camera import CAMERAS, FakeCamera

from fervideo.capture.camera import CameraInfo, CameraSource
from fervideo.errors import CameraFrozenError, CameraLostError, SourceError

Open = Callable[..., CameraSource]


@pytest.fixture
def open_camera() -> Iterator[Open]:
    """Opens a fake camera with short patience, closes it after and sees that its thread ends."""
    opened: list[tuple[CameraSource, FakeCamera]] = []

    def open_it(fake: FakeCamera, which: int | str = 0, **patience: float) -> CameraSource:
        patience = {"freeze_s": 0.25, "lost_s": 0.1, "open_timeout_s": 2.0} | patience
        source = CameraSource(which, opener=fake.opener, cameras=lambda: CAMERAS, **patience)
        opened.append((source, fake))
        return source

    yield open_it
    for source, fake in opened:
        fake.mode = "live"
        source.close()
    left = [t for t in threading.enumerate() if t.name == "fervideo-camera"]
    for thread in left:
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)


def test_delivers_rgb_with_the_time_of_the_grab(open_camera: Open) -> None:
    source = open_camera(FakeCamera())
    before = time.perf_counter()
    frames = [source.read() for _ in range(10)]
    elapsed = time.perf_counter() - before
    assert frames[0].image[0, 0].tolist() == [3, 2, 1]
    assert frames[0].time_s < 0.5
    assert 0.05 < frames[-1].time_s - frames[0].time_s < elapsed + 0.05
    assert all(a.time_s < b.time_s for a, b in itertools.pairwise(frames))
    assert all(a.wall_time <= b.wall_time for a, b in itertools.pairwise(frames))
    assert frames[0].wall_time.utcoffset().total_seconds() == 0


def test_a_slow_reader_gets_the_newest_picture_and_the_gap_shows(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    first = source.read()
    time.sleep(0.15)
    late = source.read()
    assert late.index - first.index > 3
    assert late.index >= fake.count - 3
    assert which(late.image) == (late.index + 1) % 28


def test_the_same_picture_again_and_again_is_a_freeze(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    fake.mode = "same"
    started = time.perf_counter()
    with pytest.raises(CameraFrozenError, match="Logitech C920 has given no new picture"):
        while True:
            source.read()
    assert 0.15 < time.perf_counter() - started < 1.0


def test_no_picture_at_all_is_a_freeze(open_camera: Open) -> None:
    for mode in ("blocked", "garbled"):
        fake = FakeCamera()
        source = open_camera(fake)
        fake.mode = mode
        with pytest.raises(CameraFrozenError):
            while True:
                source.read()


def test_a_frozen_camera_does_not_make_its_reader_spin(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    fake.mode = "same"
    alarms = []
    while len(alarms) < 3:
        try:
            source.read()
        except CameraFrozenError:
            alarms.append(time.perf_counter())
    assert all(b - a > 0.2 for a, b in itertools.pairwise(alarms))


def test_a_frozen_camera_that_wakes_delivers_again(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    fake.mode = "same"
    with pytest.raises(CameraFrozenError):
        while True:
            source.read()
    fake.mode = "live"
    assert source.read() is not None


def test_a_still_scene_with_noise_is_not_a_freeze(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake, freeze_s=0.3)
    retrieve = fake.retrieve

    def noisy() -> tuple[bool, np.ndarray | None]:
        fake.count += 28  # the same grey level…
        _, image = retrieve()
        image[17, 23, 0] += fake.count // 28 % 2  # …but for one pixel off the coarse grid
        return True, image

    fake.retrieve, fake.mode = noisy, "same"
    ends = time.perf_counter() + 0.7
    while time.perf_counter() < ends:
        assert source.read() is not None


@pytest.mark.parametrize("mode", ["failing", "raising"])
def test_a_camera_that_vanishes_is_lost_for_good_and_can_be_reopened(
    open_camera: Open, mode: str
) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    fake.mode = mode
    with pytest.raises(CameraLostError, match="Logitech C920"):
        while True:
            source.read()
    with pytest.raises(CameraLostError):
        source.read()
    assert fake.released.wait(1)
    fake.mode = "live"
    again = open_camera(fake)
    frame = again.read()
    assert frame.time_s < 0.5


def test_a_hiccup_is_not_a_loss(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake, lost_s=0.5)
    fake.mode = "failing"
    time.sleep(0.1)
    fake.mode = "live"
    time.sleep(0.05)
    assert all(source.read() is not None for _ in range(3))


def test_an_unplugged_device_node_is_noticed_at_once() -> None:
    fake = FakeCamera()
    camera = CameraInfo(7, "Gone", "/dev/no-such-video-node", 0)
    source = CameraSource(7, opener=fake.opener, cameras=lambda: [camera], lost_s=30)
    started = time.perf_counter()
    fake.mode = "failing"
    with pytest.raises(CameraLostError):
        while True:
            source.read()
    assert time.perf_counter() - started < 1
    source.close()


def test_a_blocked_grab_does_not_block_close(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake)
    fake.mode = "blocked"
    time.sleep(0.05)
    started = time.perf_counter()
    source.close()
    assert time.perf_counter() - started < 1
    assert source.read() is None
    fake.mode = "live"
    assert fake.released.wait(1), "the device is let go as soon as the driver returns"


def test_close_wakes_a_waiting_reader(open_camera: Open) -> None:
    fake = FakeCamera()
    source = open_camera(fake, freeze_s=30)
    fake.mode = "blocked"
    results: list[object] = []

    def read_all() -> None:
        while (frame := source.read()) is not None:
            results.append(frame.index)
        results.append("end")

    reader = threading.Thread(target=read_all)
    reader.start()
    time.sleep(0.1)
    source.close()
    reader.join(1)
    assert results[-1] == "end"


def test_a_camera_in_use_elsewhere_says_what_to_do(open_camera: Open) -> None:
    fake = FakeCamera(opens=False)
    with pytest.raises(SourceError, match=r"Logitech C920 cannot be opened; close other programs"):
        open_camera(fake)
    assert fake.released.wait(1)


@pytest.mark.parametrize("mode", ["blocked", "garbled", "failing"])
def test_a_camera_that_never_gives_a_picture_is_given_up(open_camera: Open, mode: str) -> None:
    fake = FakeCamera(mode)
    started = time.perf_counter()
    with pytest.raises(SourceError, match=r"no picture in 0\.3 s"):
        open_camera(fake, open_timeout_s=0.3)
    assert time.perf_counter() - started < 1
    fake.mode = "live"
    assert fake.released.wait(1)


def test_a_camera_that_warms_up_is_waited_for(open_camera: Open) -> None:
    fake = FakeCamera("failing")
    threading.Timer(0.3, lambda: setattr(fake, "mode", "live")).start()
    assert open_camera(fake, lost_s=0.1).read() is not None


@pytest.mark.parametrize(
    ("asked", "index"), [(2, 2), ("obs", 2), ("Logitech Brio", 4), ("  logitech c", 0)]
)
def test_chosen_by_number_or_by_part_of_its_name(
    open_camera: Open, asked: int | str, index: int
) -> None:
    fake = FakeCamera()
    source = open_camera(fake, asked)
    assert fake.opened == [CAMERAS[index // 2]]
    assert (source.info.name, source.info.location) == (CAMERAS[index // 2].name, str(index))
    assert source.info.is_live and source.info.fps == 30
