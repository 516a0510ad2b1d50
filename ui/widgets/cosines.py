"""How far a center lies from every other class, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fervideo import labels
from fervideo.centers.preview import NEAR, Preview

from ..guard import painting
from ..theme import GRID, Theme, small_font
from . import hatch

ROW = 20.0


@dataclass(frozen=True, slots=True)
class Nearness:
    """One other class.

    Attributes:
        name: The class.
        cosine: Cosine of the center to its center.
        near: What a face just like the center scores for it, as a part of what a typical face of
            it scores: 1 is as good as the same.
    """

    name: str
    cosine: float
    near: float

    @property
    def number(self) -> str:
        """The cosine as people read it: there is no minus nothing."""
        return f"{self.cosine:.2f}".replace("-0.00", "0.00")

    @property
    def is_too_near(self) -> bool:
        """The two will be mistaken for each other."""
        return self.near > NEAR


def ranked(preview: Preview) -> tuple[Nearness, ...]:
    """What a preview says of the others, the nearest first."""
    cosines = dict(preview.cosines)
    return tuple(Nearness(name, cosines[name], near) for name, near in preview.nearness)


class CosineList(QWidget):
    """A row for each class: colour, name, a bar of how near it is, the cosine."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Nearness, ...] = ()
        self._classes: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Cosines to the other expressions")
        theme.changed.connect(self.update)

    @property
    def rows(self) -> tuple[Nearness, ...]:
        """The classes as shown."""
        return self._rows

    def show_rows(self, rows: tuple[Nearness, ...], classes: tuple[str, ...]) -> None:
        """Show these.

        Args:
            rows: The nearest first.
            classes: All classes in use, for their colours.
        """
        self._rows, self._classes = rows, classes
        text = ", ".join(f"{row.name} {row.number}" for row in rows)
        self.setAccessibleDescription(text)
        tip = "The number is the cosine. A full bar is as near as a typical face of that class."
        self.setToolTip(tip if rows else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for seven."""
        return QSize(220, round(7 * ROW))

    def minimumSizeHint(self) -> QSize:
        """Room for the nearest three."""
        return QSize(180, round(3 * ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        """As many rows as there is room for."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font())
            metrics = QFontMetricsF(small_font())
            shown = self._rows[: max(1, int(self.height() // ROW))]
            names = max((metrics.horizontalAdvance(row.name) for row in shown), default=0.0)
            names = min(names, 0.45 * self.width()) + GRID
            for number, row in enumerate(shown):
                self._row(painter, QRectF(0, number * ROW, self.width(), ROW), row, names)

    def _row(self, painter: QPainter, line: QRectF, row: Nearness, names: float) -> None:
        theme, metrics = self._theme, QFontMetricsF(small_font())
        color = labels.color_of(row.name, self._classes)
        hatch.fill(painter, QRectF(0, line.center().y() - 5, 10, 10), color, 3)
        painter.setPen(theme.color("warning" if row.is_too_near else "text"))
        words = QRectF(16, line.top(), names, line.height())
        text = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names - 4)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        numbers = metrics.horizontalAdvance("-0.00") + 2
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        place = QRectF(line.right() - numbers, line.top(), numbers, line.height())
        painter.drawText(place, right, row.number)
        track = QRectF(16 + names, line.center().y() - 3, 0, 6)
        track.setRight(place.left() - GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(track, 3, 3)
        painter.save()
        length = track.width() * min(1.0, max(0.0, row.near))
        painter.setClipRect(QRectF(track.left(), track.top(), length, track.height()))
        hatch.fill(painter, track, theme.tokens.warning if row.is_too_near else color, 3)
        painter.restore()
