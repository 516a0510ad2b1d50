"""The narrow rail at the left that names the workspaces."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from .shortcuts import Actions
from .theme import GRID, Theme
from .widgets.buttons import IconButton, RailButton
from .widgets.icons import Icons

WORKSPACES = (
    ("live", "live", "Live"),
    ("analyze", "analyze", "Analyze"),
    ("review", "review", "Review"),
    ("expressions", "expressions", "Expressions"),
    ("models", "models", "Models"),
)
"""Key of the action, icon, name of each workspace."""


class Rail(QWidget):
    """Workspaces at the top, theme and shortcuts at the bottom."""

    def __init__(self, theme: Theme, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        self.buttons: dict[str, RailButton] = {}
        for key, icon, name in WORKSPACES:
            button = RailButton(theme, icons, icon, name)
            button.describe(f"{name} workspace", actions[key].shortcut().toString())
            button.clicked.connect(actions[key].trigger)
            actions[key].toggled.connect(button.setChecked)
            self.buttons[key] = button
            column.addWidget(button)
        column.addStretch(1)
        self.keyboard = IconButton(theme, icons, "keyboard")
        self.keyboard.describe("Keyboard shortcuts", "F1")
        self.keyboard.clicked.connect(actions["shortcuts"].trigger)
        self.shade = IconButton(theme, icons, "theme-light")
        self.shade.clicked.connect(self._switch_theme)
        column.addWidget(self.keyboard, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.shade, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show_theme()
        theme.changed.connect(self._show_theme)

    def _switch_theme(self) -> None:
        self._actions["theme_light" if self._theme.tokens.is_dark else "theme_dark"].trigger()

    def _show_theme(self) -> None:
        other = "light" if self._theme.tokens.is_dark else "dark"
        self.shade.set_icon(f"theme-{other}")
        keys = self._actions[f"theme_{other}"].shortcut().toString()
        self.shade.describe(f"{other.capitalize()} colours", keys)
