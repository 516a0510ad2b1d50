"""What is drawn in a row: the bar of progress, the strip of expressions, text in two lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath

from fervideo import labels

from ..theme import Theme
from ..widgets import hatch


def paint_bar(painter: QPainter, bar: QRectF, share: float, theme: Theme, role: str) -> None:
    """A track, filled from the left by a share from 0 to 1 in the colour of `role`."""
    radius = bar.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("outline"))
    painter.drawRoundedRect(bar, radius, radius)
    if share > 0:
        done = QRectF(bar)
        done.setWidth(max(bar.height(), bar.width() * min(1.0, share)))
        painter.setBrush(theme.color(role))
        painter.drawRoundedRect(done, radius, radius)


def paint_strip(
    painter: QPainter,
    strip: QRectF,
    parts: Sequence[tuple[str, float]],
    classes: tuple[str, ...],
    theme: Theme,
) -> None:
    """Shares of the time, side by side in the colours of their labels.

    Args:
        painter: Where to paint.
        strip: The room for all of them.
        parts: Label and share of each; the shares add up to 1.
        classes: All classes in order, so that the user's own keep their colours.
        theme: For the ground, where there is nothing to show.
    """
    shape = QPainterPath()
    shape.addRoundedRect(strip, 3, 3)
    painter.save()
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillRect(strip, theme.color("raised"))
    left = strip.left()
    for name, share in parts:
        width = share * strip.width()
        piece = QRectF(left, strip.top(), max(1.0, width - 1), strip.height())
        hatch.fill(painter, piece, labels.color_of(name, classes))
        left += width
    painter.restore()


def wrapped(text: str, metrics: QFontMetricsF, width: float, lines: int) -> list[str]:
    """`text` in at most so many lines, the last of them shortened if it does not end there."""
    result: list[str] = []
    words = text.split()
    while words and len(result) < lines - 1:
        line = words.pop(0)
        while words and metrics.horizontalAdvance(f"{line} {words[0]}") <= width:
            line += f" {words.pop(0)}"
        result.append(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width))
    if words:
        result.append(metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width))
    return result
