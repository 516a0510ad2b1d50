"""Whether the list of sessions stands beside the open one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from .memory import Memory

ROOM_FOR_LIST = 1180


class ListRoom(QObject):
    """Shows the list while nothing is open; beside a session where it was wished for.

    In a narrow window it gives way to the session, until it is asked for.

    Args:
        workspace: Whose width counts.
        panel: The list.
        action: Shows and hides it.
        memory: What was wished for.
        is_open: Whether a session is open.

    Attributes:
        keyboard_left: The list, which has the keyboard, is about to be hidden.
    """

    keyboard_left = Signal()

    def __init__(
        self,
        workspace: QWidget,
        panel: QWidget,
        action: QAction,
        memory: Memory,
        is_open: Callable[[], bool],
    ) -> None:
        super().__init__(workspace)
        self._workspace, self._panel, self._action = workspace, panel, action
        self._memory, self._is_open = memory, is_open
        action.setChecked(memory.list_shown)
        action.toggled.connect(self._toggle)

    def share(self) -> None:
        """A session was opened or closed."""
        shown = not self._is_open() or self._action.isChecked()
        focus = QApplication.focusWidget()
        if not shown and focus is not None and self._panel.isAncestorOf(focus):
            self.keyboard_left.emit()  # or Qt gives it to whatever button comes next
        self._panel.setVisible(shown)

    def fit(self) -> None:
        """Show the list where there is room for it."""
        self._action.setChecked(not self._is_narrow and self._memory.list_shown)
        self.share()

    def resized(self, old_width: int) -> None:
        """It gives way where room has become short, and comes back."""
        if self._is_narrow != (old_width < ROOM_FOR_LIST):
            self.fit()

    @property
    def _is_narrow(self) -> bool:
        return self._workspace.width() < ROOM_FOR_LIST

    def _toggle(self, on: bool) -> None:
        if not self._is_narrow:
            self._memory.list_shown = on
        self.share()
