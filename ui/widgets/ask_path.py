"""Questions for a folder or a file, which block nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_folder(parent: QWidget, title: str, start: Path, then: Callable[[Path], None]) -> None:
    """Ask for a folder; `then` gets it if the user chooses one."""
    _ask(QFileDialog(parent.window(), title, str(start)), QFileDialog.FileMode.Directory, then)


def ask_file(parent: QWidget, title: str, start: Path, then: Callable[[Path], None]) -> None:
    """Ask for a file that is there."""
    _ask(QFileDialog(parent.window(), title, str(start)), QFileDialog.FileMode.ExistingFile, then)


def ask_new_file(
    parent: QWidget, title: str, path: Path, kind: str, then: Callable[[Path], None]
) -> None:
    """Ask for the name of a file to write.

    Args:
        parent: The widget that asks.
        title: What it is about.
        path: The name that is offered; its suffix is added where the user leaves it out.
        kind: Which files are shown, e.g. `Web page (*.html)`.
        then: Gets the path if the user agrees.
    """
    dialog = QFileDialog(parent.window(), title, str(path))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(path.suffix.removeprefix("."))
    _ask(dialog, QFileDialog.FileMode.AnyFile, then)


def _ask(dialog: QFileDialog, mode: QFileDialog.FileMode, then: Callable[[Path], None]) -> None:
    dialog.setFileMode(mode)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
