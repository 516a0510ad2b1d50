"""Shortcuts, documentation and version."""

from __future__ import annotations

from .spec import ActionSpec

HELP = (
    ActionSpec(
        "shortcuts", "&Help", "&Keyboard Shortcuts", "F1", "keyboard", "Show every shortcut"
    ),
    ActionSpec(
        "guide",
        "&Help",
        "&Documentation",
        "Ctrl+F1",
        "note",
        "First steps, and a page on each part; it needs no network",
    ),
    ActionSpec("about", "&Help", "&About fervideo", "Shift+F1", "info", "Version and licences"),
)
