"""The Analyze workspace: a queue of videos, how they are analysed, and how far that is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fervideo.analysis.jobs import Job, QueueSnapshot
from fervideo.resources import asset_file

from ..background import Task
from ..context import Context
from ..services import DeviceChoice, ModelChoice
from ..theme import GRID
from ..widgets.banner import Message, Tone
from ..widgets.empty_state import EmptyState, Hint, Step
from ..widgets.status_line import Item
from .adding import Adding, DropHint
from .bar import Bar, Footer
from .closing import ask_to_stop
from .host import QueueHost
from .memory import jobs_from_text, jobs_to_text
from .orders import Orders
from .profiles import classes_of, profile_files
from .queue_model import QueueModel
from .settings_panel import SettingsPanel
from .table import QueueTable
from .usual import UsualSettings
from .words import end_words, left_to_do, whole_share

PANEL_WIDTH = 304


class AnalyzeWorkspace(QWidget):
    """Everything of Analyze but the window round it; the queue goes on while others show.

    Attributes:
        work_shown: How many videos are left, as text, empty at rest; and the share that is done.
    """

    work_shown = Signal(str, float)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        theme, icons = context.theme, context.icons
        self.host = QueueHost(context.services.queue, context.background, self)
        self.model = QueueModel(self)
        self.table = QueueTable(theme, icons, self.model)
        self.bar = Bar(theme, icons, context.actions)
        self.footer = Footer(theme, context.actions)
        self.panel = SettingsPanel(theme, icons)
        self.empty = EmptyState(theme, icons)
        self.usual = UsualSettings(
            self.panel, self.host, context.settings, lambda: self.table.selected
        )
        self.orders = Orders(
            context, self.host, self.table, self.bar, lambda: self.usual.usual.out_dir
        )
        self.adding = Adding(self, context.settings, self.take)
        self.drop_hint = DropHint(theme, self)
        self._lay_out()
        self._connect()
        self._show_queue(self.host.snapshot)

    def save_state(self) -> None:
        """Remember the settings and the videos that are not done."""
        self.usual.remember()
        self.context.settings.queue = jobs_to_text(self.host.snapshot.jobs, self.host.coming)

    def restore_state(self) -> None:
        """Take up the videos that were not done when the window was closed last."""
        settings = self.context.settings
        self.context.actions["analyze_settings"].setChecked(settings.flag("analyze_settings"))
        self.host.add_each(jobs_from_text(settings.queue))

    def close_work(self) -> None:
        """End what runs; its session is closed in order."""
        self.host.close()

    def take(self, paths: list[Path]) -> bool:
        """Put files and the videos of folders into the queue."""
        if paths:
            self.context.banner.dismiss("not-added")
            self.host.add(paths, self.usual.usual)
        return bool(paths)

    def ask_before_close(self, close: Callable[[], None]) -> bool:
        """Ask whether to stop what is being analysed, if anything is.

        Args:
            close: Called if the user wants to.

        Returns:
            Whether there is something to ask.
        """
        self.host.look()
        if not self.host.is_working:
            return False
        self.context.navigator.show("analyze")
        color = self.context.theme.color("accent")
        picture = self.context.icons.pixmap("analyze", color, 48, 2.0)
        ask_to_stop(self, picture, self.host.snapshot, close)
        return True

    def status_items(self) -> tuple[Item, ...]:
        """What the status line says of the queue; nothing while it rests."""
        snapshot = self.host.snapshot
        if not snapshot.started:
            return ()
        total = len(snapshot.jobs)
        words = "Analysis paused" if snapshot.paused else "Analysing"
        at = min(total, total - left_to_do(snapshot) + 1)
        return (Item(f"{words}: {at:,} of {total:,}", "accent", dot=True, rank=1),)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere here."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.drop_hint.show_over()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They were taken elsewhere."""
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        self.drop_hint.hide()
        event.acceptProposedAction()
        self.take([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _show_queue(self, snapshot: QueueSnapshot) -> None:
        self.model.show_jobs(snapshot.jobs)
        self.footer.show_queue(snapshot, bool(self.host.coming))
        self._show_rest()
        if snapshot.jobs:
            self.stack.setCurrentWidget(self.queue_page)
        else:
            self.empty.show_hint(self._looking if bool(self.host.coming) else self._welcome)
            self.stack.setCurrentWidget(self.empty)
        badge = f"{left_to_do(snapshot):,}" if snapshot.started else ""
        self.work_shown.emit(badge, whole_share(snapshot))

    def _show_rest(self) -> None:
        self.model.set_usual(self.usual.usual)
        self.usual.show()
        self.orders.refresh()

    def _job_ended(self, job: Job) -> None:
        if job.session is None:
            return
        self.context.navigator.sessions_changed.emit(job.session.parent)
        if job.settings.profile is not None:
            self.context.background.start(
                partial(classes_of, job.session),
                partial(self._know_classes, job.id),
                "read-classes",
            )

    def _know_classes(self, job_id: int, task: Task[tuple[str, ...]]) -> None:
        if task.value:
            self.model.set_classes(job_id, task.value)

    def _queue_ended(self, snapshot: QueueSnapshot) -> None:
        if not self.isVisible():
            show = self.context.actions["analyze"].trigger
            self.context.banner.say(
                Message(end_words(snapshot), action="Show", run=show, topic="analysed")
            )

    def _tell_problems(self, sentences: list[str]) -> None:
        more = f" And {len(sentences) - 1:,} more." if len(sentences) > 1 else ""
        text = f"{len(sentences):,} not added: {sentences[0]}.{more}"
        self.context.banner.say(Message(text, Tone.WARNING, topic="not-added"))

    def _connect(self) -> None:
        context, actions = self.context, self.context.actions
        self.host.changed.connect(self._show_queue)
        self.host.ended.connect(self._job_ended)
        self.host.finished.connect(self._queue_ended)
        self.host.problems.connect(self._tell_problems)
        self.table.chosen.connect(self._show_rest)
        self.panel.entered.connect(self.table.setFocus)
        self.usual.changed.connect(self._show_rest)
        context.navigator.videos_wanted.connect(self.take)
        actions["analyze_add_files"].triggered.connect(self.adding.ask_files)
        actions["analyze_add_folder"].triggered.connect(self.adding.ask_folder)
        actions["analyze_settings"].toggled.connect(self.panel.setVisible)
        actions["analyze_settings"].toggled.connect(
            lambda on: context.settings.set_flag("analyze_settings", on)
        )
        context.profiles.changed.connect(self._know_profiles)
        self._know_profiles()
        context.background.start(context.services.models, self._know_models, "list-models")
        context.background.start(context.services.devices, self._know_devices, "list-devices")

    def _know_models(self, task: Task[list[ModelChoice]]) -> None:
        self.panel.know_models(task.value or [])

    def _know_devices(self, task: Task[list[DeviceChoice]]) -> None:
        self.panel.know_devices(task.value or [])

    def _add_demo(self) -> None:
        self.take([asset_file("demo.mp4")])

    def _know_profiles(self) -> None:
        context = self.context
        self.panel.know_profiles(profile_files(context.settings, context.profiles.names()))

    def _lay_out(self) -> None:
        actions = self.context.actions
        self._welcome = Hint(
            "analyze",
            "Nothing to analyse yet",
            "Drop videos or folders here, or add them. Each becomes a session, with the "
            "expressions of every frame, that opens in Review.",
            (
                Step("Add Files…", actions["analyze_add_files"].trigger),
                Step("Add Folder…", actions["analyze_add_folder"].trigger),
                Step("Add the Demo", self._add_demo),
            ),
        )
        self._looking = Hint("folder", "Looking for videos…", busy=True)
        self.queue_page = QWidget()
        page = QVBoxLayout(self.queue_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.table, 1)
        page.addWidget(self.footer)
        self.stack = QStackedWidget()
        self.stack.setProperty("role", "panel")
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.queue_page)
        self.panel.setFixedWidth(PANEL_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.stack, 1)
        row.addWidget(self.panel)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, GRID, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        outer.addLayout(row, 1)
        self.setAcceptDrops(True)
