"""The rows of the models under their headings, and what the figures mean."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ..services import ListedModel
from ..theme import GRID, Theme
from .columns import Headings
from .row import ModelRow

MEANING = (
    "Accuracy on test pictures as their owners aligned them, decided by the class centers; the "
    "best of each is bold. Per face is the time for one aligned face on the device in use, beside "
    "whatever else it does: Measure Speed finds it out."
)


class ModelList(QFrame):
    """Chooses one of the models; the arrow keys go from one to the next.

    Attributes:
        chosen_changed: Another model is chosen.
    """

    chosen_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: list[ModelRow] = []
        self.headings = Headings(theme)
        self.meaning = QLabel(MEANING, wordWrap=True)
        self.meaning.setProperty("role", "muted")
        self.setProperty("role", "panel")
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, GRID // 2, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._holder)
        self._area = area
        inside = QVBoxLayout(self)
        inside.setContentsMargins(GRID, GRID // 2, GRID, 2 * GRID)
        inside.setSpacing(0)
        inside.addWidget(self.headings)
        inside.addWidget(area, 1)
        inside.addSpacing(GRID)
        inside.addWidget(self.meaning)
        self.meaning.setContentsMargins(GRID, 0, GRID, 0)

    @property
    def chosen(self) -> ListedModel | None:
        """The chosen model, None before there is any."""
        return next((row.model for row in self.rows if row.isChecked()), None)

    def add(self, model: ListedModel, choose: bool = False) -> None:
        """List a model; one of the same file takes the old one's place."""
        known = next((row for row in self.rows if row.model.load_by == model.load_by), None)
        if known is not None:
            known.model = model
            row = known
        else:
            row = ModelRow(self._theme, model)
            row.installEventFilter(self)
            row.toggled.connect(self._tell)
            self.rows.append(row)
            self._column.insertWidget(self._column.count() - 1, row)
            self._holder.setMinimumWidth(row.minimumSizeHint().width())
        self._mark_best()
        if choose:
            row.setChecked(True)
            self._tell(True)

    def choose_first(self) -> None:
        """Choose the model in use, else the first."""
        used = [row for row in self.rows if "in use" in row.note]
        for row in (used or self.rows)[:1]:
            row.setChecked(True)

    def eventFilter(self, row: QObject, event: QEvent) -> bool:
        """The arrow keys choose the model above or below."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if by and isinstance(row, ModelRow):
                at = min(len(self.rows) - 1, max(0, self.rows.index(row) + by))
                self.rows[at].setChecked(True)
                self.rows[at].setFocus()
                self._area.ensureWidgetVisible(self.rows[at])
                return True
        return super().eventFilter(row, event)

    def _tell(self, on: bool) -> None:
        if on:
            self.chosen_changed.emit()

    def _mark_best(self) -> None:
        """Bold what no other model betters; with one model there is nothing to compare."""
        columns = list(zip(*(row.accuracies for row in self.rows), strict=True))
        best = [max((v for v in column if v is not None), default=None) for column in columns]
        for row in self.rows:
            found = {
                i
                for i, value in enumerate(row.accuracies)
                if len(self.rows) > 1 and value is not None and value == best[i]
            }
            row.show_best(frozenset(found))
