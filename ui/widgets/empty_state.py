"""What an empty place says: what it is for and what to do next, as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..guard import painting
from ..theme import GRID, Theme
from .icons import Icons


@dataclass(frozen=True, slots=True)
class Step:
    """A next step: words on a button, and what it does."""

    text: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Hint:
    """What an empty place says."""

    icon: str
    title: str
    text: str = ""
    steps: tuple[Step, ...] = ()
    busy: bool = False


class _Picture(QWidget):
    """A large, quiet icon."""

    def __init__(self, theme: Theme, icons: Icons, role: str) -> None:
        super().__init__()
        self._theme, self._icons, self._role = theme, icons, role
        self.name = ""
        self.setFixedSize(56, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color = self._theme.color(self._role)
            self._icons.paint(painter, QRectF(4, 4, 48, 48), self.name, color)


class EmptyState(QWidget):
    """Icon, title, a sentence, buttons, in the middle of a place.

    Args:
        theme: The theme.
        icons: The icons.
        on_backdrop: It stands on the dark ground of the picture.
        parent: Parent widget.
    """

    def __init__(
        self, theme: Theme, icons: Icons, on_backdrop: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._on_backdrop = theme, on_backdrop
        self._hint: Hint | None = None
        quiet = "on_backdrop_muted" if on_backdrop else "muted"
        self._picture = _Picture(theme, icons, quiet)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._text = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._text.setMaximumWidth(440)
        self._busy = QProgressBar(textVisible=False, maximum=0)
        self._busy.setFixedWidth(200)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(GRID)
        self._made: list[QPushButton] = []
        self._lay_out()
        self._recolor()
        theme.changed.connect(self._recolor)

    @property
    def hint(self) -> Hint | None:
        """What it says."""
        return self._hint

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """The buttons, the first is the main one."""
        return [b for b in self.findChildren(QPushButton) if not b.isHidden()]

    def show_hint(self, hint: Hint) -> None:
        """Say something else."""
        if hint == self._hint:
            return
        self._hint = hint
        self._picture.name = hint.icon
        self._picture.update()
        self._title.setText(hint.title)
        self._text.setText(hint.text)
        self._text.setVisible(bool(hint.text))
        self._busy.setVisible(hint.busy)
        self._fill_buttons(hint.steps, hint.busy)

    def minimumSizeHint(self) -> QSize:
        """The widest button: they can stand below each other."""
        return QSize(max(self._widths(), default=0) + 4 * GRID, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons that have no room beside each other stand below each other."""
        super().resizeEvent(event)
        self._turn_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        """By now the buttons have their fonts."""
        super().showEvent(event)
        self._turn_buttons()

    def _widths(self) -> list[int]:
        return [button.sizeHint().width() for button in self._made]

    def _turn_buttons(self) -> None:
        widths = self._widths()
        needed = sum(widths) + GRID * (len(widths) - 1) + 4 * GRID
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(beside if needed <= self.width() else below)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        center = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(self._picture, 0, center)
        column.addWidget(self._title)
        text_row = QHBoxLayout()
        text_row.addStretch(1)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        text_row.addWidget(self._text, 8)
        text_row.addStretch(1)
        column.addLayout(text_row)
        column.addWidget(self._busy, 0, center)
        column.addSpacing(GRID)
        button_row = QHBoxLayout()
        button_row.addStretch(1)
        button_row.addLayout(self._buttons)
        button_row.addStretch(1)
        column.addLayout(button_row)
        column.addStretch(1)

    def _fill_buttons(self, steps: tuple[Step, ...], is_busy: bool) -> None:
        self._made = []
        while item := self._buttons.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for index, step in enumerate(steps):
            button = QPushButton(step.text)
            button.setProperty("role", "main" if index == 0 and not is_busy else "plain")
            button.clicked.connect(step.run)
            self._buttons.addWidget(button)
            self._made.append(button)
        self._turn_buttons()

    def _recolor(self) -> None:
        tokens = self._theme.tokens
        title = tokens.on_backdrop if self._on_backdrop else tokens.text
        text = tokens.on_backdrop_muted if self._on_backdrop else tokens.muted
        self._title.setStyleSheet(f"font-weight: 600; color: {title};")
        self._text.setStyleSheet(f"color: {text};")
        self._picture.update()
