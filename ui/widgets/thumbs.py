"""Small pictures of faces in rows; where it may, a click takes one out."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from fervideo.types import ByteImage

from ..theme import Theme
from .buttons import RADIUS, PaintedButton
from .icons import Icons
from .pictures import to_image

SIDE = 56
GAP = 4


class Thumb(PaintedButton):
    """One picture; under the pointer or the focus it shows that it can be taken out."""

    def __init__(
        self, theme: Theme, icons: Icons, picture: QImage, can_drop: bool, parent: QWidget
    ) -> None:
        super().__init__(theme, parent)
        self._icons, self._picture, self._can_drop = icons, picture, can_drop
        self.is_doubtful = False
        if not can_drop:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """The picture in a rounded shape, and the cross over it."""
        painter.save()
        shape = QPainterPath()
        shape.addRoundedRect(rect, RADIUS, RADIUS)
        painter.setClipPath(shape)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._picture)
        if self._can_drop and (self.underMouse() or self.hasFocus()):
            painter.fillRect(rect, self.theme.color("backdrop", 0.55))
            box = QRectF(0, 0, 24, 24)
            box.moveCenter(rect.center())
            self._icons.paint(painter, box, "close", self.theme.color("on_backdrop"))
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.is_doubtful:
            painter.setPen(QPen(self.theme.color("warning"), 3))
        else:
            painter.setPen(QPen(self.theme.color("outline"), 1))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)


class Thumbs(QScrollArea):
    """As many pictures in a row as there is room for; of those that are gathered the last in sight.

    Args:
        theme: The theme.
        icons: The icons.
        name: What the pictures are, for screen readers.
        can_drop: A click takes a picture out.

    Attributes:
        dropped: Number of the picture that was taken out, from 0.
    """

    dropped = Signal(int)

    def __init__(self, theme: Theme, icons: Icons, name: str, can_drop: bool = False) -> None:
        super().__init__(widgetResizable=True)
        self._theme, self._icons, self._can_drop = theme, icons, can_drop
        self.thumbs: list[Thumb] = []
        self._holder = QWidget()
        self.setWidget(self._holder)
        self.setMinimumHeight(SIDE + 2 * GAP)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        bar = self.verticalScrollBar()
        if can_drop:  # they come one by one
            bar.rangeChanged.connect(lambda _low, high: bar.setValue(high))

    def show_pictures(self, pictures: list[ByteImage]) -> None:
        """Show these, uint8 RGB (S, S, 3) each, in place of the ones before."""
        self.clear()
        for picture in pictures:
            self._append(picture)
        self._place()

    def add(self, picture: ByteImage) -> None:
        """Show one more."""
        self._append(picture)
        self._place()

    def mark(self, doubtful: tuple[int, ...]) -> None:
        """Mark the pictures of these numbers as not like the others."""
        for number, thumb in enumerate(self.thumbs):
            thumb.is_doubtful = number in doubtful
            thumb.update()

    def clear(self) -> None:
        """Show none."""
        for thumb in self.thumbs:
            thumb.hide()
            thumb.deleteLater()
        self.thumbs.clear()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer in a row."""
        super().resizeEvent(event)
        self._place()

    def _append(self, picture: ByteImage) -> None:
        thumb = Thumb(self._theme, self._icons, to_image(picture), self._can_drop, self._holder)
        self.thumbs.append(thumb)
        if self._can_drop:
            thumb.clicked.connect(lambda: self._drop(thumb))
        thumb.show()

    def _drop(self, thumb: Thumb) -> None:
        index = self.thumbs.index(thumb)
        self.thumbs.remove(thumb)
        thumb.hide()
        thumb.deleteLater()
        self._place()
        self.dropped.emit(index)

    def _place(self) -> None:
        step = SIDE + GAP
        across = max(1, (self.viewport().width() + GAP) // step)
        for number, thumb in enumerate(self.thumbs):
            row, column = divmod(number, across)
            thumb.setGeometry(QRect(column * step, row * step, SIDE, SIDE))
            name = f"picture {number + 1}"
            thumb.describe(f"Take out {name}" if self._can_drop else name.capitalize())
        rows = -(-len(self.thumbs) // across)
        self._holder.setMinimumHeight(max(0, rows * step - GAP))
