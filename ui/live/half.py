"""Splitters that never let the picture shrink under half of the window."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ..theme import GRID


class HalfSplitter(QSplitter):
    """Two parts, the first of which keeps at least half of the window's length."""

    def __init__(self, orientation: Qt.Orientation, first: QWidget, second: QWidget) -> None:
        super().__init__(orientation)
        self.addWidget(first)
        self.addWidget(second)
        self.setHandleWidth(GRID)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setCollapsible(0, False)
        self.setCollapsible(1, False)
        self._wish = 0
        self.splitterMoved.connect(self._moved)

    def set_second(self, length: int) -> None:
        """Give the second part this many pixels, as far as the first can spare them."""
        self._wish = length
        self.setSizes([max(0, self._length() - length), length])
        self.keep_half()

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview) -> bool:
        """Share out the room as it was."""
        done = super().restoreState(state)
        self._wish = self.sizes()[1] if done else self._wish
        return done

    def keep_half(self) -> None:
        """Take from the second part what the first lacks."""
        first, second = self.sizes()
        window = self.window().size()
        across = self.orientation() is Qt.Orientation.Horizontal
        half = (window.width() if across else window.height()) // 2
        lack = half - first
        if lack > 0 and second > 0:
            self.setSizes([first + lack, max(0, second - lack)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window may have shrunk; when there is room again, the second part has its own."""
        super().resizeEvent(event)
        if self._wish and self.sizes()[1]:
            self.set_second(self._wish)

    def _moved(self) -> None:
        self._wish = self.sizes()[1]
        self.keep_half()

    def _length(self) -> int:
        across = self.orientation() is Qt.Orientation.Horizontal
        return (self.width() if across else self.height()) - self.handleWidth()
