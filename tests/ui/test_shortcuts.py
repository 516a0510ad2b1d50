from __future__ import annotations

from collections.abc import Callable

from fake_engine import FakeEngine
from fervideo.ui.action_table import ACTIONS
from fervideo.ui.main_window import MainWindow
from fervideo.ui.shortcuts_dialog import ShortcutsDialog
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QLabel
from pytestqt.qtbot import QtBot

from fervideo.errors import FervideoError
from fervideo.resources import asset_file


def test_every_action_has_a_menu_a_shortcut_of_its_own_and_a_sentence(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window(FakeEngine())
    in_menus = {
        action.objectName()
        for entry in window.menuBar().actions()
        for action in entry.menu().actions()
        if not action.isSeparator()
    }
    assert in_menus == {spec.key for spec in ACTIONS}
    for workspace in {key for spec in ACTIONS for key in spec.workspace.split()} | {"live"}:
        here = [spec for spec in ACTIONS if spec.is_for(workspace)]
        keys = [QKeySequence(spec.shortcut).toString() for spec in here]
        assert all(keys)
        assert len(set(keys)) == len(keys), workspace
    assert all(action.toolTip() for action in window.actions_by_key)


def test_mnemonics_are_unique_in_each_menu() -> None:
    for menu in {spec.menu for spec in ACTIONS}:
        texts = [spec.text for spec in ACTIONS if spec.menu == menu]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), (menu, sorted(letters))


def test_every_icon_is_there() -> None:
    missing = []
    for name in {spec.icon for spec in ACTIONS if spec.icon}:
        try:
            asset_file(f"icons/{name}.svg")
        except FervideoError:
            missing.append(name)
    assert missing == []


def test_everything_that_can_be_used_has_a_name(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window(FakeEngine())
    window.live.plot.set_classes(("neutral", "happiness"))
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox)
    nameless = [
        (type(widget).__name__, type(widget.parent()).__name__)
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.isVisibleTo(window)
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and "pyqtgraph" not in type(widget).__module__
        and not hasattr(widget.parent(), "orientation")
    ]
    assert nameless == []


def test_the_dialog_shows_every_shortcut(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(FakeEngine())
    window.actions_by_key["shortcuts"].trigger()
    dialog = window.findChild(ShortcutsDialog)
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {spec.words for spec in ACTIONS} - words == {"Start"}  # it also pauses and resumes
    assert "Start, Pause, Resume" in words
    dialog.close()


def test_each_workspace_has_its_key_and_shows_itself(window: MainWindow) -> None:
    for key in ("analyze", "review", "expressions", "models", "live"):
        window.actions_by_key[key].trigger()
        assert window.workspaces.currentWidget() is getattr(window, key)
        assert window.rail.buttons[key].isChecked()
