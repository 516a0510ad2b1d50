"""Asking for files and folders, and the hint that they may be dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QWidget

from fervideo.analysis.inputs import VIDEO_SUFFIXES

from ..guard import painting
from ..settings import Settings
from ..theme import GRID, Theme, body_font, with_weight

FILTER = f"Videos ({' '.join(f'*{suffix}' for suffix in sorted(VIDEO_SUFFIXES))});;All files (*)"


def is_for_queue(paths: Sequence[Path]) -> bool:
    """Whether these are to be analysed rather than played: several, or a folder with a video."""
    return len(paths) > 1 or any(path.is_dir() and _has_video(path) for path in paths)


def _has_video(folder: Path) -> bool:
    with suppress(OSError):
        return any(path.suffix.casefold() in VIDEO_SUFFIXES for path in folder.iterdir())
    return False


class Adding(QObject):
    """Asks which videos to add.

    Args:
        window: Over which widget to ask.
        settings: Remembers the folder looked into last.
        take: Gets the paths.
    """

    def __init__(
        self, window: QWidget, settings: Settings, take: Callable[[list[Path]], object]
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._take = window, settings, take

    def ask_files(self) -> None:
        """Ask for videos."""
        dialog = self._dialog("Add Videos", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(FILTER)
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder."""
        dialog = self._dialog("Add Folder", QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._settings.last_folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._selected)
        return dialog

    def _selected(self, files: list[str]) -> None:
        paths = [Path(file) for file in files]
        if paths:
            self._settings.last_folder = paths[0].parent
            self._take(paths)


class DropHint(QWidget):
    """Lies over the workspace while files are held over it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._under = theme, parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_over(self) -> None:
        """Cover the parent."""
        self.setGeometry(self._under.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil, a dashed frame, two words."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.color("window", 0.92))
            pen = QPen(self._theme.color("accent"), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(self._theme.color("accent", 0.1))
            frame = QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID)
            painter.drawRoundedRect(frame, GRID, GRID)
            painter.setFont(with_weight(body_font(), QFont.Weight.DemiBold))
            painter.setPen(self._theme.color("text"))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "Drop to add to the queue")
