"""When a face turns unknown, and known again."""

from __future__ import annotations

import numpy as np
import pytest

from fervideo import labels
from fervideo.stabilize import Stabilizer, StabilizerConfig
from fervideo.types import FloatArray

CLASSES = ("neutral", "happiness", "sadness")
ONE = np.array([1])


def cosines(*values: float) -> FloatArray:
    return np.array([values], np.float32)


def of(best: float) -> FloatArray:
    return cosines(best, 0, 0)


def turns_after(
    best: float, config: StabilizerConfig, before: float = 0.7, fps: float = 100, every: int = 1
) -> float:
    """Seconds until a face held at `before`, with a threshold of 0.5, turns at `best`."""
    stabilizer = Stabilizer(CLASSES, 0.5, config)
    for i in range(round(fps)):
        was = stabilizer.update(i / fps, ONE, of(before))[0].is_known
    for i in range(0, round(10 * fps), every):
        if stabilizer.update(1 + i / fps, ONE, of(best))[0].is_known != was:
            return i / fps
    return float("inf")


DOUBTS = StabilizerConfig(unknown_enter=0.05, unknown_leave=0.02, unknown_hold_s=1)


def test_a_face_turns_unknown_the_sooner_the_further_it_is_under() -> None:
    assert turns_after(0.45, DOUBTS) == pytest.approx(1, abs=0.02)
    assert turns_after(0.35, DOUBTS) == pytest.approx(0.045 / 0.145, abs=0.02)
    assert turns_after(0.48, DOUBTS) == pytest.approx(0.045 / 0.015, abs=0.02)
    assert turns_after(0.496, DOUBTS) == float("inf")  # too little to be told from the threshold
    assert turns_after(0.504, DOUBTS) == float("inf")


def test_a_face_turns_known_again_by_a_band_of_its_own() -> None:
    assert turns_after(0.52, DOUBTS, before=0.1) == pytest.approx(1, abs=0.02)
    assert turns_after(0.6, DOUBTS, before=0.1) == pytest.approx(0.018 / 0.098, abs=0.02)
    assert turns_after(0.501, DOUBTS, before=0.1) == float("inf")
    assert turns_after(0.48, DOUBTS, before=0.1) == float("inf")


@pytest.mark.parametrize("fps", [10.0, 23.976, 60.0])
def test_unknown_takes_as_long_at_every_frame_rate_and_with_dropped_frames(fps: float) -> None:
    assert turns_after(0.44, DOUBTS, fps=fps) == pytest.approx(0.045 / 0.055, abs=1.5 / fps)
    assert turns_after(0.44, DOUBTS, fps=fps, every=3) == pytest.approx(
        0.045 / 0.055, abs=3.5 / fps
    )


def test_a_face_near_no_center_is_unknown_within_half_a_second() -> None:
    """As the default model's card has it: a threshold of 0.1 and a sixth of that for the bands."""
    for best in (0.06, 0.0, -0.2):
        config = StabilizerConfig(unknown_enter=0.016, unknown_leave=0.016)
        stabilizer = Stabilizer(CLASSES, 0.1, config)
        for i in range(30):
            assert stabilizer.update(i / 30, ONE, cosines(0.25, -0.1, -0.1))[0].is_known
        for i in range(15):
            label = stabilizer.update(1 + i / 30, ONE, cosines(best, best - 0.1, best - 0.1))[0]
        assert label.name == labels.UNKNOWN
        for i in range(8):
            label = stabilizer.update(1.5 + i / 30, ONE, cosines(0.2, -0.1, -0.1))[0]
        assert label.is_known


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
def test_a_brief_dip_does_nothing_however_often_it_comes(fps: float) -> None:
    stabilizer = Stabilizer(CLASSES, 0.5, DOUBTS)
    for i in range(round(10 * fps)):
        best = (
            0.3 if 0.5 < (i / fps) % 1 < 0.63 else 0.6
        )  # far under, for an eighth of every second
        assert stabilizer.update(i / fps, ONE, of(best))[0].is_known


def test_dips_that_outweigh_what_lies_between_turn_a_face_unknown() -> None:
    stabilizer = Stabilizer(CLASSES, 0.5, DOUBTS)
    known = []
    for i in range(300):
        best = 0.4 if i % 3 else 0.51
        known.append(stabilizer.update(i / 30, ONE, of(best))[0].is_known)
    # 0.1 under for two thirds of the time, 0.01 over for the rest, less the slack of 0.005.
    turned = known.index(False)
    assert turned / 30 == pytest.approx(0.045 / (0.1 * 2 / 3 - 0.01 / 3 - 0.005), abs=0.1)
    assert not any(known[turned:])


def test_between_two_expressions_no_class_is_high_and_the_face_is_not_unknown() -> None:
    """Smoothed, both classes are far under the threshold half-way; every frame is far over it."""
    stabilizer = Stabilizer(CLASSES, 0.5, StabilizerConfig(time_constant_s=0.3))
    glad, sad = cosines(-0.6, 0.7, -0.6), cosines(-0.6, -0.6, 0.7)
    names = [stabilizer.update(i / 30, ONE, glad if i < 60 else sad)[0].name for i in range(120)]
    assert set(names) == {"happiness", "sadness"}


def test_a_new_face_is_known_as_soon_as_it_is_near_a_center() -> None:
    stabilizer = Stabilizer(CLASSES, 0.5, DOUBTS)
    assert not stabilizer.update(0, ONE, of(0.49))[0].is_known
    names = [stabilizer.update(i / 30, ONE, of(0.6))[0].name for i in (1, 2)]
    assert names[-1] == "neutral"
    waits = Stabilizer(CLASSES, 0.5, DOUBTS)  # but not one that was far off for long
    for i in range(30):
        assert not waits.update(i / 30, ONE, of(0.3))[0].is_known
    assert not waits.update(1, ONE, of(0.6))[0].is_known


def test_poor_frames_neither_raise_a_doubt_nor_end_one() -> None:
    stabilizer = Stabilizer(CLASSES, 0.5, DOUBTS)
    rows = [(0.7, True)] * 30 + [(0.1, False)] * 30 + [(0.6, True)] * 3 + [(0.3, True)] * 4
    for i, (best, good) in enumerate(rows):
        assert stabilizer.update(i / 30, ONE, of(best), np.array([good]))[0].is_known
    for i in range(len(rows), len(rows) + 10):
        label = stabilizer.update(i / 30, ONE, of(0.3), np.array([i % 2 == 0]))[0]
    assert not label.is_known


def test_a_face_that_begins_far_from_every_center_is_unknown() -> None:
    assert Stabilizer(CLASSES, 0.3).update(0, ONE, of(0.1))[0].name == labels.UNKNOWN
