"""The user's own expressions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..context import Context
from ..widgets.banner import Message, Tone
from ..widgets.empty_state import EmptyState, Hint


class ExpressionsWorkspace(QWidget):
    """The user's own expressions."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.empty = EmptyState(context.theme, context.icons)
        self.empty.show_hint(Hint("expressions", "No expressions of your own yet"))
        column = QVBoxLayout(self)
        column.addWidget(self.empty)
        context.profiles.failed.connect(
            lambda text: context.banner.say(Message(text, Tone.ERROR, topic="profile"))
        )

    def save_state(self) -> None:
        """Remember the state; the window is about to close."""

    def restore_state(self) -> None:
        """Take the remembered state, once the size is known."""

    def close_work(self) -> None:
        """End what runs in the background; the window is closing."""

    def take(self, paths: list[Path]) -> bool:
        """Files or folders were dropped while this workspace was shown. Whether it wants them."""
        return False
