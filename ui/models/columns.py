"""The columns of the list of models: headings, and where they stand in a row."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..guard import painting
from ..theme import GRID, Theme, small_font

HEADINGS = ("RAF-DB", "FER2013", "CK+", "File", "Per face")
"""Three accuracies, size, time."""

NAME_AT = 20
NARROWEST_NAME = 156
COLUMN, WIDEST_COLUMN = 76, 128
SHARE = 0.1
"""Of the width, for a column."""


def narrowest(count: int) -> int:
    """Pixels for the name and so many columns."""
    return NAME_AT + NARROWEST_NAME + count * COLUMN + GRID


def columns_in(width: int) -> int:
    """How many columns there is room for; the accuracies stay."""
    room = (width - NAME_AT - NARROWEST_NAME - GRID) // COLUMN
    return max(3, min(len(HEADINGS), room))


def places(width: int, height: float) -> list[QRectF]:
    """Where the columns stand in a row of this size."""
    count = columns_in(width)
    step = COLUMN
    if count == len(HEADINGS):
        step = max(COLUMN, min(WIDEST_COLUMN, round(SHARE * width)))
    start = width - GRID - count * step
    return [QRectF(start + place * step, 0, step, height) for place in range(count)]


class Headings(QWidget):
    """The line over the rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def shown(self) -> tuple[str, ...]:
        """The headings that there is room for."""
        return HEADINGS[: columns_in(self.width())]

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(narrowest(3), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words over a thin line."""
        with painting(self) as painter:
            painter.setFont(small_font())
            painter.setPen(self._theme.color("muted"))
            middle = Qt.AlignmentFlag.AlignVCenter
            name = QRectF(NAME_AT + 1, 0, NARROWEST_NAME, self.height())
            painter.drawText(name, middle, "Model")
            boxes = places(self.width(), float(self.height()))
            for heading, box in zip(self.shown, boxes, strict=True):
                painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, heading)
            painter.setPen(QPen(self._theme.color("outline"), 1))
            bottom = self.height() - 0.5
            painter.drawLine(0, round(bottom), self.width(), round(bottom))
