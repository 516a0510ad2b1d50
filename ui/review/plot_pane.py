"""Some columns of the chosen face over time, on one axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fervideo.session.markers import MarkerKind

from ..theme import Theme, small_font
from . import legend
from .columns import Curve, Group
from .curves import Series, nice_ticks, series, thinned
from .document import Document
from .legend import curve_pen
from .playhead import Playhead
from .time_widget import GUTTER, TimeWidget

LEAST_PX = 56
_PAD_PX = 8
_TICK_PX = 30
_FEW_POINTS = 80
_SMOOTH_SHARE = 0.7
"""Points a pixel up to which a curve is drawn smooth: wide, smooth lines are slow if dense."""


class PlotPane(TimeWidget):
    """Curves over the shared axis of time.

    Args:
        theme: The theme.
        playhead: The time that is shown.
        group: The columns.
        parent: Parent widget.
    """

    def __init__(
        self, theme: Theme, playhead: Playhead, group: Group, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, playhead, parent)
        self.group = group
        self._document: Document | None = None
        self._series: dict[str, Series] = {}
        self._hidden: frozenset[str] = frozenset()
        self._legend_px = 0
        self.setMinimumHeight(LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"{group.title} over time")

    def open(self, document: Document) -> None:
        """Show another session's."""
        self._document = document
        document.changed.connect(self._forget)
        document.face_chosen.connect(self._forget)
        self._forget()

    def hide_classes(self, hidden: frozenset[str]) -> None:
        """Leave out the curves of these classes."""
        if hidden != self._hidden:
            self._hidden = hidden
            self.renew()

    def sizeHint(self) -> QSize:
        """Readable."""
        return QSize(400, 96 + self._legend_px)

    def minimumSizeHint(self) -> QSize:
        """Three ticks."""
        return QSize(200, self.minimumHeight())

    def renew(self) -> None:
        """The legend takes as many lines as the width asks for; the curves keep their room."""
        room = self._legend_room.width()
        self._legend_px = legend.height_of(self.curves, room) if self._has_legend else 0
        self.setMinimumHeight(LEAST_PX + self._legend_px)
        super().renew()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves that are drawn."""
        return tuple(
            c for c in self.group.curves if c.class_name not in self._hidden or not c.class_name
        )

    def series_of(self, curve: Curve) -> Series:
        """All of a curve, at full resolution."""
        document = self._document
        if document is None or document.face is None:
            return np.empty(0), np.empty(0)
        if curve.name not in self._series:
            values = curve.values(document.shown.timeline)
            self._series[curve.name] = series(document.index, document.face, values)
        return self._series[curve.name]

    def paint_content(self, painter: QPainter) -> None:
        """Title, axis, curves."""
        painter.setFont(small_font())
        start_s, end_s = self.playhead.range
        pixels = int(self.time_rect.width())
        shown = [thinned(self.series_of(c), start_s, end_s, pixels) for c in self.curves]
        low, high = self._limits([values for _, values in shown])
        self._paint_axis(painter, low, high)
        painter.setClipRect(self.time_rect)
        self._paint_excluded(painter)
        for curve, (times, values) in zip(self.curves, shown, strict=True):
            self._paint_curve(painter, curve, times, self._y_of(values, low, high))
        if self._has_legend:
            legend.paint(painter, self.theme, self.curves, self._legend_room)

    def _y_of(self, values: Any, low: float, high: float) -> Any:
        top = self._legend_px + _PAD_PX
        return top + (self.height() - top - _PAD_PX) * (high - values) / (high - low)

    @property
    def _has_legend(self) -> bool:
        """Classes have theirs above all plots."""
        return len(self.group.curves) > 1 and not self.group.curves[0].class_name

    @property
    def _legend_room(self) -> QRectF:
        return self.time_rect.adjusted(_PAD_PX, 2, -_PAD_PX, 0)

    def _limits(self, columns: list[Any]) -> tuple[float, float]:
        if self.group.limits is not None:
            return self.group.limits
        found = np.concatenate(columns) if columns else np.empty(0)
        found = found[np.isfinite(found)]
        if not len(found):
            return 0.0, 1.0
        low, high = float(found.min()), float(found.max())
        margin = 0.06 * (high - low) or max(0.05 * abs(high), 0.05)
        return low - margin, high + margin

    def _paint_axis(self, painter: QPainter, low: float, high: float) -> None:
        painter.setPen(self.theme.color("muted"))
        metrics = QFontMetricsF(painter.font())
        title = QRectF(16, 0, GUTTER - 16 - _TICK_PX - 10, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(title, flags, self.group.title)
        for value in nice_ticks(low, high, max(2, min(4, (self.height() - 16) // 24))):
            y = round(float(self._y_of(value, low, high))) + 0.5
            painter.setPen(QPen(self.theme.color("outline", 0.5), 1))
            painter.drawLine(QPointF(GUTTER, y), QPointF(self.time_rect.right(), y))
            painter.setPen(self.theme.color("muted"))
            text = f"{100 * value:.0f} %" if self.group.percent else f"{value:.4g}"
            width = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(GUTTER - 8 - width, y + metrics.ascent() / 2 - 1), text)

    def _paint_curve(self, painter: QPainter, curve: Curve, times: Any, ys: Any) -> None:
        """Smooth where points are few; where they are many, one pixel wide, which is fast."""
        start_s, end_s = self.playhead.range
        room = self.time_rect
        xs = room.left() + room.width() * (times - start_s) / (end_s - start_s)
        is_smooth = len(xs) <= room.width() * _SMOOTH_SHARE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        pen = curve_pen(curve.look, self.theme, 1.3 if is_smooth else 1)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(xs) > 1:
            painter.drawPath(arrayToQPath(xs, ys, connect="finite"))
        if len(xs) <= _FEW_POINTS:
            painter.setPen(pen.color())
            painter.setBrush(pen.color())
            for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
                if y == y:
                    painter.drawEllipse(QPointF(x, y), 1.4, 1.4)

    def _paint_excluded(self, painter: QPainter) -> None:
        brush = QBrush(self.theme.color("muted", 0.35), Qt.BrushStyle.BDiagPattern)
        for marker in self._document.markers if self._document else ():
            if marker.kind is MarkerKind.EXCLUDE and marker.duration_s:
                left, right = (self.x_of(marker.time_s + d) for d in (0.0, marker.duration_s))
                painter.fillRect(QRectF(left, 0, right - left, self.height()), brush)

    def _forget(self) -> None:
        self._series = {}
        self.renew()
