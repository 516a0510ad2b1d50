"""The question before the window is closed over an analysis that runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMessageBox, QWidget

from fervideo.analysis.jobs import QueueSnapshot

from .words import count, has_begun, left_to_do


def ask_to_stop(
    parent: QWidget, picture: QPixmap, snapshot: QueueSnapshot, stop: Callable[[], None]
) -> None:
    """Ask, without blocking anything, whether to stop; there is one such question at a time.

    Args:
        parent: Over which widget to ask.
        picture: Stands beside the question.
        snapshot: What is under way.
        stop: Called if the answer is yes.
    """
    if parent.findChild(QMessageBox, "stop-analysis") is not None:
        return
    names = [
        f"{job.name} ({100 * (job.progress or 0):.0f} %)" for job in snapshot.jobs if has_begun(job)
    ]
    verb = "is" if len(names) == 1 else "are"
    box = QMessageBox(parent)
    box.setObjectName("stop-analysis")
    box.setIconPixmap(picture)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Stop the analysis?")
    box.setText(f"{', '.join(names)} {verb} being analysed. Stop and close?")
    box.setInformativeText(
        "What is done so far stays as a session. "
        f"{count(left_to_do(snapshot), 'video')} will wait in the queue next time; "
        "one that was begun is analysed from its start."
    )
    yes = box.addButton("Stop and Close", QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton("Keep Going", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    yes.clicked.connect(stop)
    box.finished.connect(box.deleteLater)
    box.open()
