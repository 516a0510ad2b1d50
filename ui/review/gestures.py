"""What the mouse does on a strip of time: move the cursor, choose a part, pan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from .playhead import Playhead

GRIP_PX = 5
"""So near the end of a chosen part is taken hold of."""

HANDLE_PX = 7
"""So near the cursor is."""


class Drag(Enum):
    """What a drag that goes on does."""

    NOTHING = auto()
    SEEK = auto()
    WAIT = auto()
    CHOOSE = auto()
    PAN = auto()


@dataclass(frozen=True, slots=True)
class Axis:
    """Times and pixels of a strip.

    Attributes:
        x_of: Where a moment is.
        time_at: The moment at a place within the strip, the nearest for one beyond it.
    """

    x_of: Callable[[float], float]
    time_at: Callable[[float], float]


class Gestures:
    """Follows one drag at a time.

    Args:
        playhead: What it changes.
        axis: Times and pixels.
        chooses: A plain drag chooses a part; elsewhere that takes Shift, and a plain one moves
            the cursor.
    """

    def __init__(self, playhead: Playhead, axis: Axis, chooses: bool) -> None:
        self._playhead, self._axis, self._chooses = playhead, axis, chooses
        self._drag = Drag.NOTHING
        self._anchor_s = 0.0
        self._from = QPointF()

    def press(self, event: QMouseEvent) -> None:
        """Begin."""
        at = event.position()
        self._from, self._anchor_s = at, self._axis.time_at(at.x())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = Drag.PAN
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._begun(at.x(), bool(event.modifiers() & _SHIFT))

    def move(self, event: QMouseEvent) -> None:
        """Go on."""
        at = event.position()
        if self._drag is Drag.PAN:
            self._playhead.pan(self._axis.time_at(self._from.x()) - self._axis.time_at(at.x()))
            self._from = at
        elif self._drag is Drag.SEEK:
            self._playhead.seek(self._axis.time_at(at.x()))
        elif self._drag is Drag.WAIT and self._is_far(at):
            self._drag = Drag.CHOOSE
        if self._drag is Drag.CHOOSE:
            self._playhead.select((self._anchor_s, self._axis.time_at(at.x())))

    def release(self) -> None:
        """End."""
        self._drag = Drag.NOTHING

    def grips(self, x: float) -> bool:
        """Whether a press here would take hold of an end of the chosen part."""
        return self._other_end(x) is not None

    def _is_far(self, at: QPointF) -> bool:
        """Whether it is a drag by now, no mere click."""
        return abs(at.x() - self._from.x()) >= QApplication.startDragDistance()

    def _begun(self, x: float, shift: bool) -> Drag:
        other_s = self._other_end(x)
        if other_s is not None:
            self._anchor_s = other_s
            return Drag.CHOOSE
        self._playhead.select(None)
        if shift:
            return Drag.CHOOSE
        on_handle = abs(x - self._axis.x_of(self._playhead.time_s)) <= HANDLE_PX
        self._playhead.seek(self._anchor_s)
        return Drag.WAIT if self._chooses and not on_handle else Drag.SEEK

    def _other_end(self, x: float) -> float | None:
        """The end of the chosen part that stays while the one under the pointer is moved."""
        if self._playhead.selection is None:
            return None
        start_s, end_s = self._playhead.selection
        away = abs(x - self._axis.x_of(start_s)), abs(x - self._axis.x_of(end_s))
        if min(away) > GRIP_PX:
            return None
        return end_s if away[0] < away[1] else start_s


_SHIFT = Qt.KeyboardModifier.ShiftModifier
