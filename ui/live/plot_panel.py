"""The scrolling plot of all class probabilities of the chosen face."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fervideo import labels

from ..settings import PLOT_WINDOWS_S, Settings
from ..theme import GRID, Theme, small_font
from ..widgets.toggles import Chip, Segment
from .history import History
from .label_strip import LabelStrip
from .plot_items import Curve, PlotView

AXIS_PX = 40
RIGHT_PX = 2 * GRID
ROOM_FOR_TITLE = 1040
LONGEST_NAME, SHORT_NAME = 18, 4
"""Letters of a name in the legend, with much room and with little."""


class PlotPanel(QWidget):
    """Curves made once, then only fed; fixed range; the newest moment at the right edge.

    Attributes:
        window_changed: The length shown changed, in seconds.
    """

    window_changed = Signal(int)

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._seconds = settings.plot_window_s
        self._classes: tuple[str, ...] = ()
        self._curves: list[Any] = []
        self._chips: list[Chip] = []
        self._segments: dict[int, Segment] = {}
        self._legend = QHBoxLayout()
        self._area = QScrollArea(widgetResizable=True)
        self._title = QLabel("Probabilities over time")
        self._title.setProperty("role", "title")
        self._view: Any = PlotView()
        self._strip = LabelStrip(theme)
        self._set_up_view()
        self._lay_out()
        self._recolor()
        self.set_window(self._seconds)
        theme.changed.connect(self._recolor)

    @property
    def seconds(self) -> int:
        """Length shown."""
        return self._seconds

    @property
    def chips(self) -> list[Chip]:
        """The legend."""
        return self._chips

    @property
    def curves(self) -> list[Any]:
        """The curves, one for each class."""
        return self._curves

    @property
    def axes(self) -> dict[str, Any]:
        """The axes by their side."""
        item = self._view.getPlotItem()
        return {side: item.getAxis(side) for side in ("left", "bottom", "right", "top")}

    def set_window(self, seconds: int) -> None:
        """Show the last 10, 20, 30 or 60 seconds."""
        self._seconds = seconds
        self._segments[seconds].setChecked(True)
        self._view.setXRange(-seconds, 0, padding=0)
        step = seconds // 5 if seconds < 60 else 10
        ticks = [(-t, f"-{t} s" if t else "now") for t in range(0, seconds + 1, step)]
        self._view.getAxis("bottom").setTicks([ticks])
        if self._settings.plot_window_s != seconds:
            self._settings.plot_window_s = seconds
            self.window_changed.emit(seconds)

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Make a curve and a legend entry for each class."""
        if classes == self._classes:
            return
        self._classes = classes
        for curve in self._curves:
            self._view.removeItem(curve)
        for chip in self._chips:
            self._legend.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._curves = [self._curve(name) for name in classes]
        self._chips = [self._chip(index, name) for index, name in enumerate(classes)]
        self._name_chips()

    def clear(self) -> None:
        """Empty every curve."""
        for curve in self._curves:
            curve.setData([], [])
        self._strip.show_codes(np.empty(0), np.empty(0), self._classes, self._seconds)

    def refresh(self, history: History, track_id: int | None) -> None:
        """Draw the last seconds of a track."""
        self.set_classes(history.classes)
        times, values = history.window(track_id, self._seconds)
        for index, curve in enumerate(self._curves):
            if curve.isVisible():
                curve.setData(times, values[index], connect="finite")
        self._strip.show_codes(times, values[-1], self._classes, self._seconds)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The strip goes with the plot; the title makes room for the legend."""
        super().resizeEvent(event)
        self._title.setVisible(self.width() >= ROOM_FOR_TITLE)
        self._name_chips()
        QTimer.singleShot(0, self, self._align)
        QTimer.singleShot(0, self, self._name_chips)

    def showEvent(self, event: QShowEvent) -> None:
        """The same once the plot has been laid out."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._align)

    def _align(self) -> None:
        area = self._view.getViewBox().sceneBoundingRect()
        self._strip.align(area.left(), area.width())
        # Half a line of text over 1 and under 0, or their numbers would not show in a low plot.
        room = small_font().pixelSize() / max(1.0, area.height() - small_font().pixelSize())
        self._view.getPlotItem().setYRange(0, 1, padding=max(0.07, min(0.4, 0.6 * room)))

    def _curve(self, name: str) -> Any:
        pen = QPen(QColor(labels.color_of(name, self._classes)))
        # One pixel of the picture people see: fast, and as strong on a screen of high density.
        pen.setWidth(max(1, round(self.devicePixelRatioF())))
        pen.setCosmetic(True)
        curve = Curve(pen=pen, antialias=False)
        curve.setVisible(name not in self._settings.hidden_curves)
        self._view.addItem(curve)
        return curve

    def _chip(self, index: int, name: str) -> Chip:
        chip = Chip(self._theme, name, labels.color_of(name, self._classes))
        chip.setChecked(self._curves[index].isVisible())
        chip.describe(f"Curve of {name}", hint=f"Show or hide {name}")
        chip.toggled.connect(lambda on, i=index: self._toggle(i, on))
        self._legend.addWidget(chip)
        return chip

    def _name_chips(self) -> None:
        """Whole names where there is room, else the first letters of each."""
        chips = list(zip(self._classes, self._chips, strict=True))
        for name, chip in chips:
            chip.setText(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")
        if sum(chip.sizeHint().width() for chip in self._chips) > self._area.width():
            for name, chip in chips:
                known = labels.BY_NAME.get(name)
                chip.setText(known.short if known else name[:SHORT_NAME].upper())
        for chip in self._chips:
            chip.updateGeometry()

    def _toggle(self, index: int, on: bool) -> None:
        self._curves[index].setVisible(on)
        hidden = set(self._settings.hidden_curves)
        change = hidden.discard if on else hidden.add
        change(self._classes[index])
        self._settings.hidden_curves = frozenset(hidden)

    def _set_up_view(self) -> None:
        item = self._view.getPlotItem()
        item.setMenuEnabled(False)
        # pyqtgraph makes a menu without an owner; ours sees that it goes when the plot goes.
        item.ctrlMenu.setParent(self, item.ctrlMenu.windowFlags())
        item.hideButtons()
        item.setMouseEnabled(False, False)
        item.setContentsMargins(0, 4, RIGHT_PX, 0)
        item.disableAutoRange()
        item.setYRange(0, 1, padding=0.07)
        item.getAxis("left").setWidth(AXIS_PX)
        item.getAxis("left").setTicks([[(0, "0"), (0.5, "0.5"), (1, "1")]])
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setStyle(
                tickFont=QFont(small_font()),
                tickLength=0,
                tickTextOffset=6,
                hideOverlappingLabels=False,
            )
        self._view.setFrameShape(self._view.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAccessibleName("Probabilities over time")
        self._view.setMinimumHeight(64)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(2 * GRID)
        header.setContentsMargins(2 * GRID, 0, RIGHT_PX, 0)
        header.addWidget(self._title)
        header.addWidget(self._scrolling_legend(), 1)
        header.addLayout(self._window_row())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self._strip)
        column.addWidget(self._view, 1)

    def _scrolling_legend(self) -> QScrollArea:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._legend.setSpacing(0)
        row.addLayout(self._legend)
        row.addStretch(1)
        area = self._area
        area.setWidget(holder)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(28)
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _window_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        holder = QWidget()
        inner = QHBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        for seconds in PLOT_WINDOWS_S:
            button = Segment(self._theme, f"{seconds} s", holder)
            button.describe(f"Show the last {seconds} seconds")
            button.clicked.connect(lambda _=False, s=seconds: self.set_window(s))
            self._segments[seconds] = button
            inner.addWidget(button)
        row.addWidget(holder)
        return row

    def _recolor(self) -> None:
        self._view.setBackground(self._theme.color("surface"))
        item = self._view.getPlotItem()
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(self._theme.color("outline"))
            axis.setTextPen(self._theme.color("muted"))
        item.showGrid(x=False, y=True, alpha=0.25)
