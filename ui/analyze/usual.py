"""Keeps the settings panel, the usual settings and those of each video in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from fervideo.analysis.jobs import Job, JobSettings, JobStatus
from fervideo.errors import ConfigError

from ..sentence import sentence
from ..settings import Settings
from .host import RETRIABLE, QueueHost
from .memory import settings_from_text, settings_to_text
from .profiles import profile_in_use
from .settings_panel import SettingsPanel

RUNNING_NOTE = "These are being analysed; their settings are fixed."
RETRY_NOTE = "A video that is over takes these when it is tried again."


class UsualSettings(QObject):
    """The settings that new videos get, and what the panel changes.

    Args:
        panel: Shows them and tells what the user changes.
        host: The queue.
        settings: Remembers them.
        selected: The selected jobs.

    Attributes:
        changed: The usual settings are other ones.
    """

    changed = Signal()

    def __init__(
        self,
        panel: SettingsPanel,
        host: QueueHost,
        settings: Settings,
        selected: Callable[[], Sequence[Job]],
    ) -> None:
        super().__init__(panel)
        self._panel, self._host, self._settings = panel, host, settings
        self._selected = selected
        self._shown: tuple[object, ...] = ()
        first = JobSettings(
            model=settings.model,
            device=settings.device,
            profile=profile_in_use(settings),
            out_dir=settings.recordings,
            resume=True,
        )
        self._first = first
        self.usual = settings_from_text(settings.analysis, first)
        panel.changed.connect(self._change)
        panel.scope_changed.connect(self.show)

    def show(self) -> None:
        """Bring the panel in step with the queue and the selection."""
        jobs = self._selected()
        self._panel.show_scope(len(jobs))
        if not self._panel.wants_selected:
            jobs = [j for j in self._host.snapshot.jobs if j.status is JobStatus.WAITING]
            shown = [self.usual, *(job.settings for job in jobs)]
            self._show(list(dict.fromkeys(shown)), "", True)
            return
        fixed = [j for j in jobs if j.status in (JobStatus.RUNNING, JobStatus.PAUSED)]
        over = [j for j in jobs if j.status in RETRIABLE]
        editable = len(fixed) < len(jobs)
        note = RUNNING_NOTE if not editable else RETRY_NOTE if over else ""
        shown = [self._host.settings_of(job) for job in jobs]
        self._show(list(dict.fromkeys(shown)), note, editable)

    def remember(self) -> None:
        """Keep the usual settings for the next run."""
        self._settings.analysis = settings_to_text(self.usual, self._first)

    def _show(self, shown: list[JobSettings], note: str, editable: bool) -> None:
        # Only what is new: a poll must not take a half-written number from under the user's hand.
        state = (self._panel.wants_selected, tuple(shown), note, editable)
        if state != self._shown:
            self._shown = state
            self._panel.show_settings(shown, note, editable)

    def _change(self, name: str, value: Any) -> None:
        """Set one field, for the selected or for all that wait and all to come."""
        everything = not self._panel.wants_selected
        jobs = self._selected() if not everything else self._host.snapshot.jobs
        wanted = (JobStatus.WAITING,) if everything else (JobStatus.WAITING, *RETRIABLE)
        try:
            usual = replace(self.usual, **{name: value}) if everything else self.usual
            new = [
                (job, replace(self._host.settings_of(job), **{name: value}))
                for job in jobs
                if job.status in wanted
            ]
        except ConfigError as error:
            self._shown = ()
            self.show()
            self._panel.say(sentence(str(error)), wrong=True)
            return
        for job, settings in new:
            self._host.set_settings(job, settings)
        self._host.look()
        if everything:
            self.usual = usual
            self.remember()
            self.changed.emit()
        self._shown = ()
        self.show()
