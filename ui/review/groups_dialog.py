"""Which sessions go into a report, and to which group each belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..theme import GRID, Theme
from ..widgets.tick_box import TickBox

NO_GROUP = "no group"
_HINT = (
    "Sessions of one group are set side by side, with their mean and standard deviation. "
    "A session may be in none."
)
_FEWEST_PX, _MOST_PX = 120, 420


class GroupsDialog(QDialog):
    """A row for each session: whether it is in the report, and its group.

    Args:
        parent: The window.
        theme: The theme.
        folders: The sessions, in the order they are listed.
        chosen: Those that are ticked at first.
        groups: Names of groups that are known already, by session.

    Attributes:
        report_wanted: Pairs of folder and group, in the order of the list.
    """

    report_wanted = Signal(list)

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        folders: Sequence[Path],
        chosen: Sequence[Path],
        groups: Mapping[Path, str],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report on Several Sessions")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._known = QStringListModel(sorted({name for name in groups.values() if name}), self)
        self.all = TickBox(theme, "All sessions of the list")
        self.all.clicked.connect(self._tick_all)
        self.boxes: dict[Path, TickBox] = {}
        self.lines: dict[Path, QLineEdit] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 1)
        for row, folder in enumerate(folders):
            self._add(theme, row, folder, folder in chosen, groups.get(folder, ""))
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.by_folder = QPushButton("Groups by Folder")
        self.by_folder.setProperty("role", "flat")
        self.by_folder.setToolTip("Let the folder that a session lies in be its group")
        self.by_folder.clicked.connect(self._take_folders)
        self.go = QPushButton("Report…")
        self.go.setProperty("role", "main")
        self.go.setDefault(True)
        self.go.clicked.connect(self._go)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.reject)
        self._lay_out()
        self._tell()

    @property
    def pairs(self) -> list[tuple[Path, str]]:
        """The sessions that are ticked, each with its group, empty for none."""
        return [(folder, self._group(folder)) for folder in self.boxes if self._is_in(folder)]

    @property
    def groups(self) -> dict[Path, str]:
        """The groups of all sessions that have one, ticked or not."""
        return {folder: name for folder in self.lines if (name := self._group(folder))}

    def _group(self, folder: Path) -> str:
        return " ".join(self.lines[folder].text().split())

    def _is_in(self, folder: Path) -> bool:
        return self.boxes[folder].isChecked()

    def _add(self, theme: Theme, row: int, folder: Path, is_in: bool, group: str) -> None:
        box, line = TickBox(theme, folder.name), QLineEdit(group)
        box.setToolTip(str(folder))
        box.setChecked(is_in)
        box.toggled.connect(self._tell)
        line.setPlaceholderText(NO_GROUP)
        line.setAccessibleName(f"Group of {folder.name}")
        line.setMaximumWidth(20 * GRID)
        completer = QCompleter(self._known, line)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        line.setCompleter(completer)
        line.textEdited.connect(lambda _, b=box: b.setChecked(True))
        line.editingFinished.connect(self._learn)
        line.textChanged.connect(self._tell)
        self._grid.addWidget(box, row, 0)
        self._grid.addWidget(line, row, 1)
        self.boxes[folder], self.lines[folder] = box, line

    def _learn(self) -> None:
        """Names that were typed are offered in the other lines."""
        names = sorted({*self._known.stringList(), *self.groups.values()})
        if names != self._known.stringList():
            self._known.setStringList(names)

    def _take_folders(self) -> None:
        for folder, line in self.lines.items():
            line.setText(folder.parent.name)
        self._learn()

    def _tick_all(self) -> None:
        on = not all(map(self._is_in, self.boxes))
        for box in self.boxes.values():
            box.setChecked(on)
        self._tell()

    def _go(self) -> None:
        pairs = self.pairs
        self.accept()
        self.report_wanted.emit(pairs)

    def _tell(self) -> None:
        """Say what would be reported."""
        pairs = self.pairs
        named = {group for _, group in pairs if group}
        self.go.setEnabled(bool(pairs))
        sessions = f"{len(pairs)} session{'' if len(pairs) == 1 else 's'}"
        groups = f" in {len(named)} group{'' if len(named) == 1 else 's'}" if named else ""
        alone = sum(not group for _, group in pairs)
        rest = f", {alone} in none" if named and alone else ""
        some = Qt.CheckState.PartiallyChecked if pairs else Qt.CheckState.Unchecked
        self.all.setCheckState(Qt.CheckState.Checked if len(pairs) == len(self.boxes) else some)
        self.state.setText(f"{sessions}{groups}{rest}" if pairs else "Tick a session")

    def _lay_out(self) -> None:
        hint = QLabel(_HINT, wordWrap=True)
        hint.setProperty("role", "muted")
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, GRID, 0)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setWidget(page)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(max(page.sizeHint().height(), _FEWEST_PX), _MOST_PX))
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.by_folder)
        buttons.addWidget(self.state, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(hint)
        top = QVBoxLayout()
        top.setSpacing(GRID // 2)
        top.addWidget(self.all)
        top.addWidget(area, 1)
        column.addLayout(top, 1)
        column.addLayout(buttons)
        self.setMinimumWidth(560)
