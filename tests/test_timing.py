from __future__ import annotations

import pytest

from fervideo.timing import PercentileMeter, PlaybackClock, RateMeter, StageTimer


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_stages_add_up() -> None:
    clock = Clock()
    timer = StageTimer(clock)
    for name, seconds in (("a", 0.5), ("b", 0.25), ("a", 1.0)):
        clock.now += seconds
        timer.lap(name)
    clock.now += 0.125
    assert timer.total() == {"a": 1.5, "b": 0.25, "total": 1.875}


def test_the_rate_is_that_of_late_and_falls_when_nothing_comes() -> None:
    clock = Clock()
    meter = RateMeter(2.0, clock)
    assert meter.rate() == 0
    for _ in range(100):
        clock.now += 0.04
        meter.tick()
    assert meter.rate() == pytest.approx(25, rel=0.01)
    clock.now += 1.0
    assert 10 < meter.rate() < 15
    clock.now += 3.0
    assert meter.rate() == 0


def test_percentiles_are_of_the_last_values() -> None:
    meter = PercentileMeter(size=100)
    assert meter.percentiles(50, 95) == (0.0, 0.0)
    for value in [1000.0] * 50 + [float(i) for i in range(101)]:
        meter.add(value)
    assert meter.percentiles(50, 95) == (pytest.approx(50.5), pytest.approx(95.05))
    meter.clear()
    assert meter.percentiles(50) == (0.0,)


def test_a_file_is_late_by_the_time_that_passed() -> None:
    clock = Clock()
    playback = PlaybackClock(hopeless_s=1.0, clock=clock)
    assert playback.late_s(5.0) == pytest.approx(0)  # the first frame is on time, whatever its time
    clock.now += 0.25
    assert playback.late_s(5.5) == pytest.approx(-0.25)
    assert playback.late_s(5.0) == pytest.approx(0.25)


def test_after_a_stop_or_a_long_sleep_it_goes_on_from_there() -> None:
    clock = Clock()
    playback = PlaybackClock(hopeless_s=1.0, clock=clock)
    playback.late_s(0.0)
    playback.stop()
    clock.now += 60
    assert playback.late_s(0.04) == pytest.approx(0)
    clock.now += 3600
    assert playback.late_s(0.08) == pytest.approx(0)
    clock.now += 0.04
    assert playback.late_s(0.12) == pytest.approx(0)
