"""The trained models side by side: how right, how large, how fast; and which one to use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fervideo.errors import FervideoError
from fervideo.live_stats import LiveStats

from ..background import Task
from ..context import Context
from ..services import ListedModel
from ..theme import GRID
from ..widgets.ask_path import ask_file
from ..widgets.banner import Message, Tone
from .bar import ModelsBar
from .details import Details
from .model_list import ModelList


class ModelsWorkspace(QWidget):
    """The list of models, and the chosen one's card beside it."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._speeds: dict[tuple[str, str], float] = {}
        self._waiting: list[str] = []
        self._measuring = ""
        self.bar = ModelsBar(context.actions)
        self.list = ModelList(context.theme)
        self.details = Details(context.theme)
        self._lay_out()
        self._connect()
        self._say_what_is_measured()
        context.background.start(context.services.cards, self._know, "read-cards")

    @property
    def chosen(self) -> ListedModel | None:
        """The model whose card is shown."""
        return self.list.chosen

    def save_state(self) -> None:
        """Remember how the room is shared out."""
        self.context.settings.put_bytes("models", self.across.saveState())

    def restore_state(self) -> None:
        """Take the remembered state, once the size is known."""
        if not self.across.restoreState(self.context.settings.bytes_of("models")):
            room = self.window().width() - 104
            card = min(560, max(300, round(room * 0.34)))
            self.across.setSizes([room - card, card])

    def close_work(self) -> None:
        """Measure nothing more; the window is closing."""
        self._waiting.clear()

    def take(self, paths: list[Path]) -> bool:
        """Weight files were dropped while this workspace was shown."""
        weights = [path for path in paths if path.suffix == ".safetensors"]
        for path in weights:
            self.open_file(path)
        return bool(weights)

    def open_file(self, path: Path, choose: bool = True) -> None:
        """List a weight file of the user's own; its card must lie beside it."""
        self.context.background.start(
            partial(self.context.services.own_model, path),
            partial(self._know_own, choose),
            "read-own-model",
        )

    def _know(self, task: Task[list[ListedModel]]) -> None:
        for model in task.value or []:
            self.list.add(model)
        self._tell_error(task.error)
        for path in self.context.settings.own_models:
            self.open_file(path, choose=False)
        self._show_stats(self.context.bridge.last)
        self.list.choose_first()

    def _know_own(self, choose: bool, task: Task[ListedModel]) -> None:
        if task.value is None:
            if choose:  # one that has gone since last time is no news
                self._tell_error(task.error)
            return
        self.list.add(task.value, choose)
        self._show_stats(self.context.bridge.last)
        if choose:
            settings = self.context.settings
            settings.own_models = (Path(task.value.path), *settings.own_models)

    def _tell_error(self, error: BaseException | None) -> None:
        if isinstance(error, FervideoError):
            self.context.banner.say(Message(str(error), Tone.ERROR, topic="models"))

    def _is_in_use(self, model: ListedModel) -> bool:
        """Whether it is this file that recognises now: another may have the same name."""
        used = self.context.bridge.engine.model()
        if model.card is None or model.name != self.context.bridge.last.model_name:
            return False
        return used is None or used.card.sha256 == model.card.sha256

    def _show_chosen(self) -> None:
        if self.chosen is not None:
            self.details.show_model(self.chosen)
        self._enable()

    def _show_stats(self, stats: LiveStats) -> None:
        for row in self.list.rows:
            row.show_in_use(self._is_in_use(row.model))
            row.show_speed(self._speeds.get((row.model.load_by, stats.device)))
        self._enable()

    def _enable(self) -> None:
        chosen, actions = self.chosen, self.context.actions
        in_use = chosen is not None and self._is_in_use(chosen)
        can_use = chosen is not None and not chosen.problem and not in_use
        actions["use_model"].setEnabled(can_use)
        actions["measure_models"].setEnabled(bool(self.list.rows) and not self._measuring)
        self.bar.show_use("In Use" if in_use else "Use This Model")

    def _use(self) -> None:
        if self.chosen is not None:
            self.context.navigator.use_model(self.chosen.load_by)

    def _ask(self) -> None:
        settings = self.context.settings
        ask_file(self, "Open Weights", settings.last_folder, self.open_file)

    def _measure_all(self) -> None:
        self._waiting = [r.model.load_by for r in self.list.rows if not r.model.problem]
        self._measure_next()

    def _measure_next(self) -> None:
        self._measuring = self._waiting.pop(0) if self._waiting else ""
        self._say_what_is_measured()
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
        self._tell_error(task.error)
        self._show_stats(self.context.bridge.last)
        self._measure_next()

    def _say_what_is_measured(self) -> None:
        name = Path(self._measuring).stem if self._measuring else ""
        self.bar.show_state(f"Measuring {name}…" if name else "")

    def _connect(self) -> None:
        actions = self.context.actions
        self.list.chosen_changed.connect(self._show_chosen)
        actions["use_model"].triggered.connect(self._use)
        actions["measure_models"].triggered.connect(self._measure_all)
        actions["open_weights"].triggered.connect(self._ask)
        self.context.bridge.stats.connect(self._show_stats)

    def _lay_out(self) -> None:
        panel = QFrame()
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.details)
        self.across = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.across.addWidget(self.list)
        self.across.addWidget(panel)
        self.across.setHandleWidth(GRID)
        self.across.setStretchFactor(0, 2)
        self.across.setStretchFactor(1, 1)
        row = QHBoxLayout()
        row.addWidget(self.across)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, GRID, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        outer.addLayout(row, 1)
