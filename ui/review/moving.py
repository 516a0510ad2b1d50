"""Obeys the actions that move through time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ..shortcuts import Actions
from .document import Document
from .playhead import Playhead

_AIR = 0.1
"""Of what is zoomed to, shown on each side."""


class Moving(QObject):
    """Play, steps, changes, speed, zoom.

    Args:
        actions: The actions.
        playhead: What they move.
        parent: Owner.
    """

    def __init__(self, actions: Actions, playhead: Playhead, parent: QObject) -> None:
        super().__init__(parent)
        self._playhead = playhead
        self._document: Document | None = None
        for key, run in (
            ("review_play", self.toggle),
            ("step_forward", lambda: self.step(1)),
            ("step_back", lambda: self.step(-1)),
            ("second_forward", lambda: playhead.seek(playhead.time_s + 1)),
            ("second_back", lambda: playhead.seek(playhead.time_s - 1)),
            ("next_change", lambda: self.change(1)),
            ("previous_change", lambda: self.change(-1)),
            ("review_start", lambda: playhead.seek(playhead.whole[0])),
            ("review_end", self._to_end),
            ("slower", lambda: playhead.step_speed(-1)),
            ("faster", lambda: playhead.step_speed(1)),
            ("normal_speed", lambda: playhead.set_speed(1.0)),
            ("zoom_in", lambda: playhead.zoom(1.5)),
            ("zoom_out", lambda: playhead.zoom(1 / 1.5)),
            ("zoom_fit", playhead.fit),
            ("zoom_selection", self.zoom),
        ):
            actions[key].triggered.connect(run)

    def open(self, document: Document | None) -> None:
        """Move through another session, or none."""
        self._document = document

    def toggle(self) -> None:
        """Play or stand still."""
        if self._document is not None and len(self._document.index) > 1:
            self._playhead.toggle()

    def step(self, by: int) -> None:
        """Go to the next analysed frame, or the one before."""
        if self._document is None:
            return
        self._playhead.pause()
        index, now_s = self._document.index, self._playhead.time_s
        at = index.frame_at(now_s)
        if by < 0 and now_s > index.time_of(at) + 1e-4:
            by += 1  # first to the start of the frame that is shown
        self._playhead.seek(index.time_of(at + by))

    def change(self, by: int) -> None:
        """Go to the next change of expression, or the one before."""
        if self._document is None:
            return
        index, faces = self._document.index, self._document.chosen
        look = index.change_after if by > 0 else index.change_before
        found = look(faces, self._playhead.time_s)
        if found is not None:
            self._playhead.seek(found)

    def zoom(self) -> None:
        """Show the chosen part alone, else the segment at the cursor."""
        found = self._playhead.selection
        if found is None and self._document is not None:
            segment = self._document.segment_at(self._playhead.time_s)
            found = None if segment is None else (segment.start_s, segment.end_s)
        if found is not None:
            air = _AIR * (found[1] - found[0])
            self._playhead.show(found[0] - air, found[1] + air)

    def _to_end(self) -> None:
        if self._document is not None:
            self._playhead.pause()
            self._playhead.seek(self._document.index.time_of(len(self._document.index) - 1))
