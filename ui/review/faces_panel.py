"""Who is in the session: names, time in view, what each wore most; naming, merging, hiding."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from ..background import Task
from ..context import Context
from ..theme import GRID
from .action_button import action_row
from .clock import length_text
from .document import Document
from .rows import KEY, Row, RowList
from .thumbnails import thumbnails

BUTTONS = (
    ("rename_face", "pencil"),
    ("merge_face", "merge"),
    ("hide_face", "eye-off"),
    ("show_faces", "eye"),
)
_HINT = "Choose several faces with Ctrl or Shift to merge them."


class FacesPanel(QWidget):
    """Lists the faces; what is chosen here is what the actions of the Edit menu change.

    Attributes:
        rename_wanted: A face was double-clicked.
    """

    rename_wanted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._document: Document | None = None
        self._images: dict[int, QImage] = {}
        self._stop = threading.Event()
        self.list = RowList(context.theme, context.icons, "Faces")
        self.list.setSelectionMode(RowList.SelectionMode.ExtendedSelection)
        self.list.opened.connect(self._choose)
        self.list.itemDoubleClicked.connect(lambda item: self.rename_wanted.emit(item.data(KEY)))
        self.list.menu_wanted.connect(self._show_menu)
        self.hint = QLabel(_HINT, wordWrap=True)
        self.hint.setProperty("role", "muted")
        self._lay_out()

    @property
    def selected(self) -> list[int]:
        """The faces that are selected, the one that is looked at first, or it alone."""
        found = [key for key in self.list.chosen if isinstance(key, int)]
        face = self._document.face if self._document else None
        if face is None:
            return found
        return [face, *(i for i in found if i != face)] if face in found or not found else found

    def open(self, document: Document | None) -> None:
        """List another session's faces, or none."""
        self.close_work()
        self._document, self._images, self._stop = document, {}, threading.Event()
        self.list.clear()
        if document is None:
            return
        document.changed.connect(self._show)
        document.face_chosen.connect(self._show_choice)
        self._show()
        self._show_choice()
        stop = self._stop
        work = _looker(document, stop)
        self._context.background.start(work, lambda task: self._take(task, stop), "thumbnails")

    def close_work(self) -> None:
        """Look for no more pictures."""
        self._stop.set()

    def _take(self, task: Task[dict[int, QImage]], stop: threading.Event) -> None:
        if task.value and stop is self._stop and not stop.is_set():
            self._images = task.value
            self._show()

    def _show(self) -> None:
        document = self._document
        if document is None:
            return
        self.list.show_rows(self._row(document, face_id) for face_id in document.all_face_ids)
        self.hint.setVisible(len(document.all_face_ids) > 1)

    def _row(self, document: Document, face_id: int) -> Row:
        hidden = face_id in document.edits.hidden
        merged = [i for i, into in document.edits.merged.items() if into == face_id]
        parts = ["hidden"] if hidden else _told(document, face_id)
        numbers = [f"#{i}" for i in (face_id, *merged)]
        is_plain = not merged and face_id not in document.edits.names
        return Row(
            face_id,
            document.name_of(face_id),
            "  ·  ".join(parts),
            "" if is_plain else " + ".join(numbers),
            "eye-off" if hidden else "face",
            image=self._image(face_id, merged),
            pale=hidden,
        )

    def _image(self, face_id: int, merged: list[int]) -> QImage | None:
        return next((self._images[i] for i in (face_id, *merged) if i in self._images), None)

    def _choose(self, face_id: int) -> None:
        if self._document is not None and len(self.list.chosen) < 2:
            self._document.choose(face_id)

    def _show_choice(self) -> None:
        document = self._document
        if document is not None and document.face not in self.list.chosen:
            self.list.choose(document.face)

    def _show_menu(self, face_id: int, at: QPoint) -> None:
        self._choose(face_id)
        menu = QMenu(self)
        menu.addActions(self._menu_actions())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _menu_actions(self) -> list[QAction]:
        keys = ("rename_face", "merge_face", "split_face", "hide_face", "show_faces")
        return [self._context.actions[key] for key in keys]

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, 0, GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addLayout(action_row(self._context, BUTTONS))


def _told(document: Document, face_id: int) -> list[str]:
    """Seconds in view, and the label worn longest."""
    seconds: dict[str, float] = {}
    for segment in document.index.segments.get(face_id, ()):
        seconds[segment.label] = seconds.get(segment.label, 0.0) + segment.duration_s
    whole_s = sum(seconds.values())
    parts = [length_text(whole_s)] if whole_s else []
    most = max((name for name in seconds if name), key=seconds.__getitem__, default="")
    if not most:
        return parts
    return [*parts, f"mostly {most}" if len(seconds) > 1 else most]


def _looker(document: Document, stop: threading.Event) -> Callable[[], dict[int, QImage]]:
    return lambda: thumbnails(document.recorded, stop)
