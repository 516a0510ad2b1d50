"""An open session: what was recorded, what a person has made of it, and every step to undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session.edits import Edits, edited, face_name, read_edits
from fervideo.session.markers import Marker
from fervideo.session.reader import Session, read_session
from fervideo.session.segments import Segment

from ..background import Background, Task
from .index import SessionIndex
from .saver import Changes, Saver

MANY_ROWS = 20_000
"""From so many rows on, what follows from a change is worked out away from the window."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A session as read from its folder.

    Attributes:
        session: What was recorded.
        edits: What a person has changed.
        shown: The session with those changes.
        index: Its frames and segments.
        problem: Why the edits cannot be read; they are then left as they are. Empty if they can.
    """

    session: Session
    edits: Edits
    shown: Session
    index: SessionIndex
    problem: str


def load(folder: Path) -> Loaded:
    """Read a session folder. May take seconds. Raises SessionError."""
    session = read_session(folder)
    edits, problem = Edits(), ""
    try:
        edits = read_edits(folder)
    except SessionError as error:
        problem = str(error)
    shown = edited(session, edits)
    return Loaded(session, edits, shown, SessionIndex(shown), problem)


class _Change(QUndoCommand):
    """From one state to the next, and back."""

    def __init__(
        self, text: str, before: Changes, after: Changes, put: Callable[[Changes], None]
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._put = before, after, put

    def redo(self) -> None:
        """Make the change."""
        self._put(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._put(self._before)


class Document(QObject):
    """One open session.

    Args:
        loaded: The session as read.
        background: Runs what may be slow.
        locked: Why nothing can be changed now, empty if it can.

    Attributes:
        changed: Names, faces, labels or markers changed, and are shown.
        face_chosen: Another face is looked at.
        failed: A sentence about something that could not be saved.
        undo_stack: Every change.
    """

    changed = Signal()
    face_chosen = Signal()
    failed = Signal(str)

    def __init__(
        self,
        loaded: Loaded,
        background: Background,
        locked: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.recorded, self.shown, self.index = loaded.session, loaded.shown, loaded.index
        self.locked = locked or loaded.problem
        self._background = background
        self._now = Changes(loaded.edits, tuple(sorted_markers(loaded.session.markers)))
        self._saver = Saver(self.folder, self._now, background, self.failed.emit)
        self._generation = 0
        self.undo_stack = QUndoStack(self)
        self._face: int | None = next(iter(self.face_ids), None)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.recorded.folder

    @property
    def edits(self) -> Edits:
        """What a person has changed."""
        return self._now.edits

    @property
    def markers(self) -> tuple[Marker, ...]:
        """What a person has marked, by time."""
        return self._now.markers

    @property
    def classes(self) -> tuple[str, ...]:
        """The model's classes, then the words that corrections use beside them."""
        others = {c.label for c in self.edits.corrections} - {labels.UNKNOWN, labels.NO_LABEL}
        own = self.recorded.classes
        return own + tuple(sorted(others - set(own)))

    @property
    def face_ids(self) -> tuple[int, ...]:
        """The faces that are shown, in the order of their first appearance."""
        return self.index.face_ids

    @property
    def all_face_ids(self) -> tuple[int, ...]:
        """Those and the hidden ones; merged ones go by the face they are."""
        return tuple(dict.fromkeys(self.edits.face(i) for i in self.recorded.face_ids))

    @property
    def face(self) -> int | None:
        """The face that is looked at, None if there is none."""
        return self._face

    @property
    def chosen(self) -> tuple[int, ...]:
        """The face that is looked at, or all if it is none of them."""
        return self.face_ids if self._face is None else (self._face,)

    @property
    def is_saved(self) -> bool:
        """Whether the files hold what is shown."""
        return self._saver.is_saved

    def name_of(self, face_id: int) -> str:
        """What a face is called."""
        return face_name(face_id, self.edits)

    def color_of(self, label: str) -> str:
        """The colour of a label."""
        return labels.color_of(label, self.classes)

    def choose(self, face_id: int | None) -> None:
        """Look at another face."""
        if face_id != self._face and (face_id is None or face_id in self.face_ids):
            self._face = face_id
            self.face_chosen.emit()

    def step_face(self, by: int) -> None:
        """Look at the next face or the one before."""
        ids = self.face_ids
        if ids:
            at = ids.index(self._face) + by if self._face in ids else 0
            self.choose(ids[at % len(ids)])

    def segment_at(self, time_s: float) -> Segment | None:
        """What the face that is looked at wore at a time."""
        return None if self._face is None else self.index.segment_at(self._face, time_s)

    def edit(self, text: str, edits: Edits) -> None:
        """Change names, faces or labels, as a step that can be undone."""
        self._push(text, replace(self._now, edits=edits))

    def mark(self, text: str, markers: Iterable[Marker]) -> None:
        """Change the markers, as a step that can be undone."""
        self._push(text, replace(self._now, markers=tuple(sorted_markers(markers))))

    def close(self) -> str:
        """Save what still waits. The sentence on what went wrong, empty if nothing did."""
        self._generation += 1
        return self._saver.close()

    def save_now(self) -> None:
        """Save what still waits, on any thread. Raises SessionError."""
        self._saver.finish()

    def save_again(self) -> None:
        """Try once more after the disk refused."""
        self._saver.save(self._now)

    def _push(self, text: str, after: Changes) -> None:
        if self.locked:
            self.failed.emit(self.locked)
        elif after != self._now:
            self.undo_stack.push(_Change(text, self._now, after, self._put))

    def _put(self, changes: Changes) -> None:
        relabelled = changes.edits != self._now.edits
        self._now = changes
        self._saver.save(changes)
        if not relabelled:
            self.changed.emit()
        elif len(self.recorded.timeline) < MANY_ROWS:
            self._show(*_worked_out(self.recorded, changes.edits))
        else:
            self._generation += 1
            self._background.start(
                _work(self.recorded, changes.edits), self._shower(self._generation), "edit-session"
            )

    def _shower(self, generation: int) -> Callable[[Task[tuple[Session, SessionIndex]]], None]:
        def show(task: Task[tuple[Session, SessionIndex]]) -> None:
            if task.value is not None and generation == self._generation:
                self._show(*task.value)

        return show

    def _show(self, shown: Session, index: SessionIndex) -> None:
        self.shown, self.index = shown, index
        face = None if self._face is None else self.edits.face(self._face)
        self._face = face if face in index.face_ids else next(iter(index.face_ids), None)
        self.changed.emit()
        self.face_chosen.emit()


def sorted_markers(markers: Iterable[Marker]) -> list[Marker]:
    """Markers by time, those of the same time in the order they were made."""
    return sorted(markers, key=lambda marker: marker.time_s)


def _worked_out(session: Session, edits: Edits) -> tuple[Session, SessionIndex]:
    shown = edited(session, edits)
    return shown, SessionIndex(shown)


def _work(session: Session, edits: Edits) -> Callable[[], tuple[Session, SessionIndex]]:
    return lambda: _worked_out(session, edits)
