"""The chosen face: its stable label large, the raw one small under it, margin, probabilities."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fervideo import labels
from fervideo.types import Result

from ..guard import painting
from ..theme import GRID, Theme, small_font
from ..widgets.elided import ElidedLabel
from ..widgets.empty_state import EmptyState, Hint
from ..widgets.icons import Icons
from ..widgets.toggles import Chip
from .bars import BigLabel, ProbabilityBars, Reading
from .chooser import PATIENCE_S

MOST_CHIPS = 8
TICK_S = 0.25
"""Numbers change no oftener, so that people can read them."""

NO_FACE_LIVE = Hint("face", "No face in view", "Look at the camera, come closer, or add light.")
NO_FACE = Hint("face", "No face in view", "It may be turned away, too small, or too dark here.")
NO_SOURCE = Hint("face", "No face yet", "Readings of the chosen face appear here.")


def muted(text: str = "") -> QLabel:
    """A small, quiet label."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label


class QualityNote(QWidget):
    """Says that a face is too poor to be believed, and why."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons, self._text = theme, icons, ""
        self.setFixedHeight(24)
        theme.changed.connect(self.update)

    @property
    def text(self) -> str:
        """What it says, empty if the face is fine."""
        return self._text

    def show_reason(self, poor: bool, reason: str) -> None:
        """Say it, or nothing."""
        text = (f"Low quality: {reason}" if reason else "Low quality") if poor else ""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon and words."""
        if not self._text:
            return
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color = self._theme.color("warning")
            self._icons.paint(painter, QRectF(0, 4, 16, 16), "warning", color)
            painter.setFont(small_font())
            painter.setPen(color)
            painter.drawText(
                QRectF(24, 0, self.width() - 24, 24), Qt.AlignmentFlag.AlignVCenter, self._text
            )


class FacePanel(QWidget):
    """Follows one face.

    Attributes:
        face_chosen: The track id of a face chosen from the row of chips.
    """

    face_chosen = Signal(int)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: dict[int, Chip] = {}
        self._raw, self._margin = "", ""
        self._absent_since: float | None = None
        self._ticked_s = 0.0
        self._last: Reading | None = None
        self._no_face = NO_FACE
        self._empty = EmptyState(theme, icons)
        self._title = QLabel("Face")
        self._title.setProperty("role", "title")
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(2)
        self.label = BigLabel(theme)
        self.raw_value = ElidedLabel()
        self.margin_value = QLabel()
        self.quality = QualityNote(theme, icons)
        self.bars = ProbabilityBars(theme)
        self._stack = QStackedWidget()
        self._lay_out()
        self.show_nothing(NO_SOURCE)

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is no face."""
        return self._stack.currentWidget() is self._empty

    def show_nothing(self, hint: Hint = NO_SOURCE) -> None:
        """Say why there is nothing to show."""
        self._empty.show_hint(hint)
        self._stack.setCurrentWidget(self._empty)
        if hint is NO_SOURCE:  # of another source, the numbers begin anew
            self._title.setText("Face")
            self._rebuild_chips([])
        self._last, self._absent_since = None, None

    def show_result(self, result: Result, row: int | None) -> None:
        """Show the face in `row` of a result; None keeps the last reading, paled, for a moment."""
        self._renew_chips(result, row)
        if row is None:
            self._show_absent()
            return
        label = result.labels[row]
        poor = bool(result.faces.low_quality[row])
        recognition = result.recognition
        self._last = Reading(
            recognition.classes,
            tuple(float(v) for v in recognition.probabilities[row]),
            label.name,
            label.raw_name,
            poor,
        )
        self._absent_since = None
        self._raw, self._margin = label.raw_name, f"{label.margin:+.2f}"
        color = labels.color_of(label.name, recognition.classes)
        self.label.show_label(label.name, color, pale=poor)
        self.quality.show_reason(poor, result.faces.quality_reasons[row])
        self.bars.show_reading(self._last)
        if self.is_empty:
            self._stack.setCurrentIndex(0)
            self.tick()
        elif time.monotonic() - self._ticked_s >= TICK_S:
            self.tick()  # of a slow machine no result is old before its numbers show

    def set_live(self, is_live: bool) -> None:
        """Whether the source is a camera or a stream, for the advice to give."""
        self._no_face = NO_FACE_LIVE if is_live else NO_FACE

    def tick(self) -> None:
        """Renew what people read: four times a second."""
        self._ticked_s = time.monotonic()
        self.raw_value.setText(self._raw)
        self.margin_value.setText(self._margin)
        self.bars.tick()

    def _show_absent(self) -> None:
        now = time.monotonic()
        if self._last is None:
            self.show_nothing(self._no_face)
        elif self._absent_since is None:
            self._absent_since = now
            self.bars.show_reading(self._last, pale=True)
        elif now - self._absent_since > PATIENCE_S:
            self.show_nothing(self._no_face)

    def _renew_chips(self, result: Result, row: int | None) -> None:
        ids = sorted(int(i) for i in result.faces.track_ids)
        chosen = int(result.faces.track_ids[row]) if row is not None else None
        if chosen is not None:
            self._title.setText(f"Face {chosen}")
        wanted = ids[:MOST_CHIPS] if len(ids) > 1 else []
        if wanted != list(self._chips):
            self._rebuild_chips(wanted)
        for track_id, chip in self._chips.items():
            chip.setChecked(track_id == chosen)

    def _rebuild_chips(self, ids: list[int]) -> None:
        for chip in self._chips.values():
            self._chip_row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {}
        for track_id in ids:
            chip = Chip(self._theme, str(track_id))
            chip.setAccessibleName(f"Show face {track_id}")
            chip.clicked.connect(lambda _=False, i=track_id: self.face_chosen.emit(i))
            self._chip_row.addWidget(chip)
            self._chips[track_id] = chip

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        facts = QGridLayout()
        facts.setHorizontalSpacing(GRID)
        facts.setVerticalSpacing(0)
        facts.addWidget(muted("this frame"), 0, 0)
        facts.addWidget(self.raw_value, 0, 1)
        facts.addWidget(muted("margin"), 0, 2)
        facts.addWidget(self.margin_value, 0, 3)
        facts.setColumnStretch(1, 1)
        facts.setContentsMargins(0, GRID // 2, 0, 0)
        column.addLayout(facts)
        column.addWidget(self.quality)
        column.addWidget(self.bars, 1)
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty)
        header = QHBoxLayout()
        header.setSpacing(GRID)
        header.addWidget(self._title)
        header.addStretch(1)
        header.addLayout(self._chip_row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        outer.setSpacing(GRID // 2)
        outer.addLayout(header)
        outer.addWidget(self._stack, 1)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._title.setMinimumHeight(28)
