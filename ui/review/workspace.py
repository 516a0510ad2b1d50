"""The Review workspace: the list of sessions, and the one that is open."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fervideo.session.schema import DESCRIPTION_FILE, TIMELINE_FILE, UNFINISHED

from ..background import Task
from ..context import Context
from ..live.recorder import show_in_files
from ..theme import GRID
from ..widgets.banner import Message, Tone
from ..widgets.buttons import is_space
from ..widgets.empty_state import EmptyState, Hint, Step
from .document import Document, Loaded, load
from .library_panel import LibraryPanel
from .memory import Memory, analysis_folder
from .outputs import Outputs
from .page import SessionPage

LOGGER = logging.getLogger(__name__)

LIST_PX = 296
ROOM_FOR_LIST = 1180
TOPIC = "review"
SHARES = ("review/across", "review/down")


class ReviewWorkspace(QWidget):
    """Going through a session."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._memory = Memory(context.settings)
        self._generation = 0
        self._loading: Path | None = None
        self.library = LibraryPanel(context, self._places)
        self.page = SessionPage(context)
        self.outputs = Outputs(
            self, context, lambda: self.page.document, lambda: self.page.stage.opened
        )
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
        return self._loading is None and self.library.is_settled

    def open(self, folder: Path) -> None:
        """Read a session away from the window, then show it."""
        self._generation += 1
        generation, self._loading = self._generation, folder
        self.context.banner.dismiss(TOPIC)
        cancel = Step("Cancel", self._cancel)
        self.empty.show_hint(Hint("review", f"Opening {folder.name}…", "", (cancel,), busy=True))
        if self.document is None:
            self._stack.setCurrentWidget(self.empty)
        self.context.background.start(
            lambda: load(folder), lambda task: self._take(task, folder, generation), "load-session"
        )

    def close_session(self) -> None:
        """Save what was changed and show no session."""
        document = self.document
        if document is None:
            return
        self.page.open(None)
        problem = document.close()
        if problem:
            self._say(problem, Tone.ERROR)
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
        self.outputs.close_work()
        self.page.close_work()
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
        narrow = self.width() < ROOM_FOR_LIST
        if narrow != (event.oldSize().width() < ROOM_FOR_LIST):
            self._fit_list()

    def choose(self) -> None:
        """Let the user choose a session folder."""
        start = str(self.context.settings.recordings)
        dialog = QFileDialog(self.window(), "Open Session", start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.context.navigator.open_session(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, task: Task[Loaded], folder: Path, generation: int) -> None:
        if generation != self._generation:
            return
        self._loading = None
        if task.value is None:
            text = str(task.error)
            steps = (Step("Show Files", lambda: show_in_files(folder)),)
            hint = Hint("warning", f"{folder.name} cannot be opened", _sentence(text), steps)
            self.close_session()
            self.empty.show_hint(hint)
            self._stack.setCurrentWidget(self.empty)
            self.library.set_open(None)
            return
        self.close_session()
        recording = self.context.bridge.last.recording
        is_running = recording is not None and recording.folder.resolve() == folder.resolve()
        locked = "expected a finished recording to change, found one going on; end it in Live first"
        document = Document(
            task.value, self.context.background, locked if is_running else "", parent=self
        )
        document.failed.connect(self._tell_failure)
        self.page.open(document, self._memory.video_of(folder))
        self._stack.setCurrentWidget(self.page)
        self.library.set_open(folder)
        self._tell_state(document, is_running)
        self._tell_actions()
        self._fit_list()

    def _tell_state(self, document: Document, is_running: bool) -> None:
        """Say what is not as it should be."""
        session = document.recorded
        reload = self.context.actions["session_reload"].trigger
        if is_running:
            text = "This session is still being recorded: it is shown up to when it was opened."
            self._say(text, Tone.INFO, "Load Again", reload)
        elif document.locked:
            self._say(
                f"{_sentence(document.locked)} Nothing can be changed until then.", Tone.WARNING
            )
        elif session.end_reason == UNFINISHED:
            cut = " Its last line is cut and left out." if session.cut_lines else ""
            text = f"This session was never finished, perhaps by a crash or a power cut.{cut}"
            self._say(f"{text} What was written is here.", Tone.WARNING)
        elif session.end_reason.startswith("error"):
            reason = session.end_reason.partition(": ")[2]
            self._say(f"This session was ended by an error: {_sentence(reason)}", Tone.WARNING)

    def _tell_failure(self, sentence: str) -> None:
        document = self.document
        if document is None or document.locked:
            reload = self.context.actions["session_reload"].trigger
            self._say(_sentence(sentence), Tone.WARNING, "Load Again", reload)
        else:
            self._say(_sentence(sentence), Tone.ERROR, "Try Again", document.save_again)

    def _say(self, text: str, tone: Tone, action: str = "", run: object = None) -> None:
        self.context.banner.say(
            Message(text, tone, action, run if callable(run) else None, topic=TOPIC)
        )

    def _cancel(self) -> None:
        self._generation += 1
        self._loading = None
        self._show_nothing()

    def _show_nothing(self) -> None:
        if self.document is None:
            steps = (Step("Open Session…", self.choose),)
            text = "Choose a session in the list, or drop its folder here."
            self.empty.show_hint(Hint("review", "No session is open", text, steps))
            self._stack.setCurrentWidget(self.empty)
        self._share_room()

    def _tell_actions(self) -> None:
        has = self.document is not None
        for key in ("session_report", "session_export", "analyze_again", "session_folder"):
            self.context.actions[key].setEnabled(has)
        self.context.actions["session_reload"].setEnabled(has)

    def _places(self) -> list[Path]:
        own = [self.context.settings.recordings]
        analysis = analysis_folder(self.context.settings)
        return own if analysis is None or analysis in own else [*own, analysis]

    def _share_room(self) -> None:
        """The list is there while nothing is open; beside a session where it was wished for."""
        action = self.context.actions["session_list"]
        self.library.setVisible(self.document is None or action.isChecked())

    def _toggle_list(self, on: bool) -> None:
        if self.width() >= ROOM_FOR_LIST:
            self._memory.list_shown = on
        self._share_room()

    def _fit_list(self) -> None:
        """In a narrow window the list gives way to the session, until it is asked for."""
        is_narrow = self.width() < ROOM_FOR_LIST
        shown = not is_narrow and self._memory.list_shown
        self.context.actions["session_list"].setChecked(shown)
        self._share_room()

    def _reload(self) -> None:
        if self.document is not None:
            self.open(self.document.folder)

    def _show_files(self) -> None:
        if self.document is not None:
            show_in_files(self.document.folder)

    def _connect(self) -> None:
        context, actions = self.context, self.context.actions
        context.navigator.session_wanted.connect(self.open)
        self.library.session_wanted.connect(self.open)
        self.library.choose_wanted.connect(self.choose)
        self.library.add.clicked.connect(self._ask_folder)
        self.library.report_wanted.connect(self.outputs.ask_report_of)
        self.page.find_wanted.connect(self._ask_video)
        actions["open_session"].triggered.connect(self.choose)
        actions["session_list"].setChecked(self._memory.list_shown)
        actions["session_list"].toggled.connect(self._toggle_list)
        actions["session_reload"].triggered.connect(self._reload)
        actions["session_folder"].triggered.connect(self._show_files)
        self._tell_actions()

    def _ask_video(self) -> None:
        """Let the user say where the video of the open session is."""
        document = self.document
        if document is None:
            return
        dialog = QFileDialog(self.window(), "Video of This Session", str(document.folder.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.use_video(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use_video(self, path: Path) -> None:
        """Show this video with the open session, if it is the one that was analysed."""
        if self.document is not None:
            self._memory.set_video(self.document.folder, path)
            self.page.stage.open(self.document, path)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self.window(), "Folder with Sessions", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.library.add_folder(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

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


def _sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "…")) else ".")


def session_among(paths: list[Path]) -> Path | None:
    """The first session folder among these, or the one a file of which is among them."""
    for path in paths:
        folder = path if path.is_dir() else path.parent
        own = path.is_dir() or path.name in (DESCRIPTION_FILE, TIMELINE_FILE)
        if own and (folder / DESCRIPTION_FILE).is_file() and (folder / TIMELINE_FILE).is_file():
            return folder
    return None
