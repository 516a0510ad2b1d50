"""A lane for each face: what it wore when, in the colours of the classes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget

from fervideo import labels
from fervideo.session.markers import MarkerKind
from fervideo.session.segments import Segment

from ..theme import Theme, small_font, with_weight
from .clock import length_text, time_text
from .document import Document
from .playhead import Playhead
from .segment_painter import SegmentPainter
from .time_widget import GUTTER, TimeWidget

LANE_PX = 28
PAD_PX = 4


class Lanes(TimeWidget):
    """The lanes of all shown faces.

    Attributes:
        menu_wanted: Right click: the segment under it or None, the face or None, where.
        rename_wanted: The name of a face was double-clicked.
    """

    menu_wanted = Signal(object, object, object)
    rename_wanted = Signal(int)

    def __init__(self, theme: Theme, playhead: Playhead, parent: QWidget | None = None) -> None:
        super().__init__(theme, playhead, parent)
        self._document: Document | None = None
        self._starts: dict[int, list[float]] = {}
        self._segments = SegmentPainter(theme, lambda _: labels.UNKNOWN_COLOR)
        self.setAccessibleName("Expression of each face over time")

    def open(self, document: Document | None) -> None:
        """Show another session, or none."""
        self._document = document
        if document is not None:
            document.changed.connect(self._renew_all)
            document.face_chosen.connect(self.renew)
        self._renew_all()

    def sizeHint(self) -> QSize:
        """A lane for each face."""
        count = len(self._document.face_ids) if self._document else 0
        return QSize(400, max(1, count) * LANE_PX + PAD_PX)

    def minimumSizeHint(self) -> QSize:
        """No lane is cut."""
        return self.sizeHint()

    def face_at(self, y: float) -> int | None:
        """The face whose lane is here."""
        ids = self._document.face_ids if self._document else ()
        at = int((y - PAD_PX / 2) // LANE_PX)
        return ids[at] if 0 <= at < len(ids) else None

    def segment_under(self, point: QPointF) -> Segment | None:
        """The segment that is drawn here."""
        face = self.face_at(point.y())
        if self._document is None or face is None or point.x() < GUTTER:
            return None
        time_s = self.time_at(point.x())
        segment = self._document.index.segment_at(face, time_s)
        return segment if segment and segment.start_s <= time_s <= segment.end_s else None

    def paint_content(self, painter: QPainter) -> None:
        """Names, grounds, segments, excluded ranges."""
        if self._document is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, face_id in enumerate(self._document.face_ids):
            top = PAD_PX / 2 + at * LANE_PX
            self._paint_name(painter, face_id, top)
            painter.save()
            painter.setClipRect(self.time_rect)
            self._paint_lane(painter, face_id, top)
            painter.restore()
        painter.setClipRect(self.time_rect)
        self._paint_excluded(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press in a lane looks at its face too."""
        face = self.face_at(event.position().y())
        if face is not None and self._document is not None:
            self._document.choose(face)
        if event.position().x() >= GUTTER:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A name is changed; a segment is chosen as a whole."""
        face, segment = self.face_at(event.position().y()), self.segment_under(event.position())
        if event.position().x() < GUTTER and face is not None:
            self.rename_wanted.emit(face)
        elif segment is not None:
            self.playhead.select((segment.start_s, segment.end_s))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The tool tip tells what is under the pointer."""
        super().mouseMoveEvent(event)
        if event.buttons():
            return
        segment = self.segment_under(event.position())
        self.setToolTip(_tip(segment) if segment else "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done here."""
        point = QPointF(event.pos())
        face = self.face_at(point.y())
        if self._document is not None and face is not None:
            self._document.choose(face)
        self.menu_wanted.emit(self.segment_under(point), face, event.globalPos())

    def _renew_all(self) -> None:
        index = self._document.index if self._document else None
        self._starts = (
            {i: [s.start_s for s in found] for i, found in index.segments.items()} if index else {}
        )
        if self._document is not None:
            self._segments = SegmentPainter(self.theme, self._document.color_of)
        self.updateGeometry()
        self.renew()

    def _paint_name(self, painter: QPainter, face_id: int, top: float) -> None:
        document = self._document
        if document is None:
            return
        chosen = face_id == document.face
        if chosen and len(document.face_ids) > 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("accent"))
            painter.drawRoundedRect(QRectF(6, top + 6, 3, LANE_PX - 12), 1.5, 1.5)
        font = small_font()
        if chosen:
            font = with_weight(font, QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self.theme.color("text" if chosen else "muted"))
        line = QRectF(16, top, GUTTER - 24, LANE_PX)
        name = QFontMetricsF(font).elidedText(
            document.name_of(face_id), Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_lane(self, painter: QPainter, face_id: int, top: float) -> None:
        """A thin line where the face is missing; blocks where it is there."""
        if self._document is None:
            return
        room = self.time_rect
        middle = round(top + LANE_PX / 2) + 0.5
        painter.setPen(QPen(self.theme.color("outline"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(room.left(), middle), QPointF(room.right(), middle))
        start_s, end_s = self.playhead.range
        starts, segments = self._starts.get(face_id, []), self._document.index.segments[face_id]
        first = max(0, bisect_right(starts, start_s) - 1)
        reached, is_still = -1e9, len(self._document.index) == 1
        for segment in segments[first : bisect_left(starts, end_s)]:
            # A block that is drawn far beyond what is shown would be hatched there too.
            left = max(self.x_of(segment.start_s), room.left() - LANE_PX)
            end = room.right() if is_still else self.x_of(segment.end_s)
            right = min(end, room.right() + LANE_PX)
            if right < reached + 0.5:
                continue  # narrower than half a pixel, and the pixel is taken
            reached = right
            block = QRectF(left, top + 3, max(1.0, right - left), LANE_PX - 6)
            self._segments.paint(painter, segment, block)

    def _paint_excluded(self, painter: QPainter) -> None:
        if self._document is None:
            return
        for marker in self._document.markers:
            if marker.kind is not MarkerKind.EXCLUDE or not marker.duration_s:
                continue
            left, right = (self.x_of(marker.time_s + d) for d in (0.0, marker.duration_s))
            room = QRectF(left, 0, right - left, self.height())
            painter.fillRect(room, self.theme.color("surface", 0.66))
            brush = QBrush(self.theme.color("muted", 0.7), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(room, brush)


def _tip(segment: Segment) -> str:
    name = segment.label or "no label"
    parts = [f"{name}, {length_text(segment.duration_s)} from {time_text(segment.start_s)}"]
    if segment.corrected:
        parts.append(f"set by hand; the model said {segment.machine_label or 'nothing'}")
    elif segment.confidence == segment.confidence:
        parts.append(f"mean probability {segment.confidence:.0%}")
    return ", ".join(parts)
