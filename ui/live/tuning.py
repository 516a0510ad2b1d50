"""Calmness and when a face is unknown: two sliders, and the exact values behind the first."""

from __future__ import annotations

import json
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fervideo.config import from_dict, to_dict
from fervideo.errors import ConfigError
from fervideo.stabilize import StabilizerConfig

from ..services import ModelChoice
from ..settings import Settings
from ..theme import GRID, Theme
from ..widgets.calm import CalmSlider, CalmSpinBox
from ..widgets.fold import Fold
from .face_panel import muted

STEPS = 100


@dataclass(frozen=True, slots=True)
class Exact:
    """One exact value: its field in `StabilizerConfig`, its words, its range."""

    field: str
    text: str
    hint: str
    highest: float
    unit: str = ""


EXACT = (
    Exact("time_constant_s", "Smoothing", "Of the margin shown; added to the wait", 5.0, " s"),
    Exact("margin", "Switch lead", "A challenger leading by this takes over after the wait", 1.0),
    Exact("hold_s", "Switch wait", "One leading by more waits less, in proportion", 10.0, " s"),
    Exact(
        "unknown_enter", "Unknown under", "A face this far under the threshold turns unknown", 0.5
    ),
    Exact("unknown_leave", "Known over", "A face this far over it is known again", 0.5),
    Exact("unknown_hold_s", "Unknown wait", "After this long; further off is sooner", 10.0, " s"),
    Exact("forget_s", "Forget after", "A face away for longer starts afresh", 60.0, " s"),
)


