"""pyqtgraph's view and items under guard: Qt calls them while it paints."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

from ..guard import or_else


class _GuardedItem:
    """What Qt asks every item of a scene; first among the bases, before the item's own class.

    An error that went on into Qt from here would end the process: see `guard.painting`.
    """

    _rect = QRectF()

    def paint(self, *arguments: Any) -> None:
        """Paint, or leave it undone."""
        or_else(None, super().paint, *arguments)  # type: ignore[misc]

    def boundingRect(self) -> QRectF:
        """Where it paints, or where it did."""
        self._rect = or_else(self._rect, super().boundingRect)  # type: ignore[misc]
        return self._rect

    def shape(self) -> QPainterPath:
        """What the pointer meets, or nothing."""
        return or_else(QPainterPath(), super().shape)  # type: ignore[misc]


class _GuardedWidget(_GuardedItem):
    """An item that is laid out."""

    def resizeEvent(self, event: Any) -> None:
        """Follow the new size, or keep the old one."""
        or_else(None, super().resizeEvent, event)  # type: ignore[misc]


class Curve(_GuardedItem, pg.PlotCurveItem):  # type: ignore[misc]
    """A curve."""


class _Axis(_GuardedWidget, pg.AxisItem):  # type: ignore[misc]
    """An axis."""


class _Box(_GuardedWidget, pg.ViewBox):  # type: ignore[misc]
    """What the curves are in."""


class _Plot(_GuardedWidget, pg.PlotItem):  # type: ignore[misc]
    """All of it."""


class PlotView(pg.PlotWidget):  # type: ignore[misc]
    """The widget that shows a plot of guarded items."""

    def __init__(self) -> None:
        axes = {side: _Axis(side) for side in ("left", "bottom", "right", "top")}
        super().__init__(plotItem=_Plot(viewBox=_Box(), axisItems=axes))
        for side in ("right", "top"):
            self.hideAxis(side)

    def paintEvent(self, event: Any) -> None:
        """Paint the scene, or leave it as it was."""
        or_else(None, super().paintEvent, event)

    def resizeEvent(self, event: Any) -> None:
        """Follow the new size, or keep the old one."""
        or_else(None, super().resizeEvent, event)
