"""The queue as a table: one painted row a video, however many there are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fervideo.analysis.jobs import Job

from ..theme import Theme
from ..widgets.icons import Icons
from .queue_model import Column, Index, QueueModel, next_step
from .row_painter import ROW_HEIGHT, RowPainter, Spot

BUTTON_WIDTH = 48
HEADER_HEIGHT = 32


class QueueTable(QTableView):
    """Shows a `QueueModel`.

    Attributes:
        pressed_step: A job and the key of the action its button stands for.
        opened: A job that was double-clicked, or chosen with Enter.
        chosen: The selection has changed.
        menu_wanted: Where on the screen to open the menu of the selection.
    """

    pressed_step = Signal(object, str)
    opened = Signal(object)
    chosen = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(
        self, theme: Theme, icons: Icons, model: QueueModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.queue = model
        self.setModel(model)
        self.painter_of_rows = RowPainter(theme, icons, self)
        self.setItemDelegate(self.painter_of_rows)
        self.setAccessibleName("Videos to analyse")
        self._set_up()
        self._set_up_headers()
        self.activated.connect(lambda index: self.opened.emit(model.job(index)))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        model.rowsRemoved.connect(lambda *_: self.chosen.emit())
        self.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.viewport().mapToGlobal(at))
        )
        theme.changed.connect(self.viewport().update)

    @property
    def selected(self) -> list[Job]:
        """The selected jobs in the order of the rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.queue.jobs[row] for row in rows if row < len(self.queue.jobs)]

    def select_job(self, job_id: int) -> None:
        """Select one job alone."""
        row = self.queue.row_of(job_id)
        if row is not None:
            self.selectRow(row)

    def sizeHint(self) -> QSize:
        """Room for some rows."""
        return QSize(640, 8 * ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape selects nothing; Enter opens; no search by typing, letters are shortcuts."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.queue.job(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: a letter that is no shortcut moves no selection."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The button of a row does its step; a press beside the rows selects nothing."""
        index = self.indexAt(event.position().toPoint())
        on_button = index.isValid() and index.column() == Column.BUTTON
        if on_button and event.button() == Qt.MouseButton.LeftButton:
            job = self.queue.job(index)
            self.pressed_step.emit(job, next_step(job))
            return
        super().mousePressEvent(event)
        if not index.isValid():
            self.clearSelection()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open, but not from the button of a row, which has been pressed already."""
        if self.indexAt(event.position().toPoint()).column() != Column.BUTTON:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which row and which button is under the pointer."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._point(Spot(index.row(), index.column()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        super().leaveEvent(event)
        self._point(Spot())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the width: the name of the video takes what is left."""
        super().resizeEvent(event)
        width = self.viewport().width()
        progress = min(320, max(190, round(0.30 * width)))
        result = min(360, max(168, round(0.27 * width)))
        self.setColumnWidth(Column.PROGRESS, progress)
        self.setColumnWidth(Column.RESULT, result)
        self.setColumnWidth(Column.BUTTON, BUTTON_WIDTH)
        self.setColumnWidth(Column.VIDEO, max(120, width - progress - result - BUTTON_WIDTH))

    def _point(self, spot: Spot) -> None:
        before = self.painter_of_rows.spot
        if spot == before:
            return
        self.painter_of_rows.spot = spot
        hand = spot.column == Column.BUTTON
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        for row in {before.row, spot.row} - {-1}:
            self._update_row(row)

    def _update_row(self, row: int) -> None:
        top = self.rowViewportPosition(row)
        self.viewport().update(0, top, self.viewport().width(), ROW_HEIGHT)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Both rows are painted anew: the mark of the keyboard moves."""
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self._update_row(index.row())

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setFixedHeight(HEADER_HEIGHT)
        columns.setHighlightSections(False)
        columns.setSectionsClickable(False)
