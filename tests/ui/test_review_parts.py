"""Choosing a part of a session, by mouse and by key; axes of heads from recorded angles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from fake_engine import make_result
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review.choosing import HINT
from fervideo.ui.review.page import SessionPage
from fervideo.ui.review.ruler import TICKS_PX
from fervideo.ui.settings import Settings
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from review_steps import LEFT, SOURCE, document_of, open_session, record, trigger

from fervideo import labels
from fervideo.landmark_names import BLENDSHAPES, LandmarkMode
from fervideo.session.writer import SessionWriter
from fervideo.types import Landmarks

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
MIDDLE_Y = TICKS_PX / 2


@pytest.fixture
def page(window: MainWindow, settings: Settings, qtbot: QtBot) -> SessionPage:
    return open_session(window, record(settings.recordings / "take"), qtbot)


def mouse(widget: QWidget, kind: QEvent.Type, x: float, keys: Qt.KeyboardModifier = NONE) -> None:
    point, left = QPointF(x, MIDDLE_Y), Qt.MouseButton.LeftButton
    cause = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else left
    held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else left
    where = QPointF(widget.mapToGlobal(point))
    QApplication.sendEvent(widget, QMouseEvent(kind, point, where, cause, held, keys))


def drag(widget: QWidget, from_s: float, to_s: float, keys: Qt.KeyboardModifier = NONE) -> None:
    first, last = widget.x_of(from_s), widget.x_of(to_s)
    mouse(widget, QEvent.Type.MouseButtonPress, first, keys)
    for share in (0.5, 1.0):
        mouse(widget, QEvent.Type.MouseMove, first + share * (last - first), keys)
    mouse(widget, QEvent.Type.MouseButtonRelease, last, keys)


def test_a_drag_on_the_ruler_chooses_and_the_panel_says_so(page: SessionPage) -> None:
    part = page.timeline.transport.part
    assert part.text() == "" and "choose a part" in page.timeline.ruler.toolTip()
    drag(page.timeline.ruler, 0.4, 1.2)
    assert page.playhead.selection == pytest.approx((0.4, 1.2))
    assert page.playhead.time_s == pytest.approx(0.4)
    assert part.text() == "0:00.40 – 0:01.20  ·  800 ms chosen"
    drag(page.timeline.ruler, 1.4, 0.9)
    assert page.playhead.selection == pytest.approx((0.9, 1.4))


def test_a_click_on_the_ruler_goes_there_and_its_handle_is_dragged(page: SessionPage) -> None:
    ruler = page.timeline.ruler
    page.playhead.select((0.1, 0.3))
    drag(ruler, 0.8, 0.8)
    assert (page.playhead.time_s, page.playhead.selection) == (pytest.approx(0.8), None)
    drag(ruler, 0.8, 1.3)
    assert (page.playhead.time_s, page.playhead.selection) == (pytest.approx(1.3), None)


def test_in_lanes_a_drag_moves_the_cursor_and_one_with_shift_chooses(page: SessionPage) -> None:
    lanes = page.timeline.lanes
    drag(lanes, 0.2, 1.0)
    assert (page.playhead.time_s, page.playhead.selection) == (pytest.approx(1.0), None)
    drag(lanes, 0.2, 0.6, SHIFT)
    assert page.playhead.selection == pytest.approx((0.2, 0.6))


def test_the_ends_of_a_part_can_be_dragged(page: SessionPage) -> None:
    page.playhead.select((0.4, 1.0))
    drag(page.timeline.lanes, 1.0, 1.4)
    assert page.playhead.selection == pytest.approx((0.4, 1.4))
    drag(page.timeline.ruler, 0.4, 0.2)
    assert page.playhead.selection == pytest.approx((0.2, 1.4))
    (pane,) = page.timeline.plots.panes
    drag(pane, 0.2, 9.0)  # across the other end, and beyond the session
    assert page.playhead.selection == pytest.approx((1.4, 1.6))


def test_a_drag_that_begins_on_a_marker_moves_nothing(
    window: MainWindow, page: SessionPage
) -> None:
    page.playhead.seek(0.4)
    trigger(window, "mark_event")
    assert page.timeline.transport.part.text() == HINT  # the ruler has no room for it any more
    ruler = page.timeline.ruler
    point = QPointF(ruler.x_of(0.4), TICKS_PX + 8)
    assert ruler.marker_at(point) is not None
    drag(ruler, 1.0, 0.2)  # across the marker
    assert page.playhead.selection == pytest.approx((0.2, 1.0))


def test_the_keys_choose_from_frame_to_frame(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    page.playhead.seek(0.41)
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert page.playhead.selection is None
    assert page.choosing.pending == (pytest.approx(0.4), None)
    assert page.timeline.transport.part.text() == "From 0:00.40; O ends the part"
    drag(page.timeline.lanes, 0.9, 0.9)  # to look round forgets nothing
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert page.playhead.selection == pytest.approx((0.4, 0.92))
    page.playhead.seek(0.2)
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert page.playhead.selection == pytest.approx((0.2, 0.92))
    page.playhead.seek(1.2)
    qtbot.keyClick(window, Qt.Key.Key_I)  # after its end: another part begins
    assert page.choosing.pending == (pytest.approx(1.2), None)
    assert page.playhead.selection is None
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert page.choosing.pending == (None, None)
    page.playhead.seek(0.8)
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert page.choosing.pending == (None, pytest.approx(0.84))
    page.playhead.seek(0.4)
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert page.playhead.selection == pytest.approx((0.4, 0.84))


def test_a_segment_is_chosen_by_key_and_corrected(
    window: MainWindow, page: SessionPage, qtbot: QtBot
) -> None:
    document = document_of(window)
    document.choose(1)
    page.playhead.seek(0.3)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert page.playhead.selection == pytest.approx((0.0, 0.48))
    page.editing.correct("fear")
    assert document.segment_at(0.3).label == "fear"
    assert not window.actions_by_key["choose_nothing"].isEnabled()


def with_pose(settings: Settings) -> SessionWriter:
    writer = SessionWriter(
        settings.recordings / "posed",
        classes=labels.BASIC,
        source=SOURCE,
        model={"name": "fake-a", "sha256": "00"},
        settings={},
        live=False,
        landmarks=LandmarkMode.ALL,
    )
    with writer:
        for index in range(20):
            result = make_result(index, [LEFT], names=["fear"], ids=[1], time_s=index / 25)
            pose = np.array([[1.0, -30.0, index]], np.float32)
            shapes = np.full((1, len(BLENDSHAPES)), index / 20, np.float32)
            points = np.zeros((1, 478, 3), np.float32)
            found = Landmarks(points, pose, shapes) if index != 7 else None
            frame = replace(result.frame, wall_time=datetime(2026, 1, 1, tzinfo=UTC))
            writer.write(replace(result, frame=frame, landmarks=found))
    return writer


def test_recorded_angles_are_drawn_and_plotted(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    page = open_session(window, with_pose(settings).folder, qtbot)
    action, video = window.actions_by_key["session_axes"], page.stage.video
    assert action.isEnabled() and not action.isChecked()
    page.playhead.seek(0.2)
    assert video.marks[0].pose == pytest.approx((1.0, -30.0, 5.0))
    plain = video.grab().toImage()
    action.trigger()
    assert video.grab().toImage() != plain
    assert settings.flag("session_axes") and not settings.flag("pose_axes")
    page.playhead.seek(0.281)
    assert video.marks[0].pose is None  # nothing was made out in this frame

    plots = page.timeline.plots
    plots.show_groups(["pose", "jaw", "column:blend_jawOpen"])
    assert plots.shown == ["pose", "jaw", "column:blend_jawOpen"]
    yaw = next(c for c in plots.panes[0].curves if c.name == "pose_yaw")
    assert np.nanmax(plots.panes[0].series_of(yaw)[1]) == -30.0
    assert page.side.values.texts["Jaw open"] == "–"
    page.playhead.seek(0.4)
    assert page.side.values.texts["Yaw"] == "-30.0 °"
    assert page.side.values.texts["Jaw open"] == "0.50"


def test_without_recorded_angles_the_axes_are_off_and_say_why(
    window: MainWindow, page: SessionPage
) -> None:
    action = window.actions_by_key["session_axes"]
    assert not action.isEnabled() and "no head pose" in action.toolTip()
