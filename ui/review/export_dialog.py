"""Which formats, and where to; then how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fervideo.session.export import FORMATS
from fervideo.user_paths import user_path

from ..theme import GRID, Theme
from ..widgets.ask_path import ask_folder
from ..widgets.elided import ElidedLabel
from ..widgets.tick_box import TickBox
from .exporting import ExportRun

POLL_MS = 100
_STEPS = 1000


class ExportDialog(QDialog):
    """Asks, then shows progress.

    Args:
        parent: The window.
        theme: The theme.
        names: Name of the file or folder that each format makes.
        reasons: Why a format cannot be made, empty where it can.
        chosen: Formats that are ticked at first.
        folder: Where the files go at first.

    Attributes:
        export_wanted: The names of the formats and the folder.
    """

    export_wanted = Signal(list, Path)

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        names: Mapping[str, str],
        reasons: Mapping[str, str],
        chosen: tuple[str, ...],
        folder: Path,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._run: ExportRun | None = None
        self.boxes: dict[str, TickBox] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        for line, (name, file) in enumerate(names.items()):
            self._add_format(line, name, reasons[name] or file, bool(reasons[name]))
            self.boxes[name].setChecked(name in chosen and not reasons[name])
        self.folder = QLineEdit(str(folder))
        self.folder.setAccessibleName("Folder")
        self.browse = QPushButton("Choose…")
        self.browse.clicked.connect(self._ask_folder)
        self.bar = QProgressBar(textVisible=False, maximum=_STEPS)
        self.bar.setAccessibleName("Progress")
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.go = QPushButton("Export")
        self.go.setProperty("role", "main")
        self.go.setDefault(True)
        self.go.clicked.connect(self._start)
        self.cancel = QPushButton("Cancel")
        self.cancel.clicked.connect(self.reject)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        self._lay_out()
        self._tell()
        for box in self.boxes.values():
            box.toggled.connect(self._tell)

    @property
    def chosen(self) -> list[str]:
        """The formats that are ticked."""
        return [name for name, box in self.boxes.items() if box.isChecked() and box.isEnabled()]

    def follow(self, run: ExportRun) -> None:
        """Show how far a run is, until it is over."""
        self._run = run
        for widget in (*self.boxes.values(), self.folder, self.browse, self.go):
            widget.setEnabled(False)
        self.cancel.setText("Stop")
        self.bar.show()
        self._timer.start()
        self._look()

    def reject(self) -> None:
        """Stop what runs, then close."""
        if self._run is not None:
            self._run.stop.set()
            self.state.setText("Stopping…")
            self.cancel.setEnabled(False)
        else:
            super().reject()

    def finish(self) -> None:
        """The run is over."""
        self._timer.stop()
        self._run = None
        self.accept()

    def _start(self) -> None:
        self.export_wanted.emit(self.chosen, user_path(self.folder.text().strip()))

    def _look(self) -> None:
        if self._run is not None and not self._run.stop.is_set():
            self.bar.setValue(round(_STEPS * self._run.share))
            self.state.setText(self._run.title)

    def _tell(self) -> None:
        """Say what would be written."""
        count = len(self.chosen)
        has_place = bool(self.folder.text().strip())
        self.go.setEnabled(bool(count) and has_place)
        words = "Choose a format" if not count else "" if has_place else "Choose a folder"
        self.state.setText(words)

    def _add_format(self, line: int, name: str, words: str, is_off: bool) -> None:
        box, hint = TickBox(self._theme, FORMATS[name].title), ElidedLabel(words)
        hint.setProperty("role", "muted")
        for widget in (box, hint):
            widget.setEnabled(not is_off)
        self._grid.addWidget(box, line, 0)
        self._grid.addWidget(hint, line, 1)
        self.boxes[name] = box

    def _ask_folder(self) -> None:
        start = Path(self.folder.text())
        ask_folder(self, "Export To", start, lambda path: self.folder.setText(str(path)))

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(GRID)
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.state, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(self._grid)
        column.addLayout(place)
        column.addWidget(self.bar)
        column.addLayout(buttons)
        self.bar.hide()
        self.folder.textChanged.connect(self._tell)
        self.setMinimumWidth(480)
