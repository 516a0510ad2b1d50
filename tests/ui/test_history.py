from __future__ import annotations

import numpy as np
import pytest
from fake_engine import CLASSES, make_result
from fervideo.ui.live.chooser import PATIENCE_S, FaceChooser
from fervideo.ui.live.history import MOST_TRACKS, NO_LABEL_CODE, UNKNOWN_CODE, History
from fervideo.ui.live.label_strip import runs
from fervideo.ui.live.ring import Ring

LARGE, SMALL = (560, 100, 820, 460), (100, 100, 200, 230)


def test_ring_gives_any_window_as_one_view() -> None:
    ring = Ring(columns=2, capacity=5)
    for i in range(13):
        ring.append(i / 10, np.array([i, -i]))
        times, values = ring.window(-1)
        kept = list(range(max(0, i - 4), i + 1))
        assert list(times) == pytest.approx([k / 10 for k in kept])
        assert list(values[0]) == kept
        assert values.base is not None  # a view, not a copy
    times, _ = ring.window(1.05)
    assert list(times) == pytest.approx([1.1, 1.2])
    ring.clear()
    assert len(ring.window(-1)[0]) == 0


def test_history_keeps_each_face_and_a_gap_where_it_was_away() -> None:
    history = History()
    for i in range(3):
        history.add(make_result(i, time_s=float(i), names=["fear"], ids=[1]))
    history.add(make_result(3, boxes=[], time_s=3.0))
    history.add(make_result(4, boxes=[], time_s=4.0))
    history.add(make_result(5, time_s=5.0, names=["unknown"], ids=[1]))
    times, values = history.window(1, 60)
    assert list(times) == [-5, -4, -3, -2, 0]
    assert np.isnan(values[:, 3]).all()
    assert list(values[-1, [0, 4]]) == [CLASSES.index("fear"), UNKNOWN_CODE]
    assert len(history.window(None, 60)[0]) == 0


def test_history_starts_afresh_when_time_runs_backwards() -> None:
    history = History()
    history.add(make_result(0, time_s=9.0))
    history.add(make_result(0, time_s=0.0))
    assert list(history.window(1, 60)[0]) == [0]


def test_a_face_that_comes_in_place_of_another_goes_on_with_its_past() -> None:
    history = History()
    history.add(make_result(0, time_s=0.0, ids=[1]))
    history.add(make_result(1, time_s=1.0, boxes=[]))
    history.add(make_result(2, time_s=2.0, ids=[7]))
    history.hand_over(1, 7)
    times, values = history.window(7, 60)
    assert list(times) == [-2, -1, 0]
    assert np.isnan(values[0, 1])


def test_history_forgets_the_faces_that_left_long_ago() -> None:
    history = History()
    for i in range(MOST_TRACKS + 8):
        history.add(make_result(i, time_s=float(i), ids=[i]))
    assert len(history.window(0, 60)[0]) == 0
    assert len(history.window(MOST_TRACKS + 7, 60)[0]) == 1


def test_runs_of_labels() -> None:
    codes = np.array([0, 0, np.nan, 2, 2, UNKNOWN_CODE, NO_LABEL_CODE])
    assert runs(codes) == [(0, 2, 0.0), (3, 5, 2.0), (5, 6, UNKNOWN_CODE)]
    assert runs(np.empty(0)) == []


def test_the_chosen_face_is_waited_for_a_little() -> None:
    chooser = FaceChooser()
    both = make_result(boxes=[SMALL, LARGE]).faces
    assert chooser.update(both, 0.0) == 1
    chooser.choose(1)
    assert chooser.update(both, 0.1) == 0
    only_large = make_result(boxes=[LARGE], ids=[2]).faces
    assert chooser.update(only_large, 0.1 + PATIENCE_S / 2) is None
    assert chooser.update(only_large, 0.2 + PATIENCE_S) == 0
    assert (chooser.track_id, chooser.replaced) == (2, 1)
    assert chooser.update(make_result(boxes=[]).faces, 2.0) is None


def test_a_larger_face_does_not_take_over() -> None:
    chooser = FaceChooser()
    chooser.update(make_result(boxes=[SMALL], ids=[5]).faces, 0.0)
    assert chooser.update(make_result(boxes=[LARGE, SMALL], ids=[6, 5]).faces, 0.1) == 1
