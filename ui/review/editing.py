"""Changing what a session says: labels by hand, names, merged and hidden faces, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from fervideo import labels
from fervideo.session.edits import Edits

from ..guard import painting
from ..shortcuts import Actions
from ..widgets import hatch
from ..widgets.ask import ask
from .document import Document
from .playhead import Playhead

_CLASS_KEYS = "123456789"


class Editing(QObject):
    """Obeys the actions of the Edit menu.

    Args:
        page: The page whose window questions belong to.
        actions: The actions.
        playhead: The moment and the part that is chosen.
        selected_faces: The faces that are selected in the list of faces.
        menu_place: Where a menu that a key opens should appear.
    """

    def __init__(
        self,
        page: QWidget,
        actions: Actions,
        playhead: Playhead,
        selected_faces: Callable[[], list[int]],
        menu_place: Callable[[], QPoint],
    ) -> None:
        super().__init__(page)
        self._page, self._actions, self._playhead = page, actions, playhead
        self._selected_faces, self._menu_place = selected_faces, menu_place
        self._document: Document | None = None
        for key, run in (
            ("undo", self._undo),
            ("redo", self._redo),
            ("correct_label", self.ask_label),
            ("machine_label", lambda: self.correct(None)),
            ("rename_face", self.ask_name),
            ("merge_face", self.ask_merge),
            ("split_face", self._split),
            ("hide_face", self._hide),
            ("show_faces", self._show_all),
            ("lane_down", lambda: self._step_face(1)),
            ("lane_up", lambda: self._step_face(-1)),
        ):
            actions[key].triggered.connect(run)
        self._tell()

    def open(self, document: Document | None) -> None:
        """Change another session, or none."""
        self._document = document
        if document is not None:
            document.undo_stack.indexChanged.connect(self._tell)
            document.changed.connect(self._tell)
        self._tell()

    @property
    def range(self) -> tuple[float, float] | None:
        """What a correction changes: the chosen part, else the segment at the cursor."""
        if self._document is None or self._document.face is None:
            return None
        if self._playhead.selection is not None:
            return self._document.index.snapped(*self._playhead.selection)
        segment = self._document.segment_at(self._playhead.time_s)
        return None if segment is None else (segment.start_s, segment.end_s)

    def correct(self, label: str | None) -> None:
        """Set the label of the range; None gives back the model's."""
        document, found = self._document, self.range
        if document is None or found is None or document.face is None:
            return
        text = f"label {label or 'none'}" if label is not None else "the model's label"
        document.edit(text, document.edits.correct(document.face, *found, label))
        self._playhead.select(None)

    def ask_label(self, at: QPoint | bool = False) -> QMenu | None:
        """Open the menu of labels; the digits choose one."""
        document = self._document
        if document is None or self.range is None:
            return None
        menu = QMenu(self._page)
        for number, name in enumerate(document.classes):
            key = _CLASS_KEYS[number : number + 1]
            words = f"&{key}  {name}" if key else name
            action = menu.addAction(swatch(document.color_of(name)), words)
            action.triggered.connect(partial(self.correct, name))
        menu.addSeparator()
        unknown = menu.addAction(swatch(labels.UNKNOWN_COLOR), "&Unknown")
        unknown.triggered.connect(partial(self.correct, labels.UNKNOWN))
        menu.addAction("&No label").triggered.connect(partial(self.correct, labels.NO_LABEL))
        menu.addAction("&Another word…").triggered.connect(self._ask_word)
        menu.addSeparator()
        menu.addAction(self._actions["machine_label"])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at if isinstance(at, QPoint) else self._menu_place())
        return menu

    def ask_name(self, face_id: int | bool = False) -> None:
        """Ask for the name of a face, the chosen one if none is given."""
        document = self._document
        face = face_id if isinstance(face_id, int) and face_id is not False else None
        if document is None:
            return
        if face is None:
            face = next(iter(self._selected_faces()), None)
        if face is None:
            return
        known = document.edits.names.get(face, "")
        name = partial(self._name, document, face)
        hint = "Leave it empty to call the face by its number."
        ask(self._page, f"Name of Face {face}", [("Name", known)], lambda t: name(t[0]), hint)

    def ask_merge(self) -> None:
        """Merge the selected faces into the first, or ask into which the chosen one goes."""
        document, chosen = self._document, self._selected_faces()
        if document is None or not chosen:
            return
        if len(chosen) > 1:
            self.merge(chosen[1:], chosen[0])
            return
        menu = QMenu(self._page)
        title = menu.addAction(f"{document.name_of(chosen[0])} is the same person as")
        title.setEnabled(False)
        for face in document.all_face_ids:
            if face != chosen[0]:
                menu.addAction(document.name_of(face), partial(self.merge, chosen, face))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._menu_place())

    def merge(self, faces: Sequence[int], into: int) -> None:
        """Say that these faces are another."""
        document = self._document
        if document is None:
            return
        edits: Edits = document.edits
        for face in faces:
            edits = edits.merge(face, into)
        document.edit(f"merging into {document.name_of(into)}", edits)

    def _name(self, document: Document, face: int, name: str) -> None:
        document.edit(f"the name of face {face}", document.edits.named(face, name))

    def _ask_word(self) -> None:
        ask(
            self._page,
            "Another Label",
            [("Label", "")],
            lambda texts: self.correct(texts[0].strip() or None),
            "Any word; it gets a colour of its own.",
        )

    def _split(self) -> None:
        def split(edits: Edits) -> Edits:
            for face in self._selected_faces():
                edits = edits.split(face)
            return edits

        self._edit("splitting a face", split)

    def _hide(self) -> None:
        document, faces = self._document, self._selected_faces()
        if document is None or not faces:
            return
        on = not set(faces) <= document.edits.hidden
        edits = document.edits
        for face in faces:
            edits = edits.hide(face, on)
        document.edit("hiding a face" if on else "showing a face", edits)

    def _show_all(self) -> None:
        def show(edits: Edits) -> Edits:
            for face in edits.hidden:
                edits = edits.hide(face, False)
            return edits

        self._edit("showing all faces", show)

    def _edit(self, text: str, change: Callable[[Edits], Edits]) -> None:
        if self._document is not None:
            self._document.edit(text, change(self._document.edits))

    def _undo(self) -> None:
        if self._document is not None:
            self._document.undo_stack.undo()

    def _redo(self) -> None:
        if self._document is not None:
            self._document.undo_stack.redo()

    def _step_face(self, by: int) -> None:
        if self._document is not None:
            self._document.step_face(by)

    def _tell(self) -> None:
        """Let the actions say what they would do, and whether they can."""
        document = self._document
        stack = document.undo_stack if document else None
        for key, words, can, text in (
            ("undo", "&Undo", stack and stack.canUndo(), stack.undoText() if stack else ""),
            ("redo", "&Redo", stack and stack.canRedo(), stack.redoText() if stack else ""),
        ):
            self._actions[key].setEnabled(bool(can))
            self._actions[key].setText(f"{words} {text}".strip() if can else words)
        faces = bool(document and document.all_face_ids)
        for key in ("correct_label", "machine_label", "rename_face", "hide_face"):
            self._actions[key].setEnabled(faces)
        several = bool(document and len(document.all_face_ids) > 1)
        self._actions["merge_face"].setEnabled(several)
        self._actions["split_face"].setEnabled(bool(document and document.edits.merged))
        self._actions["show_faces"].setEnabled(bool(document and document.edits.hidden))


def swatch(color: str, side: int = 14) -> QIcon:
    """A square in the colour of a class, for a menu."""
    pixmap = QPixmap(QSize(side, side) * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hatch.fill(painter, QRectF(1, 1, side - 2, side - 2), color, 3)
    return QIcon(pixmap)
