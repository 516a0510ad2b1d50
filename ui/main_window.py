"""The window: rail, workspaces, banner, status line, menus."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fervideo.centers.store import ProfileStore
from fervideo.errors import FervideoError
from fervideo.live_stats import LiveStats
from fervideo.resources import asset_file, docs_folder

from .analyze.adding import is_for_queue
from .analyze.workspace import AnalyzeWorkspace
from .background import Background
from .bridge import Bridge
from .context import Context
from .engine_host import EngineHost
from .expressions.book import ProfileBook
from .expressions.workspace import ExpressionsWorkspace
from .guard import in_any_case
from .help.about_dialog import AboutDialog
from .help.guide_dialog import GuideDialog
from .live.workspace import LiveWorkspace
from .models.workspace import ModelsWorkspace
from .navigator import Navigator
from .rail import WORKSPACES, Rail
from .review.places import session_among
from .review.workspace import ReviewWorkspace
from .services import Services
from .settings import Settings
from .shortcuts import Actions
from .shortcuts_dialog import ShortcutsDialog
from .status import items_of
from .style import style_sheet
from .theme import Theme, ThemeMode, body_font, palette
from .widgets.banner import Banner, Message
from .widgets.icons import Icons
from .widgets.status_line import StatusLine

TITLE = "fervideo"

Page = AnalyzeWorkspace | ReviewWorkspace | ExpressionsWorkspace | ModelsWorkspace


class MainWindow(QMainWindow):
    """Holds the workspaces and everything they share; owns the engine and ends it on close.

    Args:
        engine: The engine, ready or being made.
        settings: What is remembered.
        services: Ways to ask for cameras, models and devices.
    """

    def __init__(self, engine: EngineHost, settings: Settings, services: Services) -> None:
        super().__init__()
        self.settings = settings
        self.theme = Theme(settings.theme, self)
        self.icons = Icons()
        self.setFont(body_font())
        self.actions_by_key = Actions(self, self.theme, self.icons)
        self.banner = Banner(self.theme, self.icons)
        self.background = Background(self)
        self.bridge = Bridge(engine, self)
        self.context = Context(
            self.theme,
            self.icons,
            settings,
            self.actions_by_key,
            self.background,
            services,
            self.banner,
            self.bridge,
            Navigator(self),
            ProfileBook(self.bridge, settings, ProfileStore(settings.profiles), self),
        )
        self.rail = Rail(self.theme, self.icons, self.actions_by_key)
        self.live = LiveWorkspace(self.context)
        self.analyze = AnalyzeWorkspace(self.context)
        self.review = ReviewWorkspace(self.context)
        self.expressions = ExpressionsWorkspace(self.context)
        self.models = ModelsWorkspace(self.context)
        self.workspaces = QStackedWidget()
        self.status = StatusLine(self.theme)
        self._closed = self._restored = self._sure = False
        self._lay_out()
        self._connect()
        self._recolor()
        self.bridge.start()

    def notice(self, text: str, action: str = "") -> None:
        """Say something that is not an error; `action` is the key of the next step."""
        run = self.actions_by_key[action].trigger if action else None
        words = self.actions_by_key[action].text().replace("&", "") if action else ""
        self.banner.say(Message(text, action=words, run=run, topic="notice"))

    def sizeHint(self) -> QSize:
        """Handsome on an ordinary screen."""
        return QSize(1360, 840)

    def showEvent(self, event: QShowEvent) -> None:
        """Share out the room once its size is known."""
        super().showEvent(event)
        if not self._restored:
            self._restored = True
            in_any_case(*(page.restore_state for page in (self.live, *self._pages)))

    def close_at_once(self) -> None:
        """Close without asking whether what runs may be stopped."""
        self._sure = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the state, go out of sight, then end the engine: its files become complete."""
        if not (self._closed or self._sure) and self.analyze.ask_before_close(self.close_at_once):
            event.ignore()
            return
        event.accept()
        if self._closed:
            return
        self._closed = True
        in_any_case(
            *(page.save_state for page in (self.live, *self._pages)),
            self._remember_place,
            self.hide,
            *(page.close_work for page in self._pages),
            self.bridge.stop,
            self.bridge.engine.close,
            self.background.close,
            self.context.profiles.close,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the full screen."""
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.actions_by_key["full_screen"].setChecked(False)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped on the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give what was dropped to the workspace that is shown, or play it; many are queued."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            return
        event.acceptProposedAction()
        page = self.workspaces.currentWidget()
        if page in self._pages and page.take(paths):
            return
        session = session_among(paths)
        if session is not None:
            self.context.navigator.open_session(session)
            return
        if is_for_queue(paths):
            self.context.navigator.analyze(paths)
            return
        self._show_workspace("live")
        self.live.sources.open_text(str(paths[0]))

    def _remember_place(self) -> None:
        self.settings.put_bytes("geometry", self.saveGeometry())
        self.settings.sync()

    def _lay_out(self) -> None:
        self.actions_by_key.fill(self.menuBar())
        self.workspaces.addWidget(self.live)
        for workspace in self._pages:
            self.workspaces.addWidget(workspace)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self.workspaces, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.rail)
        top.addLayout(right, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top, 1)
        column.addWidget(self.status)
        page = QWidget()
        page.setLayout(column)
        self.setCentralWidget(page)
        self.setWindowTitle(TITLE)
        self.setMinimumSize(800, 560)
        self.setAcceptDrops(True)
        with suppress(FervideoError):  # a window without its icon is still a window
            self.setWindowIcon(QIcon(str(asset_file("icons/app.svg"))))
        if not self.restoreGeometry(self.settings.bytes_of("geometry")):
            self._fit_screen()

    def _fit_screen(self) -> None:
        room = self.screen().availableSize()
        self.resize(self.sizeHint().boundedTo(room * 0.92))

    def _connect(self) -> None:
        actions = self.actions_by_key
        self.theme.changed.connect(self._recolor)
        self.live.stats_shown.connect(self._show_stats)
        self.live.face_followed.connect(self.expressions.follow)
        self.analyze.work_shown.connect(self.rail.buttons["analyze"].show_work)
        self.analyze.work_shown.connect(lambda *_: self._show_stats(self.bridge.last))
        for key, _, _ in WORKSPACES:
            actions[key].triggered.connect(lambda _=False, k=key: self._show_workspace(k))
        navigator = self.context.navigator
        navigator.workspace_wanted.connect(self._show_workspace)
        navigator.video_wanted.connect(lambda path: self.live.sources.open_text(str(path)))
        navigator.model_wanted.connect(lambda name: self.live.set_model(name))
        self._show_workspace("live")
        actions["quit"].triggered.connect(self.close)
        actions["full_screen"].toggled.connect(self._set_full_screen)
        actions["shortcuts"].triggered.connect(self._show_shortcuts)
        actions["guide"].triggered.connect(self._show_guide)
        actions["about"].triggered.connect(self._show_about)
        for mode in ThemeMode:
            action = actions[f"theme_{mode.value}"]
            action.setChecked(mode is self.theme.mode)
            action.triggered.connect(lambda _=False, m=mode: self._set_theme(m))
        self._show_stats(self.bridge.last)

    @property
    def _pages(self) -> tuple[Page, ...]:
        """The workspaces beside Live."""
        return self.analyze, self.review, self.expressions, self.models

    def _show_workspace(self, key: str) -> None:
        self.actions_by_key[key].setChecked(True)
        self.actions_by_key.show_workspace(key)
        page = getattr(self, key)
        self.workspaces.setCurrentWidget(page)
        focus = QApplication.focusWidget()
        if focus is not None and self.rail.isAncestorOf(focus):
            page.setFocus()  # or Space would lead back to the workspace that was left
        self._show_stats(self.bridge.last)

    def _show_stats(self, stats: LiveStats) -> None:
        is_live_shown = self.workspaces.currentWidget() is self.live
        live = items_of(stats, is_live_shown=is_live_shown)
        self.status.show_items((*live, *self.analyze.status_items()))
        source = stats.source.name if stats.source else ""
        title = f"{source} – {TITLE}" if source else TITLE
        if stats.recording is not None:
            title = f"● Recording – {title}"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def _set_theme(self, mode: ThemeMode) -> None:
        self.settings.theme = mode
        self.theme.set_mode(mode)

    def _recolor(self) -> None:
        tokens = self.theme.tokens
        QApplication.setPalette(palette(tokens))
        self.setStyleSheet(style_sheet(tokens))

    def _set_full_screen(self, on: bool) -> None:
        self.menuBar().setVisible(not on)
        state = self.windowState()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | full if on else state & ~full)

    def _show_shortcuts(self) -> None:
        ShortcutsDialog(self.theme, self).open()

    def _show_guide(self) -> None:
        known = self.findChild(GuideDialog)
        guide = known or GuideDialog(self.theme, docs_folder(), self)
        guide.show()
        guide.raise_()
        guide.activateWindow()

    def _show_about(self) -> None:
        AboutDialog(self.actions_by_key, self).open()
