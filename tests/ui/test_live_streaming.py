from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_engine import FakeEngine
from fakes import ListSink
from fervideo.ui.live import streaming
from fervideo.ui.main_window import MainWindow
from fervideo.ui.widgets.banner import Tone
from pytestqt.qtbot import QtBot
from window_steps import refresh

from fervideo.errors import StreamError

NAME = "Lab Streaming Layer"


@pytest.fixture
def sinks(monkeypatch: pytest.MonkeyPatch) -> list[ListSink]:
    """Every sink that was made in place of the real streams."""
    made: list[ListSink] = []

    def make() -> ListSink:
        made.append(ListSink(NAME))
        return made[-1]

    monkeypatch.setattr(streaming, "make_sink", make)
    return made


def test_off_until_wanted_then_on_then_off(
    window: MainWindow, engine: FakeEngine, sinks: list[ListSink], qtbot: QtBot
) -> None:
    action = window.actions_by_key["lsl"]
    assert not action.isChecked() and engine.sinks == []
    action.trigger()
    qtbot.waitUntil(lambda: engine.sinks == sinks != [])
    window.bridge.poll_stats()
    assert NAME in window.status.text and window.settings.flag("lsl")
    action.trigger()
    assert engine.sinks == [] and sinks[0].closed == 1
    window.bridge.poll_stats()
    assert NAME not in window.status.text and not window.settings.flag("lsl")


def test_on_is_remembered(
    window: MainWindow, open_window: Callable[..., MainWindow], sinks: list[ListSink], qtbot: QtBot
) -> None:
    window.actions_by_key["lsl"].trigger()
    qtbot.waitUntil(lambda: len(sinks) == 1)
    later = FakeEngine()
    assert open_window(later).actions_by_key["lsl"].isChecked()
    qtbot.waitUntil(lambda: later.sinks != [])


def test_what_cannot_be_opened_is_a_banner(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> ListSink:
        raise StreamError('expected the package pylsl, found none; run: pip install "x[lsl]"')

    monkeypatch.setattr(streaming, "make_sink", fail)
    window.actions_by_key["lsl"].trigger()
    qtbot.waitUntil(lambda: not window.actions_by_key["lsl"].isChecked())
    (message,) = window.banner.messages
    assert message.tone is Tone.ERROR and "Expected the package pylsl" in message.text
    assert engine.sinks == [] and not window.settings.flag("lsl")


def test_streams_that_ended_by_themselves_are_off(
    window: MainWindow, engine: FakeEngine, sinks: list[ListSink], qtbot: QtBot
) -> None:
    action = window.actions_by_key["lsl"]
    action.trigger()
    qtbot.waitUntil(lambda: engine.sinks != [])
    refresh(window, engine)
    engine.sinks.clear()
    refresh(window, engine, sinks=())
    assert not action.isChecked()
    action.trigger()
    qtbot.waitUntil(lambda: len(sinks) == 2 and engine.sinks == sinks[1:])


def test_switched_off_while_they_open(
    window: MainWindow, engine: FakeEngine, sinks: list[ListSink], qtbot: QtBot
) -> None:
    action = window.actions_by_key["lsl"]
    action.trigger()
    action.trigger()
    qtbot.waitUntil(lambda: sinks != [] and sinks[0].closed == 1)
    assert engine.sinks == [] and not action.isChecked()
