"""The bar over the models: a file of one's own at the left, speed and use at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ..shortcuts import Actions
from ..theme import GRID
from ..widgets.buttons import HEIGHT
from ..widgets.elided import ElidedLabel


class ModelsBar(QWidget):
    """Buttons for the actions of the workspace."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.open = self._push("open_weights")
        self.state = ElidedLabel()
        self.state.setProperty("role", "muted")
        self.measure = self._push("measure_models")
        self.use = self._push("use_model", "main")
        self.setFixedHeight(HEIGHT + 2 * GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.open)
        row.addSpacing(GRID)
        row.addWidget(self.state, 1)
        row.addWidget(self.measure)
        row.addWidget(self.use)

    def show_use(self, words: str) -> None:
        """Name the main button."""
        self.use.setText(words)

    def show_state(self, words: str) -> None:
        """What is going on, empty for nothing."""
        self.state.setText(words)

    def _push(self, key: str, role: str = "plain") -> QPushButton:
        action = self._actions[key]
        button = QPushButton(action.text().replace("&", ""))
        button.setProperty("role", role)
        button.setFixedHeight(HEIGHT)
        button.setToolTip(f"{action.toolTip()}  ({action.shortcut().toString()})")
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        return button
