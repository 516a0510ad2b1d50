from __future__ import annotations

from pathlib import Path

import pytest
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review.page import SessionPage
from fervideo.ui.review.playhead import Playhead
from fervideo.ui.review.time_widget import GUTTER
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from review_steps import document_of, open_session, settle, trigger


@pytest.fixture
def page(window: MainWindow, session_folder: Path, qtbot: QtBot) -> SessionPage:
    return open_session(window, session_folder, qtbot)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(qtbot: QtBot) -> Clock:
    return Clock()


@pytest.fixture
def playhead(clock: Clock) -> Playhead:
    playhead = Playhead(clock)
    playhead.set_whole(2.0, 12.0)
    return playhead


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.0, 1.5, 2.0])
def test_it_plays_as_fast_as_the_clock_at_any_speed(
    playhead: Playhead, clock: Clock, speed: float
) -> None:
    playhead.set_speed(speed)
    playhead.play()
    for _ in range(20):
        clock.now += 0.05
        playhead.tick()
    assert playhead.time_s == pytest.approx(2.0 + speed)
    playhead.pause()


def test_it_stops_at_the_end_and_starts_over(playhead: Playhead, clock: Clock) -> None:
    playhead.seek(11.9)
    playhead.play()
    clock.now += 0.2
    playhead.tick()
    assert (playhead.time_s, playhead.is_playing) == (12.0, False)
    playhead.play()
    assert playhead.time_s == 2.0
    playhead.pause()


def test_it_waits_for_a_late_picture_and_loses_nothing(playhead: Playhead, clock: Clock) -> None:
    playhead.play()
    playhead.hold(True)
    clock.now += 0.2
    playhead.tick()
    assert playhead.time_s == 2.0
    playhead.hold(False)
    clock.now += 0.1
    playhead.tick()
    assert playhead.time_s == pytest.approx(2.1)
    playhead.pause()


def test_the_page_turns_when_the_moment_leaves_it(playhead: Playhead) -> None:
    playhead.show(4.0, 6.0)
    playhead.seek(6.01)
    assert playhead.range == pytest.approx((5.91, 7.91))
    playhead.seek(5.0)
    assert playhead.range == pytest.approx((3.1, 5.1))
    playhead.zoom(1000)
    assert playhead.range[1] - playhead.range[0] == pytest.approx(0.1)
    playhead.fit()
    assert playhead.range == (2.0, 12.0)


def key(window: MainWindow, qtbot: QtBot, *keys: object) -> None:
    qtbot.keyClick(window, *keys)


