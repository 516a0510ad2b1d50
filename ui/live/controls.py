"""The bar over the picture: what is analysed, by which model, where; and the transport."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fervideo.live_stats import LiveState, LiveStats

from ..background import Background, Task
from ..services import DeviceChoice, ModelChoice, Services
from ..shortcuts import Actions
from ..theme import GRID, Theme
from ..widgets.buttons import IconButton
from ..widgets.chooser_button import ChooserButton
from ..widgets.icons import Icons
from .record_button import RecordButton, recording_text

PLAYING = (LiveState.RUNNING, LiveState.OPENING)
SOURCE_PX = 176
"""The name of the source keeps so much before the other choosers fold to their icons."""


class Controls(QWidget):
    """Choosers at the left, transport at the right.

    Attributes:
        model_chosen: Name of a model.
        device_chosen: Name of a device.
    """

    model_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(
        self, theme: Theme, icons: Icons, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._models: list[ModelChoice] = []
        self._devices: list[DeviceChoice] = []
        self.source = ChooserButton(theme, icons, "camera", "Source")
        self.model = ChooserButton(theme, icons, "models", "Model")
        self.device = ChooserButton(theme, icons, "settings", "Device")
        self.enroll = self._button(theme, icons, "expressions", "enroll")
        self.snapshot = self._button(theme, icons, "snapshot", "snapshot")
        self.stop = self._button(theme, icons, "stop", "stop")
        self.pause = self._button(theme, icons, "play", "pause")
        self.mark = self._button(theme, icons, "flag", "mark_event")
        self.mark.hide()
        self.record = RecordButton(theme)
        self.record.describe("Record", "Ctrl+R")
        self.record.clicked.connect(actions["record"].trigger)
        self.source.set_choice("Choose a source")
        self.model.set_choice("Loading…", busy=True)
        self.device.set_choice("Automatic")
        for chooser, key in (
            (self.source, "source"),
            (self.model, "model"),
            (self.device, "device"),
        ):
            actions[f"choose_{key}"].triggered.connect(chooser.popup)
        self._lay_out()

    def ask(self, background: Background, services: Services) -> None:
        """Find out, off the window's thread, which models and devices there are."""
        background.start(services.models, self._know_models, "list-models")
        background.start(services.devices, self._know_devices, "list-devices")

    def model_of(self, name: str) -> ModelChoice | None:
        """What is known of a model, None while nothing is."""
        return next((m for m in self._models if m.name == name), None)

    def _know_models(self, task: Task[list[ModelChoice]]) -> None:
        self._models = task.value or []

    def _know_devices(self, task: Task[list[DeviceChoice]]) -> None:
        self._devices = task.value or []

    def show_source(self, name: str, icon: str = "") -> None:
        """Name the source."""
        self.source.set_choice(name or "Choose a source", icon)

    def show_stats(self, stats: LiveStats, wanted_device: str) -> None:
        """Bring buttons and choosers in step with the engine."""
        self._show_transport(stats)
        self.record.show_recording(recording_text(stats.recording))
        self.mark.setVisible(stats.recording is not None)
        title = next((m.title for m in self._models if m.name == stats.model_name), "")
        if stats.loading_model:
            self.model.set_choice("Loading…", busy=True)
        elif stats.model_name:
            self.model.set_choice(title or stats.model_name)
        device = next((d.title for d in self._devices if d.name == stats.device), stats.device)
        if device:
            self.device.set_choice(device)
        self._fill(self.model, [(m.name, m.title) for m in self._models], stats.model_name)
        self._fill(self.device, [(d.name, d.title) for d in self._devices], wanted_device)

    def event(self, event: QEvent) -> bool:
        """Whenever there is more or less to show, or room for it: fold what has none."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        """Fold the device, then the model too, rather than cut their names."""
        row = self.layout()
        if row is None:
            return
        choosers = (self.source, self.model, self.device)
        shown = [item for i in range(row.count()) if (item := row.itemAt(i)) is not None]
        room = self.width() - sum(1 for item in shown if not item.isEmpty()) * row.spacing()
        room -= sum(i.sizeHint().width() for i in shown if i.widget() not in choosers)
        lack = min(SOURCE_PX, self.source.whole_width) - room
        lack += self.model.whole_width + self.device.whole_width
        for chooser in (self.device, self.model):
            chooser.fold(lack > 0)
            if lack > 0:
                lack -= chooser.whole_width - chooser.sizeHint().width()
            room -= chooser.sizeHint().width()
        self.source.setMaximumWidth(max(self.source.minimumSizeHint().width(), room))

    def _show_transport(self, stats: LiveStats) -> None:
        playing = stats.state in PLAYING
        paused = stats.state is LiveState.PAUSED
        words = "Pause" if playing else "Resume" if paused else "Start"
        icon = "pause" if playing else "play"
        pause = self._actions["pause"]
        if pause.text().replace("&", "") != words:
            pause.setText(words)
            self._actions.set_icon("pause", icon)
            self.pause.set_icon(icon)
            self.pause.describe(words, "Ctrl+P")
        is_open = stats.source is not None or stats.state is LiveState.OPENING
        self._actions["stop"].setEnabled(is_open)
        self._actions["record"].setEnabled(is_open or stats.recording is not None)
        self._actions["record"].setText("Stop &Recording" if stats.recording else "&Record")

    def _fill(self, chooser: ChooserButton, choices: list[tuple[str, str]], current: str) -> None:
        """Renew a menu, unless it is open under the user's hand."""
        if chooser.menu.isVisible():
            return
        wanted = [(title, name == current) for name, title in choices]
        shown = [(a.text(), a.isChecked()) for a in chooser.menu.actions()]
        if wanted == shown:
            return
        chooser.menu.clear()
        signal = self.model_chosen if chooser is self.model else self.device_chosen
        for name, title in choices:
            action = chooser.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name == current)
            action.triggered.connect(lambda _=False, n=name: signal.emit(n))

    def _button(self, theme: Theme, icons: Icons, icon: str, key: str) -> IconButton:
        action: QAction = self._actions[key]
        button = IconButton(theme, icons, icon)
        keys = action.shortcut().toString()
        button.describe(action.text().replace("&", ""), keys)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, GRID)
        row.setSpacing(GRID)
        for chooser in (self.source, self.model, self.device):
            row.addWidget(chooser)
        row.addStretch(1)
        for button in (self.pause, self.stop, self.snapshot, self.enroll):
            row.addWidget(button)
        row.addSpacing(GRID)
        row.addWidget(self.mark)
        row.addWidget(self.record)
        self._actions["record"].enabledChanged.connect(self.record.setEnabled)
        self._actions["snapshot"].setEnabled(False)
