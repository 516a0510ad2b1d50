"""The large label and the probability bars, painted by hand so that they stay calm and sharp."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fervideo import labels

from ..guard import painting
from ..theme import GRID, Theme, body_font, large_font, small_font, with_weight
from ..widgets import hatch

PALE = 0.4


class BigLabel(QWidget):
    """The stable label, with its colour beside it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name, self._color, self._pale = "", labels.UNKNOWN_COLOR, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """What it says."""
        return self._name or "not judged"

    def show_label(self, name: str, color: str, pale: bool = False) -> None:
        """Show a label; none at all says that the face was not judged."""
        if (name, color, pale) != (self._name, self._color, self._pale):
            self._name, self._color, self._pale = name, color, pale
            self.setAccessibleName(f"Expression: {self.text}")
            self.update()

    def sizeHint(self) -> QSize:
        """One line of large text."""
        return QSize(220, round(QFontMetricsF(large_font()).height()) + 4)

    def minimumSizeHint(self) -> QSize:
        """It shrinks its text."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Swatch and word; a long word is set smaller."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(PALE if self._pale else 1.0)
            swatch = QRectF(0, self.height() / 2 - 14, 12, 28)
            hatch.fill(painter, swatch, self._color, 4)
            painter.setOpacity(1.0)
            font = large_font()
            room = self.width() - 28.0
            natural = QFontMetricsF(font).horizontalAdvance(self.text)
            if natural > room:
                font.setPixelSize(max(16, int(font.pixelSize() * room / natural)))
            painter.setFont(font)
            painter.setPen(self._theme.color("muted" if self._pale or not self._name else "text"))
            line = QRectF(28, 0, room, self.height())
            text = QFontMetricsF(font).elidedText(self.text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)


@dataclass(frozen=True, slots=True)
class Reading:
    """One face's probabilities.

    Attributes:
        classes: C names.
        values: C probabilities.
        stable: The stable label.
        raw: The best class of this frame.
        is_poor: The face is of low quality.
    """

    classes: tuple[str, ...]
    values: tuple[float, ...]
    stable: str
    raw: str
    is_poor: bool


class ProbabilityBars(QWidget):
    """A bar for each class, always in the same order; numbers change four times a second only."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reading = Reading((), (), "", "", False)
        self._numbers: tuple[str, ...] = ()
        self._pale = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Probabilities")
        theme.changed.connect(self.update)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers as shown."""
        return self._numbers

    def show_reading(self, reading: Reading, pale: bool = False) -> None:
        """Show a face's probabilities as bars."""
        if len(reading.classes) != len(self._reading.classes):
            self._reading = reading
            self.updateGeometry()
            self.tick()
        self._reading, self._pale = reading, pale
        self.update()

    def tick(self) -> None:
        """Renew the numbers."""
        self._numbers = tuple(f"{100 * v:.0f} %" for v in self._reading.values)
        pairs = zip(self._reading.classes, self._numbers, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {number}" for name, number in pairs))
        self.update()

    def sizeHint(self) -> QSize:
        """Comfortable rows."""
        return QSize(240, 28 * max(1, len(self._reading.classes)))

    def minimumSizeHint(self) -> QSize:
        """Tight rows."""
        return QSize(180, 19 * max(1, len(self._reading.classes)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """All rows."""
        reading = self._reading
        if not reading.classes:
            return
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(PALE if self._pale else 1.0)
            row = min(48.0, self.height() / len(reading.classes))
            bold = QFontMetricsF(with_weight(body_font(), QFont.Weight.DemiBold))
            names = max(bold.horizontalAdvance(name) for name in reading.classes)
            names = min(names, self.width() * 0.45) + GRID
            for index in range(len(reading.classes)):
                self._row(painter, index, QRectF(0, index * row, self.width(), row), names)

    def _row(self, painter: QPainter, index: int, rect: QRectF, names: float) -> None:
        reading, theme = self._reading, self._theme
        name, value = reading.classes[index], reading.values[index]
        is_stable = name == reading.stable
        weight = QFont.Weight.DemiBold if is_stable else QFont.Weight.Normal
        font = with_weight(body_font(), weight)
        painter.setFont(font)
        painter.setPen(theme.color("text" if is_stable or name == reading.raw else "muted"))
        words = QRectF(rect.left(), rect.top(), names - 4, rect.height())
        text = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        numbers = QFontMetricsF(small_font()).horizontalAdvance("100 %") + 4
        track = QRectF(
            names, 0, rect.width() - names - numbers - GRID, min(12, max(8, rect.height() / 3))
        )
        track.moveTop(rect.center().y() - track.height() / 2)
        self._bar(painter, track, name, value)
        painter.setFont(small_font())
        painter.setPen(theme.color("text" if is_stable else "muted"))
        place = QRectF(rect.right() - numbers, rect.top(), numbers, rect.height())
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(place, right, self._numbers[index] if self._numbers else "")

    def _bar(self, painter: QPainter, track: QRectF, name: str, value: float) -> None:
        radius = track.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(track, radius, radius)
        length = track.width() * min(1.0, max(0.0, value))
        painter.save()
        if self._reading.is_poor:
            painter.setOpacity(painter.opacity() * PALE)
        # A piece of the whole rounded bar, so that a small value is not drawn larger than it is.
        painter.setClipRect(QRectF(track.left(), track.top(), length, track.height()))
        hatch.fill(painter, track, labels.color_of(name, self._reading.classes), radius)
        painter.restore()
