"""The panel beside the picture: values, faces, markers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ..context import Context
from ..theme import GRID
from ..widgets.toggles import Segment
from .document import Document
from .faces_panel import FacesPanel
from .markers_panel import MarkersPanel
from .playhead import Playhead
from .values_panel import ValuesPanel

NAMES = ("Values", "Faces", "Markers")


class Side(QWidget):
    """One of three panels at a time."""

    def __init__(self, context: Context, playhead: Playhead) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.values = ValuesPanel(context.theme, context.icons, playhead)
        self.faces = FacesPanel(context)
        self.markers = MarkersPanel(context)
        self._stack = QStackedWidget()
        self.tabs: dict[str, Segment] = {}
        header = QHBoxLayout()
        header.setContentsMargins(GRID, GRID, GRID, 0)
        header.setSpacing(2)
        for at, name in enumerate(NAMES):
            tab = Segment(context.theme, name)
            tab.describe(f"Show {name.lower()}")
            tab.clicked.connect(lambda _=False, i=at: self._stack.setCurrentIndex(i))
            header.addWidget(tab)
            self.tabs[name] = tab
        header.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(self.values)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in (scroll, self.faces, self.markers):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(header)
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(264)
        self.show_tab("Values")

    def show_tab(self, name: str) -> None:
        """Show one of the panels."""
        self.tabs[name].setChecked(True)
        self._stack.setCurrentIndex(NAMES.index(name))

    def open(self, document: Document | None) -> None:
        """Show another session, or none."""
        for panel in (self.values, self.faces, self.markers):
            panel.open(document)
