"""The documentation in a window of its own: pages at the left, the chosen one at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ..theme import GRID, Theme
from .pages import GuidePage, pages

LIST_PX = 232
SIZE = QSize(960, 680)
LINE_HEIGHT = 122.0
"""Per cent."""


class PageView(QTextBrowser):
    """Shows one page; its pictures are never wider than there is room."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder, self._text, self._width = folder, "", 0
        self.setOpenLinks(False)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAccessibleName("Page")
        self.document().setDocumentMargin(2 * GRID)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    def show_text(self, markdown: str) -> None:
        """Show this page from its top."""
        self._text = markdown
        self._lay_out_text()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Pictures lie beside the pages."""
        path = self._folder / QUrl(name).path()
        picture = QImage(str(path)) if kind == 2 and path.is_file() else QImage()
        if picture.isNull():
            return super().loadResource(kind, name)
        scale = self.devicePixelRatioF()
        room = round((self.viewport().width() - 5 * GRID) * scale)
        if picture.width() > room:
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaledToWidth(room, smooth)
        picture.setDevicePixelRatio(scale)
        return picture

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures are made anew for another width."""
        super().resizeEvent(event)
        if self.viewport().width() != self._width:
            self._width = self.viewport().width()
            QTimer.singleShot(0, self, self._lay_out_text)

    def _lay_out_text(self) -> None:
        place = self.verticalScrollBar().value()
        self.document().clear()
        self.setMarkdown(self._text)
        self._space_out()
        self.verticalScrollBar().setValue(place)

    def _space_out(self) -> None:
        """Air between paragraphs and over headings; lines of code and tables stay close."""
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            shape = block.blockFormat()
            is_code = shape.hasProperty(QTextFormat.Property.BlockCodeFence)
            if not is_code and cursor.currentTable() is None:
                shape.setTopMargin(2 * GRID if shape.headingLevel() > 1 else 0)
                shape.setBottomMargin(GRID // 2 if block.textList() else GRID)
                kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight
                shape.setLineHeight(LINE_HEIGHT, kind.value)
                cursor.setBlockFormat(shape)
            block = block.next()


class GuideDialog(QDialog):
    """Does not block the window; links lead from page to page, those to the web to the browser."""

    def __init__(self, theme: Theme, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Documentation")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.pages = pages(folder)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages")
        self.list.setFixedWidth(LIST_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in self.pages:
            self.list.addItem(page.title)
            self.list.item(self.list.count() - 1).setToolTip(page.title)
        self.view = PageView(folder)
        self.list.currentRowChanged.connect(self._show)
        self.view.anchorClicked.connect(self._follow)
        close = QPushButton("Close")
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.list)
        row.addWidget(self.view, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, 2 * GRID, 2 * GRID)
        column.addLayout(row, 1)
        column.addLayout(foot)
        room = SIZE if parent is None else parent.window().size() - QSize(4 * GRID, 4 * GRID)
        self.resize(SIZE.boundedTo(room))
        self.list.setCurrentRow(0)
        self.list.setFocus()

    @property
    def page(self) -> GuidePage | None:
        """The page that is shown."""
        row = self.list.currentRow()
        return self.pages[row] if 0 <= row < len(self.pages) else None

    def _show(self, row: int) -> None:
        if 0 <= row < len(self.pages):
            self.view.show_text(self.pages[row].text)

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
            return
        names = [page.path.name for page in self.pages]
        if url.path() in names:
            self.list.setCurrentRow(names.index(url.path()))
        if url.fragment():
            self.view.scrollToAnchor(url.fragment())
