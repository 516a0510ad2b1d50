"""The bar over the models: a file of one's own at the left, speed and use at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ..shortcuts import Actions
from ..theme import GRID
from ..widgets.action_push import action_push
from ..widgets.buttons import HEIGHT
from ..widgets.elided import ElidedLabel


class ModelsBar(QWidget):
    """Buttons for the actions of the workspace."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.open = action_push(self._actions["open_weights"])
        self.state = ElidedLabel()
        self.state.setProperty("role", "muted")
        self.measure = action_push(self._actions["measure_models"])
        self.use = action_push(self._actions["use_model"], "main")
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
