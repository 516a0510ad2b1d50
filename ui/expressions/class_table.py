"""The list of classes: colour, name, whether it is used, pictures, the nearest other class."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..theme import Theme, small_font
from ..widgets import hatch
from ..widgets.switch import paint_switch
from .class_rows import ClassRow

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

HEADERS = ("Expression", "Pictures", "Nearest other", "Used")
NAME, PICTURES, NEAREST, USED = range(4)
ROW_PX = 34
SWATCH_PX = 14
WIDTHS = {PICTURES: 76, NEAREST: 120, USED: 56}
ROOM_FOR_PICTURES = 352
PADS = {NAME: 10, PICTURES: 6, NEAREST: 6}
"""Pixels by which cells stand in, so that their words are under those of the header."""


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
                f"Too near: a face just like {row.name} scores {nearest.near:.0%} of what a "
                f"typical face of {nearest.name} does"
            )
        return ", ".join(f"{other.name} {other.number}" for other in row.others)


class ClassDelegate(QStyledItemDelegate):
    """Paints the chosen row and the switches, and works the switches."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground of the chosen row, then the cell."""
        plain = QStyleOptionViewItem(option)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.color("raised"))
        plain.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        if index.column() != USED:
            plain.rect = option.rect.adjusted(PADS[index.column()], 0, 0, 0)
            super().paint(painter, plain, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = index.data(Role.CheckStateRole) == Qt.CheckState.Checked
        paint_switch(painter, self._theme, option.rect.toRectF().center(), is_on)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A click anywhere in the cell, or Space, works the switch."""
        if index.column() != USED:
            return super().editorEvent(event, model, option, index)
        clicked = event.type() == QEvent.Type.MouseButtonRelease
        pressed = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if clicked or pressed:
            is_on = index.data(Role.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
            model.setData(index, state, Role.CheckStateRole)
            return True
        return False


class ClassTable(QTableView):
    """Shows a `ClassModel`; one row is chosen.

    Attributes:
        chosen_changed: Another class was chosen.
    """

    chosen_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes = ClassModel(theme, self)
        self.setModel(self.classes)
        self.setAccessibleName("Expressions")
        self.setItemDelegate(ClassDelegate(theme, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen_changed.emit())

    @property
    def chosen(self) -> ClassRow | None:
        """The chosen class."""
        rows = self.selectionModel().selectedRows()
        return self.classes.rows[rows[0].row()] if rows else None

    def show_rows(self, rows: tuple[ClassRow, ...]) -> None:
        """Show these; the chosen one stays chosen if it is still there."""
        chosen = self.chosen.name if self.chosen is not None else ""
        place = next((i for i, row in enumerate(self.classes.rows) if row.name == chosen), 0)
        self.classes.show_rows(rows)
        names = [row.name for row in rows]
        if names:
            self.selectRow(names.index(chosen) if chosen in names else min(place, len(names) - 1))
        self.chosen_changed.emit()

    def choose(self, name: str) -> None:
        """Choose a class by its name."""
        names = [row.name for row in self.classes.rows]
        if name in names:
            self.selectRow(names.index(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In little room names come before numbers of pictures."""
        super().resizeEvent(event)
        self.setColumnHidden(PICTURES, self.viewport().width() < ROOM_FOR_PICTURES)

    def edit_chosen(self) -> None:
        """Let the user write another name."""
        rows = self.selectionModel().selectedRows(NAME)
        if rows and self.classes.flags(rows[0]) & Qt.ItemFlag.ItemIsEditable:
            self.setFocus()
            self.edit(rows[0])


def swatch(color: str, filled: bool) -> QPixmap:
    """A class's colour; hollow if the class is not used."""
    scale = 3
    pixmap = QPixmap(SWATCH_PX * scale, SWATCH_PX * scale)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    square = pixmap.rect().toRectF()
    square.setSize(square.size() / scale)
    if filled:
        hatch.fill(painter, square.adjusted(1, 1, -1, -1), color, 3)
    else:
        painter.setPen(QPen(QColor(color), 1.6))
        painter.drawRoundedRect(square.adjusted(2, 2, -2, -2), 3, 3)
    painter.end()
    return pixmap
