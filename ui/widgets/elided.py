"""A line of text that is shortened with an ellipsis where there is no room, never clipped."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from ..guard import painting


class ElidedLabel(QLabel):
    """A one-line label; the whole text is its tool tip while it is shortened."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """It may shrink to a few letters."""
        return QSize(min(48, super().sizeHint().width()), super().sizeHint().height())

    def shown_text(self) -> str:
        """The text as it is painted."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The shortened text in the label's own font, colour and alignment."""
        with painting(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            if not self.isEnabled():
                painter.setOpacity(0.5)
            text = self.shown_text()
            painter.drawText(self.contentsRect(), self.alignment(), text)
        tip = self.text() if text != self.text() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
