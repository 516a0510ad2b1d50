"""The parts of Review that need no window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fervideo.ui.review.clock import length_text, tick_step, time_text
from fervideo.ui.review.columns import groups_of
from fervideo.ui.review.curves import nice_ticks, series, thinned
from fervideo.ui.review.index import SessionIndex
from review_steps import record

from fervideo.session.reader import read_session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return record(tmp_path / "take")


def test_the_frame_of_a_moment_and_its_rows(folder: Path) -> None:
    session = read_session(folder)
    index = SessionIndex(session)
    assert (len(index), index.face_ids) == (40, (1, 2, 3))
    assert index.span == (0.0, pytest.approx(1.6))
    for time_s, frame in ((-1.0, 0), (0.0, 0), (0.039, 0), (0.04, 1), (0.0399999, 1), (9.0, 39)):
        assert index.frame_at(time_s) == frame
    assert [int(session.timeline.face_id[row]) for row in index.rows_at(25)] == [1, 3]
    assert list(index.rows_at(40)) == []
    assert index.is_over(1.7) and not index.is_over(1.59)
    assert (index.rows_of(1)[30:] == -1).all() and (index.rows_of(1)[:30] >= 0).all()


def test_changes_of_a_face_and_of_all(folder: Path) -> None:
    index = SessionIndex(read_session(folder))
    assert index.change_after((1,), 0.0) == pytest.approx(0.48)
    assert index.change_after((1,), 0.48) is None
    assert index.change_before((1,), 0.48) == 0.0
    assert index.change_after(index.face_ids, 0.48) == pytest.approx(0.8)
    assert index.segment_at(1, 0.5).label == "sadness"
    assert index.segment_at(3, 0.5) is None


def test_a_part_is_widened_to_whole_frames(folder: Path) -> None:
    index = SessionIndex(read_session(folder))
    assert index.snapped(0.05, 0.09) == pytest.approx((0.04, 0.12))
    assert index.snapped(0.04, 0.08) == pytest.approx((0.04, 0.08))
    assert index.snapped(0.5, 0.5) == pytest.approx((0.48, 0.52))


def test_a_curve_has_gaps_where_the_face_is_missing(folder: Path) -> None:
    session = read_session(folder)
    index = SessionIndex(session)
    (group,) = (g for g in groups_of(session.timeline, session.classes) if g.key == "margin")
    times, values = series(index, 3, group.curves[0].values(session.timeline))
    assert np.isnan(values[:20]).all() and np.isfinite(values[20:]).all()
    assert len(times) == 40


def test_a_curve_has_gaps_where_frames_are_missing(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    lines = (folder / "timeline.csv").read_bytes().splitlines(keepends=True)
    paused = [line for line in lines if not 200 <= _time_ms(line) < 1400]
    (folder / "timeline.csv").write_bytes(b"".join(paused))
    session = read_session(folder)
    index = SessionIndex(session)
    times, values = series(index, 2, session.timeline.margin)
    assert len(times) == len(index) + 1 and np.isnan(values[5])
    assert index.is_over(1.3) and not index.is_over(1.15)


def _time_ms(line: bytes) -> float:
    cell = line.split(b",")[1]
    return -1.0 if cell == b"time_s" else 1000 * float(cell)


def test_an_hour_becomes_a_few_points_that_keep_every_peak() -> None:
    times = np.arange(100_000) / 27.7
    values = np.sin(times / 50)
    values[61_234], values[70_000:70_500] = 9.0, np.nan
    xs, ys = thinned((times, values), 0.0, 3700.0, 1000)
    assert len(xs) <= 4000 and (np.diff(xs) >= 0).all()
    assert np.nanmax(ys) == 9.0
    assert np.isnan(ys[(xs > times[70_100]) & (xs < times[70_400])]).all()
    xs, ys = thinned((times, values), 100.0, 110.0, 1000)
    assert xs[0] <= 100.0 and xs[-1] >= 110.0 and len(xs) < 290


def test_times_and_ticks_are_ones_people_can_read() -> None:
    assert time_text(62.3404) == "1:02.340"
    assert time_text(3723.9996, 3) == "1:02:04.000"
    assert time_text(59.96, 1) == "1:00.0"
    assert (length_text(0.34), length_text(4.21), length_text(185)) == ("340 ms", "4.2 s", "3:05")
    assert tick_step(20, 10) == 2
    assert tick_step(3600, 10) == 600
    assert nice_ticks(-0.12, 0.31, 4) == pytest.approx([0.0, 0.2])
    assert nice_ticks(1.0, 1.0, 4) == []
