"""How videos are analysed: for all of them and those to come, or for the selected ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fervideo.analysis.jobs import JobSettings
from fervideo.landmark_names import LandmarkMode

from ..services import DeviceChoice, ModelChoice
from ..theme import GRID, Theme
from ..widgets.icons import Icons
from ..widgets.toggles import Segment
from .fields import ChoiceField, FolderField, NumberField, SliderField, SwitchField
from .time_field import TimeField

USUAL_STRENGTH = 0.5
"""What a strength of None means."""

DEFAULT_MODEL = ("default", "Default")

HEAD = (
    (LandmarkMode.OFF, "Not measured"),
    (LandmarkMode.POSE, "Pose"),
    (LandmarkMode.ALL, "Pose, blendshapes"),
)


class SettingsPanel(QScrollArea):
    """Shows the settings of some videos and tells each change of one field.

    Attributes:
        changed: The name of a field of `JobSettings`, and the user's new value.
        scope_changed: The user wants to see the settings of all, or of the selected.
        entered: A field was left with Enter.
    """

    changed = Signal(str, object)
    scope_changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.for_all = Segment(theme, "All")
        self.for_selected = Segment(theme, "Selected")
        self.model = ChoiceField(theme, icons, "models", "Model")
        self.profile = ChoiceField(theme, icons, "expressions", "Profile")
        self.device = ChoiceField(theme, icons, "settings", "Device")
        self.start = TimeField("Start time", "start")
        self.end = TimeField("End time", "end")
        self.every = NumberField("Every n-th frame", 1, 1000, lowest="all", before="1 in ")
        self.max_faces = NumberField("Faces to keep, the largest ones", 1, 100, before="up to ")
        self.strength = SliderField("Calmness", "quick", "calm")
        self.threshold = NumberField(
            "Unknown below this cosine", 0, 1, 2, nothing="by the model", before="below "
        )
        self.landmarks = ChoiceField(theme, icons, "face", "Head")
        self.save_video = SwitchField(theme, "Save the video too")
        self.resume = SwitchField(theme, "Skip what is done already")
        self.out_dir = FolderField("Output folder")
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "muted")
        self.model.set_choices([DEFAULT_MODEL])
        self.profile.set_choices([(None, "No profile")])
        self.device.set_choices([("auto", "Automatic")])
        self.landmarks.set_choices(HEAD)
        self._lay_out()
        self._connect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter ends a field, unless what it holds is wrong; the letters are shortcuts again."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not (self.start.is_wrong or self.end.is_wrong):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    @property
    def wants_selected(self) -> bool:
        """Changes are for the selected videos, not for all."""
        return self.for_selected.isChecked()

    def know_models(self, models: Sequence[ModelChoice]) -> None:
        """Offer these models."""
        self.model.set_choices([DEFAULT_MODEL, *((m.name, m.title) for m in models)])

    def know_devices(self, devices: Sequence[DeviceChoice]) -> None:
        """Offer these devices."""
        self.device.set_choices([(d.name, d.title) for d in devices] or [("auto", "Automatic")])

    def know_profiles(self, profiles: Sequence[tuple[str, Path]]) -> None:
        """Offer these profiles: a name and a file each."""
        own = [(str(path), name) for name, path in profiles]
        self.profile.set_choices([(None, "No profile"), *own])

    def show_scope(self, selected: int) -> None:
        """Tell how many videos are selected; with none, all are meant."""
        self.for_selected.setText(f"{selected} selected" if selected else "Selected")
        self.for_selected.setAccessibleName(f"Settings of the {selected} selected videos")
        self.for_selected.setEnabled(selected > 0)
        self.for_selected.updateGeometry()
        if not selected and self.wants_selected:
            self.for_all.setChecked(True)

    def show_settings(self, settings: Sequence[JobSettings], note: str, editable: bool) -> None:
        """Show the settings of one or several videos.

        Args:
            settings: One or more; fields in which they differ say so.
            note: A sentence under them.
            editable: The user may change them.
        """
        for name, field in self._fields().items():
            values = [getattr(item, name) for item in settings]
            match name:
                case "profile":
                    values = [None if value is None else str(value) for value in values]
                case "strength":
                    values = [USUAL_STRENGTH if value is None else value for value in values]
            field.show_values(values)
        for field, values in (
            (self.start, [item.start_s or None for item in settings]),
            (self.end, [item.end_s for item in settings]),
        ):
            if not field.hasFocus() or not field.isModified():
                field.show_value(next(iter(values), None), several=len(set(values)) > 1)
        self.body.setEnabled(editable)
        self.say(note)

    def say(self, text: str, wrong: bool = False) -> None:
        """A sentence under the fields, in the colour of errors if something is wrong."""
        self.note.setText(text)
        self.note.setProperty("role", "wrong" if wrong else "muted")
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)
        self.note.setVisible(bool(text))

    def _fields(self) -> dict[str, Any]:
        """The fields that can show several values, by the name of their setting."""
        return {
            "model": self.model,
            "profile": self.profile,
            "device": self.device,
            "every": self.every,
            "max_faces": self.max_faces,
            "strength": self.strength,
            "threshold": self.threshold,
            "landmarks": self.landmarks,
            "save_video": self.save_video,
            "resume": self.resume,
            "out_dir": self.out_dir,
        }

    def _connect(self) -> None:
        for name, field in self._fields().items():
            if name != "profile":
                field.chosen.connect(lambda value, n=name: self.changed.emit(n, value))
        self.profile.chosen.connect(
            lambda value: self.changed.emit("profile", Path(value) if value else None)
        )
        self.start.chosen.connect(lambda value: self.changed.emit("start_s", value or 0.0))
        self.end.chosen.connect(lambda value: self.changed.emit("end_s", value))
        for field in (self.start, self.end):
            field.problem.connect(lambda text: self.say(text, wrong=True))
        self.for_all.toggled.connect(lambda _: self.scope_changed.emit())

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        title = QLabel("Settings")
        title.setProperty("role", "title")
        scope = QHBoxLayout()
        scope.setSpacing(GRID // 2)
        scope.addWidget(title, 1)
        scope.addWidget(self.for_all)
        scope.addWidget(self.for_selected)
        self.for_all.setChecked(True)
        self.for_all.setAccessibleName("Settings of all videos")
        column.addLayout(scope)
        self.body = QWidget()
        self.body.setLayout(self._rows())
        column.addWidget(self.body)
        column.addWidget(self.note)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setProperty("role", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID - 2)
        grid.setColumnStretch(1, 1)
        times = QHBoxLayout()
        times.setSpacing(GRID)
        times.addWidget(self.start)
        times.addWidget(QLabel("to"))
        times.addWidget(self.end)
        lines: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            ("Model", self.model),
            ("Profile", self.profile),
            ("Device", self.device),
            ("Part", times),
            ("Frames", self.every),
            ("Faces", self.max_faces),
            ("Unknown", self.threshold),
            ("", self.strength),
            ("Head", self.landmarks),
            ("", self.save_video),
            ("", self.resume),
            ("", self.out_dir),
        )
        for row, (words, field) in enumerate(lines):
            if words:
                grid.addWidget(QLabel(words), row, 0)
            at = (row, 1, 1, 1) if words else (row, 0, 1, 2)
            if isinstance(field, QWidget):
                grid.addWidget(field, *at)
            else:
                grid.addLayout(field, *at)
        return grid
