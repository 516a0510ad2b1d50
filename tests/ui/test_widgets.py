from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fake_engine import FakeEngine, make_result
from fervideo.ui.live.overlay import OverlayPainter, marks_of, place
from fervideo.ui.live.record_button import clock, size
from fervideo.ui.live.saving import free_path, safe_name
from fervideo.ui.main_window import MainWindow
from fervideo.ui.status import items_of
from fervideo.ui.theme import Theme, body_font
from fervideo.ui.widgets import banner as banner_module
from fervideo.ui.widgets import hatch
from fervideo.ui.widgets.banner import Banner, Message, Tone
from fervideo.ui.widgets.empty_state import EmptyState, Hint, Step
from fervideo.ui.widgets.icons import Icons
from fervideo.ui.widgets.status_line import Item, StatusLine
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fervideo import labels
from fervideo.capture.source import SourceInfo, SourceKind
from fervideo.live_stats import LiveState, LiveStats


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner(Theme(), Icons())
    qtbot.addWidget(banner)
    return banner


def test_banner_shows_the_worst_and_goes_back_to_the_rest(banner: Banner) -> None:
    banner.say(Message("saved", topic="snapshot"))
    banner.say(Message("lost", Tone.ERROR, topic="source"))
    banner.say(Message("saved again", topic="snapshot"))
    assert [m.text for m in banner.messages] == ["saved again", "lost"]
    banner.dismiss("source")
    assert banner.message.text == "saved again"
    banner.dismiss("snapshot")
    assert banner.isHidden()


def test_banner_runs_its_next_step_once(banner: Banner) -> None:
    done = []
    banner.say(Message("lost", Tone.ERROR, "Reopen", lambda: done.append(1)))
    banner.button.click()
    assert done == [1]
    assert banner.message is None


def test_a_message_that_was_seen_does_not_come_back_after_its_time(
    banner: Banner, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 100.0
    monkeypatch.setattr(banner_module, "time", SimpleNamespace(monotonic=lambda: now_s))
    banner.say(Message("noted", topic="mark", lasting=False))
    banner.say(Message("lost", Tone.ERROR, topic="source"))
    banner.say(Message("saved", topic="snapshot", lasting=False))
    now_s += 60
    banner.dismiss("source")
    assert [m.text for m in banner.messages] == ["saved"]  # nobody has seen it yet


def test_status_line_drops_the_least_before_it_shortens_the_rest(qtbot: QtBot) -> None:
    line = StatusLine(Theme())
    qtbot.addWidget(line)
    items = (
        Item("a-rather-long-name.mp4", shrink=True),
        Item("1280 × 720", rank=3),
        Item("14 ms", right=True),
    )
    line.show_items(items)
    line.resize(900, 32)
    assert [item.text for item in line.fitting()] == [item.text for item in items]
    line.resize(260, 32)
    assert [item.text for item in line.fitting()] == ["a-rather-long-name.mp4", "14 ms"]


def test_a_short_name_in_the_status_line_is_not_cut(qtbot: QtBot) -> None:
    line = StatusLine(Theme())
    qtbot.addWidget(line)
    rest = (Item("running", rank=1), Item("1280 × 720", rank=3), Item("14 ms", right=True))
    line.show_items((Item("Demo", shrink=True), *rest))
    for width in range(600, 120, -4):
        line.resize(width, 32)
        shown = line.fitting()
        assert line.room(shown) >= 0 or [item.text for item in shown] == ["Demo", "14 ms"]


@pytest.mark.parametrize("state", list(LiveState))
def test_every_state_has_words(state: LiveState) -> None:
    assert items_of(LiveStats(state=state))[0].text


def test_beside_another_workspace_the_state_is_said_to_be_that_of_live() -> None:
    failed = LiveStats(state=LiveState.FAILED)
    assert items_of(failed)[0].text == "Failed"
    assert items_of(failed, is_live_shown=False)[0].text == "Live: failed"
    assert items_of(LiveStats(), is_live_shown=False)[0].text == "No source"


def test_a_single_picture_has_no_frame_rate() -> None:
    many = SourceInfo(SourceKind.FOLDER, "faces", "faces", 640, 480, 25.0, 3, 0.12)
    one = replace(many, frame_count=1)
    assert items_of(LiveStats(source=many))[2].text == "640 × 480, 25 frames/s"
    assert items_of(LiveStats(source=one))[2].text == "640 × 480, one picture"


def test_no_number_is_shown_that_was_not_measured() -> None:
    words = " ".join(item.text for item in items_of(LiveStats(state=LiveState.RUNNING)))
    assert not any(character.isdigit() for character in words)


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (83.9, "01:23"), (3723, "1:02:03")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_200, "1 kB"),
        (1_432_000, "1.4 MB"),
        (2_500_000_000, "2.50 GB"),
    ],
)
def test_size(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("clip.mp4", "clip"),
        ("../../etc", "etc"),
        ("Caméra 1: HD", "Caméra-1-HD"),
        ("", "recording"),
    ],
)
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_free_path_never_overwrites(tmp_path) -> None:
    wished = tmp_path / "shot.png"
    wished.touch()
    (tmp_path / "shot-2.png").touch()
    assert free_path(wished) == tmp_path / "shot-3.png"


