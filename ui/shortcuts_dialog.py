"""The dialog that shows every shortcut, and the one that says what this program is."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from .action_table import ACTIONS
from .guard import painting
from .theme import GRID, Theme, small_font

ROOM_FOR_THREE = 1180
_HEAD = 3
"""Lines that the title of a menu and the gap under it take."""

IN_PLACE = "Where you are"
KEYS_IN_PLACE = (
    ("Next control", "Tab"),
    ("Press the control; hold it to enroll", "Space"),
    ("End the enrolment, leave the full screen", "Esc"),
    ("Turn the sphere (arrow keys)", "Left"),
    ("Turn the sphere back", "Home"),
)
"""Keys that belong to a control and not to a menu."""


def rows_of(menu: str) -> list[tuple[str, str, str]]:
    """Words, shortcut and sentence of each line of a section."""
    if menu == IN_PLACE:
        return [(words, keys, "") for words, keys in KEYS_IN_PLACE]
    specs = [spec for spec in ACTIONS if spec.menu == menu]
    words = {"pause": "Start, Pause, Resume"}
    return [(words.get(spec.key, spec.words), spec.shortcut, spec.tip) for spec in specs]


def balanced(count: int) -> list[list[str]]:
    """The menus in so many columns of about the same height."""
    heights = Counter(spec.menu for spec in ACTIONS)
    heights[IN_PLACE] = len(KEYS_IN_PLACE)
    columns: list[list[str]] = [[] for _ in range(count)]
    for menu, _ in heights.most_common():
        shortest = min(columns, key=lambda column: sum(heights[m] + _HEAD for m in column))
        shortest.append(menu)
    order = list(heights)
    columns = [sorted(column, key=order.index) for column in columns if column]
    return sorted(columns, key=lambda column: order.index(column[0]))


class Keys(QWidget):
    """A shortcut drawn as keys."""

    def __init__(self, theme: Theme, shortcut: str) -> None:
        super().__init__()
        self._theme = theme
        native = QKeySequence.SequenceFormat.NativeText
        text = QKeySequence(shortcut).toString(native)
        self._keys = [key for key in text.replace("++", "+\0").split("+") if key]
        self._keys = ["+" if key == "\0" else key for key in self._keys]
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """Room for the keys."""
        return QSize(round(sum(self._widths()) + 4 * len(self._keys)), 26)

    def minimumSizeHint(self) -> QSize:
        """A key is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each key in a frame."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font())
            left = self.width() - self.sizeHint().width() + 0.5
            for key, width in zip(self._keys, self._widths(), strict=True):
                rect = QRectF(left, 2.5, width, 21)
                painter.setPen(QPen(self._theme.color("outline"), 1))
                painter.setBrush(self._theme.color("raised"))
                painter.drawRoundedRect(rect, 4, 4)
                painter.setPen(self._theme.color("text"))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)
                left += width + 4

    def _widths(self) -> list[float]:
        metrics = QFontMetricsF(small_font())
        return [max(24.0, metrics.horizontalAdvance(key) + 14) for key in self._keys]


class ShortcutsDialog(QDialog):
    """Every action with its shortcut, by menu, in columns."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout()
        columns.setSpacing(3 * GRID)
        columns.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        is_wide = parent is None or parent.window().width() >= ROOM_FOR_THREE
        for group in balanced(3 if is_wide else 2):
            column = QVBoxLayout()
            for menu in group:
                column.addLayout(self._section(theme, menu))
                column.addSpacing(2 * GRID)
            column.addStretch(1)
            columns.addLayout(column)
        page = QWidget()
        page.setLayout(columns)
        area = QScrollArea(widgetResizable=True)
        area.setWidget(page)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 2 * GRID)
        outer.addWidget(area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.addStretch(1)
        row.addWidget(close)
        outer.addLayout(row)
        wish = page.sizeHint() + QSize(2 * GRID, 72)
        self.resize(wish.boundedTo(QSize(1000, 600)) if parent is None else self._fit(wish, parent))

    @staticmethod
    def _fit(wish: QSize, parent: QWidget) -> QSize:
        return wish.boundedTo(parent.window().size() - QSize(4 * GRID, 4 * GRID))

    def _section(self, theme: Theme, menu: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        title = QLabel(menu.replace("&", ""))
        title.setProperty("role", "title")
        grid.addWidget(title, 0, 0)
        for line, (text, keys, tip) in enumerate(rows_of(menu), start=1):
            words = QLabel(text)
            words.setToolTip(tip)
            grid.addWidget(words, line, 0)
            grid.addWidget(Keys(theme, keys), line, 1)
        grid.setColumnStretch(0, 1)
        return grid
