"""The Models workspace: figures from the cards, the one in use, measuring, choosing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.models.columns import HEADINGS, columns_in, places
from fervideo.ui.models.details import card_html
from fervideo.ui.models.shelf import own, shipped
from fervideo.ui.services import ListedModel, Services
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fervideo.errors import DeviceError, ModelError
from fervideo.models.card import DatasetUse, Measurement, ModelCard
from fervideo.models.registry import DEFAULT_MODEL
from fervideo.resources import weights_file


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
        f"{name == 'fake-b':064x}",  # as the fake engine has it
        2_600_000,
        397_000_000,
        datasets=(DatasetUse("RAF-DB", "training", "non-commercial"),),
        measurements=(figure,),
    )


@pytest.fixture
def models() -> list[ListedModel]:
    return [
        ListedModel(card("fake-a", "First", 0.75), 5_400_000, is_default=True),
        ListedModel(card("fake-b", "Second", 0.875), 2_200_000, is_default=False),
    ]


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, models, qtbot
) -> MainWindow:
    use = replace(services, cards=lambda: models, speed=lambda name, device: float(len(name)) / 2)
    window = open_window(engine, use)
    window.actions_by_key["models"].trigger()
    qtbot.waitUntil(lambda: len(window.models.list.rows) == 2)
    return window


def test_rows_tell_what_the_cards_say(window: MainWindow) -> None:
    told = [row.accessibleName() for row in window.models.list.rows]
    assert "RAF-DB 75.0 %" in told[0] and "default" in told[0] and "FER2013 –" in told[0]
    assert "RAF-DB 87.5 %" in told[1] and "2.2 MB" in told[1]


def test_choosing_shows_the_card_and_using_it_changes_the_model(
    window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    window.models.list.rows[1].click()
    assert "Second" in window.models.details.text.text()
    window.actions_by_key["use_model"].trigger()
    assert engine.orders[-1] == "set_model fake-b None"
    engine.finish_loading("fake-b")
    qtbot.waitUntil(lambda: window.bridge.last.model_name == "fake-b")
    qtbot.waitUntil(lambda: "in use" in window.models.list.rows[1].accessibleName())
    assert not window.models.bar.use.isEnabled()


def test_speed_is_a_dash_until_it_was_measured(window: MainWindow, qtbot: QtBot) -> None:
    assert all("Per face –" in row.accessibleName() for row in window.models.list.rows)
    window.models.bar.measure.click()
    assert not window.models.bar.measure.isEnabled()
    qtbot.waitUntil(
        lambda: all("3.0 ms" in row.accessibleName() for row in window.models.list.rows)
    )
    assert window.models.bar.measure.isEnabled()


def test_a_speed_that_cannot_be_measured_is_told_once(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, models, qtbot
) -> None:
    def fail(name: str, device: str) -> float:
        raise DeviceError("no such device")

    window = open_window(engine, replace(services, cards=lambda: models, speed=fail))
    qtbot.waitUntil(lambda: len(window.models.list.rows) == 2)
    window.models.bar.measure.click()
    qtbot.waitUntil(lambda: window.models.bar.measure.isEnabled())
    assert [message.text for message in window.banner.messages] == ["no such device"]


def test_a_narrow_list_keeps_the_accuracies(window: MainWindow) -> None:
    models = window.models.list
    models.headings.resize(models.rows[0].minimumSizeHint())
    assert models.headings.shown == ("RAF-DB", "FER2013", "CK+")
    models.headings.resize(models.rows[0].sizeHint())
    assert models.headings.shown[-1] == "Per face"
    for width in (300, 460, 520, 700, 1600):
        rights = [box.right() for box in places(width, 56)]
        assert rights == sorted(rights) and rights[-1] <= width
        models.rows[0].resize(width, 56)
        models.rows[0].grab()  # it can be painted


def test_all_figures_have_room_in_the_smallest_window(window: MainWindow) -> None:
    window.resize(1024, 640)
    assert columns_in(window.models.list.rows[0].width()) == len(HEADINGS)


def test_the_arrow_keys_go_through_the_models(window: MainWindow, qtbot: QtBot) -> None:
    rows = window.models.list.rows
    assert rows[0].isChecked()
    qtbot.keyClick(rows[0], Qt.Key.Key_Down)
    assert rows[1].isChecked() and "Second" in window.models.details.text.text()
    qtbot.keyClick(rows[1], Qt.Key.Key_Down)
    assert rows[1].isChecked()
    qtbot.keyClick(rows[1], Qt.Key.Key_Up)
    assert rows[0].isChecked()


def test_a_damaged_model_says_so_and_cannot_be_used(
    open_window: Callable[..., MainWindow], engine: FakeEngine, services: Services, models, qtbot
) -> None:
    problem = "fake-c.safetensors: expected the weights its card names, found others"
    broken = ListedModel(card("fake-c", "Third", 0.9), 10, problem=problem)
    lost = ListedModel(None, 10, problem="expected the model card lost.json", stem="lost")
    measured = []

    def speed(name: str, device: str) -> float:
        measured.append(name)
        return 1.0

    use = replace(services, cards=lambda: [*models, broken, lost], speed=speed)
    window = open_window(engine, use)
    window.actions_by_key["models"].trigger()
    qtbot.waitUntil(lambda: len(window.models.list.rows) == 4)
    for row, words in ((2, problem[1:]), (3, "card lost.json")):
        window.models.list.rows[row].click()
        assert words in window.models.details.text.text()
        assert not window.models.bar.use.isEnabled()
        assert "damaged" in window.models.list.rows[row].accessibleName()
    assert "lost" in window.models.list.rows[3].accessibleName()
    window.models.bar.measure.click()
    qtbot.waitUntil(lambda: window.models.bar.measure.isEnabled())
    assert measured == ["fake-a", "fake-b"]


def test_a_weight_file_of_ones_own_is_listed_used_and_remembered(
    open_window: Callable[..., MainWindow],
    engine: FakeEngine,
    services: Services,
    models,
    qtbot,
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.safetensors"

    def own(asked: Path) -> ListedModel:
        if asked != path:
            raise ModelError(f"expected a weight file, found {asked.name}")
        return ListedModel(card("mine", "My Own", 0.8), 3_000_000, path=str(asked))

    use = replace(services, cards=lambda: models, own_model=own)
    window = open_window(engine, use)
    window.actions_by_key["models"].trigger()
    qtbot.waitUntil(lambda: len(window.models.list.rows) == 2)
    assert window.models.take([path]) and not window.models.take([tmp_path / "film.mp4"])
    qtbot.waitUntil(lambda: len(window.models.list.rows) == 3)
    assert window.models.chosen.title == "My Own"
    assert "your own file" in window.models.list.rows[2].accessibleName()
    window.actions_by_key["use_model"].trigger()
    assert engine.orders[-1] == f"set_model {path} None"
    window.models.open_file(tmp_path / "none.safetensors")
    qtbot.waitUntil(lambda: bool(window.banner.messages))
    assert "found none.safetensors" in window.banner.message.text
    again = open_window(FakeEngine(), use)
    qtbot.waitUntil(lambda: len(again.models.list.rows) == 3)
    assert again.models.chosen.title == "First"


def test_files_are_looked_at_as_they_are(tmp_path: Path) -> None:
    name = "mobilefacenet.safetensors"
    path = tmp_path / name
    shutil.copy(weights_file(name), path)
    with pytest.raises(ModelError, match=r"found nothing\.safetensors"):
        own(tmp_path / "nothing.safetensors")
    assert "expected the model card" in own(path).problem
    shutil.copy(weights_file("mobilefacenet.json"), tmp_path)
    assert own(path).problem == "" and own(path).load_by == str(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert "damaged or was replaced" in own(path).problem
    assert shipped()[0].is_default and not any(model.problem for model in shipped())


def test_a_broken_card_that_ships_is_told_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (DEFAULT_MODEL, "lfnsb"):
        for suffix in (".safetensors", ".json"):
            shutil.copy(weights_file(f"{name}{suffix}"), tmp_path)
    monkeypatch.setattr("fervideo.resources.weights_folder", lambda: tmp_path)
    shutil.copy(tmp_path / f"{DEFAULT_MODEL}.json", tmp_path / "lfnsb.json")
    whole, broken = shipped()
    assert whole.is_default and whole.problem == "" and broken.title == "lfnsb"
    assert broken.problem.startswith("lfnsb.json: expected the card of lfnsb, found 'mobilenet'")


def test_a_card_is_shown_as_text_and_never_as_markup(models: list[ListedModel]) -> None:
    html = card_html(models[0].card, "#888888")
    assert "A &amp; B &lt;2024&gt;" in html
