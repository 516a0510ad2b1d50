"""The sphere, drawn with a plain painter: it needs no OpenGL and turns with the mouse."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from fervideo.types import FloatArray

from ..guard import painting
from ..theme import GRID, Theme
from .sphere_paint import SpherePainter, paint_ball

Rotation = NDArray[np.float64]

TRAIL_S = 3.0
"""So long a face's trail lasts."""

KEY_DEG = 10.0
DEG_ACROSS = 180.0
"""The ball turns by so much when it is dragged across its own width."""

HOME_TURN = (-18.0, 14.0)
"""At the start the ball is seen a little from the side and from above: flat on, it looks flat."""


@dataclass(frozen=True, slots=True)
class CenterMark:
    """One class on the sphere.

    Attributes:
        name: Its name.
        short: The same in few letters, where there is little room.
        color: Its colour.
        point: (3,) where its center lies.
        samples: (n, 3) where the faces lie that it was enrolled from.
        enabled: It takes part in the decision; one that does not is drawn hollow.
        chosen: It is the class that is chosen in the list.
    """

    name: str
    short: str
    color: str
    point: FloatArray
    samples: FloatArray
    enabled: bool = True
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TrailPoint:
    """Where a face was at a time, in its label's colour; `share` as `SphereMap.share` tells it."""

    time_s: float
    point: FloatArray
    color: str
    share: float


def turned(yaw_deg: float, pitch_deg: float) -> Rotation:
    """Turn about the upright axis of the screen, then about the level one.

    Returns:
        (3, 3); rows are the screen's right, up and towards the viewer.
    """
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    about_up = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_right = np.array(
        [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    )
    return np.asarray(about_right @ about_up)


class SphereView(QWidget):
    """Centers, samples and the chosen face's trail on a ball.

    It is turned by dragging, or with the arrow keys; a double click or Home turns it back.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: tuple[CenterMark, ...] = ()
        self._trail: deque[TrailPoint] = deque()
        self._dragged_from: QPointF | None = None
        self._ball: tuple[object, QPixmap] | None = None
        self.rotation = turned(*HOME_TURN)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Sphere of expressions")
        self.setToolTip("Drag to turn; double-click to turn back")
        theme.changed.connect(self.update)

    @property
    def marks(self) -> tuple[CenterMark, ...]:
        """The classes shown."""
        return self._marks

    @property
    def trail(self) -> tuple[TrailPoint, ...]:
        """The trail, the newest point last."""
        return tuple(self._trail)

    def show_marks(self, marks: tuple[CenterMark, ...]) -> None:
        """Show these classes."""
        self._marks = marks
        self.setAccessibleDescription(", ".join(mark.name for mark in marks))
        self.update()

    def add(self, point: TrailPoint) -> None:
        """The chosen face is here now. Time that runs backwards starts a new trail."""
        if self._trail and point.time_s < self._trail[-1].time_s:
            self._trail.clear()
        self._trail.append(point)
        while point.time_s - self._trail[0].time_s > TRAIL_S:
            self._trail.popleft()
        self.update()

    def clear_trail(self) -> None:
        """Another face, source or model."""
        self._trail.clear()
        self.update()

    def turn(self, yaw_deg: float, pitch_deg: float) -> None:
        """Turn by so much to the right and down."""
        self.rotation = turned(yaw_deg, pitch_deg) @ self.rotation
        self.update()

    def turn_back(self) -> None:
        """As it was at the start."""
        self.rotation = turned(*HOME_TURN)
        self.update()

    def ball(self) -> QRectF:
        """Square round the ball: room is left for the names at its sides."""
        room_wh = (self.width() - 2 * GRID, self.height() - 2 * GRID)
        side = max(24.0, min(room_wh[0] * 0.86, room_wh[1]))
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(self.rect()).center())
        return square

    def sizeHint(self) -> QSize:
        """Large enough to read."""
        return QSize(420, 360)

    def minimumSizeHint(self) -> QSize:
        """Still readable, in short names."""
        return QSize(160, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ball and grid from a picture made once for each view, the rest afresh."""
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawPixmap(0, 0, self._background())
            spheres = SpherePainter(painter, self._theme, self.ball(), self.rotation)
            spheres.paint(self._marks, tuple(self._trail))
            if self.hasFocus():
                painter.setPen(self._theme.color("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the ball."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it."""
        if self._dragged_from is not None:
            moved = event.position() - self._dragged_from
            self._dragged_from = event.position()
            by = DEG_ACROSS / self.ball().width()
            self.turn(moved.x() * by, moved.y() * by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn back."""
        self.turn_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn, Home turns back."""
        turns = {
            Qt.Key.Key_Left: (-KEY_DEG, 0.0),
            Qt.Key.Key_Right: (KEY_DEG, 0.0),
            Qt.Key.Key_Up: (0.0, -KEY_DEG),
            Qt.Key.Key_Down: (0.0, KEY_DEG),
        }
        if event.key() == Qt.Key.Key_Home:
            self.turn_back()
        elif event.key() in turns:
            self.turn(*turns[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A new font or style: draw all of it afresh."""
        self._ball = None
        super().changeEvent(event)

    def _background(self) -> QPixmap:
        scale = self.devicePixelRatioF()
        key = (self.size(), scale, self._theme.tokens, self.rotation.tobytes())
        if self._ball is None or self._ball[0] != key:
            pixmap = QPixmap(self.size() * scale)
            pixmap.setDevicePixelRatio(scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            with painting(pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_ball(painter, self._theme, self.ball(), self.rotation)
            self._ball = (key, pixmap)
        return self._ball[1]
