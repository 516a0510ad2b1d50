"""A list whose rows have two lines, with a picture or an icon: sessions, faces, markers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ..theme import GRID, Theme, body_font, small_font, with_weight
from ..widgets.icons import Icons

ROW = Qt.ItemDataRole.UserRole
KEY = Qt.ItemDataRole.UserRole + 1
HEIGHT = 52
PICTURE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows.

    Attributes:
        key: What it stands for.
        title: First line.
        text: Second line.
        right: At the right end of the first line.
        icon: Name of its icon, empty for none.
        role: Colour of icon and second line by role.
        image: A picture in place of the icon.
        pale: It is shown, but does not count.
        strong: It is the one that is open.
        tip: Tool tip.
    """

    key: object
    title: str
    text: str
    right: str = ""
    icon: str = ""
    role: str = "muted"
    image: QImage | None = None
    pale: bool = False
    strong: bool = False
    tip: str = ""

    @property
    def spoken(self) -> str:
        """All of it, for screen readers."""
        return ", ".join(filter(None, (self.title, self.text, self.right)))


class RowDelegate(QStyledItemDelegate):
    """Paints a `Row`."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines and some air."""
        return QSize(120, HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, picture, two lines."""
        row = index.data(ROW)
        style: Any = option  # PySide's stubs leave out the fields of an option
        if not isinstance(row, Row):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(style.rect).adjusted(2, 1, -2, -1)
        self._paint_ground(painter, rect, style.state)
        if row.pale:
            painter.setOpacity(0.55)
        left = self._paint_picture(painter, rect, row)
        room = QRectF(left, rect.top() + 6, rect.right() - left - GRID, HEIGHT - 14)
        self._paint_words(painter, room, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or over:
            painter.setBrush(
                self._theme.color("raised" if chosen else "hover", 1 if chosen else 0.5)
            )
            painter.drawRoundedRect(rect, 6, 6)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._theme.color("accent"))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_picture(self, painter: QPainter, rect: QRectF, row: Row) -> float:
        """Picture or icon; where the words begin."""
        if row.image is not None:
            place = QRectF(rect.left() + 6, rect.center().y() - PICTURE / 2, PICTURE, PICTURE)
            shape = QPainterPath()
            shape.addRoundedRect(place, 6, 6)
            painter.save()
            painter.setClipPath(shape)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, row.image)
            painter.restore()
            return place.right() + GRID + 2
        if row.icon:
            place = QRectF(rect.left() + 8, rect.center().y() - 9, 18, 18)
            self._icons.paint(painter, place, row.icon, self._theme.color(row.role))
            return place.right() + GRID
        return rect.left() + GRID + 2

    def _paint_words(self, painter: QPainter, room: QRectF, row: Row) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        half = room.height() / 2
        top = QRectF(room.left(), room.top(), room.width(), half)
        painter.setFont(small_font())
        painter.setPen(self._theme.color("muted"))
        right = QFontMetricsF(small_font()).horizontalAdvance(row.right)
        if row.right:
            painter.drawText(top, middle | Qt.AlignmentFlag.AlignRight, row.right)
            top.setRight(top.right() - right - GRID)
        font = with_weight(
            body_font(), QFont.Weight.DemiBold if row.strong else QFont.Weight.Normal
        )
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        elide, side = QFontMetricsF(font).elidedText, Qt.TextElideMode.ElideRight
        painter.drawText(top, middle, elide(row.title, side, top.width()))
        painter.setFont(small_font())
        painter.setPen(self._theme.color(row.role))
        line = QRectF(room.left(), room.top() + half, room.width(), half)
        text = QFontMetricsF(small_font()).elidedText(row.text, side, line.width())
        painter.drawText(line, middle, text)


class RowList(QListWidget):
    """The list.

    Attributes:
        opened: Key of a row that was clicked or entered.
        menu_wanted: Key of a row that was clicked with the right button, and where.
    """

    opened = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self, theme: Theme, icons: Icons, name: str) -> None:
        super().__init__()
        self.setItemDelegate(RowDelegate(theme, icons, self))
        self.setAccessibleName(name)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListWidget { background: transparent; border: none; outline: none; }")
        self.itemClicked.connect(lambda item: self.opened.emit(item.data(KEY)))
        self.customContextMenuRequested.connect(self._want_menu)
        theme.changed.connect(self.viewport().update)

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return [self.item(at).data(ROW) for at in range(self.count())]

    @property
    def chosen(self) -> list[object]:
        """Keys of the selected rows, from top to bottom."""
        found = sorted(self.selectedIndexes(), key=lambda index: index.row())
        return [index.data(KEY) for index in found]

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Show these; what was selected stays selected."""
        rows = list(rows)
        if rows == self.rows:
            return
        kept = set(map(repr, self.chosen))
        scroll = self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        for row in rows:
            item = QListWidgetItem()
            item.setData(ROW, row)
            item.setData(KEY, row.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, row.spoken)
            item.setToolTip(row.tip)
            self.addItem(item)
            if repr(row.key) in kept:
                item.setSelected(True)
        self.blockSignals(False)
        self.verticalScrollBar().setValue(scroll)

    def choose(self, key: object) -> None:
        """Select the row of this key alone."""
        for at in range(self.count()):
            if self.item(at).data(KEY) == key:
                self.setCurrentRow(at, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                return
        self.clearSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.opened.emit(item.data(KEY))
        else:
            super().keyPressEvent(event)

    def _want_menu(self, point: Any) -> None:
        item = self.itemAt(point)
        if item is not None:
            self.menu_wanted.emit(item.data(KEY), self.viewport().mapToGlobal(point))
