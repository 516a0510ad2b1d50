"""Mesh and axes of each head, drawn over the picture."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from fervideo.types import FloatArray, Landmarks

from .overlay import FaceMark

AXIS_COLORS = ("#FFFFFF", "#FFFFFF", "#B5A8FF")
"""Of the sideways, upward and forward axis: none of them the colour of an expression."""

_NOSE, _FOREHEAD, _CHIN = 1, 10, 152
"""Landmarks by MediaPipe's numbers."""

_OF_BOX = 0.42
"""Length of an axis in heights of a face's box, where the landmarks themselves are not known."""

_MESH = QColor(255, 255, 255, 105)
_SHADE = QColor(0, 0, 0, 130)
_FINEST = 90.0
"""A face lower than this on the screen gets no mesh: it would be a white patch."""


class LandmarkLayer:
    """Draws the landmarks of the faces of one picture.

    Attributes:
        show_mesh: Draw the mesh.
        show_axes: Draw the axes of the head.
        landmarks: What to draw, None for nothing.
    """

    def __init__(self) -> None:
        self.show_mesh = self.show_axes = False
        self.landmarks: Landmarks | None = None

    def paint(
        self, painter: QPainter, area: QRectF, scale: float, marks: Iterable[FaceMark] = ()
    ) -> None:
        """Draw what is to be shown.

        Args:
            painter: Where.
            area: Rectangle of the picture on the painter.
            scale: Painter units for one picture pixel.
            marks: Faces whose landmarks are not known; those with a pose get axes.
        """
        if not (self.show_mesh or self.show_axes):
            return
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.landmarks is not None:
            self._paint_landmarks(painter, area, scale, self.landmarks)
        elif self.show_axes:
            for mark in marks:
                _paint_recorded(painter, area, scale, mark)
        painter.restore()

    def _paint_landmarks(
        self, painter: QPainter, area: QRectF, scale: float, found: Landmarks
    ) -> None:
        for points, pose in zip(found.points, found.pose, strict=True):
            if np.isfinite(points).all():
                spots = points[:, :2] * scale + (area.left(), area.top())
                if self.show_mesh and np.ptp(spots[:, 1]) >= _FINEST:
                    _paint_mesh(painter, spots)
                if self.show_axes:
                    length = 0.5 * float(np.linalg.norm(spots[_CHIN] - spots[_FOREHEAD]))
                    _paint_axes(painter, QPointF(*spots[_NOSE].tolist()), length, pose)


def axis_ends(pose: FloatArray) -> FloatArray:
    """Where the tips of a head's axes are, from their common start.

    Args:
        pose: (3,) pitch, yaw, roll in degrees, as in `types.Landmarks`.

    Returns:
        (3, 3) x to the right of the picture, y down, z towards the viewer, in axis lengths: of the
        axis through the ears (towards the right of the picture), of the one up through the crown
        and of the one forward through the nose.
    """
    pitch, yaw, roll = np.radians(pose.astype(np.float64))
    about_y = _rotation(yaw, 2, 0)
    about_x = _rotation(-pitch, 1, 2)
    about_z = _rotation(-roll, 0, 1)
    rotation = about_y @ about_x @ about_z  # columns: where x, y up and z go
    return np.asarray(rotation.T * (1, -1, 1), np.float32)


def _rotation(angle: float, first: int, second: int) -> FloatArray:
    """Rotation by an angle that carries axis `first` towards axis `second`."""
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = math.cos(angle)
    matrix[second, first] = math.sin(angle)
    matrix[first, second] = -math.sin(angle)
    return matrix.astype(np.float32)


def _paint_mesh(painter: QPainter, spots: FloatArray) -> None:
    # Landmarks were made by MediaPipe, so that it is loaded by now.
    from fervideo.faces.landmarks import mesh_edges

    ends = spots[mesh_edges()].reshape(-1, 4).tolist()
    painter.setPen(QPen(_MESH, 0.8))
    painter.drawLines([QLineF(*end) for end in ends])


def _paint_recorded(painter: QPainter, area: QRectF, scale: float, mark: FaceMark) -> None:
    """The axes of a face of which box and pose are known, from the middle of the box."""
    if mark.pose is None:
        return
    left, top, right, bottom = mark.box
    start = area.topLeft() + QPointF((left + right) / 2, (top + bottom) / 2) * scale
    pose = np.array(mark.pose, np.float32)
    _paint_axes(painter, start, _OF_BOX * (bottom - top) * scale, pose)


def _paint_axes(painter: QPainter, start: QPointF, length: float, pose: FloatArray) -> None:
    ends = axis_ends(pose) * length
    width = max(2.0, length / 48)
    # The farthest tip first, so that the nearest lies on top.
    for axis in np.argsort(ends[:, 2]).tolist():
        end = start + QPointF(float(ends[axis, 0]), float(ends[axis, 1]))
        for color, more in ((_SHADE, 2.0), (QColor(AXIS_COLORS[axis]), 0.0)):
            pen = QPen(color, width + more)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(start, end)
            _paint_tip(painter, start, end, width + more / 2)


def _paint_tip(painter: QPainter, start: QPointF, end: QPointF, width: float) -> None:
    """An arrow head, unless the axis points at the viewer: then a dot."""
    line = QLineF(start, end)
    painter.setBrush(painter.pen().color())
    painter.setPen(Qt.PenStyle.NoPen)
    if line.length() < 4 * width:
        painter.drawEllipse(end, 1.4 * width, 1.4 * width)
        return
    along = QPointF(line.dx(), line.dy()) / line.length()
    across = QPointF(-along.y(), along.x())
    tip, back = end + along * 2.6 * width, end - along * 0.6 * width
    painter.drawPolygon(QPolygonF([tip, back + across * 1.7 * width, back - across * 1.7 * width]))
