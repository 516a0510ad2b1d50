from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fake_engine import FakeEngine
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from fervideo.ui.theme import DARK, ThemeMode
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from window_steps import CLIP, flush

Open = Callable[..., MainWindow]


def test_what_cannot_be_read_gives_the_default(tmp_path: Path) -> None:
    store = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    for key in ("theme", "strength", "threshold", "plot/window", "window/geometry"):
        store.setValue(key, "nonsense")
    settings = Settings(store)
    assert settings.theme is ThemeMode.SYSTEM
    assert settings.strength == 0.5
    assert settings.threshold is None
    assert settings.plot_window_s == 20
    assert settings.bytes_of("geometry").isEmpty()


def test_the_next_window_is_as_the_last_one_was(
    open_window: Open, settings: Settings, qtbot: QtBot
) -> None:
    first = open_window(FakeEngine())
    first.live.open(CLIP)
    first.actions_by_key["theme_dark"].trigger()
    first.actions_by_key["plot_60"].trigger()
    first.actions_by_key["calmer"].trigger()
    first.actions_by_key["more_unknown"].trigger()
    first.actions_by_key["face_panel"].trigger()
    first.live.set_model("fake-b", "cpu")
    first.resize(1100, 760)
    first.live.down.set_second(210)
    qtbot.wait(10)
    plot_height = first.live.plot.height()
    first.close()

    settings.sync()
    again = Settings(QSettings(settings.path, QSettings.Format.IniFormat))
    assert again.source == ("video", CLIP.location)
    assert (again.model, again.device) == ("fake-b", "cpu")
    engine = FakeEngine()
    second = open_window(engine)
    assert second.theme.tokens is DARK
    assert second.live.plot.seconds == 60
    assert second.actions_by_key["plot_60"].isChecked()
    assert (engine.config.strength, engine.config.stabilizer) == (0.6, None)
    assert engine.config.threshold == first.live.tuning.threshold
    assert not second.live.side.isVisible()
    assert second.live.plot.isVisible()
    second.resize(1100, 760)
    qtbot.waitUntil(lambda: abs(second.live.plot.height() - plot_height) <= 2)
    flush()


def test_exact_values_are_remembered_and_the_slider_takes_over_again(
    open_window: Open, settings: Settings
) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    window.live.tuning.spins["hold_s"].setValue(1.25)
    assert engine.config.stabilizer.hold_s == 1.25
    assert window.live.tuning.strength.value_label.text() == "exact values"
    window.close()
    engine = FakeEngine()
    window = open_window(engine)
    assert engine.config.stabilizer.hold_s == 1.25
    window.live.tuning.strength.slider.setValue(80)
    assert (engine.config.strength, engine.config.stabilizer) == (0.8, None)
    assert settings.exact == ""


def test_a_hidden_curve_stays_hidden(open_window: Open, settings: Settings) -> None:
    window = open_window(FakeEngine())
    window.live.plot.set_classes(("neutral", "happiness"))
    window.live.plot.chips[1].click()
    assert not window.live.plot.curves[1].isVisible()
    window.close()
    window = open_window(FakeEngine())
    window.live.plot.set_classes(("neutral", "happiness"))
    assert window.live.plot.curves[0].isVisible()
    assert not window.live.plot.curves[1].isVisible()
    assert not window.live.plot.chips[1].isChecked()


def test_the_threshold_of_the_card_comes_back(open_window: Open, qtbot: QtBot) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    tuning = window.live.tuning
    qtbot.waitUntil(lambda: tuning.unknown.value_label.text() == "cosine 0.40")
    tuning.unknown.slider.setValue(70)
    assert engine.config.threshold == 0.7
    tuning.reset.click()
    assert engine.config.threshold is None
    assert tuning.unknown.value_label.text() == "cosine 0.40"
