"""Small questions that block nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ..theme import GRID

WIDTH = 400


class AskDialog(QDialog):
    """Asks for some lines of text.

    Args:
        parent: The window.
        title: What it is about.
        fields: Name and present text of each line.
        then: Called with the new texts if the user agrees.
        hint: A sentence above the lines, empty for none.
    """

    def __init__(
        self,
        parent: QWidget,
        title: str,
        fields: Sequence[tuple[str, str]],
        then: Callable[[list[str]], None],
        hint: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lines = [QLineEdit(text) for _, text in fields]
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        for (name, _), line in zip(fields, self.lines, strict=True):
            line.setAccessibleName(name)
            form.addRow(name, line)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("role", "main")
        for button in buttons.buttons():
            button.setIcon(QIcon())  # some desktops give it one in a style of their own
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: then([line.text() for line in self.lines]))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        if hint:
            words = QLabel(hint, wordWrap=True)
            words.setProperty("role", "muted")
            column.addWidget(words)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(WIDTH)
        self.lines[0].selectAll()


def ask(
    parent: QWidget,
    title: str,
    fields: Sequence[tuple[str, str]],
    then: Callable[[list[str]], None],
    hint: str = "",
) -> AskDialog:
    """Show the question; it closes itself."""
    dialog = AskDialog(parent.window(), title, fields, then, hint)
    dialog.open()
    return dialog
