"""The measures, by hand, and the methods that are measured."""

import numpy as np
import pytest

from fervideo.evaluation.calm import NO_UNKNOWN, Margin, Raw, Smoothing, Vote
from fervideo.evaluation.footage import Footage
from fervideo.evaluation.stability import figures, quantile, seen_by_network, tally
from fervideo.evaluation.stability_tuning import Limits, candidates, trembling, tune
from fervideo.stabilize import StabilizerConfig

CENTERS = np.eye(3, dtype=np.float32)


def footage(shown, change=None, truth=(-1, -1), fps=10.0):
    """Frames of which each looks wholly like one class."""
    embeddings = CENTERS[list(shown)]
    times = np.arange(len(embeddings)) / fps
    change = len(embeddings) if change is None else change
    return Footage("made up", "switch", 1, fps, change, truth, times, embeddings)


def told(shown, method=None, threshold=NO_UNKNOWN, **where):
    face = footage(shown, **where)
    return tally([face], [face.embeddings @ CENTERS.T], method or Raw(), threshold)


def test_changes_that_nothing_asked_for_are_counted():
    assert told([0, 0, 0, 0]).needless == [0]
    assert told([0, 1, 0, 0, 2]).needless == [3]
    # From the switch on one change is asked for, whenever it comes; those before it are not.
    assert told([0, 0, 1, 1], change=2, truth=(0, 1)).needless == [0]
    assert told([0, 0, 0, 0], change=2, truth=(0, 1)).needless == [0]
    assert told([0, 0, 0, 1], change=2, truth=(0, 1)).needless == [0]
    assert told([0, 1, 0, 1, 0, 1], change=3, truth=(0, 1)).needless == [2 + 2]


def test_a_face_is_right_if_its_label_is_shown_longest():
    found = told([0, 1, 0, 1, 1, 2, 2], change=3, truth=(0, 2))
    assert (found.faces, found.faces_right) == ([2], [1])
    assert found.right_s == pytest.approx(0.2 + 0.2)
    assert (found.held_s, found.known_s) == (pytest.approx(0.7), pytest.approx(0.7))
    nobody_knows = told([0, 1, 0])
    assert (nobody_knows.faces, nobody_knows.known_s) == ([0], [0])


def test_the_delay_runs_to_the_first_true_label():
    late = told([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], change=4, truth=(0, 1))
    assert late.delay_s == pytest.approx(0.2)
    slow = Smoothing(100.0)
    never = told([0, 0, 0, 0, 1, 1, 1], slow, change=4, truth=(0, 1))
    assert np.isinf(never.delay_s)
    # The network takes one face for something else: no delay to be measured.
    assert np.isnan(told([0, 0, 2, 2], change=2, truth=(0, 1)).delay_s)
    assert np.isnan(told([0, 0, 0, 0]).delay_s)


def test_what_the_network_sees_is_its_commonest_raw_label():
    face = footage([0, 1, 0, 1, 1, 0], change=3, truth=(0, 1))
    assert seen_by_network(face, face.embeddings @ CENTERS.T)
    face = footage([0, 1, 0, 1, 2, 2], change=3, truth=(0, 1))
    assert not seen_by_network(face, face.embeddings @ CENTERS.T)


def test_a_late_quantile_is_infinite_and_not_a_number_of_none():
    delays = np.array([0.1] * 18 + [np.inf] * 2)
    assert quantile(delays, 0.5) == 0.1
    assert quantile(delays, 0.9) == 0.1
    assert np.isinf(quantile(delays, 0.95))
    assert np.isnan(quantile(delays[:0], 0.5))


def test_figures_sum_up_and_have_a_spread():
    faces = [footage([0, 1] * 30 if i < 3 else [0] * 60) for i in range(12)]
    found = tally(faces, [f.embeddings @ CENTERS.T for f in faces], Raw())
    summed = figures(Raw(), found)
    assert summed.changes_per_minute.value == pytest.approx(3 * 59 / 72 * 60)
    assert summed.changes_per_minute.low < summed.changes_per_minute.value
    assert summed.changes_per_minute.high > summed.changes_per_minute.value
    assert np.isnan(summed.faces_right.value) and np.isnan(summed.missed)
    assert figures(Raw(), found) == summed or np.isnan(summed.missed)  # seeded
    assert figures(Raw(), found).changes_per_minute == summed.changes_per_minute


