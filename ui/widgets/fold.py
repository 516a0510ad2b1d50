"""A part of a panel that opens and closes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..theme import GRID, Theme
from .toggles import FoldHeader


class Fold(QWidget):
    """A header that shows or hides the body under it.

    Attributes:
        toggled: Emitted with True when it opens.
    """

    toggled = Signal(bool)

    def __init__(self, theme: Theme, title: str, is_open: bool, body: QWidget) -> None:
        super().__init__()
        self.header = FoldHeader(theme, title)
        self.body = body
        self.header.setChecked(is_open)
        body.setVisible(is_open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.header)
        column.addWidget(body)
        self.header.toggled.connect(self._toggle)

    def _toggle(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.toggled.emit(is_open)
