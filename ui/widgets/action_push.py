"""Push buttons with words that do what an action of the menus does."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from .buttons import HEIGHT


def action_push(action: QAction, role: str = "plain") -> QPushButton:
    """A button with an action's words, its keys in the tool tip; enabled when the action is."""
    button = QPushButton(action.text().replace("&", ""))
    button.setProperty("role", role)
    button.setFixedHeight(HEIGHT)
    button.setToolTip(f"{action.toolTip()}  ({action.shortcut().toString()})")
    button.clicked.connect(action.trigger)
    button.setEnabled(action.isEnabled())
    action.enabledChanged.connect(button.setEnabled)
    return button
