"""How the sphere is painted: a shaded ball, a grid of great circles, points that fade behind it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QRadialGradient

from ..theme import Theme, small_font

if TYPE_CHECKING:
    from .sphere_view import CenterMark, TrailPoint

Points = NDArray[np.float64]

BEHIND = 0.28
"""Opacity of what is on the far side."""

SMALL = 220.0
"""Under this many pixels across, names are short and grow no shadows."""

_CIRCLE = np.linspace(0, 2 * np.pi, 73)
_JUMP = np.cos(np.radians(12))


def great_circles() -> list[Points]:
    """Meridians every 30 degrees and the equator, each (73, 3)."""
    around = np.stack([np.cos(_CIRCLE), np.zeros_like(_CIRCLE), np.sin(_CIRCLE)], axis=1)
    upright = np.stack([np.cos(_CIRCLE), np.sin(_CIRCLE), np.zeros_like(_CIRCLE)], axis=1)
    circles = [around]
    for angle in np.radians(range(0, 180, 30)):
        c, s = np.cos(angle), np.sin(angle)
        circles.append(upright @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]))
    return circles


GRID_LINES = great_circles()


def paint_ball(painter: QPainter, theme: Theme, ball: QRectF, rotation: Points) -> None:
    """The far half of the grid, the shaded ball over it, the near half."""
    near, far = _grid_paths(ball, rotation)
    light, dark = ("#FFFFFF", "#C6CCD8") if not theme.tokens.is_dark else ("#39414E", "#12151A")
    shade = QRadialGradient(ball.center() - QPointF(0.18, 0.24) * ball.width(), ball.width() * 0.85)
    shade.setColorAt(0.0, QColor(light))
    shade.setColorAt(1.0, QColor(dark))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawEllipse(ball)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for path, alpha in ((far, 0.16), (near, 0.42)):
        painter.setPen(QPen(theme.color("muted", alpha), 1.0))
        painter.drawPath(path)
    painter.setPen(QPen(theme.color("outline"), 1.2))
    painter.drawEllipse(ball)


def _grid_paths(ball: QRectF, rotation: Points) -> tuple[QPainterPath, QPainterPath]:
    near, far = QPainterPath(), QPainterPath()
    for circle in GRID_LINES:
        seen = circle @ rotation.T
        spots = _spots(ball, seen)
        for path, side in ((near, seen[:, 2] >= 0), (far, seen[:, 2] <= 0)):
            drawing = False
            for spot, here in zip(spots, side, strict=True):
                if here and drawing:
                    path.lineTo(spot)
                elif here:
                    path.moveTo(spot)
                drawing = bool(here)
    return near, far


def _spots(ball: QRectF, seen: Points) -> list[QPointF]:
    """Where turned points stand on the screen."""
    radius, middle = ball.width() / 2, ball.center()
    xs = (middle.x() + radius * seen[:, 0]).tolist()
    ys = (middle.y() - radius * seen[:, 1]).tolist()
    return [QPointF(x, y) for x, y in zip(xs, ys, strict=True)]


class SpherePainter:
    """Paints one view of the sphere.

    Args:
        painter: Where.
        theme: Colours.
        ball: Square round the ball.
        rotation: (3, 3) from the sphere to the screen.
    """

    def __init__(self, painter: QPainter, theme: Theme, ball: QRectF, rotation: Points) -> None:
        self._painter, self._theme, self._ball = painter, theme, ball
        self._rotation = rotation
        self._small = ball.width() < SMALL
        self._taken: list[QRectF] = []

    def paint(self, marks: tuple[CenterMark, ...], trail: tuple[TrailPoint, ...]) -> None:
        """What is behind first; of names, those in front have the first choice of place."""
        points = np.array([mark.point for mark in marks], float).reshape(-1, 3) @ self._rotation.T
        order = np.argsort(points[:, 2])
        spots = _spots(self._ball, points)
        for index in order:
            self._samples(marks[index], front=False)
        self._dots(marks, points, spots, [i for i in order if points[i, 2] < 0])
        for index in order:
            self._samples(marks[index], front=True)
        self._trail(trail)
        self._dots(marks, points, spots, [i for i in order if points[i, 2] >= 0])
        self._here(trail)
        for index in reversed(order):
            self._name(marks[index], spots[index], float(points[index, 2]))
        self._painter.setOpacity(1.0)

    def _dots(
        self, marks: tuple[CenterMark, ...], points: Points, spots: list[QPointF], which: list[int]
    ) -> None:
        for index in which:
            mark, depth = marks[index], float(points[index, 2])
            self._painter.setOpacity(1.0 if depth >= 0 else BEHIND)
            radius = (4.0 if self._small else 6.5) * (1.0 + 0.25 * depth)
            if mark.chosen:
                self._ring(spots[index], radius + 4.5, self._theme.color("accent"), 2.0)
            self._disc(spots[index], radius + 2.5, self._theme.color("surface"))
            if mark.enabled:
                self._disc(spots[index], radius + 1, self._theme.color("text", 0.55))
                self._disc(spots[index], radius, QColor(mark.color))
            else:
                self._ring(spots[index], radius - 1, QColor(mark.color), 2.0)

    def _samples(self, mark: CenterMark, front: bool) -> None:
        if not len(mark.samples):
            return
        seen = np.asarray(mark.samples, float) @ self._rotation.T
        radius = 1.6 if self._small else 2.6
        self._painter.setOpacity(0.85 if front else BEHIND * 0.7)
        chosen = [
            s for s, p in zip(_spots(self._ball, seen), seen, strict=True) if (p[2] >= 0) == front
        ]
        for spot in chosen:
            self._disc(spot, radius, QColor(mark.color))

    def _trail(self, trail: tuple[TrailPoint, ...]) -> None:
        if len(trail) < 2:
            return
        newest = trail[-1].time_s
        span = max(0.5, newest - trail[0].time_s)
        for before, after in pairwise(trail):
            path = self._arc(before, after)
            spots = _spots(self._ball, path)
            age = (newest - after.time_s) / span
            pen = QPen(QColor(after.color), (1.5 if self._small else 2.5) * (1 - 0.5 * age))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            self._painter.setPen(pen)
            for start, end, depth in zip(spots, spots[1:], path[1:, 2], strict=False):
                seen = 1.0 if depth >= 0 else BEHIND
                self._painter.setOpacity(max(0.05, (1 - age) ** 1.5) * seen)
                self._painter.drawLine(start, end)

    def _arc(self, before: TrailPoint, after: TrailPoint) -> Points:
        """Turned points along the great circle from one to the other, more of them if far."""
        ends = np.array([before.point, after.point], float)
        steps = 2 if ends[0] @ ends[1] > _JUMP else 9
        between = np.linspace(0, 1, steps)[:, None]
        chord = (1 - between) * ends[0] + between * ends[1]
        lengths = np.maximum(np.linalg.norm(chord, axis=1, keepdims=True), 1e-6)
        return np.asarray((chord / lengths) @ self._rotation.T)

    def _here(self, trail: tuple[TrailPoint, ...]) -> None:
        """The face itself; pale if the sphere shows little of it."""
        if not trail:
            return
        seen = np.asarray(trail[-1].point, float).reshape(1, 3) @ self._rotation.T
        spot = _spots(self._ball, seen)[0]
        self._painter.setOpacity(1.0 if seen[0, 2] >= 0 else BEHIND)
        radius = 5.0 if self._small else 8.0
        self._disc(spot, radius + 2.5, self._theme.color("text"))
        self._disc(spot, radius, self._theme.color("surface"))
        self._painter.setOpacity(self._painter.opacity() * max(0.3, min(1.0, trail[-1].share)))
        self._disc(spot, radius - 1.5, QColor(trail[-1].color))

    def _name(self, mark: CenterMark, spot: QPointF, depth: float) -> None:
        if self._small and depth < 0 and not mark.chosen:
            return
        font = small_font()
        if self._small:
            font.setPixelSize(max(10, font.pixelSize() - 1))
        text = mark.short if self._small else mark.name
        metrics = QFontMetricsF(font)
        size = QRectF(0, 0, metrics.horizontalAdvance(text) + 2, metrics.height())
        place = self._free_place(size, spot, mark.chosen)
        if place is None:
            return
        self._taken.append(place)
        self._painter.setOpacity(1.0 if depth >= 0 else 0.55)
        self._painter.setFont(font)
        self._painter.setPen(self._theme.color("text" if depth >= 0 else "muted"))
        self._painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _free_place(self, size: QRectF, spot: QPointF, has_ring: bool) -> QRectF | None:
        """Beside the dot, on the outer side if there is room, else where no other name is."""
        gap = (8.0 if self._small else 12.0) + (5.0 if has_ring else 0.0)
        outward = 1 if spot.x() >= self._ball.center().x() else -1
        across = gap + size.width() / 2
        moves = [
            (outward * across, 0.0),
            (-outward * across, 0.0),
            (0.0, -gap - size.height() / 2),
            (0.0, gap + size.height() / 2),
            (outward * across, -size.height() * 0.8),
            (outward * across, size.height() * 0.8),
        ]
        for dx, dy in moves:
            place = QRectF(size)
            place.moveCenter(spot + QPointF(dx, dy))
            if not any(place.intersects(other) for other in self._taken):
                return place
        return None

    def _disc(self, spot: QPointF, radius: float, color: QColor) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(color)
        self._painter.drawEllipse(spot, radius, radius)

    def _ring(self, spot: QPointF, radius: float, color: QColor, width: float) -> None:
        self._painter.setPen(QPen(color, width))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawEllipse(spot, radius, radius)
