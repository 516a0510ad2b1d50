"""The fields of the settings panel: each shows one setting of one or several videos.

`show_values` tells nobody; `chosen` is the user's own new value, for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ..live.tuning import LabeledSlider
from ..theme import GRID, Theme
from ..widgets.calm import CalmSpinBox
from ..widgets.chooser_button import ChooserButton
from ..widgets.elided import ElidedLabel
from ..widgets.icons import Icons
from ..widgets.tick_box import TickBox

SEVERAL = "mixed"
"""Shown where the values of several videos differ."""

ROW = 32


class ChoiceField(ChooserButton):
    """One of a list.

    Attributes:
        chosen: The name of what was chosen, or None for the first choice if that is named "".
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, icons: Icons, icon: str, name: str) -> None:
        super().__init__(theme, icons, icon, name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW)
        self._choices: list[tuple[str | None, str]] = []
        self._values: list[str | None] = []

    def set_choices(self, choices: Sequence[tuple[str | None, str]]) -> None:
        """Offer these: a value and a title each."""
        self._choices = list(choices)
        self._show()

    def show_values(self, values: Sequence[str | None]) -> None:
        """Show what is chosen."""
        self._values = list(dict.fromkeys(values))
        self._show()

    def _show(self) -> None:
        titles = dict(self._choices)
        if len(self._values) == 1:
            self.set_choice(titles.get(self._values[0], self._values[0] or ""))
        else:
            self.set_choice(SEVERAL.capitalize() if self._values else "")
        if self.menu.isVisible():
            return
        self.menu.clear()
        for value, title in self._choices:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(self._values == [value])
            action.triggered.connect(lambda _=False, v=value: self.chosen.emit(v))


class NumberField(CalmSpinBox):
    """A number.

    Args:
        name: What it is, for screen readers and the tool tip.
        low: The lowest number.
        high: The highest number.
        decimals: How many it has.
        nothing: A word for none, which then stands below the lowest number.
        lowest: A word for the lowest number.
        before: Words before the number.

    Attributes:
        chosen: The new number, None for none. Whole if the field has no decimals.
    """

    chosen = Signal(object)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        decimals: int = 0,
        *,
        nothing: str = "",
        lowest: str = "",
        before: str = "",
    ) -> None:
        super().__init__()
        self._nothing, self._before = nothing, before
        step = 10.0**-decimals
        self.setDecimals(decimals)
        self.setSingleStep(step)
        self.setRange(low - step if nothing else low, high)
        self.setSpecialValueText(nothing or lowest)
        self.setPrefix(before)
        self.setToolTip(name)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)
        self.lineEdit().setTextMargins(GRID - 2, 0, GRID - 2, 0)
        self.lineEdit().setAcceptDrops(False)  # a file that is dropped here is one for the queue
        self.valueChanged.connect(self._tell)

    def show_values(self, values: Sequence[float | None]) -> None:
        """Show the number, or an empty field if there are several; not while one is typed."""
        if self.hasFocus() and self.lineEdit().isModified():
            return
        different = set(values)
        with QSignalBlocker(self):
            value = next(iter(values), None)
            self.setValue(self.minimum() if value is None else value)
            if len(different) > 1:
                self.setPrefix("")
                self.clear()
            elif self.prefix() != self._before:
                self.setPrefix(self._before)
        self.lineEdit().setPlaceholderText(SEVERAL if len(different) > 1 else "")

    def _tell(self, value: float) -> None:
        self.lineEdit().setModified(False)
        if self._nothing and value <= self.minimum():
            self.chosen.emit(None)
        else:
            self.chosen.emit(value if self.decimals() else round(value))


class SwitchField(TickBox):
    """On or off, or half on if it differs.

    Attributes:
        chosen: Whether it is on now.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme, text)
        self.clicked.connect(self._tell)

    def show_values(self, values: Sequence[bool]) -> None:
        """Show whether it is on."""
        several = len(set(values)) > 1
        self.setTristate(several)
        on = Qt.CheckState.Checked if values and values[0] else Qt.CheckState.Unchecked
        self.setCheckState(Qt.CheckState.PartiallyChecked if several else on)

    def _tell(self) -> None:
        self.setTristate(False)
        self.chosen.emit(self.isChecked())


class SliderField(LabeledSlider):
    """A share from 0 to 1.

    Attributes:
        chosen: The new share.
    """

    chosen = Signal(object)

    def __init__(self, name: str, low: str, high: str) -> None:
        super().__init__(name, low, high)
        self.moved.connect(self._tell)

    def show_values(self, values: Sequence[float]) -> None:
        """Show the share."""
        value = next(iter(values), 0.5)
        several = len(set(values)) > 1
        self.show_value(value, SEVERAL if several else f"{100 * value:.0f} %")

    def _tell(self, value: float) -> None:
        self.show_values([value])
        self.chosen.emit(value)


class FolderField(QWidget):
    """A folder and a button that asks for another.

    Attributes:
        chosen: The new folder.
    """

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._folder = name, Path()
        self.path = ElidedLabel(mode=Qt.TextElideMode.ElideLeft)
        self.path.setProperty("role", "muted")
        self.path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton("Choose…")
        self.button.setProperty("role", "flat")
        self.button.setAccessibleName(f"Choose {name.lower()}")
        self.button.clicked.connect(self.ask)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(QLabel(name), 0, 0)
        grid.addWidget(self.button, 0, 1)
        grid.addWidget(self.path, 1, 0, 1, 2)

    def show_values(self, values: Sequence[Path]) -> None:
        """Show the folder."""
        self._folder = next(iter(values), Path())
        self.path.setText(SEVERAL.capitalize() if len(set(values)) > 1 else str(self._folder))

    def ask(self) -> None:
        """Ask for a folder."""
        near = next((p for p in (self._folder, *self._folder.parents) if p.is_dir()), Path.home())
        dialog = QFileDialog(self.window(), self._name, str(near))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.chosen.emit(Path(path)))
        dialog.open()