def test_every_method_calls_a_face_unknown_under_the_same_threshold():
    far = np.array([[0.9, 0, 0]] * 10 + [[0.1, 0, 0]] * 30, np.float32)
    times = np.arange(40) / 10
    for method in (Raw(), Smoothing(0.1), Vote(0.3), Margin(StabilizerConfig())):
        shown = method(times, far, 0.5)
        assert shown[5] == 0 and shown[-1] == 3, method.name
        assert set(method(times, far, NO_UNKNOWN)) == {0}, method.name


def test_a_vote_is_of_the_last_frames_and_keeps_what_is_shown_in_a_tie():
    cosines = CENTERS[[0, 0, 0, 1, 1, 1, 1]]
    times = np.arange(7) / 10
    # A window of 0.4 s holds four frames: at 0.4 s two of each, at 0.5 s three of the new one.
    assert Vote(0.4)(times, cosines, NO_UNKNOWN).tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert Vote(0.1)(times, cosines, NO_UNKNOWN).tolist() == [0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("method", [Smoothing(0.2), Vote(0.31), Margin(StabilizerConfig())])
def test_methods_mean_the_same_at_every_frame_rate_and_with_frames_dropped(method):
    def noticed_after(fps, kept=1.0):
        rng = np.random.default_rng(4)
        times = np.arange(round(4 * fps)) / fps
        times = times[rng.random(len(times)) <= kept]
        leads = np.where(times[:, None] < 2, [[0.7, 0.2, 0.1]], [[0.3, 0.6, 0.1]])
        shown = method(times, leads.astype(np.float32), NO_UNKNOWN)
        assert shown[times < 2].max() == 0
        return times[(shown == 1).argmax()] - 2

    at_30 = noticed_after(30)
    assert 0.05 < at_30 < 0.35
    for fps, frame in ((10, 0.1), (60, 1 / 30), (240, 1 / 30)):
        assert noticed_after(fps) == pytest.approx(at_30, abs=frame + 1e-6)
    assert noticed_after(60, kept=0.6) == pytest.approx(at_30, abs=0.07)


def trembling_faces(size, number=24, seed=0):
    """Faces whose lead trembles slowly, and switches between them."""
    rng = np.random.default_rng(seed)
    faces = []
    for _ in range(number):
        noise = np.cumsum(rng.normal(0, size, (120, 3)), axis=0) * 0.1
        noise += rng.normal(0, size, (120, 3))
        values = np.where(np.arange(120)[:, None] < 60, [[0.5, 0.44, 0.1]], [[0.2, 0.5, 0.1]])
        # An embedding of one direction for each class has these very cosines.
        face = footage([0] * 60 + [1] * 60, 60, (0, 1), 30.0)
        faces.append((face, (values + noise).astype(np.float32)))
    return [f for f, _ in faces], [c for _, c in faces]


def test_settings_are_chosen_that_are_calm_and_quick_enough():
    faces, cosines = trembling_faces(0.05)
    unit = trembling(faces, cosines)
    assert 0.03 < unit < 0.12
    chosen = tune(faces, cosines)
    assert chosen in candidates(unit)
    raw = figures(Raw(), tally(faces, cosines, Raw()))
    calm = figures(Margin(chosen), tally(faces, cosines, Margin(chosen)))
    assert calm.changes_per_minute.value < raw.changes_per_minute.value / 10
    assert calm.delay_p95_s.value <= Limits().p95_s
    assert calm.faces_right.value >= raw.faces_right.value


def test_margins_follow_the_model():
    faces, cosines = trembling_faces(0.05)
    wide = [2 * c for c in cosines]
    assert trembling(faces, wide) == pytest.approx(2 * trembling(faces, cosines), rel=1e-4)


def test_of_settings_that_are_all_too_slow_the_quickest_are_taken():
    faces, cosines = trembling_faces(0.05)
    chosen = tune(faces, cosines, Limits(median_s=0.001))
    medians = {
        c: figures(Margin(c), tally(faces, cosines, Margin(c))).delay_median_s.value
        for c in candidates(trembling(faces, cosines))
    }
    assert medians[chosen] == min(medians.values())


def test_no_settings_are_better_than_wrong_ones():
    faces, cosines = trembling_faces(0.05)
    blind = [c[:, [2, 0, 1]] for c in cosines]  # right about nobody
    assert tune(faces, blind) is None
