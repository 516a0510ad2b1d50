"""The bar over an open session: what it is, and what can be done with the whole of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ..context import Context
from ..theme import GRID
from ..widgets.buttons import IconButton
from ..widgets.elided import ElidedLabel
from .action_button import action_button
from .clock import time_text
from .document import Document
from .menu_button import MenuButton

MORE = ("session_axes", "analyze_again", "session_folder", "session_reload")


class Head(QWidget):
    """Name, facts, undo, report, export."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.list = self._button("session_list", "list")
        self.list.setCheckable(True)
        context.actions["session_list"].toggled.connect(self.list.setChecked)
        self.name = ElidedLabel()
        self.name.setProperty("role", "title")
        self.facts = ElidedLabel()
        self.facts.setProperty("role", "muted")
        self.undo = self._button("undo", "undo")
        self.redo = self._button("redo", "redo")
        self.report = QPushButton("Report…")
        self.export = QPushButton("Export…")
        for button, key in ((self.report, "session_report"), (self.export, "session_export")):
            button.setToolTip(context.actions[key].toolTip())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(context.actions[key].trigger)
        self.more = MenuButton(context.theme, context.icons, "settings", "More")
        self.more.describe("More to do with this session")
        for key in MORE:
            self.more.menu.addAction(context.actions[key])
        self._lay_out()

    def open(self, document: Document | None) -> None:
        """Tell of another session, or none."""
        if document is None:
            self.name.setText("")
            self.facts.setText("")
            return
        self.name.setText(document.folder.name)
        document.changed.connect(lambda: self.facts.setText(facts_of(document)))
        self.facts.setText(facts_of(document))

    def _button(self, key: str, icon: str) -> IconButton:
        action = self._context.actions[key]
        button = action_button(self._context.theme, self._context.icons, action, icon, size=36)
        action.enabledChanged.connect(button.setEnabled)
        button.setEnabled(action.isEnabled())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.list)
        row.addWidget(self.name)
        row.addWidget(self.facts, 1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.report)
        row.addWidget(self.export)
        row.addWidget(self.more)


def facts_of(document: Document) -> str:
    """What a session is, in a line."""
    index, description = document.index, document.recorded.description
    start_s, end_s = index.span
    faces = len(document.face_ids)
    model = description.get("model")
    name = model.get("title") or model.get("name") if isinstance(model, Mapping) else ""
    parts = (
        time_text(end_s - start_s, 1) if len(index) > 1 else "",
        f"{len(index):,} frame{'' if len(index) == 1 else 's'}",
        f"{faces} face{'' if faces == 1 else 's'}",
        str(name or ""),
    )
    return "  ·  ".join(filter(None, parts))
