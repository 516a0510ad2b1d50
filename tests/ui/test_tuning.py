from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fake_engine import FakeEngine
from fervideo.ui.live.tuning import EXACT
from fervideo.ui.main_window import MainWindow
from fervideo.ui.services import ModelChoice
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fervideo.stabilize import StabilizerConfig

Open = Callable[..., MainWindow]


def roll(widget: QWidget) -> None:
    """One notch of the wheel over a widget."""
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(widget.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_exact_values_can_be_read(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(FakeEngine())
    tuning = window.live.tuning
    tuning.exact_fold.header.click()
    assert set(tuning.spins) == {exact.field for exact in EXACT}
    for spin in tuning.spins.values():
        field = spin.lineEdit()
        qtbot.waitUntil(
            lambda f=field: f.width() >= f.fontMetrics().horizontalAdvance(f.text()) + 16
        )


def test_scrolling_the_panel_changes_no_setting(open_window: Open) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    before = engine.config
    for widget in (window.live.tuning.strength.slider, window.live.tuning.spins["margin"]):
        widget.clearFocus()
        roll(widget)
    assert engine.config == before


def test_a_setting_reaches_the_engine_at_once(open_window: Open) -> None:
    engine = FakeEngine()
    window = open_window(engine)
    window.live.tuning.strength.slider.setValue(0)
    assert (engine.config.strength, engine.config.stabilizer) == (0, None)
    assert engine.config.min_confidence == 0.5  # the rest stays as it was


def test_the_middle_of_the_slider_is_what_the_models_card_says(open_window: Open) -> None:
    tuning = open_window(FakeEngine()).live.tuning
    tuning.strength.slider.setValue(50)
    own = StabilizerConfig(time_constant_s=0.05, margin=0.4, hold_s=0.8)
    tuning.set_model(ModelChoice("fake-c", "Third", 0.5, own))
    assert tuning.stabilizer == own
    assert "by 0.40" in tuning.strength.slider.toolTip()
    assert tuning.spins["hold_s"].value() == 0.8
    tuning.strength.slider.setValue(100)
    assert tuning.spins["margin"].value() == 0.8
    tuning.spins["margin"].setValue(0.2)  # exact values are the user's own, with every model
    tuning.set_model(ModelChoice("fake-d", "Fourth", 0.5))
    assert tuning.stabilizer.margin == 0.2


def test_changing_one_exact_value_leaves_the_others_as_the_card_has_them(
    open_window: Open,
) -> None:
    tuning = open_window(FakeEngine()).live.tuning
    tuning.strength.slider.setValue(50)
    own = StabilizerConfig(margin=0.042, unknown_enter=0.016, unknown_leave=0.017)
    tuning.set_model(ModelChoice("fake-c", "Third", 0.5, own))
    assert tuning.spins["unknown_hold_s"].value() == own.unknown_hold_s
    tuning.spins["unknown_hold_s"].setValue(0.25)
    assert tuning.stabilizer == replace(own, unknown_hold_s=0.25)
    assert "for 0.25 s" in tuning.strength.slider.toolTip()


def test_calmness_says_what_it_means_in_exact_values(open_window: Open) -> None:
    window = open_window(FakeEngine())
    tuning = window.live.tuning
    assert tuning.strength.slider.accessibleName() == "Calmness"
    tuning.strength.slider.setValue(50)
    assert "by 0.08" in tuning.strength.slider.toolTip()
    tuning.spins["margin"].setValue(0.21)
    assert "by 0.21" in tuning.strength.slider.toolTip()
