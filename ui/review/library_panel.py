"""The list of sessions: where they are, which ones, which are broken and why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fervideo.session.library import SessionInfo

from ..background import Task
from ..context import Context
from ..live.recorder import show_in_files
from ..theme import GRID
from ..widgets.buttons import IconButton
from ..widgets.empty_state import EmptyState, Hint, Step
from .library_rows import Found, look, row_of
from .memory import Memory
from .rows import RowList

LATER_MS = 300
"""Several sessions that change at once are looked for once."""


class LibraryPanel(QWidget):
    """Finds sessions in the recordings folder, the output of Analyze and folders of the user's.

    Attributes:
        session_wanted: Folder of a session to open.
        choose_wanted: The user wants to open a folder that is not listed.
        report_wanted: Folders of the sessions that are listed and of those that are chosen, to
            report side by side.
    """

    session_wanted = Signal(Path)
    choose_wanted = Signal()
    report_wanted = Signal(list, list)

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
        self.report = QPushButton("Report…")
        self.report.setProperty("role", "flat")
        self.report.setToolTip("Report on several sessions, in groups")
        self.report.setAccessibleName("Report on several sessions")
        self.report.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.report.clicked.connect(self._want_several)
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
        self.report.setVisible(number > 1)
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
        chosen = self._chosen if folder in self._chosen else [folder]
        several = f" on {len(chosen)} Sessions" if len(chosen) > 1 else ""
        menu.addAction(f"Report{several}…", lambda: self._want_report(chosen))
        own = [each for each in self._memory.folders if folder.is_relative_to(each)]
        for each in own:
            menu.addAction(f"List {each.name} No More", partial(self._forget, each))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    @property
    def _chosen(self) -> list[Path]:
        return [key for key in self.list.chosen if isinstance(key, Path)]

    @property
    def _listed(self) -> list[Path]:
        return [row.key for row in self.list.rows if isinstance(row.key, Path)]

    def _want_several(self) -> None:
        """Report on the sessions that are chosen; on all that are listed if fewer than two are."""
        chosen = self._chosen
        self._want_report(chosen if len(chosen) > 1 else self._listed)

    def _want_report(self, chosen: list[Path]) -> None:
        """Report on some of the sessions that are listed and can be opened."""
        broken = {info.folder for info in self._found if info.problem is not None}
        listed = [folder for folder in self._listed if folder not in broken]
        self.report_wanted.emit(listed, [folder for folder in chosen if folder in listed])

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
        footer = QHBoxLayout()
        footer.addWidget(self.count, 1)
        footer.addWidget(self.report)
        column.addLayout(footer)
        self.empty.hide()
