"""Choosing a part of a session by key: where it starts, where it ends, a whole segment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..shortcuts import Actions
from .clock import length_text, time_text
from .document import Document
from .playhead import Playhead

HINT = "Drag on the ruler to choose a part, or I and O"


class Choosing(QObject):
    """Obeys the actions that choose a part, and says what is chosen.

    A start waits for its end and an end for its start, so that one may look round in between.

    Args:
        actions: The actions.
        playhead: Holds the part.
        cancel: Forgets what else was begun; whether there was anything.
        parent: Owner.

    Attributes:
        told: The words on what is chosen, or on how to choose, and whether they are the latter.
    """

    told = Signal(str, bool)

    def __init__(
        self, actions: Actions, playhead: Playhead, cancel: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._actions, self._playhead, self._cancel = actions, playhead, cancel
        self._document: Document | None = None
        self._start_s: float | None = None
        self._end_s: float | None = None
        for key, run in (
            ("choose_start", self.start),
            ("choose_end", self.end),
            ("choose_segment", self.segment),
            ("choose_nothing", self.nothing),
        ):
            actions[key].triggered.connect(run)
        playhead.selection_changed.connect(self._take)
        self._tell()

    def open(self, document: Document | None) -> None:
        """Choose in another session, or in none."""
        self._document = document
        if document is not None:
            document.changed.connect(self._tell)
        self._wait(None, None)

    @property
    def pending(self) -> tuple[float | None, float | None]:
        """A start that waits for its end, an end that waits for its start."""
        return self._start_s, self._end_s

    def start(self) -> None:
        """Let the part start with the frame that is shown."""
        document, chosen = self._document, self._playhead.selection
        if document is None or not len(document.index):
            return
        start_s = document.index.time_of(document.index.frame_at(self._playhead.time_s))
        end_s = chosen[1] if chosen is not None else self._end_s
        if end_s is not None and end_s > start_s:
            self._playhead.select((start_s, end_s))
        else:
            self._playhead.select(None)
            self._wait(start_s, None)

    def end(self) -> None:
        """Let the part end with the frame that is shown."""
        document, chosen = self._document, self._playhead.selection
        if document is None or not len(document.index):
            return
        end_s = float(document.index.ends_s[document.index.frame_at(self._playhead.time_s)])
        start_s = chosen[0] if chosen is not None else self._start_s
        if start_s is not None and start_s < end_s:
            self._playhead.select((start_s, end_s))
        else:
            self._playhead.select(None)
            self._wait(None, end_s)

    def segment(self) -> None:
        """Choose the segment at the cursor."""
        if self._document is not None:
            found = self._document.segment_at(self._playhead.time_s)
            if found is not None:
                self._playhead.select((found.start_s, found.end_s))

    def nothing(self) -> bool:
        """Forget what is chosen or begun; whether there was anything."""
        had = self._cancel() or self._playhead.selection is not None or any(self._waits)
        self._playhead.select(None)
        self._wait(None, None)
        return had

    @property
    def _waits(self) -> tuple[bool, bool]:
        return self._start_s is not None, self._end_s is not None

    def _take(self) -> None:
        """A part is whole now, or gone."""
        if self._playhead.selection is not None:
            self._start_s = self._end_s = None
        self._tell()

    def _wait(self, start_s: float | None, end_s: float | None) -> None:
        self._start_s, self._end_s = start_s, end_s
        self._tell()

    def _tell(self) -> None:
        for key in ("choose_start", "choose_end", "choose_segment"):
            self._actions[key].setEnabled(self._document is not None)
        has = self._playhead.selection is not None or any(self._waits)
        self._actions["choose_nothing"].setEnabled(has)
        words = self._words
        # While there are no markers, the ruler has room for a hint of its own.
        shows_hint = self._document is not None and bool(self._document.markers)
        self.told.emit(words or (HINT if shows_hint else ""), not words)

    @property
    def _words(self) -> str:
        """What is chosen or begun, empty if nothing is."""
        chosen = self._playhead.selection
        if chosen is not None:
            start_s, end_s = chosen
            span = f"{time_text(start_s, 2)} – {time_text(end_s, 2)}"
            return f"{span}  ·  {length_text(end_s - start_s)} chosen"
        for time_s, words in ((self._start_s, "From {}; O ends"), (self._end_s, "To {}; I starts")):
            if time_s is not None:
                return f"{words.format(time_text(time_s, 2))} the part"
        return ""
