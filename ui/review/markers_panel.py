"""The list of markers: jump, rename, delete; and what the digits mark."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from fervideo.session.markers import Marker, MarkerKind

from ..context import Context
from ..theme import GRID
from ..widgets.empty_state import EmptyState, Hint
from .action_button import action_row
from .clock import length_text, time_text
from .document import Document
from .rows import Row, RowList

BUTTONS = (
    ("mark_event", "flag"),
    ("mark_exclude", "exclude"),
    ("mark_note", "note"),
    ("rename_marker", "pencil"),
    ("delete_marker", "remove"),
    ("name_markers", "keyboard"),
)
ICONS = {MarkerKind.EVENT: "flag", MarkerKind.EXCLUDE: "exclude", MarkerKind.NOTE: "note"}
_NONE = Hint(
    "flag",
    "No marker yet",
    "M marks an event, N writes a note, X begins and ends a range to leave out.",
)


class MarkersPanel(QWidget):
    """Lists the markers of a session.

    Attributes:
        jump_wanted: The marker to go to.
        rename_wanted: A marker was double-clicked.
    """

    jump_wanted = Signal(object)
    rename_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._document: Document | None = None
        self.list = RowList(context.theme, context.icons, "Markers")
        self.list.setSelectionMode(RowList.SelectionMode.ExtendedSelection)
        self.list.opened.connect(self.jump_wanted)
        self.list.itemDoubleClicked.connect(lambda _: self.rename_wanted.emit())
        self.list.menu_wanted.connect(self._show_menu)
        self._empty = EmptyState(context.theme, context.icons)
        self._empty.show_hint(_NONE)
        self._stack = QStackedWidget()
        self._lay_out()

    @property
    def selected(self) -> list[Marker]:
        """The markers that are selected and still there."""
        there = self._document.markers if self._document else ()
        return [key for key in self.list.chosen if isinstance(key, Marker) and key in there]

    def open(self, document: Document | None) -> None:
        """List another session's markers, or none."""
        self._document = document
        self.list.clear()
        if document is not None:
            document.changed.connect(self._show)
            self._show()

    def choose(self, marker: Marker) -> None:
        """Select a marker."""
        self.list.choose(marker)

    def _show(self) -> None:
        markers = self._document.markers if self._document else ()
        self.list.show_rows(map(row_of, markers))
        self._stack.setCurrentWidget(self.list if markers else self._empty)

    def _show_menu(self, marker: Marker, at: QPoint) -> None:
        if marker not in self.selected:
            self.list.choose(marker)
        menu = QMenu(self)
        for key in ("rename_marker", "delete_marker"):
            menu.addAction(self._context.actions[key])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _lay_out(self) -> None:
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, 0, GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self._stack, 1)
        column.addLayout(action_row(self._context, BUTTONS))


def row_of(marker: Marker) -> Row:
    """A marker as a row of the list."""
    text = time_text(marker.time_s)
    if marker.duration_s:
        text += f"  for {length_text(marker.duration_s)}"
    name = marker.name or "event"
    if marker.kind is MarkerKind.NOTE and marker.note:
        name = marker.note
    elif marker.note:
        text += f"  ·  {marker.note}"
    return Row(marker, name, text, icon=ICONS[marker.kind], tip=marker.note)
