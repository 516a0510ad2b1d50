"""The one line at the bottom: what is running and how well."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..guard import painting
from ..theme import GRID, Theme, small_font, with_weight

GAP = 3.0 * GRID

SHORTEST = 120.0
"""A piece that may be shortened keeps so many pixels as long as another can leave instead."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of the line.

    Attributes:
        text: What it says.
        role: Colour by role.
        dot: Draw a dot of that colour before it.
        shrink: It may be shortened where room is short.
        right: It stands at the right end.
        rank: Pieces of a high rank leave first where room is short.
        widest: A text as wide as it gets, so that the line does not dance as numbers change.
    """

    text: str
    role: str = "muted"
    dot: bool = False
    shrink: bool = False
    right: bool = False
    rank: int = 0
    widest: str = ""


class StatusLine(QWidget):
    """Paints its items in a row; what has no room is shortened, then left out, never clipped."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: tuple[Item, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """All of it, for screen readers and tests."""
        return ", ".join(item.text for item in self._items if item.text)

    def show_items(self, items: tuple[Item, ...]) -> None:
        """Show these pieces from left to right."""
        if items != self._items:
            self._items = items
            self.setAccessibleName(self.text)
            self.setToolTip(self.text)
            self.update()

    def sizeHint(self) -> QSize:
        """One line and some air."""
        return QSize(400, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pieces that fit."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            items = self.fitting()
            widths = self._widths(items)
            left, right = 2.0 * GRID, self.width() - 2.0 * GRID
            for item, width in zip(items, widths, strict=True):
                if not item.right:
                    self._paint_item(painter, item, left, width)
                    left += width + GAP
            for item, width in reversed(list(zip(items, widths, strict=True))):
                if item.right:
                    right -= width
                    self._paint_item(painter, item, right, width)
                    right -= GAP

    def _natural(self, item: Item) -> float:
        metrics = QFontMetricsF(with_weight(small_font(), QFont.Weight.DemiBold))
        width = max(metrics.horizontalAdvance(item.text), metrics.horizontalAdvance(item.widest))
        return float(width) + (14 if item.dot else 0) + 2

    def room(self, items: list[Item]) -> float:
        """Pixels left over; negative if there is too much to say."""
        used = sum(self._natural(item) for item in items) + GAP * max(0, len(items) - 1)
        return self.width() - 4.0 * GRID - used

    def _spare(self, items: list[Item]) -> float:
        """Pixels that shortening may give without hurting."""
        lengths = [self._natural(item) for item in items if item.shrink]
        return sum(max(0.0, min(0.25 * length, length - SHORTEST)) for length in lengths)

    def fitting(self) -> list[Item]:
        """The pieces that there is room for."""
        items = [item for item in self._items if item.text]
        while items and self.room(items) + self._spare(items) < 0:
            worst = max(items, key=lambda item: item.rank)
            if worst.rank == 0:
                break
            items.remove(worst)
        return items

    def _widths(self, items: list[Item]) -> list[float]:
        lack = max(0.0, -self.room(items))
        return [self._natural(i) - (lack if i.shrink else 0.0) for i in items]

    def _paint_item(self, painter: QPainter, item: Item, left: float, width: float) -> None:
        if item.dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(item.role))
            painter.drawEllipse(QRectF(left, self.height() / 2 - 4, 8, 8))
            left, width = left + 14, width - 14
        font = small_font()
        if item.role not in ("muted", "text"):
            font = with_weight(font, QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.color("text" if item.role == "record" else item.role))
        line = QRectF(left, 0, width, self.height())
        text = QFontMetricsF(font).elidedText(item.text, Qt.TextElideMode.ElideMiddle, width + 1)
        side = Qt.AlignmentFlag.AlignRight if item.right and not item.dot else 0
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | side, text)
