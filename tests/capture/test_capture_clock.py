"""Time out of a container's timestamps."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fervideo.capture.clock import PresentationClock


def test_the_clock_is_forced_to_increase() -> None:
    clock = PresentationClock(0.04)
    stamps = [900, 940, 940, 930, None, 1100]
    times = [clock.time_of(s, Fraction(1, 1000)) for s in stamps]
    assert times == pytest.approx([0, 0.04, 0.041, 0.042, 0.082, 0.2])


def test_a_sender_that_counts_anew_does_not_stop_the_clock() -> None:
    clock = PresentationClock(0.04)
    times = [clock.time_of(s, Fraction(1, 1000)) for s in (90000, 95000, 0, 40, 1000)]
    assert times == pytest.approx([0, 5, 5.04, 5.08, 6.04])


def test_no_timestamps_at_all_fall_back_to_the_nominal_rate() -> None:
    clock = PresentationClock(0.04)
    assert [clock.time_of(None, None) for _ in range(3)] == pytest.approx([0, 0.04, 0.08])
