"""The row of buttons that move through time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ..shortcuts import Actions
from ..theme import GRID, Theme, body_font, with_weight
from ..widgets.icons import Icons
from ..widgets.toggles import Segment
from .action_button import action_button
from .clock import time_text
from .document import Document
from .playhead import SPEEDS, Playhead

BUTTONS = (
    ("review_start", "skip-start"),
    ("previous_change", "change-back"),
    ("step_back", "step-back"),
    ("review_play", "play"),
    ("step_forward", "step-forward"),
    ("next_change", "change-forward"),
    ("review_end", "skip-end"),
)
ZOOMS = (("zoom_out", "zoom-out"), ("zoom_in", "zoom-in"), ("zoom_fit", "zoom-fit"))
ROOM_FOR_HINT = 1080
ROOM_FOR_FRAME = 860
ROOM_FOR_WHOLE = 740
ROOM_FOR_ZOOM = 640


class Transport(QWidget):
    """Play, steps, time, speed, zoom."""

    def __init__(self, theme: Theme, icons: Icons, actions: Actions, playhead: Playhead) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        self._playhead = playhead
        self._document: Document | None = None
        self.buttons = {
            key: action_button(theme, icons, actions[key], icon) for key, icon in (*BUTTONS, *ZOOMS)
        }
        self.time = QLabel()
        self.time.setFont(with_weight(body_font(), QFont.Weight.DemiBold))
        self.time.setAccessibleName("Time")
        self.frame = QLabel()
        self.frame.setProperty("role", "muted")
        self.part = QLabel()
        self._is_hint = True
        self.part.setProperty("role", "muted")
        self.part.setAccessibleName("Chosen part")
        self.speeds: dict[float, Segment] = {}
        self._lay_out()
        playhead.moved.connect(self._show_time)
        playhead.playing_changed.connect(self._show_playing)
        playhead.speed_changed.connect(self._show_speed)
        self._show_speed(playhead.speed)

    def open(self, document: Document | None) -> None:
        """Count the frames of another session, or none."""
        self._document = document
        longest = time_text(self._playhead.whole[1])
        widest = "".join("0" if c.isdigit() else c for c in longest)
        self.time.setFixedWidth(QFontMetrics(self.time.font()).horizontalAdvance(widest) + 4)
        self._show_time()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What matters less leaves where room is short."""
        super().resizeEvent(event)
        for key, _ in ZOOMS:
            self.buttons[key].setVisible(self.width() >= ROOM_FOR_ZOOM)
        self._show_part()

    def show_part(self, words: str, is_hint: bool) -> None:
        """Say what is chosen, or how to choose; a hint only where there is room for it."""
        self.part.setText(words)
        self._is_hint = is_hint
        self._show_part()

    def minimumSizeHint(self) -> QSize:
        """What leaves needs no room."""
        return QSize(ROOM_FOR_ZOOM - 110, super().minimumSizeHint().height())

    def _show_part(self) -> None:
        """What is chosen takes the room of the number of the frame where there is but little."""
        wide = self.width() >= ROOM_FOR_HINT
        shown = bool(self.part.text()) and (wide or not self._is_hint)
        self.part.setVisible(shown)
        self.frame.setVisible(wide or (self.width() >= ROOM_FOR_WHOLE and not shown))
        self._show_time()

    def _show_time(self) -> None:
        time_s, document = self._playhead.time_s, self._document
        self.time.setText(time_text(time_s))
        if document is None or not len(document.index):
            self.frame.setText("")
            return
        row = document.index.rows_at(document.index.frame_at(time_s))[0]
        number = int(document.shown.timeline.frame[row])
        whole = time_text(self._playhead.whole[1])
        short = self.width() < ROOM_FOR_FRAME
        self.frame.setText(f"/ {whole}" if short else f"/ {whole}   frame {number:,}")

    def _show_playing(self, on: bool) -> None:
        self.buttons["review_play"].set_icon("pause" if on else "play")
        self._actions["review_play"].setText("&Pause" if on else "&Play")
        self._actions.set_icon("review_play", "pause" if on else "play")

    def _show_speed(self, speed: float) -> None:
        self.speeds[speed].setChecked(True)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        row.setSpacing(2)
        for key, _ in BUTTONS:
            row.addWidget(self.buttons[key])
        row.addSpacing(GRID)
        row.addWidget(self.time)
        row.addSpacing(GRID // 2)
        row.addWidget(self.frame)
        row.addStretch(1)
        row.addWidget(self.part)
        row.addSpacing(2 * GRID)
        holder = QWidget()
        inner = QHBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for speed in SPEEDS:
            segment = Segment(self._theme, f"{speed:g}×", holder)
            segment.describe(f"Play at {speed:g} times the speed")
            segment.clicked.connect(lambda _=False, s=speed: self._playhead.set_speed(s))
            self.speeds[speed] = segment
            inner.addWidget(segment)
        row.addWidget(holder, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(GRID)
        for key, _ in ZOOMS:
            row.addWidget(self.buttons[key])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
