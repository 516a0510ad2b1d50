"""The list of classes: colour, name, pictures, the nearest other class, a switch."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ..theme import Theme
from ..widgets.switch import paint_switch
from .class_model import NAME, NEAREST, PICTURES, SWATCH_PX, USED, ClassModel, Index, Role
from .class_rows import ClassRow

ROW_PX = 34
WIDTHS = {PICTURES: 76, NEAREST: 120, USED: 56}
ROOM_FOR_PICTURES = 352
PADS = {NAME: 10, PICTURES: 6, NEAREST: 6}
"""Pixels by which cells stand in, so that their words are under those of the header."""


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
