"""The actions of the window and their menus, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from .action_table import ACTIONS, ActionSpec
from .theme import Theme
from .widgets.icons import Icons


class Actions:
    """The window's actions by key, and their menus."""

    def __init__(self, owner: QWidget, theme: Theme, icons: Icons) -> None:
        self._theme, self._icons = theme, icons
        self._by_key: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._menus: dict[str, QMenu] = {}
        for spec in ACTIONS:
            self._by_key[spec.key] = self._make(spec, owner)
        self._recolor()
        theme.changed.connect(self._recolor)

    def __getitem__(self, key: str) -> QAction:
        return self._by_key[key]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._by_key.values())

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus."""
        menus = self._menus
        for spec in ACTIONS:
            if spec.menu not in menus:
                menus[spec.menu] = bar.addMenu(spec.menu)
                menus[spec.menu].setToolTipsVisible(True)
            if spec.starts_section:
                menus[spec.menu].addSeparator()
            menus[spec.menu].addAction(self._by_key[spec.key])

    def show_workspace(self, key: str) -> None:
        """Let the shortcuts and menus of this workspace mean something, and those of no other."""
        menus: dict[str, bool] = {}
        for spec in ACTIONS:
            here = spec.is_for(key)
            menus[spec.menu] = menus.get(spec.menu, False) or here
            self[spec.key].setShortcut(QKeySequence(spec.shortcut if here else ""))
        for name, here in menus.items():
            self._menus[name].menuAction().setVisible(here)

    def set_icon(self, key: str, icon: str) -> None:
        """Give an action another icon."""
        self._by_key[key].setProperty("icon_name", icon)
        self._by_key[key].setIcon(self._icons.icon(icon, self._theme.color("muted")))

    def _make(self, spec: ActionSpec, owner: QWidget) -> QAction:
        action = QAction(spec.text, owner)
        action.setObjectName(spec.key)
        action.setShortcut(QKeySequence(spec.shortcut))
        action.setCheckable(spec.checkable)
        action.setToolTip(spec.tip)
        action.setStatusTip(spec.tip)
        action.setProperty("icon_name", spec.icon)
        if spec.group:
            group = self._groups.setdefault(spec.group, QActionGroup(owner))
            group.addAction(action)
        owner.addAction(action)  # so that the shortcut works in full screen, without the menu bar
        return action

    def _recolor(self) -> None:
        for action in self:
            if name := action.property("icon_name"):
                action.setIcon(self._icons.icon(name, self._theme.color("muted")))
