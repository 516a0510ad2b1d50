"""A quiet button with words that opens a menu."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ..theme import Theme, small_font
from ..widgets.buttons import PaintedButton, paint_chevron
from ..widgets.icons import Icons


class MenuButton(PaintedButton):
    """Icon, words, arrow.

    Attributes:
        menu: What it opens; fill it when it is about to show.
    """

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._icons, self._icon = icons, icon
        self.setText(text)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.clicked.connect(self.popup)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def popup(self) -> None:
        """Open the menu under the button."""
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def sizeHint(self) -> QSize:
        """Room for the words."""
        return QSize(QFontMetrics(small_font()).horizontalAdvance(self.text()) + 60, 28)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Icon, words, arrow."""
        color = self.theme.color("text")
        icon = QRectF(rect.left() + 8, rect.center().y() - 8, 16, 16)
        self._icons.paint(painter, icon, self._icon, color)
        painter.setFont(small_font())
        painter.setPen(color)
        line = rect.adjusted(32, 0, -20, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.text())
        paint_chevron(painter, QPointF(rect.right() - 13, rect.center().y()), self.theme, "down")
