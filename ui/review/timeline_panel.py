"""Everything along the axis of time: transport, ruler, lanes, plots."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ..context import Context
from ..theme import GRID
from .document import Document
from .lanes import LANE_PX, PAD_PX, Lanes
from .playhead import Playhead
from .plots import Plots
from .ruler import Ruler
from .transport import Transport

FEWEST_LANES = 2
MOST_LANES = 8
PANE_PX = 112
_LEGEND_PX = 36
_LEAST_PLOTS_PX = 104


class TimelinePanel(QWidget):
    """The lower part of Review."""

    def __init__(self, context: Context, playhead: Playhead) -> None:
        super().__init__()
        self.transport = Transport(context.theme, context.icons, context.actions, playhead)
        self.ruler = Ruler(context.theme, playhead)
        self.lanes = Lanes(context.theme, playhead)
        self.plots = Plots(context.theme, context.icons, context.settings, playhead, self)
        for strip in (self.ruler, self.lanes):
            strip.axis = self
        self.plots.panes_changed.connect(self._align_later)
        self._lane_area = QScrollArea(widgetResizable=True)
        self._lane_area.setWidget(self.lanes)
        self._lane_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lane_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GRID // 2)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.ruler)
        column.addWidget(self._lane_area)
        column.addWidget(self.plots, 1)

    def open(self, document: Document | None) -> None:
        """Show another session, or none."""
        for part in (self.transport, self.ruler, self.lanes, self.plots):
            part.open(document)
        if document is not None:
            document.changed.connect(self._align_later)
        self._align_later()

    @property
    def wish(self) -> int:
        """The height at which everything can be seen well."""
        lanes = min(self.lanes.sizeHint().height(), MOST_LANES * LANE_PX)
        plots = _LEGEND_PX + PANE_PX * len(self.plots.panes) if self._has_plots else 0
        return self._fixed + lanes + plots

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room shows more lanes."""
        super().resizeEvent(event)
        self._align_later()

    @property
    def _has_plots(self) -> bool:
        return not self.plots.isHidden()

    @property
    def _fixed(self) -> int:
        """Height of transport and ruler."""
        return self.transport.sizeHint().height() + self.ruler.height() + GRID

    def _align_later(self) -> None:
        QTimer.singleShot(0, self, self._align)

    def _align(self) -> None:
        """Room for as many lanes as there can be."""
        least = _LEAST_PLOTS_PX if self.plots.panes else _LEGEND_PX
        room = self.height() - self._fixed - (least if self._has_plots else 0)
        most = max(FEWEST_LANES, min(MOST_LANES, (room - PAD_PX) // LANE_PX))
        wanted = self.lanes.sizeHint().height()
        self._lane_area.setFixedHeight(min(wanted, most * LANE_PX + PAD_PX))
