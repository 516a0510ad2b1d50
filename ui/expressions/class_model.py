"""The rows of the list of classes, as Qt asks for them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ..guard import painting
from ..theme import Theme, small_font
from ..widgets import hatch
from .class_rows import ClassRow

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

HEADERS = ("Expression", "Pictures", "Nearest other", "Used")
NAME, PICTURES, NEAREST, USED = range(4)
SWATCH_PX = 14


class ClassModel(QAbstractTableModel):
    """The rows as Qt asks for them.

    Attributes:
        switched: A class's name, and whether it is to be used.
        renamed: A class's name, and the name it is to have.
    """

    switched = Signal(str, bool)
    renamed = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows: tuple[ClassRow, ...] = ()

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        """Show these; those that keep their names keep their place and the selection."""
        if [row.name for row in rows] == [row.name for row in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, USED))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each class."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, pictures, nearest, switch."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The columns' names."""
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return HEADERS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """One's own names can be edited, and every class switched."""
        flags = super().flags(index)
        if index.column() == NAME and not self.rows[index.row()].is_builtin:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == USED:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Words, colours, switch."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], index.column()
        if role in (Role.DisplayRole, Role.EditRole):
            return self._words(row, column)
        if role == Role.CheckStateRole and column == USED:
            return Qt.CheckState.Checked if row.enabled else Qt.CheckState.Unchecked
        if role == Role.DecorationRole and column == NAME:
            return swatch(row.color, row.enabled)
        if role == Role.ForegroundRole:
            return self._ink(row, column)
        if role == Role.FontRole and column != NAME:
            return small_font()
        if role == Role.ToolTipRole:
            return self._tip(row, column)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Pass on what the user wants; the profile decides."""
        row = self.rows[index.row()]
        if role == Role.CheckStateRole:
            self.switched.emit(row.name, Qt.CheckState(value) == Qt.CheckState.Checked)
        elif role == Role.EditRole and str(value).strip() not in ("", row.name):
            self.renamed.emit(row.name, str(value))
        return False

    def _words(self, row: ClassRow, column: int) -> str:
        if column == NAME:
            return row.name
        if column == PICTURES:
            return row.pictures
        if column == USED:
            return ""
        return f"{row.others[0].number}  {row.others[0].name}" if row.others else ""

    def _ink(self, row: ClassRow, column: int) -> QColor:
        if column == NEAREST and row.others and row.others[0].is_too_near:
            return self._theme.color("warning")
        if column == PICTURES and not row.has_center:
            return self._theme.color("warning")
        return self._theme.color("text" if column == NAME and row.enabled else "muted")

    def _tip(self, row: ClassRow, column: int) -> str | None:
        if column == PICTURES and row.is_builtin:
            return f"Comes with the model; {row.frames} pictures were added"
        if column != NEAREST or not row.others:
            return None
        nearest = row.others[0]
        if nearest.is_too_near:
            return (
                f"Too near: a face just like {row.name} scores {100 * nearest.near:.0f} % of what "
                f"a typical face of {nearest.name} does"
            )
        return ", ".join(f"{other.name} {other.number}" for other in row.others)


def swatch(color: str, filled: bool) -> QPixmap:
    """A class's colour; hollow if the class is not used."""
    scale = 3
    pixmap = QPixmap(SWATCH_PX * scale, SWATCH_PX * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    with painting(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = pixmap.rect().toRectF()
        square.setSize(square.size() / scale)
        if filled:
            hatch.fill(painter, square.adjusted(1, 1, -1, -1), color, 3)
        else:
            painter.setPen(QPen(QColor(color), 1.6))
            painter.drawRoundedRect(square.adjusted(2, 2, -2, -2), 3, 3)
    return pixmap
