from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fervideo import labels
from fervideo.errors import ConfigError
from fervideo.stabilize import Stabilizer, StabilizerConfig
from fervideo.types import FloatArray, Label

CLASSES = ("neutral", "happiness", "sadness")
ONE = np.array([1])


def cosines(*values: float) -> FloatArray:
    return np.array([values], np.float32)


CALM, GLAD, SAD = cosines(0.8, 0.2, 0.2), cosines(0.2, 0.8, 0.2), cosines(0.2, 0.2, 0.8)


def change_after(
    fps: float, config: StabilizerConfig | None = None, to: FloatArray = GLAD
) -> float:
    """Seconds from a true change to the change of the label."""
    stabilizer = Stabilizer(CLASSES, 0.3, config)
    for i in range(round(fps * 2)):
        stabilizer.update(i / fps, ONE, CALM)
    for i in range(round(fps * 10)):
        if stabilizer.update(2 + i / fps, ONE, to)[0].name == "happiness":
            return i / fps
    return float("inf")


@pytest.mark.parametrize("fps", [5.0, 10.0, 23.976, 60.0, 240.0])
def test_a_true_change_shows_within_a_quarter_second_at_every_frame_rate(fps: float) -> None:
    assert change_after(fps) <= 0.25
    assert change_after(fps, to=cosines(0.35, 0.55, 0.2)) <= 0.25


def test_ten_and_sixty_frames_a_second_mean_the_same() -> None:
    slow = StabilizerConfig(time_constant_s=0.8, margin=0.3, hold_s=5)
    fast = change_after(60, slow)
    assert 0.5 < fast < 3
    assert change_after(10, slow) == pytest.approx(fast, abs=0.1)
    assert change_after(240, slow) == pytest.approx(fast, abs=1 / 60)


def test_dropped_frames_leave_the_smoothed_cosines_alone() -> None:
    every, some = Stabilizer(CLASSES, 0.3), Stabilizer(CLASSES, 0.3)
    for stabilizer in (every, some):
        stabilizer.update(0.0, ONE, CALM)
    for i in range(1, 31):
        label = every.update(i / 60, ONE, GLAD)[0]
        if i in (5, 6, 17, 30):
            sparse = some.update(i / 60, ONE, GLAD)[0]
    assert sparse.margin == pytest.approx(label.margin, abs=1e-5)
    assert sparse.name == label.name


def test_flicker_is_not_shown_but_recorded_as_raw() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3)
    stabilizer.update(0.0, ONE, CALM)
    shown = [stabilizer.update(i / 30, ONE, GLAD if i % 5 == 0 else CALM)[0] for i in range(1, 60)]
    assert {label.name for label in shown} == {"neutral"}
    assert {label.raw_name for label in shown} == {"neutral", "happiness"}


LEAD = StabilizerConfig(time_constant_s=0, margin=0.05, hold_s=0.5)


def test_a_small_lead_wins_when_it_is_held_and_not_before() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, LEAD)
    stabilizer.update(0.0, ONE, CALM)
    small = cosines(0.5, 0.55, 0.2)
    names = [stabilizer.update(0.1 * i, ONE, small)[0].name for i in range(1, 10)]
    assert names == ["neutral"] * 5 + ["happiness"] * 4


def test_a_lead_that_is_lost_in_between_counts_afresh() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, LEAD)
    stabilizer.update(0.0, ONE, CALM)
    for i in range(1, 40):
        leads = cosines(0.5, 0.55, 0.2) if i % 4 else CALM
        assert stabilizer.update(0.1 * i, ONE, leads)[0].name == "neutral"


