"""The list of sessions: where they are, which ones, which are broken and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from fervideo.errors import SessionError
from fervideo.session.library import SessionInfo, find_sessions
from fervideo.session.schema import UNFINISHED

from ..background import Task
from ..context import Context
from ..live.recorder import show_in_files
from ..theme import GRID
from ..widgets.buttons import IconButton
from ..widgets.empty_state import EmptyState, Hint, Step
from .clock import time_text
from .memory import Memory
from .rows import Row, RowList

LATER_MS = 300
"""Several sessions that change at once are looked for once."""

Found = tuple[tuple[SessionInfo, ...], tuple[str, ...]]


def look(folders: Iterable[Path]) -> Found:
    """The sessions of all folders, the newest first, and what went wrong. May take seconds."""
    found: dict[Path, SessionInfo] = {}
    problems = []
    for folder in dict.fromkeys(folders):
        try:
            found |= {info.folder.resolve(): info for info in find_sessions(folder)}
        except SessionError as error:
            problems.append(str(error))
    oldest = [info for info in found.values() if info.started is None]
    dated = [info for info in found.values() if info.started is not None]
    dated.sort(key=lambda info: info.started, reverse=True)  # type: ignore[arg-type,return-value]
    return (*dated, *oldest), tuple(problems)


def day_text(moment: datetime | None, now: datetime) -> str:
    """When it was, as short as can be: a time today, a day this year, else month and year."""
    if moment is None:
        return ""
    here, today = moment.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%b}" if here.year == today.year else f"{here:%b %Y}"


def row_of(info: SessionInfo, is_open: bool, is_running: bool = False) -> Row:
    """A session as a row of the list."""
    date = day_text(info.started, datetime.now(UTC))
    if info.problem is not None:
        text = info.problem[:1].upper() + info.problem[1:]
        return Row(info.folder, info.name, text, date, "warning", "warning", tip=text)
    parts = [
        None if info.duration_s is None else time_text(info.duration_s, 0),
        None if info.faces is None else f"{info.faces} face{'' if info.faces == 1 else 's'}",
        info.model,
    ]
    if is_running:
        parts.append("being recorded")
    elif info.end_reason == UNFINISHED or info.end_reason.startswith("error"):
        parts.append("cut short")
    text = "  ·  ".join(filter(None, parts))
    icon = "video" if info.has_video else "review"
    when = "" if info.started is None else f"{info.started.astimezone():%d %B %Y, %H:%M}"
    tip = "\n".join(filter(None, (str(info.folder), info.source, when)))
    return Row(info.folder, info.name, text, date, icon, strong=is_open, tip=tip)


class LibraryPanel(QWidget):
    """Finds sessions in the recordings folder, the output of Analyze and folders of the user's.

    Attributes:
        session_wanted: Folder of a session to open.
        choose_wanted: The user wants to open a folder that is not listed.
        report_wanted: Folders of sessions to report side by side.
    """

    session_wanted = Signal(Path)
    choose_wanted = Signal()
    report_wanted = Signal(list)

    def __init__(self, context: Context, places: Callable[[], list[Path]]) -> None:
        super().__init__()
        self._context, self._places = context, places
        self._memory = Memory(context.settings)
        self._found: tuple[SessionInfo, ...] = ()
        self._open: Path | None = None
        self._generation = 0
        self._is_looking = False
        self.search = QLineEdit(placeholderText="Search sessions", clearButtonEnabled=True)
        self.search.setAccessibleName("Search sessions")
        self.list = RowList(context.theme, context.icons, "Sessions")
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.empty = EmptyState(context.theme, context.icons)
        self.add = IconButton(context.theme, context.icons, "folder", size=32)
        self.add.describe("Add a folder with sessions")
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._lay_out()
        self._later.timeout.connect(self.refresh)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._open_first)
        self.list.setSelectionMode(RowList.SelectionMode.ExtendedSelection)
        self.list.opened.connect(self._open_one)
        self.list.menu_wanted.connect(self._show_menu)
        context.navigator.sessions_changed.connect(lambda _: self._later.start())

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being looked for."""
        return not self._is_looking and not self._later.isActive()

    @property
    def folders(self) -> list[Path]:
        """Where sessions are looked for."""
        return [*self._places(), *self._memory.folders]

    def refresh(self) -> None:
        """Look for sessions, away from the window."""
        self._generation += 1
        self._is_looking = True
        folders, generation = self.folders, self._generation
        self._context.background.start(
            lambda: look(folders), lambda task: self._take(task, generation), "find-sessions"
        )

    def set_open(self, folder: Path | None) -> None:
        """Show which one is open."""
        self._open = folder.resolve() if folder is not None else None
        self._show()
        if folder is not None:
            self.list.choose(next((i.folder for i in self._found if self._is_open(i)), folder))

    def add_folder(self, folder: Path) -> None:
        """Look for sessions in this folder too, now and from now on."""
        if folder not in self.folders:
            self._memory.folders = (*self._memory.folders, folder)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Look afresh whenever it comes into sight."""
        super().showEvent(event)
        self.refresh()

    def _is_open(self, info: SessionInfo) -> bool:
        return self._open is not None and info.folder.resolve() == self._open

    def _is_running(self, info: SessionInfo) -> bool:
        recording = self._context.bridge.last.recording
        return recording is not None and recording.folder.resolve() == info.folder.resolve()

    def _take(self, task: Task[Found], generation: int) -> None:
        if generation != self._generation:
            return
        self._is_looking = False
        if task.value is None:
            return
        self._found, problems = task.value
        self._show()
        self.count.setToolTip("\n".join(problems))

    def _show(self) -> None:
        search = self.search.text()
        shown = [info for info in self._found if info.matches(search)]
        self.list.show_rows(
            row_of(info, self._is_open(info), self._is_running(info)) for info in shown
        )
        number = len(shown)
        self.count.setText(f"{number} session{'' if number == 1 else 's'}")
        self.list.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        if not shown:
            self.empty.show_hint(self._hint(search))

    def _hint(self, search: str) -> Hint:
        if self._found:
            clear = Step("Clear the Search", self.search.clear)
            return Hint("search", "Nothing found", f"No session fits “{search}”.", (clear,))
        steps = (
            Step("Open Session…", self.choose_wanted.emit),
            Step("Add Folder…", self.add.click),
        )
        return Hint(
            "review",
            "No session yet",
            "Record in Live or analyse a video: sessions appear here.",
            steps,
        )

    def _open_one(self, folder: Path) -> None:
        """A click opens; one with Ctrl or Shift chooses several."""
        if len(self.list.chosen) < 2:
            self.session_wanted.emit(folder)

    def _open_first(self) -> None:
        rows = self.list.rows
        if rows:
            self.session_wanted.emit(rows[0].key)

    def _show_menu(self, folder: Path, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Open", lambda: self.session_wanted.emit(folder))
        menu.addAction("Show Files", lambda: show_in_files(folder))
        chosen = [key for key in self.list.chosen if isinstance(key, Path)]
        chosen = chosen if folder in chosen else [folder]
        several = f" on {len(chosen)} Sessions" if len(chosen) > 1 else ""
        menu.addAction(f"Report{several}…", lambda: self.report_wanted.emit(chosen))
        own = [each for each in self._memory.folders if folder.is_relative_to(each)]
        for each in own:
            menu.addAction(f"List {each.name} No More", partial(self._forget, each))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _forget(self, folder: Path) -> None:
        self._memory.folders = [each for each in self._memory.folders if each != folder]
        self.refresh()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(GRID // 2)
        header.addWidget(self.search, 1)
        header.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(header)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.count)
        self.empty.hide()
