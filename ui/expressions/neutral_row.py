"""The nominated neutral face: one face, one switch."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ..context import Context
from ..theme import GRID
from ..widgets.pictures import to_image
from ..widgets.switch import Switch
from .class_rows import neutral_of

FACE_PX = 48


class NeutralRow(QWidget):
    """Shows the neutral face of the profile, switches it on and off, nominates another."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        actions = context.actions
        self.title = QLabel("My neutral face")
        self.title.setProperty("role", "title")
        self.facts = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.facts.setProperty("role", "muted")
        self.picture = QLabel()
        self.picture.setAccessibleName("Picture of the neutral face")
        self.use = Switch(context.theme, "Correct")
        self.use.setToolTip(actions["use_neutral"].toolTip())
        self.use.clicked.connect(actions["use_neutral"].trigger)
        self.nominate = QPushButton("Nominate…")
        self.nominate.setToolTip(actions["nominate_neutral"].toolTip())
        self.nominate.clicked.connect(actions["nominate_neutral"].trigger)
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.addWidget(self.picture, 0, 0, 2, 1)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.use, 0, 2)
        grid.addWidget(self.facts, 1, 1)
        grid.addWidget(self.nominate, 1, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self.renew()

    def renew(self) -> None:
        """Show what the profile has."""
        profile = self._context.profiles.profile
        face = neutral_of(profile)
        is_used = profile is not None and profile.neutral is not None and profile.neutral.enabled
        for switch in (self.use, self._context.actions["use_neutral"]):
            with QSignalBlocker(switch):
                switch.setChecked(is_used)
            switch.setEnabled(face is not None)
        self.picture.setVisible(face is not None and bool(face.crops))
        if face is None:
            self.facts.setText("None yet. It corrects for a face that never looks neutral.")
            return
        self.facts.setText(f"{face.frames} pictures.")
        if face.crops:
            side = 2 * FACE_PX
            image = to_image(face.crops[-1]).scaled(
                side, side, mode=Qt.TransformationMode.SmoothTransformation
            )
            image.setDevicePixelRatio(2)
            self.picture.setPixmap(QPixmap.fromImage(image))
