"""What this program is, which version, and under which licences its parts are."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fervideo import __version__
from fervideo.errors import FervideoError
from fervideo.resources import asset_file

from ..shortcuts import Actions
from ..theme import GRID

WIDTH, ICON = 520, 64
WHAT = (
    "Facial expression recognition in real time, from a camera or a video. Everything runs on "
    "this computer; nothing leaves it."
)
LICENCES = (
    ("The program", "Apache License 2.0"),
    ("Face detection and landmarks", "MediaPipe's models, Apache License 2.0"),
    (
        "Weights",
        "trained on data sets for research: each card in Models names them and their terms",
    ),
    ("Demo clip", "made from a NASA photograph, public domain"),
    (
        "Built with",
        "Qt and PySide6 (LGPL 3), FFmpeg (LGPL 2.1), PyAV, PyTorch, NumPy and SciPy (BSD), OpenCV "
        "and MediaPipe (Apache 2.0), pyqtgraph (MIT)",
    ),
)


class AboutDialog(QDialog):
    """Says it in a few lines, and leads to the documentation."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About fervideo")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        picture = QLabel()
        with suppress(FervideoError):  # it can be told without its icon
            picture.setPixmap(QIcon(str(asset_file("icons/app.svg"))).pixmap(ICON, ICON))
        head.addWidget(picture)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        self.title = QLabel(f"fervideo {__version__}")
        self.title.setProperty("role", "title")
        words.addWidget(self.title)
        words.addWidget(QLabel(WHAT, wordWrap=True))
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addSpacing(GRID)
        column.addWidget(self._licences())
        column.addSpacing(GRID)
        column.addLayout(self._buttons(actions))

    @staticmethod
    def _licences() -> QLabel:
        lines = (
            f'<p style="margin:0 0 8px 0"><b>{name}</b><br>{licence}</p>'
            for name, licence in LICENCES
        )
        label = QLabel("".join(lines), wordWrap=True)
        label.setProperty("role", "muted")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _buttons(self, actions: Actions) -> QHBoxLayout:
        guide, close = QPushButton("Documentation"), QPushButton("Close")
        guide.clicked.connect(self.accept)
        guide.clicked.connect(actions["guide"].trigger)
        close.clicked.connect(self.reject)
        close.setDefault(True)
        close.setFocus()
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addStretch(1)
        row.addWidget(guide)
        row.addWidget(close)
        return row