def test_a_lead_above_the_margin_wins_sooner_and_one_below_it_by_staying_the_best() -> None:
    config = StabilizerConfig(time_constant_s=0.2, margin=0.1, hold_s=0.8)

    def wins_after(lead: float) -> float:
        return change_after(100, config, cosines(0.4, 0.4 + lead, 0.1))

    assert wins_after(0.1) == pytest.approx(1.0, abs=0.02)  # both times together
    assert wins_after(0.2) == pytest.approx(0.09 / 0.19, abs=0.02)
    assert wins_after(0.05) == pytest.approx(1.0, abs=0.02)
    assert wins_after(0.001) == pytest.approx(1.0, abs=0.02)
    assert wins_after(0.0) == float("inf")
    assert wins_after(0.59) == pytest.approx(0.09 / 0.58, abs=0.02)


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
def test_a_frame_that_trails_a_little_sets_a_challenger_back_by_as_little(fps: float) -> None:
    config = StabilizerConfig(time_constant_s=0, margin=0.1, hold_s=1.0)
    stabilizer = Stabilizer(CLASSES, 0.3, config)
    stabilizer.update(0.0, ONE, CALM)
    leads, trails = cosines(0.4, 0.5, 0.1), cosines(0.42, 0.4, 0.1)
    for i in range(1, round(3 * fps)):
        # Two thirds of the time it leads by 0.1, else it trails by 0.02.
        row = trails if i % 3 == 0 else leads
        if stabilizer.update(i / fps, ONE, row)[0].name == "happiness":
            break
    assert i / fps == pytest.approx(0.09 / (0.1 * 2 / 3 - 0.02 / 3 - 0.01), abs=0.2)


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
def test_a_class_that_is_not_the_best_at_times_needs_that_much_longer(fps: float) -> None:
    def wins_after(behind: float) -> float:
        config = StabilizerConfig(time_constant_s=0, margin=0.1, hold_s=1.0)
        stabilizer = Stabilizer(CLASSES, 0.3, config)
        stabilizer.update(0.0, ONE, CALM)
        for i in range(1, round(9 * fps)):
            # The best by 0.02 in nine moments of ten.
            row = cosines(0.4 + behind, 0.4, 0.1) if i % 10 == 0 else cosines(0.4, 0.42, 0.1)
            if stabilizer.update(i / fps, ONE, row)[0].name == "happiness":
                return i / fps
        return float("inf")

    assert wins_after(0.01) == pytest.approx(1 / (0.9 - 0.1), abs=0.2)
    assert wins_after(0.4) == pytest.approx(1 / (0.9 - 0.4), abs=0.45)  # four margins behind
    assert wins_after(1.2) == float("inf")


def test_how_far_the_old_label_was_ahead_delays_no_change() -> None:
    delays = []
    for ahead in (0.01, 0.9):
        stabilizer = Stabilizer(CLASSES, 0.3, LEAD)
        for i in range(60):
            stabilizer.update(i / 60, ONE, cosines(0.05 + ahead, 0.05, 0))
        for i in range(60):
            if stabilizer.update(1 + i / 60, ONE, cosines(0.3, 0.4, 0.1))[0].name == "happiness":
                break
        delays.append(i / 60)
    assert delays == pytest.approx([0.0225 / 0.095] * 2, abs=1 / 30)


def test_a_class_that_is_second_before_and_after_a_change_is_not_shown_between() -> None:
    stabilizer = Stabilizer(CLASSES, -1)
    before, after = cosines(0.6, 0.5, -0.6), cosines(-0.6, 0.5, 0.6)
    names = [stabilizer.update(i / 30, ONE, before if i < 30 else after)[0].name for i in range(60)]
    assert list(dict.fromkeys(names)) == ["neutral", "sadness"]


def test_two_challengers_that_take_turns_do_not_keep_the_old_label_alive() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, LEAD)
    stabilizer.update(0.0, ONE, CALM)
    turns = [cosines(0.5, 0.56, 0.55), cosines(0.5, 0.55, 0.56)]
    names = [stabilizer.update(0.1 * i, ONE, turns[i % 2])[0].name for i in range(1, 8)]
    assert names[0] == "neutral" and names[-1] != "neutral"


@pytest.mark.parametrize("seed", range(5))
def test_dropped_frames_delay_a_change_by_no_more_than_the_longest_gap(seed: int) -> None:
    kept = np.random.default_rng(seed).random(300) < 0.5
    kept[[0, 299]] = True
    longest = np.diff(np.flatnonzero(kept)).max() / 60

    def delay(seen: NDArray[np.bool_]) -> float:
        stabilizer = Stabilizer(CLASSES, 0.3, LEAD)
        for i in np.flatnonzero(seen).tolist():
            row = CALM if i < 100 else cosines(0.45, 0.5, 0.2)
            if stabilizer.update(i / 60, ONE, row)[0].name == "happiness":
                return float(i / 60)
        return float("inf")

    assert abs(delay(kept) - delay(np.ones(300, np.bool_))) <= 2 * longest


