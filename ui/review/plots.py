"""The plots under the lanes: which columns, which curves."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from fervideo import labels

from ..settings import Settings
from ..theme import GRID, Theme
from ..widgets.icons import Icons
from ..widgets.toggles import Chip
from .columns import Group, groups_of, single
from .document import Document
from .memory import Memory
from .menu_button import MenuButton
from .playhead import Playhead
from .plot_pane import PlotPane

ROOM_FOR_NAMES = 980


class Plots(QWidget):
    """A legend, and a pane for each group of columns that is chosen.

    Attributes:
        panes_changed: Other columns are shown.
    """

    panes_changed = Signal()

    def __init__(
        self, theme: Theme, icons: Icons, settings: Settings, playhead: Playhead, axis: QWidget
    ) -> None:
        super().__init__()
        self._theme, self._settings, self._playhead = theme, settings, playhead
        self._axis = axis
        self._memory = Memory(settings)
        self._document: Document | None = None
        self._groups: tuple[Group, ...] = ()
        self.panes: list[PlotPane] = []
        self.chips: dict[str, Chip] = {}
        self.choose = MenuButton(theme, icons, "plots", "Plots")
        self.choose.describe("Choose what is plotted", hint="Choose which columns are plotted")
        self.choose.menu.aboutToShow.connect(self._fill_menu)
        self._legend = QHBoxLayout()
        self._column = QVBoxLayout()
        self._lay_out()

    def open(self, document: Document | None) -> None:
        """Plot another session, or none."""
        self._document = document
        self._groups = (
            groups_of(document.recorded.timeline, document.recorded.classes) if document else ()
        )
        self._make_chips()
        self._make_panes()

    def show_groups(self, keys: list[str]) -> None:
        """Plot these groups and columns, by key."""
        self._memory.plots = tuple(keys)
        self._make_panes()

    @property
    def shown(self) -> list[str]:
        """Keys of what is plotted."""
        return [pane.group.key for pane in self.panes]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room is for whole names."""
        super().resizeEvent(event)
        self._name_chips()

    def _choices(self) -> Iterator[Group]:
        yield from self._groups
        for group in self._groups:
            if len(group.curves) > 1:
                yield from (single(group, curve) for curve in group.curves)

    def _make_panes(self) -> None:
        for pane in self.panes:
            self._column.removeWidget(pane)
            pane.hide()
            pane.deleteLater()
        self.panes = []
        by_key = {group.key: group for group in self._choices()}
        keys = self._memory.plots
        wanted = [by_key[key] for key in keys if key in by_key]
        if keys and not wanted:  # this session has none of them: better its first than none
            wanted = list(self._groups[:1])
        for group in wanted:
            pane = PlotPane(self._theme, self._playhead, group)
            pane.axis = self._axis
            if self._document is not None:
                pane.open(self._document)
            pane.hide_classes(self._settings.hidden_curves)
            self._column.addWidget(pane, 1)
            self.panes.append(pane)
        self.panes_changed.emit()

    def _make_chips(self) -> None:
        for chip in self.chips.values():
            self._legend.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        classes = self._document.recorded.classes if self._document else ()
        for name in classes:
            chip = Chip(self._theme, name, labels.color_of(name, classes))
            chip.setChecked(name not in self._settings.hidden_curves)
            chip.describe(f"Curve of {name}", hint=f"Show or hide {name}")
            chip.toggled.connect(lambda on, n=name: self._toggle(n, on))
            self._legend.addWidget(chip)
            self.chips[name] = chip
        self._name_chips()

    def _name_chips(self) -> None:
        """Whole names where there is room, else three letters."""
        for name, chip in self.chips.items():
            known = labels.BY_NAME.get(name)
            chip.setText(known.short if known and self.width() < ROOM_FOR_NAMES else name)
            chip.updateGeometry()

    def _toggle(self, name: str, on: bool) -> None:
        hidden = set(self._settings.hidden_curves)
        (hidden.discard if on else hidden.add)(name)
        self._settings.hidden_curves = frozenset(hidden)
        for pane in self.panes:
            pane.hide_classes(self._settings.hidden_curves)

    def _fill_menu(self) -> None:
        menu = self.choose.menu
        menu.clear()
        for group in self._groups:
            self._add_choice(menu, group)
        menu.addSeparator()
        for group in self._groups:
            if len(group.curves) > 1:
                under = menu.addMenu(f"One of {group.title}")
                for curve in group.curves:
                    self._add_choice(under, single(group, curve))

    def _add_choice(self, menu: QMenu, group: Group) -> None:
        action = menu.addAction(group.title)
        action.setCheckable(True)
        action.setChecked(group.key in self.shown)
        action.toggled.connect(lambda on, key=group.key: self._choose(key, on))

    def _choose(self, key: str, on: bool) -> None:
        keys = [shown for shown in self.shown if shown != key]
        self.show_groups([*keys, key] if on else keys)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(GRID, 0, 2 * GRID, 0)
        header.setSpacing(GRID)
        header.addWidget(self.choose)
        self._legend.setSpacing(0)
        header.addLayout(self._legend)
        header.addStretch(1)
        self._inner = QWidget()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._inner.setLayout(self._column)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setWidget(self._inner)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(header)
        column.addWidget(self.area, 1)