def test_keys_step_frame_by_frame_and_second_by_second(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    now = page.playhead
    for keys, time_s in (
        ((Qt.Key.Key_Right,), 0.04),
        ((Qt.Key.Key_Right,), 0.08),
        ((Qt.Key.Key_Left,), 0.04),
        ((Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier), 1.04),
        ((Qt.Key.Key_End,), 13.96),
        ((Qt.Key.Key_Left,), 13.92),
        ((Qt.Key.Key_Home,), 0.0),
        ((Qt.Key.Key_Left,), 0.0),
    ):
        key(window, qtbot, *keys)
        assert now.time_s == pytest.approx(time_s)
    now.seek(1.05)  # in the middle of a frame: first to its start
    key(window, qtbot, Qt.Key.Key_Left)
    assert now.time_s == pytest.approx(1.04)


def test_keys_of_speed_and_play(window: MainWindow, page: SessionPage, qtbot: QtBot) -> None:
    for text, speed in (("]", 1.5), ("]", 2.0), ("]", 2.0), ("[", 1.5), ("\\", 1.0), ("[", 0.5)):
        qtbot.keyClicks(window, text)
        assert page.playhead.speed == speed
        assert page.timeline.transport.speeds[speed].isChecked()
    key(window, qtbot, Qt.Key.Key_Space)
    assert page.playhead.is_playing
    qtbot.waitUntil(lambda: page.playhead.time_s > 0.1)
    key(window, qtbot, Qt.Key.Key_Space)
    assert not page.playhead.is_playing


def test_while_it_plays_picture_and_faces_are_of_one_frame(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    timeline = document_of(window).recorded.timeline
    seen: set[float] = set()
    page.playhead.set_speed(2.0)
    page.playhead.play()
    for _ in range(6):
        before = page.stage.shot
        qtbot.waitUntil(lambda before=before: page.stage.shot is not before)
        shot = page.stage.shot
        row = int(abs(timeline.time_s - shot.time_s).argmin())
        (mark,) = page.stage.video.marks
        assert mark.box[:2] == pytest.approx(tuple(timeline.boxes[row, :2]))
        seen.add(shot.time_s)
    page.playhead.pause()
    assert len(seen) >= 3  # the first may be shown twice, once decoded and once from memory


def test_next_and_previous_change_are_where_the_label_changes(
    window: MainWindow, page: SessionPage
) -> None:
    timeline = document_of(window).recorded.timeline
    changes = [
        float(timeline.time_s[i])
        for i in range(1, len(timeline))
        if timeline.label[i] != timeline.label[i - 1]
    ]
    assert len(changes) >= 2
    found = []
    for _ in changes:
        trigger(window, "next_change")
        found.append(page.playhead.time_s)
    assert found == pytest.approx(changes)
    trigger(window, "next_change")
    assert page.playhead.time_s == pytest.approx(changes[-1])
    trigger(window, "previous_change")
    assert page.playhead.time_s == pytest.approx(changes[-2])


def at(widget: QWidget, time_s: float, y: int) -> QPoint:
    return QPoint(round(widget.x_of(time_s)), y)


def test_a_press_or_drag_on_a_lane_moves_the_cursor(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    lanes = page.timeline.lanes
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, pos=at(lanes, 4.0, 14))
    assert page.playhead.time_s == pytest.approx(4.0, abs=0.02)
    qtbot.mouseMove(lanes, at(lanes, 9.0, 14))
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=at(lanes, 9.0, 14))
    settle(window, qtbot)
    assert page.stage.shot.wanted_s == page.playhead.time_s


def wheel(widget: QWidget, time_s: float, notches: int, shift: bool = False) -> None:
    point = QPointF(widget.x_of(time_s), 10)
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        point,
        QPointF(widget.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_zooms_everything_round_the_pointer(page: SessionPage) -> None:
    lanes, ruler, (pane,) = page.timeline.lanes, page.timeline.ruler, page.timeline.plots.panes
    x = lanes.x_of(6.0)
    wheel(lanes, 6.0, 3)
    start_s, end_s = page.playhead.range
    assert end_s - start_s == pytest.approx(14.0 / 1.25**3, rel=0.01)
    assert lanes.x_of(6.0) == pytest.approx(x, abs=1)
    assert lanes.x_of(6.0) == ruler.x_of(6.0) == pane.x_of(6.0)
    wheel(pane, 6.0, -1, shift=True)
    assert page.playhead.range[0] > start_s
    wheel(ruler, 6.0, -30)
    assert page.playhead.range == page.playhead.whole


def test_a_part_is_chosen_and_zoomed_to(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    lanes, shift = page.timeline.lanes, Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, shift, at(lanes, 3.0, 14))
    qtbot.mouseMove(lanes, at(lanes, 5.0, 14))
    page.playhead.select((3.0, 5.0))
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, shift, at(lanes, 5.0, 14))
    trigger(window, "zoom_selection")
    assert page.playhead.range == pytest.approx((2.8, 5.2))
    key(window, qtbot, Qt.Key.Key_Escape)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.playhead.selection is None


def test_names_stand_left_of_time(page: SessionPage) -> None:
    assert page.timeline.lanes.x_of(page.playhead.range[0]) == GUTTER


def test_a_focused_button_keeps_its_space_bar(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    tab = page.side.tabs["Markers"]
    tab.setFocus()
    qtbot.keyClick(tab, Qt.Key.Key_Space)
    assert tab.isChecked() and not page.playhead.is_playing


def test_space_plays_after_a_click_beside_the_buttons(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    page.side.tabs["Markers"].setFocus()
    assert page.focusPolicy() & Qt.FocusPolicy.ClickFocus
    page.setFocus()  # as Qt does after such a click
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert page.playhead.is_playing
    page.playhead.pause()


def test_a_session_that_was_opened_has_the_keys(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    window.review.library.hide()
    window.activateWindow()
    window.rail.buttons["live"].setFocus()
    open_session(window, document_of(window).folder, qtbot)
    qtbot.waitUntil(page.hasFocus)


def test_another_workspace_takes_the_keys_from_the_rail(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    window.activateWindow()
    window.rail.buttons["live"].setFocus()
    window.actions_by_key["analyze"].trigger()
    qtbot.waitUntil(lambda: not window.rail.buttons["live"].hasFocus())


def test_any_column_can_be_plotted(window: MainWindow, page: SessionPage) -> None:
    plots = page.timeline.plots
    menu = plots.choose.menu
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions() if action.text()]
    assert names[:6] == ["Probability", "Cosine", "Margin", "Detection", "Face box", "Latency"]
    menu.actions()[1].trigger()
    assert plots.shown == ["probabilities", "cosines"]
    under = next(a.menu() for a in menu.actions() if a.text() == "One of Cosine")
    under.actions()[6].trigger()
    assert plots.shown[-1] == "column:cos_anger"
    curve = plots.panes[-1].curves[0]
    times, values = plots.panes[-1].series_of(curve)
    timeline = document_of(window).recorded.timeline
    assert times == pytest.approx(timeline.time_s)
    assert values == pytest.approx(timeline.cosines[:, 6], nan_ok=True)
    assert plots.chips["anger"].text() == ("anger" if plots.width() >= 980 else "ANG")
    plots.chips["anger"].click()
    assert len(plots.panes[0].curves) == 6


def test_the_numbers_at_the_cursor_are_those_of_the_row(
    window: MainWindow, page: SessionPage
) -> None:
    timeline = document_of(window).recorded.timeline
    page.playhead.seek(float(timeline.time_s[100]))
    texts = page.side.values.texts
    assert texts["Frame"] == "100 at 0:04.000"
    assert texts["Margin"] == f"{timeline.margin[100]:+.2f}"
    assert texts["Latency"] == f"{timeline.latency_ms[100]:.1f} ms"
    assert texts["Face size"].startswith(f"{timeline.boxes[100, 2]:.0f} × ")
    best = timeline.cosines[100].argmax()
    assert texts["Highest cosine"] == (
        f"{timeline.cosines[100, best]:+.3f} ({document_of(window).classes[best]})"
    )
