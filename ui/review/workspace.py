"""The Review workspace: the list of sessions, and the one that is open."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..background import Task
from ..context import Context
from ..guard import in_any_case
from ..live.recorder import show_in_files
from ..sentence import sentence
from ..theme import GRID
from ..widgets.ask_path import ask_file, ask_folder
from ..widgets.buttons import is_space
from ..widgets.empty_state import EmptyState, Hint, Step
from .document import Document, Loaded
from .library_panel import LibraryPanel
from .list_room import ListRoom
from .memory import Memory
from .notices import LOCKED, TOPIC, failure_message, state_message
from .opening import Opening
from .outputs import Outputs
from .page import SessionPage
from .places import session_among, usual_places

LOGGER = logging.getLogger(__name__)

LIST_PX = 296
SHARES = ("review/across", "review/down")


class ReviewWorkspace(QWidget):
    """Going through a session."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._memory = Memory(context.settings)
        self.opening = Opening(context, lambda: not self._has_session(), self)
        self.library = LibraryPanel(context, lambda: usual_places(context.settings))
        self.page = SessionPage(context)
        self.outputs = Outputs(
            self, context, lambda: self.page.document, lambda: self.page.stage.opened
        )
        action = context.actions["session_list"]
        self._room = ListRoom(self, self.library, action, self._memory, self._has_session)
        self._room.keyboard_left.connect(self.page.setFocus)
        self.empty = EmptyState(context.theme, context.icons)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._show_nothing()

    @property
    def document(self) -> Document | None:
        """The session that is open, None if none is."""
        return self.page.document

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being read or looked for."""
        return not self.opening.is_busy and self.library.is_settled

    def open(self, folder: Path) -> None:
        """Read a session away from the window, then show it."""
        self.context.banner.dismiss(TOPIC)
        cancel = Step("Cancel", self.opening.cancel)
        self.empty.show_hint(Hint("review", f"Opening {folder.name}…", "", (cancel,), busy=True))
        if self.document is None:
            self._stack.setCurrentWidget(self.empty)
        self.opening.open(folder)

    def close_session(self) -> None:
        """Save what was changed and show no session."""
        document = self.document
        if document is None:
            return
        self.page.open(None)
        problem = document.close()
        if problem:
            self.context.banner.say(failure_message(problem, None, self._reload))
        document.deleteLater()
        self._tell_actions()

    def save_state(self) -> None:
        """Remember how the room is shared out, if the user has done so."""
        for key, state in zip(SHARES, self.page.shares or (), strict=False):
            self.context.settings.put_bytes(key, state)

    def restore_state(self) -> None:
        """Share out the room as it was."""
        across, down = (self.context.settings.bytes_of(key) for key in SHARES)
        self.page.restore_shares(across, down)

    def close_work(self) -> None:
        """Save what waits and end the threads."""
        in_any_case(self.outputs.close_work, self.page.close_work, self._close_document)

    def _close_document(self) -> None:
        if self.document is not None and (problem := self.document.close()):
            LOGGER.error("changes could not be saved: %s", problem)

    def take(self, paths: list[Path]) -> bool:
        """A session folder, or a file of one, was dropped: open it. Any other folder is listed."""
        session = session_among(paths)
        if session is not None:
            self.open(session)
            return True
        folders = [path for path in paths if path.is_dir()]
        for folder in folders:
            self.library.add_folder(folder)
        return bool(folders)

    def event(self, event: QEvent) -> bool:
        """Space presses a button that was reached by Tab; otherwise it plays."""
        if is_space(event) and isinstance(self.focusWidget(), QAbstractButton):
            event.accept()
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees stands still."""
        super().hideEvent(event)
        self.page.playhead.pause()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list gives way where room has become short, and comes back."""
        super().resizeEvent(event)
        self._room.resized(event.oldSize().width())

    def choose(self) -> None:
        """Let the user choose a session folder."""
        start = self.context.settings.recordings
        ask_folder(self, "Open Session", start, self.context.navigator.open_session)

    def _has_session(self) -> bool:
        return self.document is not None

    def _take(self, task: Task[Loaded], folder: Path) -> None:
        self.close_session()
        if task.value is None:
            self._show_failure(folder, str(task.error))
        else:
            self._show_session(folder, task.value)
        self._tell_actions()

    def _show_failure(self, folder: Path, text: str) -> None:
        steps = (Step("Show Files", lambda: show_in_files(folder)),)
        title = f"{folder.name} cannot be opened"
        self.empty.show_hint(Hint("warning", title, sentence(text), steps))
        self._stack.setCurrentWidget(self.empty)
        self.library.set_open(None)
        self._room.share()

    def _show_session(self, folder: Path, loaded: Loaded) -> None:
        recording = self.context.bridge.last.recording
        is_running = recording is not None and recording.folder.resolve() == folder.resolve()
        locked = LOCKED if is_running else ""
        document = Document(loaded, self.context.background, locked, parent=self)
        document.failed.connect(self._tell_failure)
        self.page.open(document, self._memory.video_of(folder))
        self._stack.setCurrentWidget(self.page)
        self.library.set_open(folder)
        reload = self.context.actions["session_reload"].trigger
        message = state_message(document, is_running, reload)
        if message is not None:
            self.context.banner.say(message)
        self._room.fit()
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or not self.library.isAncestorOf(focus)):
            self.page.setFocus()  # not a button, which Space would press

    def _tell_failure(self, text: str) -> None:
        reload = self.context.actions["session_reload"].trigger
        self.context.banner.say(failure_message(text, self.document, reload))

    def _show_nothing(self) -> None:
        if self.document is None:
            steps = (Step("Open Session…", self.choose),)
            text = "Choose a session in the list, or drop its folder here."
            self.empty.show_hint(Hint("review", "No session is open", text, steps))
            self._stack.setCurrentWidget(self.empty)
        self._room.share()

    def _tell_actions(self) -> None:
        has = self.document is not None
        for key in ("session_report", "session_export", "analyze_again", "session_folder"):
            self.context.actions[key].setEnabled(has)
        self.context.actions["session_reload"].setEnabled(has)

    def _reload(self) -> None:
        if self.document is not None:
            self.open(self.document.folder)

    def _show_files(self) -> None:
        if self.document is not None:
            show_in_files(self.document.folder)

    def _connect(self) -> None:
        context, actions = self.context, self.context.actions
        self.opening.done.connect(self._take)
        self.opening.cancelled.connect(self._show_nothing)
        context.navigator.session_wanted.connect(self.open)
        self.library.session_wanted.connect(self.open)
        self.library.choose_wanted.connect(self.choose)
        self.library.add.clicked.connect(self._ask_folder)
        self.library.report_wanted.connect(self.outputs.ask_groups)
        self.page.find_wanted.connect(self._ask_video)
        self.page.stage.found.connect(self._keep_video)
        actions["open_session"].triggered.connect(self.choose)
        actions["session_reload"].triggered.connect(self._reload)
        actions["session_folder"].triggered.connect(self._show_files)
        self._tell_actions()

    def _ask_video(self) -> None:
        """Let the user say where the video of the open session is."""
        if self.document is not None:
            start = self.document.folder.parent
            ask_file(self, "Video of This Session", start, self.use_video)

    def use_video(self, path: Path) -> None:
        """Show this video with the open session, and remember it if it is the one analysed."""
        if self.document is not None:
            self.page.stage.open(self.document, path)

    def _keep_video(self, path: Path) -> None:
        if self.document is not None:
            self._memory.set_video(self.document.folder, path)

    def _ask_folder(self) -> None:
        ask_folder(self, "Folder with Sessions", Path.home(), self.library.add_folder)

    def _lay_out(self) -> None:
        self.library.setProperty("role", "panel")
        self.library.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.library.setFixedWidth(LIST_PX)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.page)
        left = QVBoxLayout()
        left.setContentsMargins(0, GRID, 0, GRID)
        left.addWidget(self.library)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GRID, 0)
        row.setSpacing(GRID)
        row.addLayout(left)
        row.addWidget(self._stack, 1)
