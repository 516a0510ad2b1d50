"""What ruler, lanes and plots have in common: one axis of time, one cursor, the same gestures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..guard import painting
from ..theme import GRID, Theme
from .gestures import Axis, Gestures
from .playhead import Playhead

GUTTER = 128
"""Pixels at the left for names and numbers."""

RIGHT = 2 * GRID
ZOOM_A_NOTCH = 1.25
_NOTCH = 120.0
_GRIP = Qt.CursorShape.SizeHorCursor


class TimeWidget(QWidget):
    """A strip along the axis of time.

    Its content is painted once, and again only if something but the cursor has changed, so that
    an hour is as light to play as a minute. A press or a drag moves the cursor, with Shift it
    chooses a part, with the middle button it pans; a chosen part can be taken by its ends. The
    wheel zooms round the pointer.

    Args:
        theme: The theme.
        playhead: The time that is shown.
        parent: Parent widget.
        chooses: A drag chooses a part without Shift too.

    Attributes:
        axis: The widget whose width all strips go by.
    """

    def __init__(
        self,
        theme: Theme,
        playhead: Playhead,
        parent: QWidget | None = None,
        chooses: bool = False,
    ) -> None:
        super().__init__(parent)
        self.theme, self.playhead = theme, playhead
        self.axis: QWidget = self
        self._content: QPixmap | None = None
        self._cursor_x = -1.0
        self._gestures = Gestures(playhead, Axis(self.x_of, self._inside), chooses)
        self.setMouseTracking(True)
        playhead.moved.connect(self._move_cursor)
        playhead.range_changed.connect(self.renew)
        playhead.selection_changed.connect(self.update)
        theme.changed.connect(self.renew)

    def paint_content(self, painter: QPainter) -> None:
        """Everything but selection and cursor."""
        raise NotImplementedError

    def renew(self) -> None:
        """Paint the content anew, soon."""
        self._content = None
        self._cursor_x = self.x_of(self.playhead.time_s)
        self.update()

    @property
    def time_rect(self) -> QRectF:
        """Where time is drawn: the same in every strip, scroll bar or not."""
        width = max(1.0, self.axis.width() - GUTTER - RIGHT)
        return QRectF(GUTTER, 0, width, self.height())

    def x_of(self, time_s: float) -> float:
        """Where a moment is, in pixels."""
        start_s, end_s = self.playhead.range
        room = self.time_rect
        return room.left() + room.width() * (time_s - start_s) / (end_s - start_s)

    def time_at(self, x: float) -> float:
        """The moment at a place."""
        start_s, end_s = self.playhead.range
        room = self.time_rect
        return start_s + (end_s - start_s) * (x - room.left()) / room.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Content from its picture, then selection and cursor."""
        ratio = self.devicePixelRatioF()
        if self._content is None or self._content.devicePixelRatio() != ratio:
            self._content = self._painted(ratio)
        with painting(self) as painter:
            painter.drawPixmap(0, 0, self._content)
            painter.setClipRect(self.time_rect)
            self._paint_selection(painter)
            self.paint_cursor(painter, self.x_of(self.playhead.time_s))

    def paint_cursor(self, painter: QPainter, x: float) -> None:
        """A line at the moment."""
        painter.setPen(QPen(self.theme.color("text"), 1))
        at = round(x) + 0.5
        painter.drawLine(QPointF(at, 0), QPointF(at, self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is another picture."""
        super().resizeEvent(event)
        self.renew()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the cursor, to choose a part, or to pan."""
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with what was begun; else show what can be taken hold of."""
        self._gestures.move(event)
        if not event.buttons():
            grips = self._gestures.grips(event.position().x())
            self.setCursor(_GRIP if grips else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._gestures.release()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom round the pointer; sideways or with Shift it pans. Over the names it scrolls."""
        if event.position().x() < GUTTER:
            event.ignore()
            return
        delta = event.angleDelta()
        sideways = delta.x() or (
            delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        start_s, end_s = self.playhead.range
        if sideways:
            self.playhead.pan(-0.1 * (end_s - start_s) * sideways / _NOTCH)
        else:
            around_s = self.time_at(event.position().x())
            self.playhead.zoom(ZOOM_A_NOTCH ** (delta.y() / _NOTCH), around_s)
        event.accept()

    def _painted(self, ratio: float) -> QPixmap:
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(self.theme.color("surface"))
        with painting(pixmap) as painter:
            self.paint_content(painter)
        return pixmap

    def _paint_selection(self, painter: QPainter) -> None:
        if self.playhead.selection is None:
            return
        left, right = (self.x_of(t) for t in self.playhead.selection)
        part = QRectF(left, 0, right - left, self.height())
        painter.fillRect(part, self.theme.color("accent", 0.22))
        for x in (round(left), round(right) - 2):
            painter.fillRect(QRectF(x, 0, 2, self.height()), self.theme.color("accent"))

    def _inside(self, x: float) -> float:
        """The moment at a place, that of the nearest end for one beyond what is shown."""
        return self.time_at(min(max(x, self.time_rect.left()), self.time_rect.right()))

    def _move_cursor(self) -> None:
        x = self.x_of(self.playhead.time_s)
        for at in (self._cursor_x, x):
            self.update(QRect(round(at) - 8, 0, 17, self.height()))
        self._cursor_x = x