def test_plates_stay_in_the_picture_and_off_each_other() -> None:
    area = QRectF(10, 20, 400, 300)
    plate = QRectF(0, 0, 120, 24)
    at_top = place(plate, QRectF(300, 22, 100, 80), area, [])
    assert area.contains(at_top)
    assert at_top.top() > 100  # no room over the box: it goes under it
    taken = [QRectF(100, 72, 120, 24)]
    assert not place(plate, QRectF(100, 100, 60, 60), area, taken).intersects(taken[0])
    whole = place(plate, area, area, [])
    assert area.contains(whole)


def test_overlay_paints_boxes_in_the_colour_of_the_label(qapp: object) -> None:
    result = make_result(boxes=[(50, 60, 250, 300)], names=["disgust"])
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    OverlayPainter(body_font()).paint(painter, marks_of(result, 1), QRectF(image.rect()), 1.0)
    painter.end()
    assert image.pixelColor(50, 180) == QColor(labels.color_of("disgust"))
    assert image.pixelColor(150, 180) == QColor(Qt.GlobalColor.black)


def test_unknown_is_hatched(qapp: object) -> None:
    def colors(name: str) -> int:
        image = QImage(60, 20, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        hatch.fill(painter, QRectF(0, 0, 60, 20), labels.color_of(name))
        painter.end()
        return len({image.pixelColor(x, 10).rgb() for x in range(5, 55)})

    assert colors("anger") == 1
    assert colors(labels.UNKNOWN) > 1


def test_icons_take_the_colour_they_are_given(qapp: object) -> None:
    image = Icons().pixmap("stop", QColor("#ff0000"), 24, 2.0).toImage()
    assert image.width() == 48
    painted = {
        image.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() > 200
    }
    assert painted == {"#ff0000"}


@pytest.mark.parametrize("size_wh", [(1024, 640), (1440, 900), (2560, 1440)])
def test_the_picture_keeps_half_of_the_window(
    open_window: Callable[..., MainWindow], size_wh: tuple[int, int], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    window.resize(*size_wh)
    live = window.live
    live.across.set_second(2000)
    live.down.set_second(2000)
    qtbot.wait(10)
    assert live.stage.width() >= size_wh[0] // 2
    assert live.stage.height() >= size_wh[1] // 2 - 1
    assert live.side.isVisible()
    assert live.plot.isVisible()


def test_panels_collapse(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    before = window.live.stage.size()
    window.actions_by_key["face_panel"].trigger()
    window.actions_by_key["plot_panel"].trigger()
    assert not window.live.side.isVisible()
    assert not window.live.plot.isVisible()
    qtbot.waitUntil(lambda: window.live.stage.width() > before.width())
    assert window.live.stage.height() > before.height()


def test_the_buttons_of_an_empty_place_are_never_cut(qtbot: QtBot) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    empty = EmptyState(Theme(), Icons())
    QVBoxLayout(panel).addWidget(empty)
    steps = (Step("Open a Session…", lambda: None), Step("Add a Folder…", lambda: None))
    empty.show_hint(Hint("review", "No session yet", "Record one.", steps))
    for width in (600, 240):
        panel.resize(width, 500)
        panel.show()
        qtbot.waitExposed(panel)
        qtbot.waitUntil(lambda: all(b.width() >= b.sizeHint().width() for b in empty.buttons))
        first, second = (button.geometry() for button in empty.buttons)
        assert (first.top() == second.top()) is (width == 600)
