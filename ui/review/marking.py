"""Markers of an open session: events, ranges to leave out, notes, by key and by list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fervideo.session.markers import Marker, MarkerKind
from fervideo.session.schema import LIVE_KINDS, utc_text

from ..context import Context
from ..widgets.ask import ask
from .document import Document
from .markers_panel import MarkersPanel
from .memory import MARKER_KEYS, Memory
from .playhead import Playhead
from .ruler import Ruler


class Marking(QObject):
    """Obeys the actions of the Mark menu while Review is shown.

    Args:
        page: The page whose window questions belong to.
        context: The window's things.
        playhead: The moment and the part that is chosen.
        panel: The list of markers.
        ruler: Shows the range that is being marked.
    """

    def __init__(
        self,
        page: QWidget,
        context: Context,
        playhead: Playhead,
        panel: MarkersPanel,
        ruler: Ruler,
    ) -> None:
        super().__init__(page)
        self._page, self._context, self._playhead = page, context, playhead
        self._panel, self._ruler = panel, ruler
        self._memory = Memory(context.settings)
        self._document: Document | None = None
        self._began_s: float | None = None
        actions = context.actions
        for key, run in (
            ("mark_event", lambda: self._mark("event")),
            ("mark_exclude", self.exclude),
            ("mark_note", self._ask_note),
            ("next_marker", lambda: self._step(1)),
            ("previous_marker", lambda: self._step(-1)),
            ("rename_marker", self._ask_rename),
            ("delete_marker", self._delete),
            ("name_markers", self._ask_names),
        ):
            actions[key].triggered.connect(run)
        for key in MARKER_KEYS:
            actions[f"mark_{key}"].triggered.connect(lambda _=False, k=key: self._mark_key(k))
        panel.jump_wanted.connect(self.jump)
        panel.rename_wanted.connect(self._ask_rename)
        ruler.marker_chosen.connect(self.jump)
        self._name_actions()

    def open(self, document: Document | None) -> None:
        """Mark another session, or none."""
        self._document = document
        self._begin(None)

    def cancel(self) -> bool:
        """Forget a range that was begun. Whether there was one."""
        had = self._began_s is not None
        self._begin(None)
        return had

    def exclude(self) -> None:
        """Begin a range to leave out, end it, or leave out the part that is chosen."""
        document, playhead = self._document, self._playhead
        if document is None or not self._is_here:
            return
        if playhead.selection is not None:
            start_s, end_s = playhead.selection
            playhead.select(None)
        elif self._began_s is None:
            self._begin(playhead.time_s)
            return
        else:
            start_s, end_s = sorted((self._began_s, playhead.time_s))
        self._begin(None)
        start_s, end_s = document.index.snapped(start_s, end_s)
        self._add(Marker(start_s, end_s - start_s, self._wall(start_s), MarkerKind.EXCLUDE, ""))

    def jump(self, marker: Marker) -> None:
        """Go to a marker."""
        self._playhead.seek(marker.time_s)
        self._panel.choose(marker)

    @property
    def _is_here(self) -> bool:
        return self._page.isVisible()

    def _begin(self, time_s: float | None) -> None:
        self._began_s = time_s
        self._ruler.set_pending(time_s)
        if self._is_here:
            words = "E&xclude From Here" if time_s is None else "E&xclude Up to Here"
            self._context.actions["mark_exclude"].setText(words)

    def _mark_key(self, key: str) -> None:
        self._mark(self._memory.marker_name(key))

    def _mark(self, name: str, note: str = "") -> None:
        if self._document is not None and self._is_here:
            time_s = self._playhead.time_s
            self._add(Marker(time_s, 0.0, self._wall(time_s), name, note))

    def _add(self, marker: Marker) -> None:
        if self._document is not None:
            words = {MarkerKind.EXCLUDE: "leaving out a range", MarkerKind.NOTE: "a note"}
            text = words.get(marker.kind, f"the marker {marker.name}")
            self._document.mark(text, (*self._document.markers, marker))
            self._panel.choose(marker)

    def _ask_note(self) -> None:
        if self._document is not None and self._is_here:
            self._playhead.pause()
            then = lambda texts: self._mark(MarkerKind.NOTE, texts[0])  # noqa: E731
            ask(self._page, "Note", [("Note", "")], then)

    def _ask_rename(self) -> None:
        chosen = self._panel.selected
        if self._document is None or not chosen:
            return
        marker = chosen[0]
        if marker.kind is MarkerKind.EVENT:
            fields = [("Name", marker.name), ("Note", marker.note)]
        else:
            fields = [("Note", marker.note)]
        ask(self._page, "Marker", fields, lambda texts: self._rename(marker, texts))

    def _rename(self, marker: Marker, texts: list[str]) -> None:
        if self._document is None:
            return
        name = texts[0].strip() or marker.name if len(texts) > 1 else marker.name
        new = Marker(marker.time_s, marker.duration_s, marker.wall_time, name, texts[-1].strip())
        kept = [new if each is marker else each for each in self._document.markers]
        self._document.mark("renaming a marker", kept)
        self._panel.choose(new)

    def _delete(self) -> None:
        gone = self._panel.selected
        if self._document is not None and gone:
            kept = [each for each in self._document.markers if each not in gone]
            count = len(gone)
            text = "deleting a marker" if count == 1 else f"deleting {count} markers"
            self._document.mark(text, kept)

    def _step(self, by: int) -> None:
        markers = self._document.markers if self._document else ()
        now_s = self._playhead.time_s
        if by > 0:
            found = next((m for m in markers if m.time_s > now_s + 1e-6), None)
        else:
            found = next((m for m in reversed(markers) if m.time_s < now_s - 1e-6), None)
        if found is not None:
            self.jump(found)

    def _ask_names(self) -> None:
        names = [(key, self._memory.marker_name(key)) for key in MARKER_KEYS]
        hint = "What the keys 1 to 9 mark, here and in Live."
        ask(self._page, "Names of the Keys", names, self._set_names, hint)

    def _set_names(self, names: list[str]) -> None:
        for key, name in zip(MARKER_KEYS, names, strict=True):
            self._memory.name_marker(key, name)
        self._name_actions()

    def _name_actions(self) -> None:
        for key in MARKER_KEYS:
            name = self._memory.marker_name(key).replace("&", "&&")
            self._context.actions[f"mark_{key}"].setText(f"&{key}: {name}")

    def _wall(self, time_s: float) -> str:
        """When it was, for what was recorded live; empty for a file, which has no such time."""
        document = self._document
        if document is None or not len(document.index):
            return ""
        source = document.recorded.description.get("source")
        if not (isinstance(source, Mapping) and source.get("kind") in LIVE_KINDS):
            return ""
        frame = document.index.frame_at(time_s)
        moment = document.shown.timeline.wall_time[document.index.rows_at(frame)[0]]
        if np.isnat(moment):
            return ""
        after = timedelta(seconds=time_s - document.index.time_of(frame))
        return utc_text(moment.astype("datetime64[us]").item() + after)