def test_the_margin_is_negative_while_a_challenger_leads() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, StabilizerConfig(time_constant_s=0, margin=0.2, hold_s=9))
    assert stabilizer.update(0, ONE, CALM)[0].margin == pytest.approx(0.6)
    assert stabilizer.update(1, ONE, cosines(0.5, 0.6, 0.1))[0].margin == pytest.approx(-0.1)


def test_a_poor_face_changes_nothing() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3)
    poor = np.array([False])
    assert stabilizer.update(0, ONE, GLAD, poor)[0] == Label(labels.NO_LABEL, "happiness", 0, False)
    stabilizer.update(0.1, ONE, CALM)
    for i in range(2, 12):
        label = stabilizer.update(0.1 * i, ONE, SAD, poor)[0]
        assert (label.name, label.raw_name) == ("neutral", "sadness")
        assert label.margin == pytest.approx(0.6)


def test_tracks_do_not_mix() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3)
    for i in range(20):
        both = stabilizer.update(i / 20, np.array([1, 2]), np.vstack([CALM, GLAD]))
        turned = stabilizer.update(i / 20 + 0.02, np.array([2, 1]), np.vstack([GLAD, CALM]))
    assert [label.name for label in both] == ["neutral", "happiness"]
    assert [label.name for label in turned] == ["happiness", "neutral"]


def test_a_track_that_was_away_for_long_starts_afresh() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, StabilizerConfig(time_constant_s=5, forget_s=2))
    stabilizer.update(0, ONE, CALM)
    assert stabilizer.update(1.5, ONE, GLAD)[0].name == "neutral"
    assert stabilizer.update(4, ONE, GLAD)[0].name == "happiness"


def test_time_that_runs_backwards_starts_afresh() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3, StabilizerConfig(time_constant_s=5))
    stabilizer.update(10, ONE, CALM)
    assert stabilizer.update(0, ONE, GLAD)[0].name == "happiness"


def test_many_faces_that_come_and_go_leave_nothing_behind() -> None:
    stabilizer = Stabilizer(CLASSES, 0.3)
    for i in range(500):
        stabilizer.update(float(i), np.array([i]), CALM)
    assert len(stabilizer._tracks) <= 4


@pytest.mark.parametrize("threshold", [-1.0, 0.4])
def test_no_strength_is_every_frames_own_answer(threshold: float) -> None:
    stabilizer = Stabilizer(CLASSES, threshold, StabilizerConfig.from_strength(0))
    rng = np.random.default_rng(3)
    for i in range(200):
        row = rng.uniform(-1, 1, (1, 3)).astype(np.float32)
        label = stabilizer.update(i / 30, ONE, row)[0]
        assert label.is_known == (row.max() >= threshold)
        assert label.name == (label.raw_name if label.is_known else labels.UNKNOWN)


def test_more_strength_is_calmer_and_half_is_the_default() -> None:
    assert StabilizerConfig.from_strength(0.5) == StabilizerConfig()
    slowness = [change_after(120, StabilizerConfig.from_strength(s)) for s in (0, 0.25, 0.5, 1)]
    assert slowness == sorted(slowness) and slowness[0] == 0 and slowness[-1] > slowness[1]
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ConfigError, match="strength"):
            StabilizerConfig.from_strength(wrong)


def test_the_slider_scales_a_models_own_settings() -> None:
    own = StabilizerConfig(time_constant_s=0.05, margin=0.9, hold_s=0.2, forget_s=5)
    assert StabilizerConfig.from_strength(0.5, own) == own
    calm = StabilizerConfig.from_strength(1, own)
    assert (calm.time_constant_s, calm.margin, calm.hold_s) == pytest.approx((0.2, 1.8, 0.8))
    assert calm.forget_s == 5
    wide = StabilizerConfig(margin=1.5, hold_s=50)  # more than can be, doubled
    assert StabilizerConfig.from_strength(1, wide).margin == 2.0
    assert StabilizerConfig.from_strength(1, wide).hold_s == 60
    raw = StabilizerConfig.from_strength(0, own)
    assert (raw.time_constant_s, raw.margin, raw.hold_s) == (0, 0, 0)


def test_one_class_alone_works() -> None:
    label = Stabilizer(("neutral",), 0.3).update(0, ONE, cosines(0.9))[0]
    assert (label.name, label.margin) == ("neutral", 0.0)


def test_no_face_gives_no_label() -> None:
    assert Stabilizer(CLASSES, 0.3).update(0, np.zeros(0, int), np.zeros((0, 3), np.float32)) == ()
