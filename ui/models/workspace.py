"""The trained models side by side: how right, how large, how fast; and which one to use."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fervideo.errors import FervideoError
from fervideo.live_stats import LiveStats

from ..background import Task
from ..context import Context
from ..services import ShippedModel
from ..theme import GRID
from ..widgets.banner import Message, Tone
from .details import Details
from .row import ModelRow


class ModelsWorkspace(QWidget):
    """The list of models, and the chosen one's card beside it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.rows: list[ModelRow] = []
        self._speeds: dict[tuple[str, str], float] = {}
        self._waiting: list[str] = []
        self._measuring = ""
        self.title = QLabel("Models")
        self.title.setProperty("role", "title")
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "muted")
        self.use = QPushButton("Use this model")
        self.use.setProperty("role", "main")
        self.measure = QPushButton("Measure speed")
        self.list = QVBoxLayout()
        self.details = Details(context.theme)
        self._lay_out()
        self._connect()
        self._say_what_figures_are()
        context.background.start(context.services.cards, self._know, "read-cards")

    @property
    def chosen(self) -> ShippedModel | None:
        """The model whose card is shown."""
        return next((row.model for row in self.rows if row.isChecked()), None)

    def save_state(self) -> None:
        """Remember how the room is shared out."""
        self.context.settings.put_bytes("models", self.across.saveState())

    def restore_state(self) -> None:
        """Take the remembered state, once the size is known."""
        if not self.across.restoreState(self.context.settings.bytes_of("models")):
            card = min(520, max(300, round(self.width() * 0.34)))
            self.across.setSizes([self.width() - card, card])

    def close_work(self) -> None:
        """Measure nothing more; the window is closing."""
        self._waiting.clear()

    def take(self, paths: list[Path]) -> bool:
        """Files or folders were dropped while this workspace was shown: it wants none."""
        return False

    def _know(self, task: Task[list[ShippedModel]]) -> None:
        for model in task.value or []:
            row = ModelRow(self.context.theme, model)
            row.toggled.connect(self._show_chosen)
            row.show_in_use(model.card.name == self._name_in_use)
            self.rows.append(row)
            self.list.insertWidget(self.list.count() - 1, row)
        if task.error is not None:
            self.context.banner.say(Message(str(task.error), Tone.ERROR, topic="models"))
        in_use = [row for row in self.rows if row.model.card.name == self._name_in_use]
        if self.rows:
            (in_use or self.rows)[0].setChecked(True)
        self._enable()

    @property
    def _name_in_use(self) -> str:
        return self.context.bridge.last.model_name

    def _show_chosen(self) -> None:
        if self.chosen is not None:
            self.details.show_card(self.chosen.card)
        self._enable()

    def _show_stats(self, stats: LiveStats) -> None:
        for row in self.rows:
            row.show_in_use(row.model.card.name == stats.model_name)
            row.show_speed(self._speeds.get((row.model.card.name, stats.device)))
        self._enable()

    def _enable(self) -> None:
        chosen = self.chosen
        can_use = chosen is not None and chosen.card.name != self._name_in_use
        can_measure = bool(self.rows) and not self._measuring
        for widget, action, on in (
            (self.use, "use_model", can_use),
            (self.measure, "measure_models", can_measure),
        ):
            widget.setEnabled(on)
            self.context.actions[action].setEnabled(on)
        same = chosen is not None and not can_use
        self.use.setText("In use" if same else "Use this model")

    def _use(self) -> None:
        if self.chosen is not None:
            self.context.navigator.use_model(self.chosen.card.name)

    def _measure_all(self) -> None:
        self._waiting = [row.model.card.name for row in self.rows]
        self._measure_next()

    def _measure_next(self) -> None:
        self._measuring = self._waiting.pop(0) if self._waiting else ""
        self._say_what_figures_are()
        self._enable()
        if self._measuring:
            name, device = self._measuring, self.context.bridge.last.device or "cpu"
            speed = self.context.services.speed
            self.context.background.start(
                lambda: (name, device, speed(name, device)), self._know_speed, "measure-model"
            )

    def _know_speed(self, task: Task[tuple[str, str, float]]) -> None:
        if task.value is not None:
            name, device, ms = task.value
            self._speeds[name, device] = ms
        elif isinstance(task.error, FervideoError):
            self.context.banner.say(Message(str(task.error), Tone.ERROR, topic="models"))
        self._show_stats(self.context.bridge.last)
        self._measure_next()

    def _say_what_figures_are(self) -> None:
        said = f"Measuring {self._measuring}… " if self._measuring else ""
        self.note.setText(
            f"{said}Accuracy on test pictures as their owners aligned them, decided by the class "
            "centers. Time for one aligned face on this device, beside whatever else it does."
        )

    def _connect(self) -> None:
        actions = self.context.actions
        self.use.clicked.connect(actions["use_model"].trigger)
        self.measure.clicked.connect(actions["measure_models"].trigger)
        actions["use_model"].triggered.connect(self._use)
        actions["measure_models"].triggered.connect(self._measure_all)
        self.context.bridge.stats.connect(self._show_stats)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addLayout(self.list, 1)
        self.list.setSpacing(GRID // 2)
        self.list.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.use)
        buttons.addWidget(self.measure)
        buttons.addStretch(1)
        column.addLayout(buttons)
        panel = QFrame()
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.details)
        self.across = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.across.addWidget(left)
        self.across.addWidget(panel)
        self.across.setHandleWidth(GRID)
        row = QVBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.addWidget(self.across)
