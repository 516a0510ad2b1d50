"""The Models workspace: figures from the cards, the one in use, measuring, choosing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.models.details import card_html
from fervideo.ui.services import Services, ShippedModel
from pytestqt.qtbot import QtBot

from fervideo.errors import DeviceError
from fervideo.models.card import DatasetUse, Measurement, ModelCard


def card(name: str, title: str, accuracy: float) -> ModelCard:
    figure = Measurement("rafdb test", "given", "centers", 10, accuracy, 0.5, 0.5, "command")
    return ModelCard(
        name,
        title,
        "A & B <2024>",
        "lfnsb",
        "linear",
        ("neutral", "happiness"),
        256,
        16.0,
        0.1,
        "training data",
        "0" * 64,
        2_600_000,
        397_000_000,
        datasets=(DatasetUse("RAF-DB", "training", "non-commercial"),),
        measurements=(figure,),
    )


@pytest.fixture
def models() -> list[ShippedModel]:
    return [
        ShippedModel(card("fake-a", "First", 0.75), 5_400_000, is_default=True),
        ShippedModel(card("fake-b", "Second", 0.875), 2_200_000, is_default=False),
    ]


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, models, qtbot
) -> MainWindow:
    use = replace(services, cards=lambda: models, speed=lambda name, device: float(len(name)) / 2)
    window = open_window(engine, use)
    window.actions_by_key["models"].trigger()
    qtbot.waitUntil(lambda: len(window.models.rows) == 2)
    return window


def test_rows_tell_what_the_cards_say(window: MainWindow) -> None:
    told = [row.accessibleName() for row in window.models.rows]
    assert "RAF-DB 75.0 %" in told[0] and "default" in told[0] and "FER2013 –" in told[0]
    assert "RAF-DB 87.5 %" in told[1] and "2.2 MB" in told[1]


def test_choosing_shows_the_card_and_using_it_changes_the_model(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.models.rows[1].click()
    assert "Second" in window.models.details.text.text()
    window.actions_by_key["use_model"].trigger()
    assert engine.orders[-1] == "set_model fake-b None"
    engine.finish_loading("fake-b")
    qtbot.waitUntil(lambda: window.bridge.last.model_name == "fake-b")
    qtbot.waitUntil(lambda: "in use" in window.models.rows[1].accessibleName())
    assert not window.models.use.isEnabled()


def test_speed_is_a_dash_until_it_was_measured(window: MainWindow, qtbot: QtBot) -> None:
    assert all("A face –" in row.accessibleName() for row in window.models.rows)
    window.models.measure.click()
    assert not window.models.measure.isEnabled()
    qtbot.waitUntil(lambda: all("3.0 ms" in row.accessibleName() for row in window.models.rows))
    assert window.models.measure.isEnabled()


def test_a_speed_that_cannot_be_measured_is_told_once(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, models, qtbot
) -> None:
    def fail(name: str, device: str) -> float:
        raise DeviceError("no such device")

    window = open_window(engine, replace(services, cards=lambda: models, speed=fail))
    qtbot.waitUntil(lambda: len(window.models.rows) == 2)
    window.models.measure.click()
    qtbot.waitUntil(lambda: window.models.measure.isEnabled())
    assert [message.text for message in window.banner.messages] == ["no such device"]


def test_a_narrow_row_keeps_the_accuracies(window: MainWindow) -> None:
    row = window.models.rows[0]
    row.resize(row.minimumSizeHint())
    assert [heading for heading, _ in row.columns()] == ["RAF-DB", "FER2013", "CK+"]
    row.resize(row.sizeHint())
    assert [heading for heading, _ in row.columns()][-1] == "A face"


def test_a_card_is_shown_as_text_and_never_as_markup(models: list[ShippedModel]) -> None:
    html = card_html(models[0].card, "#888888")
    assert "A &amp; B &lt;2024&gt;" in html