class LabeledSlider(QWidget):
    """A name, a value at the right, and a slider from 0 to 1 under them.

    Attributes:
        moved: The user's new value, 0 to 1.
    """

    moved = Signal(float)

    def __init__(self, name: str, low: str, high: str, middle: QWidget | None = None) -> None:
        super().__init__()
        self.value_label = QLabel()
        self.slider = CalmSlider()
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(name)
        self.slider.valueChanged.connect(lambda step: self.moved.emit(step / STEPS))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(QLabel(name), 0, 0)
        grid.addWidget(self.value_label, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        ends = QHBoxLayout()
        ends.addWidget(muted(low))
        ends.addStretch(1)
        if middle is not None:
            ends.addWidget(middle)
            ends.addStretch(1)
        ends.addWidget(muted(high))
        grid.addLayout(ends, 2, 0, 1, 2)

    def show_value(self, value: float, text: str) -> None:
        """Move the slider without telling anybody, and write the value."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * STEPS))
        self.value_label.setText(text)


class Tuning(QWidget):
    """Edits calmness and the threshold of unknown, and remembers them.

    Attributes:
        exact: Exact settings of the stabiliser, None for the model's own at the slider's place.
        threshold: Under which a face is unknown, None for the model's own.
        changed: Something changed; read `calmness`, `exact` and `threshold`.
    """

    changed = Signal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._model: ModelChoice | None = None
        self.exact = self._remembered()
        self.threshold = settings.threshold
        self.strength = LabeledSlider("Calmness", "quick", "calm")
        self.reset = QPushButton()
        self.reset.setProperty("role", "flat")
        self.unknown = LabeledSlider("Unknown below", "never", "always", self.reset)
        self.spins = {exact.field: self._spin(exact) for exact in EXACT}
        self.fold = Fold(theme, "Labels", settings.flag("tuning"), self._body(theme))
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, 0, GRID, GRID)
        column.addWidget(self.fold)
        self._connect()
        self._show()

    @property
    def calmness(self) -> float:
        """Where the slider is, 0 to 1."""
        return self._settings.strength

    @property
    def stabilizer(self) -> StabilizerConfig:
        """What the slider, or the exact values, come to with the model in use."""
        own = self._model.stabilizer if self._model is not None else None
        return self.exact or StabilizerConfig.from_strength(self.calmness, own)

    def set_model(self, model: ModelChoice | None) -> None:
        """Tell which model is in use, None while that is not known."""
        if model != self._model:
            self._model = model
            self._show()

    def step_strength(self, by: float) -> None:
        """Make it calmer or quicker."""
        self._set_strength(min(1.0, max(0.0, self._settings.strength + by)))

    def step_threshold(self, by: float) -> None:
        """Make faces unknown more or less readily."""
        now = self.threshold if self.threshold is not None else self._model_threshold or 0.5
        self._set_threshold(min(1.0, max(0.0, now + by)))

    @property
    def _model_threshold(self) -> float | None:
        return self._model.threshold if self._model is not None else None

    def _remembered(self) -> StabilizerConfig | None:
        if self._settings.exact:
            try:
                return from_dict(StabilizerConfig, json.loads(self._settings.exact))
            except (ConfigError, ValueError):
                self._settings.exact = ""
        return None

    def _body(self, theme: Theme) -> QWidget:
        sliders = QVBoxLayout()
        sliders.setContentsMargins(GRID, 0, GRID, GRID // 2)
        sliders.setSpacing(GRID)
        sliders.addWidget(self.strength)
        sliders.addWidget(self.unknown)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(sliders)
        exact = QWidget()
        grid = QGridLayout(exact)
        grid.setContentsMargins(GRID, 0, GRID, 0)
        grid.setVerticalSpacing(GRID // 2)
        for line, item in enumerate(EXACT):
            label = QLabel(item.text)
            label.setToolTip(item.hint)
            label.setBuddy(self.spins[item.field])
            grid.addWidget(label, line, 0)
            grid.addWidget(self.spins[item.field], line, 1)
        grid.setColumnStretch(0, 1)
        self.exact_fold = Fold(
            theme, "Exact values of calmness", self._settings.flag("exact"), exact
        )
        column.addWidget(self.exact_fold)
        return body

    def _spin(self, exact: Exact) -> QDoubleSpinBox:
        spin = CalmSpinBox()
        spin.setDecimals(2 if exact.unit else 3)  # cosines of one model lie within a few 0.01
        spin.setRange(0, exact.highest)
        spin.setSingleStep(0.01 if exact.unit else 0.005)
        spin.setKeyboardTracking(False)
        spin.setSuffix(exact.unit)
        spin.setFixedWidth(88)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setAccessibleName(f"{exact.text}: {exact.hint}")
        spin.setToolTip(exact.hint)
        return spin

    def _connect(self) -> None:
        self.strength.moved.connect(self._set_strength)
        self.unknown.moved.connect(self._set_threshold)
        self.reset.clicked.connect(lambda: self._set_threshold(None))
        for spin in self.spins.values():
            spin.valueChanged.connect(self._set_exact)
        self.fold.toggled.connect(lambda on: self._settings.set_flag("tuning", on))
        self.exact_fold.toggled.connect(lambda on: self._settings.set_flag("exact", on))

    def _set_strength(self, value: float) -> None:
        self._settings.strength, self._settings.exact = value, ""
        self.exact = None
        self._show()
        self.changed.emit()

    def _set_threshold(self, value: float | None) -> None:
        self.threshold = self._settings.threshold = value
        self._show()
        self.changed.emit()

    def _set_exact(self) -> None:
        values = {field: spin.value() for field, spin in self.spins.items()}
        self.exact = from_dict(StabilizerConfig, values)
        self._settings.exact = json.dumps(to_dict(self.exact))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        strength, config = self.calmness, self.stabilizer
        text = f"{100 * strength:.0f} %" if self.exact is None else "exact values"
        self.strength.show_value(strength, text)
        self.strength.slider.setToolTip(_in_words(config))
        own = self._model_threshold
        value = self.threshold if self.threshold is not None else own
        text = "" if value is None else f"cosine {value:.2f}"
        self.unknown.show_value(value if value is not None else 0.5, text)
        self.reset.setVisible(self.threshold is not None)
        self.reset.setText("Reset" if own is None else f"Reset to {own:.2f}")
        self.reset.setToolTip("Use the threshold on the model's card")
        for field, spin in self.spins.items():
            with QSignalBlocker(spin):
                spin.setValue(getattr(config, field))


def _in_words(config: StabilizerConfig) -> str:
    """What a calmness means, for the slider's tool tip."""
    return (
        f"Another expression takes the label when it has led by {config.margin:.2f} for "
        f"{config.time_constant_s + config.hold_s:.2f} s, by more sooner. A face turns unknown "
        f"when it has been {config.unknown_enter:.3f} under the threshold for "
        f"{config.unknown_hold_s:.2f} s, further under sooner."
    )
