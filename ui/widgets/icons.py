"""Icons drawn as SVG in one weight, painted in any colour at any scale."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fervideo.errors import FervideoError
from fervideo.resources import asset_file

from ..guard import painting

PLACEHOLDER = '"#000"'
MENU_ICON_PX = 16
SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)


class Icons:
    """Loads `assets/icons/NAME.svg` once for each colour."""

    def __init__(self) -> None:
        self._svg: dict[str, str] = {}
        self._renderers: dict[tuple[str, str], QSvgRenderer] = {}

    def paint(self, painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
        """Draw an icon into `rect`; a missing one is a plain ring, so that nothing breaks."""
        renderer = self._renderer(name, color)
        if renderer is None:
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.adjusted(2, 2, -2, -2))
            return
        painter.save()
        painter.setOpacity(painter.opacity() * color.alphaF())
        renderer.render(painter, rect)
        painter.restore()

    def icon(self, name: str, color: QColor, size: int = MENU_ICON_PX) -> QIcon:
        """The same as a `QIcon`, for menus."""
        icon = QIcon()
        for scale in SCALES:
            icon.addPixmap(self.pixmap(name, color, size, scale))
        return icon

    def pixmap(self, name: str, color: QColor, size: int, scale: float) -> QPixmap:
        """The same as a pixmap of `size` logical pixels at a device pixel ratio."""
        pixmap = QPixmap(QSize(round(size * scale), round(size * scale)))
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        with painting(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint(painter, QRectF(0, 0, size, size), name, color)
        return pixmap

    def _renderer(self, name: str, color: QColor) -> QSvgRenderer | None:
        key = (name, color.name())
        if key not in self._renderers:
            text = self._text(name)
            if not text:
                return None
            data = QByteArray(text.replace(PLACEHOLDER, f'"{color.name()}"').encode())
            self._renderers[key] = QSvgRenderer(data)
        return self._renderers[key]

    def _text(self, name: str) -> str:
        if name not in self._svg:
            try:
                self._svg[name] = asset_file(f"icons/{name}.svg").read_text(encoding="utf-8")
            except FervideoError:
                self._svg[name] = ""
        return self._svg[name]
