"""The axis of time with its ticks, and under it what a person has marked."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from fervideo.session.markers import Marker, MarkerKind

from ..theme import Theme, small_font
from .clock import tick_decimals, tick_step, time_text
from .document import Document
from .playhead import Playhead
from .time_widget import GUTTER, TimeWidget

TICKS_PX = 22
MARKS_PX = 20
_LABEL_PX = 84
_REACH_PX = 6
_EMPTY = "Drag here to choose a part, or press I and O at its ends; M marks a moment."
_TIP = (
    "Click to go there, drag to choose a part, drag its ends to change it. "
    "With the keys: I where it starts, O where it ends."
)


class Ruler(TimeWidget):
    """Ticks and markers.

    Attributes:
        marker_menu_wanted: A marker was clicked with the right button: the marker and where.
        marker_chosen: A marker was clicked.
    """

    marker_menu_wanted = Signal(object, object)
    marker_chosen = Signal(object)

    def __init__(self, theme: Theme, playhead: Playhead, parent: QWidget | None = None) -> None:
        super().__init__(theme, playhead, parent, chooses=True)
        self._document: Document | None = None
        self._pending_s: float | None = None
        self._open_ends: tuple[float | None, float | None] = (None, None)
        self.setFixedHeight(TICKS_PX + MARKS_PX)
        self.setAccessibleName("Time and markers")
        self.setToolTip(_TIP)

    def open(self, document: Document | None) -> None:
        """Show the markers of another session, or none."""
        self._document, self._pending_s = document, None
        if document is not None:
            document.changed.connect(self.renew)
        self.renew()

    def set_pending(self, start_s: float | None) -> None:
        """A range has been begun here and is not yet ended."""
        self._pending_s = start_s
        self.update()

    def set_open_ends(self, start_s: float | None, end_s: float | None) -> None:
        """A part starts here and has no end yet, or ends here and has no start."""
        if (start_s, end_s) != self._open_ends:
            self._open_ends = start_s, end_s
            self.update()

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(400, TICKS_PX + MARKS_PX)

    def paint_content(self, painter: QPainter) -> None:
        """Ticks, labels, markers."""
        painter.setFont(small_font())
        self._paint_ticks(painter)
        if self._document is None:
            return
        painter.setPen(self.theme.color("muted"))
        line = QRectF(16, TICKS_PX, GUTTER - 24, MARKS_PX)
        if self._document.markers:
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, "Markers")
        painter.setClipRect(self.time_rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        markers = self._document.markers
        for at, marker in enumerate(markers):
            after = markers[at + 1].time_s if at + 1 < len(markers) else math.inf
            self._paint_marker(painter, marker, after)

    def paint_cursor(self, painter: QPainter, x: float) -> None:
        """A handle that can be seen from afar, and the range that is being marked."""
        if self._pending_s is not None:
            left = self.x_of(self._pending_s)
            room = QRectF(min(left, x), TICKS_PX + 2, abs(x - left), MARKS_PX - 4)
            painter.fillRect(room, self.theme.color("warning", 0.5))
        if self._is_idle:
            painter.setFont(small_font())
            painter.setPen(self.theme.color("muted"))
            room = self.time_rect.adjusted(4, TICKS_PX, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _EMPTY)
        for time_s, to in zip(self._open_ends, (6, -6), strict=True):
            if time_s is not None:
                self._paint_bracket(painter, self.x_of(time_s), to)
        super().paint_cursor(painter, x)
        at = round(x) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color("text"))
        handle = [QPointF(at - 5, 0), QPointF(at + 5, 0), QPointF(at + 5, 5), QPointF(at, 10)]
        painter.drawPolygon(QPolygonF([*handle, QPointF(at - 5, 5)]))

    @property
    def _is_idle(self) -> bool:
        """Nothing is marked, chosen or begun: there is room to say how that is done."""
        document, begun = self._document, (self._pending_s, *self._open_ends)
        is_free = document is not None and len(document.index) > 1 and not document.markers
        return is_free and self.playhead.selection is None and not any(t is not None for t in begun)

    def marker_at(self, point: QPointF) -> Marker | None:
        """The marker under the pointer."""
        if self._document is None or point.y() < TICKS_PX:
            return None
        near: list[tuple[float, Marker]] = []
        for marker in self._document.markers:
            left = self.x_of(marker.time_s)
            right = max(self.x_of(marker.time_s + marker.duration_s), left)
            away = max(left - point.x(), point.x() - right, 0.0)
            if away <= _REACH_PX:
                near.append((away + (0.5 if marker.duration_s else 0.0), marker))
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A marker is jumped to; anywhere else the cursor moves, or a part is chosen."""
        marker = self.marker_at(event.position())
        if marker is not None and event.button() == Qt.MouseButton.LeftButton:
            self.marker_chosen.emit(marker)
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a marker."""
        marker = self.marker_at(QPointF(event.pos()))
        if marker is not None:
            self.marker_menu_wanted.emit(marker, event.globalPos())

    def _paint_bracket(self, painter: QPainter, x: float, to: float) -> None:
        """One end of a part, open towards the other."""
        painter.setPen(QPen(self.theme.color("accent"), 2))
        low = self.height() - 1.0
        ends = [QPointF(x + to, 1), QPointF(x, 1), QPointF(x, low), QPointF(x + to, low)]
        painter.drawPolyline(ends)

    def _paint_ticks(self, painter: QPainter) -> None:
        start_s, end_s = self.playhead.range
        room = self.time_rect
        step = tick_step(end_s - start_s, int(room.width() // _LABEL_PX))
        decimals = tick_decimals(step)
        for number in range(math.ceil(start_s / step - 1e-9), math.floor(end_s / step + 1e-9) + 1):
            x = round(self.x_of(number * step)) + 0.5
            painter.setPen(QPen(self.theme.color("outline"), 1))
            painter.drawLine(QPointF(x, TICKS_PX - 5), QPointF(x, TICKS_PX - 1))
            painter.setPen(self.theme.color("muted"))
            text = time_text(number * step, decimals)
            width = QFontMetricsF(painter.font()).horizontalAdvance(text)
            left = min(max(x - width / 2, room.left()), room.right() - width)
            painter.drawText(QPointF(left, TICKS_PX - 8), text)

    def _paint_marker(self, painter: QPainter, marker: Marker, after_s: float) -> None:
        kind = marker.kind
        role = {MarkerKind.EXCLUDE: "warning", MarkerKind.NOTE: "muted"}.get(kind, "accent")
        left, right = self.x_of(marker.time_s), self.x_of(marker.time_s + marker.duration_s)
        top, low = TICKS_PX + 3.0, float(TICKS_PX + MARKS_PX - 3)
        if marker.duration_s:
            band = QRectF(left, top, max(2.0, right - left), low - top)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color(role, 0.28))
            painter.drawRoundedRect(band, 3, 3)
        painter.setPen(QPen(self.theme.color(role), 1.5))
        painter.drawLine(QPointF(left, top), QPointF(left, low + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(role))
        if kind is MarkerKind.NOTE:
            painter.drawEllipse(QPointF(left, top + 3), 3.5, 3.5)
        elif not marker.duration_s:
            flag = [QPointF(left, top), QPointF(left + 8, top + 3.5), QPointF(left, top + 7)]
            painter.drawPolygon(QPolygonF(flag))
        self._name_marker(painter, marker, left + (6 if marker.duration_s else 11), after_s)

    def _name_marker(self, painter: QPainter, marker: Marker, left: float, after_s: float) -> None:
        text = marker.note if marker.kind is MarkerKind.NOTE and marker.note else marker.name
        end = self.x_of(marker.time_s + marker.duration_s) - 4 if marker.duration_s else math.inf
        room = min(end, self.x_of(after_s) - 4 if math.isfinite(after_s) else math.inf) - left
        metrics = QFontMetricsF(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, min(room, 160.0))
        if len(shown) > 1 or shown == text:
            painter.setPen(self.theme.color("text"))
            line = QRectF(left, TICKS_PX, metrics.horizontalAdvance(shown) + 2, MARKS_PX)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
