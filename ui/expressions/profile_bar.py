"""The bar over the Expressions workspace: whose profile, what was done, what comes next."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ..context import Context
from ..theme import GRID
from ..widgets.buttons import HEIGHT, IconButton
from ..widgets.chooser_button import ChooserButton
from ..widgets.switch import Switch

NO_PROFILE = "No profile"


class ProfileBar(QWidget):
    """Profiles at the left, undo and the main button at the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        theme, icons, actions = context.theme, context.icons, context.actions
        self.profile = ChooserButton(theme, icons, "face", "Profile")
        self.profile.opening.connect(self._fill)
        self.keep = Switch(theme, "Keep pictures")
        self.keep.setToolTip(actions["keep_crops"].toolTip())
        self.keep.toggled.connect(actions["keep_crops"].setChecked)
        actions["keep_crops"].toggled.connect(self.keep.setChecked)
        self.undo = self._button("undo", "undo_expressions")
        self.redo = self._button("redo", "redo_expressions")
        self.enroll = QPushButton("Enroll Expression…")
        self.enroll.setProperty("role", "main")
        self.enroll.setToolTip(actions["enroll"].toolTip())
        self.enroll.setFixedHeight(HEIGHT)
        self.enroll.clicked.connect(actions["enroll"].trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.profile)
        row.addSpacing(GRID)
        row.addWidget(self.keep)
        row.addStretch(1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addSpacing(GRID)
        row.addWidget(self.enroll)
        self.renew()

    def renew(self) -> None:
        """Name the profile in use."""
        profile = self._context.profiles.profile
        self.profile.set_choice(NO_PROFILE if profile is None else profile.name)

    def _fill(self) -> None:
        """The menu: all profiles, then what can be done with them."""
        book, menu, actions = self._context.profiles, self.profile.menu, self._context.actions
        menu.clear()
        current = "" if book.profile is None else book.profile.name
        for name in (*book.names(), ""):
            action = menu.addAction(name or NO_PROFILE)
            action.setCheckable(True)
            action.setChecked(name == current)
            action.triggered.connect(lambda _=False, n=name: book.choose(n))
        menu.addSeparator()
        for key in ("new_profile", "rename_profile", "import_profile", "export_profile"):
            menu.addAction(actions[key])
        menu.addSeparator()
        menu.addAction(actions["delete_profile"])

    def _button(self, icon: str, key: str) -> IconButton:
        action = self._context.actions[key]
        button = IconButton(self._context.theme, self._context.icons, icon)
        button.describe(action.toolTip(), action.shortcut().toString())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button
