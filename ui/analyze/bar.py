"""The bar over the queue: adding at the left, orders at the right; and the line under it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fervideo.analysis.jobs import QueueSnapshot

from ..guard import painting
from ..shortcuts import Actions
from ..theme import GRID, Theme
from ..widgets.action_push import action_push
from ..widgets.buttons import IconButton
from ..widgets.elided import ElidedLabel
from ..widgets.icons import Icons
from .marks import paint_bar
from .words import queue_words, whole_share

ADDING = ("analyze_add_files", "analyze_add_folder")
ORDERS = ("analyze_up", "analyze_down", "analyze_retry", "analyze_cancel", "analyze_remove")


class Bar(QWidget):
    """Buttons for the actions of the queue."""

    def __init__(
        self, theme: Theme, icons: Icons, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icons, self._actions = theme, icons, actions
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, GRID)
        row.setSpacing(GRID)
        for key in ADDING:
            row.addWidget(action_push(self._actions[key]))
        row.addStretch(1)
        for key in ORDERS:
            row.addWidget(self._icon(key))
        row.addSpacing(GRID)
        self.start = action_push(self._actions["analyze_start"], "main")
        self.start.setMinimumWidth(104)
        row.addWidget(self.start)
        self.settings = self._icon("analyze_settings")
        self.settings.setCheckable(True)
        actions["analyze_settings"].toggled.connect(self.settings.setChecked)
        row.addWidget(self.settings)

    def show_start(self, words: str) -> None:
        """Name what the main button does now: start, pause, or go on."""
        if self.start.text() != words:
            self.start.setText(words)
            self.start.setAccessibleName(f"{words} the queue")

    def _icon(self, key: str) -> IconButton:
        action = self._actions[key]
        button = IconButton(self._theme, self._icons, str(action.property("icon_name")))
        button.describe(action.text().replace("&", ""), action.shortcut().toString())
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        return button


class _WholeBar(QWidget):
    """How much of the whole queue is done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._share = theme, 0.0
        self.setFixedHeight(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Show a share from 0 to 1."""
        if share != self._share:
            self._share = share
            self.setAccessibleName(f"{100 * share:.0f} % of the queue is done")
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(200, 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track and share."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_bar(painter, QRectF(self.rect()), self._share, self._theme, "accent")


class Footer(QWidget):
    """The queue in one line and one bar."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel()
        self.words.setProperty("role", "muted")
        self.whole = _WholeBar(theme)
        clear = actions["analyze_clear"]
        self.clear = QPushButton(clear.text().replace("&", ""))
        self.clear.setProperty("role", "flat")
        self.clear.setToolTip(f"{clear.toolTip()}  ({clear.shortcut().toString()})")
        self.clear.clicked.connect(clear.trigger)
        clear.enabledChanged.connect(self.clear.setVisible)
        self.clear.setVisible(clear.isEnabled())
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addWidget(self.whole)
        column.addLayout(row)
        self.setMinimumHeight(44)

    def show_queue(self, snapshot: QueueSnapshot, is_adding: bool) -> None:
        """Sum up the queue."""
        adding = "  ·  looking through folders…" if is_adding else ""
        self.words.setText(queue_words(snapshot) + adding)
        self.whole.show_share(whole_share(snapshot))
