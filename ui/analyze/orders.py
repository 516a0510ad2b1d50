"""The actions of the queue: what each does to the selection, and when it can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from fervideo.analysis.jobs import Job

from ..context import Context
from ..live.recorder import show_in_files
from .bar import Bar
from .host import RETRIABLE, QueueHost
from .table import QueueTable
from .words import DONE

IN_MENU = (
    ("analyze_review", "analyze_show_folder"),
    ("analyze_cancel", "analyze_retry"),
    ("analyze_up", "analyze_down"),
    ("analyze_remove", "analyze_clear"),
)


class Orders(QObject):
    """Connects actions, table and bar with the queue.

    Args:
        context: The window's things.
        host: The queue.
        table: Its rows; what is selected there is meant.
        bar: Its buttons.
        out_dir: The output folder of new videos.
    """

    def __init__(
        self,
        context: Context,
        host: QueueHost,
        table: QueueTable,
        bar: Bar,
        out_dir: Callable[[], Path],
    ) -> None:
        super().__init__(table)
        self._context, self._host, self._table, self._bar = context, host, table, bar
        self._out_dir = out_dir
        actions = context.actions
        for key, run in (
            ("analyze_start", self.start_or_pause),
            ("analyze_cancel", lambda: host.cancel(self._ids(self._can_cancel))),
            ("analyze_retry", lambda: host.retry(self._ids(self._can_retry))),
            ("analyze_up", lambda: host.move(self._ids(), -1)),
            ("analyze_down", lambda: host.move(self._ids(), 1)),
            ("analyze_remove", lambda: self.remove(self._ids())),
            ("analyze_clear", host.clear_finished),
            ("analyze_review", self.open_selected),
            ("analyze_show_folder", self.show_folder),
        ):
            actions[key].triggered.connect(lambda _=False, r=run: r())
        table.pressed_step.connect(self.step)
        table.opened.connect(self.open)
        table.menu_wanted.connect(self.popup)

    def start_or_pause(self) -> None:
        """Begin, stand still, or go on."""
        snapshot = self._host.snapshot
        if snapshot.started and not snapshot.paused:
            self._host.pause()
        else:
            self._host.start()

    def step(self, job: Job, key: str) -> None:
        """The button of a row was pressed: do what it stands for to this row alone."""
        run: dict[str, Callable[[], None]] = {
            "analyze_review": lambda: self.open(job),
            "analyze_retry": lambda: self._host.retry([job.id]),
            "analyze_remove": lambda: self._host.remove([job.id]),
            "analyze_cancel": lambda: self._host.cancel([job.id]),
        }
        run[key]()

    def open(self, job: Job) -> None:
        """Open the session of a job in Review, if there is one."""
        if job.session is not None:
            self._context.navigator.open_session(job.session)

    def open_selected(self) -> None:
        """Open the session of the first selected job that has one."""
        job = next((job for job in self._table.selected if job.session is not None), None)
        if job is not None:
            self.open(job)

    def remove(self, ids: list[int]) -> None:
        """Take jobs out of the list and select the row that takes their place."""
        rows = [row for row in map(self._table.queue.row_of, ids) if row is not None]
        self._host.remove(ids)
        left = len(self._table.queue.jobs)
        if rows and left:
            self._table.selectRow(min(min(rows), left - 1))

    def show_folder(self) -> None:
        """Show the session of a selected job, or else the output folder."""
        job = next((job for job in self._table.selected if job.session is not None), None)
        folder = job.session if job is not None and job.session is not None else self._out_dir()
        show_in_files(next((p for p in (folder, *folder.parents) if p.is_dir()), folder))

    def popup(self, at: QPoint) -> None:
        """The actions of the selection as a menu at a place of the screen."""
        menu = QMenu(self._table)
        menu.setToolTipsVisible(True)
        for group in IN_MENU:
            for key in group:
                menu.addAction(self._context.actions[key])
            menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def refresh(self) -> None:
        """Only what can be done now can be used."""
        snapshot, selected = self._host.snapshot, self._table.selected
        order = [job.id for job in snapshot.jobs]
        ids = {job.id for job in selected}
        todo = any(not job.status.is_over for job in snapshot.jobs)
        for key, on in (
            ("analyze_start", todo),
            ("analyze_cancel", any(map(self._can_cancel, selected))),
            ("analyze_retry", any(map(self._can_retry, selected))),
            ("analyze_up", bool(ids) and set(order[: len(ids)]) != ids),
            ("analyze_down", bool(ids) and set(order[len(order) - len(ids) :]) != ids),
            ("analyze_remove", bool(ids)),
            ("analyze_clear", snapshot.count(*DONE) > 0),
            ("analyze_review", any(job.session is not None for job in selected)),
        ):
            self._context.actions[key].setEnabled(on)
        running = snapshot.started and not snapshot.paused
        self._name_start("Pause" if running else "Resume" if snapshot.paused else "Start")

    def _name_start(self, words: str) -> None:
        action = self._context.actions["analyze_start"]
        text = f"{words.replace('s', '&s', 1) if 's' in words else '&' + words} the Queue"
        if action.text() != text:
            action.setText(text)
            self._context.actions.set_icon("analyze_start", "pause" if words == "Pause" else "play")
        self._bar.show_start(words)

    def _ids(self, wanted: Callable[[Job], bool] | None = None) -> list[int]:
        jobs: Iterable[Job] = self._table.selected
        return [job.id for job in jobs if wanted is None or wanted(job)]

    @staticmethod
    def _can_cancel(job: Job) -> bool:
        return not job.status.is_over

    @staticmethod
    def _can_retry(job: Job) -> bool:
        return job.status in RETRIABLE
