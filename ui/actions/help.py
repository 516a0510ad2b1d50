"""Shortcuts and version."""

from __future__ import annotations

from .spec import ActionSpec

HELP = (
    ActionSpec(
        "shortcuts", "&Help", "&Keyboard Shortcuts", "F1", "keyboard", "Show every shortcut"
    ),
    ActionSpec("about", "&Help", "&About fervideo", "Shift+F1", "info", "Version and licence"),
)
