"""One message across the top, with the next step as a button."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from ..guard import painting
from ..sentence import sentence
from ..theme import GRID, Theme
from .buttons import IconButton
from .icons import Icons

INFO_MS = 8000


class Tone(StrEnum):
    """How serious it is, the most serious last."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """What a banner says.

    Attributes:
        text: One or two sentences.
        tone: How serious.
        action: Words on the button of the next step, empty for no button.
        run: What the button does.
        topic: Who speaks; a newer message of the same topic replaces the older one.
        lasting: Stays until it is closed or its topic is over; others leave some seconds after
            they were first seen, even if something newer stands before them.
        busy: Show that something is under way.
    """

    text: str
    tone: Tone = Tone.INFO
    action: str = ""
    run: Callable[[], None] | None = None
    topic: str = ""
    lasting: bool = True
    busy: bool = False


class Banner(QFrame):
    """Shows one `Message` at a time; a less serious one waits until a more serious one is over.

    Attributes:
        closed: Emitted when the user closes it.
    """

    closed = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._messages: list[Message] = []
        self._until_s: dict[Message, float] = {}
        """When a message that was shown and does not last is over, covered or not."""
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._busy = QProgressBar(textVisible=False, maximum=0)
        self._busy.setFixedWidth(96)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._close = IconButton(theme, icons, "close", size=28)
        self._close.describe("Close the message")
        self._close.clicked.connect(self._dismiss_current)
        row = QHBoxLayout(self)
        row.setContentsMargins(6 * GRID, GRID, GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self._text, 1)
        for widget in (self._busy, self._button, self._close):
            row.addWidget(widget)
        self._timer = QTimer(self, singleShot=True, interval=INFO_MS)
        self._timer.timeout.connect(self._dismiss_current)
        self.setMinimumHeight(48)
        self.hide()
        theme.changed.connect(self.update)

    @property
    def message(self) -> Message | None:
        """What it says now, None while it is hidden."""
        return self._messages[-1] if self._messages else None

    @property
    def messages(self) -> tuple[Message, ...]:
        """All that is to be said, the one that shows last."""
        return tuple(self._messages)

    @property
    def button(self) -> QPushButton:
        """The button of the next step."""
        return self._button

    def say(self, message: Message) -> None:
        """Show a message, in place of an older one of the same topic."""
        if message in self._messages:
            return
        self._messages = [
            m for m in self._messages if not message.topic or m.topic != message.topic
        ]
        self._messages.append(message)
        order = list(Tone)
        self._messages.sort(key=lambda m: order.index(m.tone))  # stable: the newest worst is last
        self._show()

    def dismiss(self, topic: str) -> None:
        """Take back what was said on a topic."""
        if any(m.topic == topic for m in self._messages):
            self._messages = [m for m in self._messages if m.topic != topic]
            self._show()

    def sizeHint(self) -> QSize:
        """As tall as its text."""
        return QSize(400, max(48, super().sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tinted ground, a stroke at the edge, an icon."""
        message = self.message
        if message is None:
            return
        role = {Tone.INFO: "accent", Tone.WARNING: "warning", Tone.ERROR: "error"}[message.tone]
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.color("surface"))
            painter.fillRect(self.rect(), self._theme.color(role, 0.14))
            painter.fillRect(QRectF(0, 0, 4, self.height()), self._theme.color(role))
            icon = QRectF(18, self.height() / 2 - 10, 20, 20)
            name = "info" if message.tone is Tone.INFO else "warning"
            self._icons.paint(painter, icon, name, self._theme.color(role))

    def _show(self) -> None:
        now_s = time.monotonic()
        self._messages = [m for m in self._messages if self._until_s.get(m, math.inf) > now_s]
        self._until_s = {m: t for m, t in self._until_s.items() if m in self._messages}
        message = self.message
        self.setVisible(message is not None)
        self._timer.stop()
        if message is None:
            return
        self._text.setText(sentence(message.text))
        self._button.setText(message.action)
        self._button.setVisible(bool(message.action))
        self._busy.setVisible(message.busy)
        if not message.lasting:
            until_s = self._until_s.setdefault(message, now_s + INFO_MS / 1000)
            self._timer.start(max(0, round(1000 * (until_s - now_s))))
        self.setAccessibleName(sentence(message.text))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self.updateGeometry()
        self.update()

    def _act(self) -> None:
        message = self.message
        self._dismiss_current()
        if message is not None and message.run is not None:
            message.run()

    def _dismiss_current(self) -> None:
        if self._messages:
            self._messages.pop()
        self._show()
        self.closed.emit()
