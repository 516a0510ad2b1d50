"""The chosen class: where it comes from, its pictures, its distance to the others."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fervideo.centers.profile import CustomExpression

from ..context import Context
from ..theme import GRID
from ..widgets.cosines import CosineList
from ..widgets.elided import ElidedLabel
from ..widgets.thumbs import Thumbs
from .class_rows import ClassRow

NO_PICTURES = (
    "No pictures are kept. With Keep Pictures ticked, those you gather from now on stay on this "
    "computer, and an expression can be enrolled again for another model from them."
)


ROOM_FOR_DISTANCES = 420


class Detail(QWidget):
    """Shows one class, with what can be done to it as buttons."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.facts = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.facts.setProperty("role", "muted")
        self.thumbs = Thumbs(context.theme, context.icons, "Kept pictures")
        self.no_pictures = QLabel(NO_PICTURES, wordWrap=True)
        self.no_pictures.setProperty("role", "muted")
        self.no_pictures.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pictures = QStackedWidget()
        self._pictures.addWidget(self.thumbs)
        self._pictures.addWidget(self.no_pictures)
        self.cosines = CosineList(context.theme)
        self.buttons = {key: self._button(key) for key in BUTTONS}
        self._shown: CustomExpression | None = None
        self._lay_out()

    def show_class(
        self, row: ClassRow | None, own: CustomExpression | None, classes: tuple[str, ...]
    ) -> None:
        """Show a class.

        Args:
            row: What the list says of it; None for no class.
            own: What the profile has of it, None if nothing.
            classes: All classes in use, for their colours.
        """
        self.setEnabled(row is not None)
        self.title.setText(row.name if row is not None else "")
        self.facts.setText(_facts(row, own) if row is not None else "")
        self.cosines.show_rows(row.others if row else (), classes)
        self._share_room()
        self._show_pictures(own)
        is_builtin = row is not None and row.is_builtin
        self.buttons["rename_expression"].setVisible(not is_builtin)
        self.buttons["delete_expression"].setVisible(not is_builtin)
        self.buttons["reset_expression"].setVisible(is_builtin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In little room the pictures come before the distances."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        is_wide = self.width() >= ROOM_FOR_DISTANCES
        self.cosines.setVisible(is_wide and bool(self.cosines.rows))
        self.buttons["add_frames"].setText(BUTTONS["add_frames"] if is_wide else "Add…")

    def _show_pictures(self, own: CustomExpression | None) -> None:
        crops = () if own is None else own.crops
        self._pictures.setCurrentIndex(0 if crops else 1)
        if own is not self._shown:
            self._shown = own
            self.thumbs.show_pictures(list(crops))

    def _button(self, key: str) -> QPushButton:
        action = self._context.actions[key]
        button = QPushButton(BUTTONS[key])
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in self.buttons.values():
            buttons.addWidget(button)
        header = QHBoxLayout()
        header.setSpacing(GRID)
        header.addWidget(self.title, 1)
        header.addLayout(buttons)
        body = QHBoxLayout()
        body.setSpacing(3 * GRID)
        body.addWidget(self._pictures, 1)
        body.addWidget(self.cosines)
        self.cosines.setFixedWidth(228)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(header)
        column.addWidget(self.facts)
        column.addSpacing(GRID // 2)
        column.addLayout(body, 1)


BUTTONS = {
    "add_frames": "Add Pictures…",
    "rename_expression": "Rename",
    "reset_expression": "Reset",
    "delete_expression": "Delete",
}
"""The buttons, by the action they trigger."""


def _facts(row: ClassRow, own: CustomExpression | None) -> str:
    """Where a class comes from, a sentence or two."""
    rest = f" Its score: {row.score}." if row.score else ""
    rest += "" if row.enabled else " It is left out."
    if row.is_builtin:
        if not row.frames:
            return f"Comes with the model.{rest}"
        return f"Comes with the model; {row.frames} pictures of yours moved it.{rest}"
    if own is None:
        return rest.strip()
    day = own.created.astimezone()
    date = QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")
    models = ", ".join(center.model for center in own.centers)
    pictures = f"{row.frames} pictures" if row.has_center else "no pictures for this model"
    return f"Enrolled on {date} with {models}; {pictures}.{rest}"
