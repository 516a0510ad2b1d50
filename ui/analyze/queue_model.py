"""The queue as rows of a table: what each cell says, without how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fervideo import labels
from fervideo.analysis.jobs import Job, JobSettings, JobStatus

from .words import (
    left_words,
    progress_words,
    result_tip,
    result_words,
    settings_words,
    speed_words,
    status_words,
)

Index = QModelIndex | QPersistentModelIndex

JOB_ROLE = Qt.ItemDataRole.UserRole
"""The `Job` of a row, for the painter."""

NOTE_ROLE = Qt.ItemDataRole.UserRole + 1
"""How the settings of the row differ from the usual ones."""

CLASSES_ROLE = Qt.ItemDataRole.UserRole + 2
"""The classes of the row's session in order, as far as they are known."""


class Column(IntEnum):
    """The columns."""

    VIDEO = 0
    PROGRESS = 1
    RESULT = 2
    BUTTON = 3


TITLES = ("Video", "Progress", "Expressions", "")


def next_step(job: Job) -> str:
    """Key of the action that the button of a row stands for."""
    match job.status:
        case JobStatus.DONE | JobStatus.SKIPPED:
            return "analyze_review"
        case JobStatus.FAILED | JobStatus.CANCELLED:
            return "analyze_retry"
        case JobStatus.WAITING:
            return "analyze_remove"
    return "analyze_cancel"


class QueueModel(QAbstractTableModel):
    """A row for each job; rows move, come and go without losing the selection."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._usual = JobSettings()
        self._classes: dict[int, tuple[str, ...]] = {}

    @property
    def jobs(self) -> Sequence[Job]:
        """The jobs in the order of the rows."""
        return self._jobs

    def job(self, index: Index) -> Job:
        """The job of a row."""
        return self._jobs[index.row()]

    def row_of(self, job_id: int) -> int | None:
        """The row of a job, None if it is gone."""
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), None)

    def set_usual(self, settings: JobSettings) -> None:
        """Only what differs from these settings is told of a job."""
        if settings != self._usual:
            self._usual = settings
            self._tell(0, len(self._jobs) - 1)

    def set_classes(self, job_id: int, classes: tuple[str, ...]) -> None:
        """Tell the classes of a job's session, which give the user's own their colours."""
        self._classes[job_id] = classes
        row = self.row_of(job_id)
        if row is not None:
            self._tell(row, row)

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Bring the rows in step with the queue, changing no more than is needed."""
        self._drop({job.id for job in jobs})
        self._append(jobs)
        self._reorder(jobs)
        first = None
        for row, job in enumerate(jobs):
            if job != self._jobs[row]:
                self._jobs[row] = job
                first = row if first is None else first
            elif first is not None:
                self._tell(first, row - 1)
                first = None
        if first is not None:
            self._tell(first, len(jobs) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows."""
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - see above
        """Columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says."""
        if not index.isValid():
            return None
        job = self._jobs[index.row()]
        if role == JOB_ROLE:
            return job
        if role == NOTE_ROLE:
            return settings_words(job.settings, self._usual)
        if role == CLASSES_ROLE:
            return self._classes.get(job.id, labels.BASIC)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(job, Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(job, Column(index.column()))
        return None

    def _text(self, job: Job, column: Column) -> str:
        match column:
            case Column.VIDEO:
                return job.name
            case Column.PROGRESS:
                parts = [status_words(job), progress_words(job), speed_words(job), left_words(job)]
                return ", ".join(part for part in (*parts, job.error, job.warning) if part)
            case Column.RESULT:
                return result_words(job)[0]
        return ""

    def _tip(self, job: Job, column: Column) -> str:
        match column:
            case Column.VIDEO:
                note = settings_words(job.settings, self._usual)
                return f"{job.source}\n{note}" if note else job.source
            case Column.PROGRESS:
                return job.error or job.warning
            case Column.RESULT:
                return job.error or result_tip(job)
        tips = {
            "analyze_review": "Open in Review",
            "analyze_retry": "Try again",
            "analyze_remove": "Take out of the list",
            "analyze_cancel": "Cancel",
        }
        return tips[next_step(job)]

    def _drop(self, wanted: set[int]) -> None:
        """Remove the rows of jobs that are gone, a block at a time, the last first."""
        row = len(self._jobs) - 1
        while row >= 0:
            last = row
            while row >= 0 and self._jobs[row].id not in wanted:
                row -= 1
            if row < last:
                self.beginRemoveRows(QModelIndex(), row + 1, last)
                del self._jobs[row + 1 : last + 1]
                self.endRemoveRows()
            row -= 1

    def _append(self, jobs: Sequence[Job]) -> None:
        known = {job.id for job in self._jobs}
        new = [job for job in jobs if job.id not in known]
        if new:
            at = len(self._jobs)
            self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
            self._jobs += new
            self.endInsertRows()

    def _reorder(self, jobs: Sequence[Job]) -> None:
        if [job.id for job in jobs] == [job.id for job in self._jobs]:
            return
        self.layoutAboutToBeChanged.emit()
        row_of = {job.id: row for row, job in enumerate(jobs)}
        old = self.persistentIndexList()
        new = [self.index(row_of[self._jobs[i.row()].id], i.column()) for i in old]
        self._jobs.sort(key=lambda job: row_of[job.id])
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _tell(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))
