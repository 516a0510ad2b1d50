from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.review import opening
from fervideo.ui.review.document import Loaded, load
from fervideo.ui.review.rows import Row
from fervideo.ui.settings import Settings
from fervideo.ui.widgets.banner import Tone
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from pytestqt.qtbot import QtBot
from review_steps import describe_anew, document_of, open_session, record, settle, trigger

from fervideo.capture.video import VideoSource
from fervideo.live_stats import RecordingStats
from fervideo.session.reader import read_session


def rows(window: MainWindow) -> dict[str, Row]:
    return {row.title: row for row in window.review.library.list.rows}


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) RGB of a picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    line = plain.bytesPerLine()
    whole = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), line)
    return whole[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def test_sessions_are_listed_newest_first_and_found_by_words(
    window: MainWindow, settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    record(settings.recordings / "first take", frames=5)
    record(settings.recordings / "second take", frames=30, save_video=True)
    broken = record(settings.recordings / "broken", frames=5)
    (broken / "session.json").write_text("{", "utf-8")
    trigger(window, "review")
    settle(window, qtbot)
    assert list(rows(window)) == ["second take", "first take", "broken"]
    assert rows(window)["second take"].text == "0:01  ·  3 faces  ·  fake-a"
    assert rows(window)["second take"].icon == "video"
    assert rows(window)["broken"].icon == "warning"
    assert "expected JSON" in rows(window)["broken"].text

    window.review.library.search.setText("take SECOND")
    assert list(rows(window)) == ["second take"]
    window.review.library.search.setText("nobody")
    empty = window.review.library.empty
    assert empty.isVisible()
    qtbot.waitUntil(lambda: len(empty.buttons) == 1)
    empty.buttons[0].click()
    assert len(rows(window)) == 3

    elsewhere = record(tmp_path / "elsewhere" / "third take", frames=5)
    assert window.review.take([elsewhere.parent])
    settle(window, qtbot)
    assert "third take" in rows(window)


def test_a_new_session_appears_by_itself(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    trigger(window, "review")
    settle(window, qtbot)
    assert rows(window) == {}
    folder = record(settings.recordings / "take", frames=5)
    window.context.navigator.sessions_changed.emit(folder)
    qtbot.waitUntil(lambda: "take" in rows(window))


def test_the_picture_shown_is_the_frame_of_that_time(
    window: MainWindow, session_folder: Path, qtbot: QtBot
) -> None:
    page = open_session(window, session_folder, qtbot)
    assert window.workspaces.currentWidget() is window.review
    timeline = read_session(session_folder).timeline
    wanted = {200, 17, 199, 0, 349, 18}
    with VideoSource(session_folder / "video.mp4") as video:
        truth = {i: frame.image for i in range(350) if (frame := video.read()) and i in wanted}
    for index in wanted:
        page.playhead.seek(float(timeline.time_s[index]))
        settle(window, qtbot)
        shot = page.stage.shot
        assert shot is not None and shot.image is not None
        assert shot.time_s == pytest.approx(timeline.time_s[index], abs=1e-4)
        assert (pixels(shot.image) == truth[index]).all()
        (mark,) = page.stage.video.marks
        assert mark.box[0] == pytest.approx(timeline.boxes[index, 0])
        assert mark.text.removesuffix("?") in (timeline.label[index], "no label", "low quality")
        assert page.side.values.texts["Frame"].startswith(f"{index:,} at ")


def test_a_session_without_its_video_opens_with_boxes_and_says_so(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take")
    page = open_session(window, folder, qtbot)
    assert "recorded without its video" in page.stage.note.text()
    assert page.stage.find_button.isVisible()
    assert [mark.track_id for mark in page.stage.video.marks] == [2, 1]
    page.playhead.seek(1.3)
    settle(window, qtbot)
    assert [mark.track_id for mark in page.stage.video.marks] == [3]
    trigger(window, "review_play")
    qtbot.waitUntil(lambda: page.playhead.time_s > 1.4)


def test_a_video_that_was_moved_is_found_by_the_user(
    window: MainWindow, session_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    (session_folder / "video.mp4").unlink()
    session = read_session(session_folder)
    gone = dict(session.description["source"], location="/gone/demo.mp4", name="demo.mp4")
    describe_anew(session_folder, source=gone)
    page = open_session(window, session_folder, qtbot)
    assert "/gone/demo.mp4 is not there any more" in page.stage.note.text()

    original = tmp_path / "moved.mp4"
    shutil.copy(session.description["source"]["location"], original)
    window.review.use_video(original)
    qtbot.waitUntil(lambda: page.stage.shot is not None)
    assert not page.stage.find_button.isVisible()
    assert str(original) in page.stage.note.text()

    other = tmp_path / "other.mp4"
    other.write_bytes(b"not a video")
    window.review.use_video(other)
    qtbot.waitUntil(lambda: page.stage.find_button.isVisible())
    assert window.review._memory.video_of(session_folder) == original  # the right one is kept


@pytest.mark.parametrize("what", ["timeline", "description", "nothing"])
def test_a_broken_session_is_one_sentence_and_the_window_goes_on(
    window: MainWindow, settings: Settings, qtbot: QtBot, what: str
) -> None:
    folder = record(settings.recordings / "take", frames=5)
    good = record(settings.recordings / "good", frames=5)
    if what == "timeline":
        (folder / "timeline.csv").write_bytes(b"frame,time_s\r\n1,2,3\r\n4,5,6\r\n")
    elif what == "description":
        (folder / "session.json").write_text("[]", "utf-8")
    else:
        shutil.rmtree(folder)
    window.context.navigator.open_session(folder)
    qtbot.waitUntil(lambda: window.review.is_settled)
    assert window.review.document is None
    hint = window.review.empty.hint
    assert hint is not None and hint.title == "take cannot be opened"
    assert str(folder) in hint.text and "Traceback" not in hint.text
    open_session(window, good, qtbot)
    assert document_of(window).folder == good


def test_an_unfinished_session_says_so_and_can_be_gone_through(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take", save_video=True)
    describe_anew(folder, end_reason="unfinished", video=None, rows=None)
    data = (folder / "timeline.csv").read_bytes()
    (folder / "timeline.csv").write_bytes(data[:-70])
    page = open_session(window, folder, qtbot)
    message = window.banner.message
    assert message is not None and message.tone is Tone.WARNING
    assert "never finished" in message.text and "last line is cut" in message.text
    assert page.stage.shot is not None and page.stage.shot.image is not None
    settle(window, qtbot)
    assert "cut short" in rows(window)["take"].text


def test_one_that_ended_by_an_error_tells_which(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take")
    describe_anew(folder, end_reason="error: the camera has gone")
    open_session(window, folder, qtbot)
    assert window.banner.message is not None
    assert "The camera has gone." in window.banner.message.text


def test_a_session_still_being_recorded_is_shown_and_not_changed(
    window: MainWindow, engine: FakeEngine, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take")
    describe_anew(folder, end_reason="unfinished")
    engine.set_state(recording=RecordingStats(folder, 1.0, 10, 10))
    window.bridge.poll_stats()
    open_session(window, folder, qtbot)
    assert window.banner.message is not None
    assert "still being recorded" in window.banner.message.text
    trigger(window, "mark_event")
    assert document_of(window).markers == ()
    assert "end it in Live first" in window.banner.message.text
    assert "being recorded" in rows(window)["take"].text
    engine.set_state(recording=None)
    window.bridge.poll_stats()
    document = document_of(window)
    window.banner.button.click()
    qtbot.waitUntil(lambda: window.review.document is not document)
    settle(window, qtbot)
    trigger(window, "mark_event")
    assert len(document_of(window).markers) == 1


def test_a_still_picture_is_a_session_too(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "still", frames=1, save_video=True)
    page = open_session(window, folder, qtbot)
    assert len(page.stage.video.marks) == 2
    trigger(window, "review_play", "step_forward", "next_change", "zoom_in", "zoom_selection")
    assert not page.playhead.is_playing and page.playhead.time_s == 0.0


def test_a_session_without_any_face_opens(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "empty room", lambda index: ([], [], []), 10)
    page = open_session(window, folder, qtbot)
    assert page.side.values.texts == {}
    trigger(window, "correct_label", "rename_face", "merge_face", "hide_face", "lane_down")
    assert document_of(window).undo_stack.count() == 0


def test_opening_another_while_one_loads_shows_the_last(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    first, last = (record(settings.recordings / name, frames=5) for name in ("a", "b"))
    window.context.navigator.open_session(first)
    open_session(window, last, qtbot)
    assert document_of(window).folder == last


def test_it_opens_as_it_was_left(
    open_window: Callable[..., MainWindow], session_folder: Path, qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    page = open_session(window, session_folder, qtbot)
    page.timeline.plots.show_groups(["cosines", "column:p_anger"])
    window.close_at_once()
    again = open_window(FakeEngine())
    page = open_session(again, session_folder, qtbot)
    assert page.timeline.plots.shown == ["cosines", "column:p_anger"]


def test_a_session_dropped_anywhere_opens_in_review(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take", frames=5)
    for dropped in (folder, folder / "timeline.csv"):
        trigger(window, "live")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(dropped))])
        copy, left, none = (
            Qt.DropAction.CopyAction,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        window.dropEvent(QDropEvent(QPointF(500, 300), copy, data, left, none))
        settle(window, qtbot)
        assert window.workspaces.currentWidget() is window.review
        assert document_of(window).folder == folder


def test_what_nobody_sees_stands_still(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    page = open_session(window, record(settings.recordings / "take"), qtbot)
    trigger(window, "review_play")
    assert page.playhead.is_playing
    trigger(window, "models")
    assert not page.playhead.is_playing


def test_in_a_narrow_window_the_list_gives_way_until_it_is_asked_for(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take", frames=5)
    window.resize(1024, 640)
    trigger(window, "review")
    assert window.review.library.isVisible()
    open_session(window, folder, qtbot)
    assert not window.review.library.isVisible()
    trigger(window, "session_list")
    assert window.review.library.isVisible()
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: window.review.width() > 1200)
    assert window.review.library.isVisible()
    trigger(window, "session_list")
    open_session(window, folder, qtbot)
    assert not window.review.library.isVisible()


def test_a_list_that_gives_way_leaves_the_keyboard_to_the_session(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    folder = record(settings.recordings / "take", frames=5)
    window.resize(1600, 900)
    page = open_session(window, folder, qtbot)
    window.review.library.add.setFocus()
    assert window.review.library.isAncestorOf(window.focusWidget())
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: not window.review.library.isVisible())
    assert window.focusWidget() is page
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert page.playhead.is_playing
    assert not window.review.library.isVisible()


def test_the_picture_keeps_half_of_the_height(
    window: MainWindow, settings: Settings, qtbot: QtBot
) -> None:
    page = open_session(window, record(settings.recordings / "take", frames=5), qtbot)
    page.timeline.plots.show_groups(["probabilities", "cosines", "margin", "box", "latency"])
    for width, height in ((1024, 640), (1600, 1000)):
        window.resize(width, height)
        qtbot.waitUntil(lambda height=height: window.height() == height)
        qtbot.wait(50)
        assert page.stage.height() >= 0.49 * page.down.height()
        assert page.stage.width() >= window.width() / 2
        right = {strip.time_rect.right() for strip in (page.timeline.lanes, page.timeline.ruler)}
        assert right == {page.timeline.plots.panes[0].time_rect.right()}


def test_opening_another_says_so_and_can_be_cancelled(
    window: MainWindow, settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = record(settings.recordings / "first", frames=8)
    second = record(settings.recordings / "second", frames=8)
    open_session(window, first, qtbot)
    go_on = threading.Event()

    def slow(folder: Path) -> Loaded:
        go_on.wait(60)
        return load(folder)

    monkeypatch.setattr(opening, "load", slow)
    window.review.open(second)
    qtbot.waitUntil(lambda: "Opening second…" in [m.text for m in window.banner.messages])
    assert window.banner.message.busy
    window.banner.message.run()
    assert not window.banner.messages and not window.review.opening.is_busy
    go_on.set()
    window.review.open(second)
    qtbot.waitUntil(lambda: document_of(window).folder == second)
    assert not window.banner.messages
