"""Buttons that do what an action of the menus does."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout

from ..context import Context
from ..theme import Theme
from ..widgets.buttons import IconButton
from ..widgets.icons import Icons

SIDE_PX = 32


def action_button(
    theme: Theme, icons: Icons, action: QAction, icon: str, size: int = SIDE_PX
) -> IconButton:
    """A button for an action, with its words and keys as tool tip."""
    button = IconButton(theme, icons, icon, size=size)
    keys = QKeySequence(action.shortcut()).toString()
    button.describe(action.text().replace("&", ""), keys, action.toolTip())
    button.clicked.connect(action.trigger)
    return button


def action_row(context: Context, buttons: Iterable[tuple[str, str]]) -> QHBoxLayout:
    """A row of buttons, of pairs of an action's key and an icon, as under a list."""
    row = QHBoxLayout()
    row.setSpacing(2)
    for key, icon in buttons:
        row.addWidget(action_button(context.theme, context.icons, context.actions[key], icon))
    row.addStretch(1)
    return row
