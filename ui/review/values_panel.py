"""What is known of the chosen face at the moment, in numbers that can be read."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fervideo.session.schema import STATUS_MEANINGS, Status

from ..live.bars import BigLabel, ProbabilityBars, Reading
from ..theme import GRID, Theme
from ..widgets.elided import ElidedLabel
from ..widgets.empty_state import EmptyState, Hint
from ..widgets.icons import Icons
from .clock import length_text, time_text
from .columns import Group, groups_of
from .document import Document
from .index import NO_ROW
from .playhead import Playhead

SLOW_MS = 250
"""Numbers change so often while it plays: people have to read them."""

NOBODY = Hint("face", "No face here", "It is not in view at this moment.")
NOTHING = Hint("face", "No face", "No face was found in this session.")


class ValuesPanel(QWidget):
    """Follows the playhead and the chosen face."""

    def __init__(self, theme: Theme, icons: Icons, playhead: Playhead) -> None:
        super().__init__()
        self._playhead = playhead
        self._document: Document | None = None
        self._groups: tuple[Group, ...] = ()
        self._facts: dict[str, QLabel] = {}
        self._empty = EmptyState(theme, icons)
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.label = BigLabel(theme)
        self.said = QLabel(wordWrap=True)
        self.said.setProperty("role", "muted")
        self.bars = ProbabilityBars(theme)
        self._grid = QGridLayout()
        self._stack = QStackedWidget()
        self._lay_out()
        self._slow = QTimer(self, interval=SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self._show_numbers)
        playhead.moved.connect(self._follow)
        playhead.playing_changed.connect(self._show)

    @property
    def texts(self) -> dict[str, str]:
        """What is shown, by name of the fact; empty if nothing is."""
        if self._stack.currentWidget() is self._empty:
            return {}
        return {name: label.text() for name, label in self._facts.items()}

    def open(self, document: Document | None) -> None:
        """Show another session's numbers, or none."""
        self._document = document
        if document is None:
            return
        self._groups = groups_of(document.recorded.timeline, document.recorded.classes)
        self._make_facts()
        document.changed.connect(self._show)
        document.face_chosen.connect(self._show)
        self._show()

    def _follow(self) -> None:
        self._show_label()
        if not self._playhead.is_playing:
            self._show_numbers()
        elif not self._slow.isActive():
            self._slow.start()

    def _show(self) -> None:
        self._show_label()
        self._show_numbers()

    @property
    def _row(self) -> int:
        """The row of the chosen face at the moment, `NO_ROW` if it is not in view."""
        document = self._document
        if document is None or document.face is None or not len(document.index):
            return NO_ROW
        if document.index.is_over(self._playhead.time_s):
            return NO_ROW
        frame = document.index.frame_at(self._playhead.time_s)
        return int(document.index.rows_of(document.face)[frame])

    def _show_label(self) -> None:
        document, row = self._document, self._row
        if document is None:
            return
        self.title.setText("" if document.face is None else document.name_of(document.face))
        if row == NO_ROW:
            self._empty.show_hint(NOBODY if document.face_ids else NOTHING)
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentIndex(0)
        timeline = document.shown.timeline
        label = str(timeline.label[row])
        poor = timeline.status[row] == Status.LOW_QUALITY and not timeline.corrected[row]
        self.label.show_label(label, document.color_of(label), pale=bool(poor))
        values = np.nan_to_num(timeline.probabilities[row])
        classes = document.recorded.classes
        raw = str(timeline.raw_label[row])
        reading = Reading(classes, tuple(values.tolist()), label, raw, bool(poor))
        self.bars.show_reading(reading)

    def _show_numbers(self) -> None:
        document, row = self._document, self._row
        if document is None or row == NO_ROW:
            return
        timeline = document.shown.timeline
        self.bars.tick()
        self.said.setText(self._said(row))
        texts = {
            "Frame": f"{int(timeline.frame[row]):,} at {time_text(float(timeline.time_s[row]))}",
            "This frame alone": str(timeline.raw_label[row]) or "–",
        }
        for group in self._groups:
            if group.key == "box":
                left, top, width, height = timeline.boxes[row]
                if np.isfinite(width):
                    texts["Face size"] = f"{width:.0f} × {height:.0f} px"
                    texts["Face at"] = f"{left:.0f}, {top:.0f} px"
            else:
                for curve in group.curves:
                    if not curve.class_name:
                        texts[curve.title] = group.text(float(curve.values(timeline)[row]))
        best = timeline.cosines[row]
        if np.isfinite(best).any():
            at = int(np.nanargmax(best))
            texts["Highest cosine"] = f"{best[at]:+.3f} ({document.recorded.classes[at]})"
        for name, label in self._facts.items():
            label.setText(texts.get(name, "–"))

    def _said(self, row: int) -> str:
        """How long it has worn this, who says so, and what is wrong with the face."""
        document = self._document
        if document is None:
            return ""
        timeline = document.shown.timeline
        segment = document.segment_at(self._playhead.time_s)
        parts = []
        if timeline.corrected[row]:
            parts.append(f"Set by hand; the model said {timeline.machine_label[row] or 'nothing'}.")
        if segment is not None and segment.duration_s:
            parts.append(
                f"Lasts {length_text(segment.duration_s)}, from {time_text(segment.start_s, 2)}."
            )
        status = str(timeline.status[row])
        if status != Status.OK and status in tuple(Status):
            meaning = STATUS_MEANINGS[Status(status)].partition(";")[0]
            parts.append(f"{meaning[:1].upper()}{meaning[1:]}.")
        return " ".join(parts)

    def _make_facts(self) -> None:
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        names = ["Frame", "This frame alone", "Highest cosine"]
        for group in self._groups:
            if group.key == "box":
                names += ["Face size", "Face at"]
            else:
                names += [curve.title for curve in group.curves if not curve.class_name]
        self._facts = {}
        for line, name in enumerate(names):
            title, value = QLabel(name), ElidedLabel()
            title.setProperty("role", "muted")
            value.setAccessibleName(name)
            self._grid.addWidget(title, line, 0)
            self._grid.addWidget(value, line, 1)
            self._facts[name] = value

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.label)
        column.addWidget(self.said)
        column.addWidget(self.bars)
        column.addSpacing(GRID)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID)
        outer.setSpacing(GRID // 2)
        outer.addWidget(self.title)
        outer.addWidget(self._stack, 1)
