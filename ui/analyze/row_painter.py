"""How a row of the queue looks: name, status with a bar, a coloured strip, a button."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from fervideo.analysis.jobs import Job, JobStatus

from ..sentence import sentence
from ..theme import GRID, Theme, body_font, small_font, with_weight
from ..widgets.icons import Icons
from .marks import paint_bar, paint_strip, wrapped
from .queue_model import CLASSES_ROLE, JOB_ROLE, NOTE_ROLE, Column, Index, next_step
from .words import (
    left_words,
    place_words,
    progress_words,
    result_words,
    shares,
    speed_words,
    status_words,
)

ROW_HEIGHT = 60
PAD = 1.5 * GRID
UPPER = (9.0, 20.0)
LOWER = (33.0, 18.0)
"""Top and height of the two lines of a row, in pixels."""

ROLES = {
    JobStatus.WAITING: "muted",
    JobStatus.RUNNING: "accent",
    JobStatus.PAUSED: "text",
    JobStatus.DONE: "text",
    JobStatus.SKIPPED: "muted",
    JobStatus.FAILED: "error",
    JobStatus.CANCELLED: "muted",
}
BUTTON_ICONS = {
    "analyze_review": "review",
    "analyze_retry": "retry",
    "analyze_remove": "close",
    "analyze_cancel": "close",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the pointer is: a row and a column, -1 for none."""

    row: int = -1
    column: int = -1


class RowPainter(QStyledItemDelegate):
    """Paints every cell of the queue; a cell has no widget."""

    def __init__(self, theme: Theme, icons: Icons, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._icons, self._view = theme, icons, view
        self._body, self._small = body_font(), small_font()
        self._strong = with_weight(self._body, QFont.Weight.DemiBold)
        self.spot = Spot()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every row is as tall as every other."""
        return QSize(120, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        """Ground and content of one cell."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(option.rect)
        rect = QRectF(option.rect)
        job: Job = index.data(JOB_ROLE)
        self._paint_ground(painter, rect, option, index)
        failed = job.status is JobStatus.FAILED
        match index.column():
            case Column.VIDEO:
                self._paint_video(painter, rect, job, index.data(NOTE_ROLE))
            case Column.PROGRESS | Column.RESULT if failed:
                self._paint_failure(painter, self._across(rect), job)
            case Column.PROGRESS:
                self._paint_progress(painter, rect, job)
            case Column.RESULT:
                self._paint_result(painter, rect, job, index.data(CLASSES_ROLE))
            case Column.BUTTON:
                self._paint_button(painter, rect, job, index)
        painter.restore()

    def _paint_ground(
        self,
        painter: QPainter,
        rect: QRectF,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("accent", 0.16))
        elif index.row() == self.spot.row:
            painter.fillRect(rect, self._theme.color("hover", 0.5))
        line = QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1)
        painter.fillRect(line, self._theme.color("outline", 0.4))
        is_current = self._view.currentIndex().row() == index.row()
        if is_current and index.column() == 0 and self._view.hasFocus():
            stroke = QRectF(rect.left(), rect.top(), 3, rect.height() - 1)
            painter.fillRect(stroke, self._theme.color("accent"))

    def _paint_video(self, painter: QPainter, rect: QRectF, job: Job, note: str) -> None:
        icon = QRectF(rect.left() + PAD, rect.top() + 10, 18, 18)
        over = job.status.is_over and job.status is not JobStatus.FAILED
        name = "video" if "." in job.name else "folder"
        self._icons.paint(painter, icon, name, self._theme.color("muted"))
        area = rect.adjusted(PAD + 18 + GRID, 0, -GRID, 0)
        role = "muted" if over and job.summary is None else "text"
        self._write(painter, area, UPPER, job.name, role, Qt.TextElideMode.ElideMiddle)
        lower = " · ".join(part for part in (note, place_words(job)) if part)
        self._write(painter, area, LOWER, lower, "muted", small=True)

    def _paint_progress(self, painter: QPainter, rect: QRectF, job: Job) -> None:
        area = rect.adjusted(PAD, 0, -PAD, 0)
        role = ROLES[job.status]
        right = Qt.AlignmentFlag.AlignRight
        busy = job.status in (JobStatus.RUNNING, JobStatus.PAUSED)
        self._write(painter, area, UPPER, status_words(job), role, strong=busy)
        if busy:
            share_role = "muted" if job.status is JobStatus.PAUSED else "accent"
            paint_bar(painter, _bar(area), job.progress or 0.0, self._theme, share_role)
            self._write(painter, area, UPPER, left_words(job), "text", small=True, align=right)
        if job.warning:
            self._write(painter, area, LOWER, sentence(job.warning), "warning", small=True)
        elif job.status is not JobStatus.WAITING:
            speed = "" if job.status is JobStatus.PAUSED else speed_words(job)
            self._write(painter, area, LOWER, speed, "muted", small=True, align=right)
            room = area.adjusted(0, 0, -self._width(speed) - GRID, 0)
            self._write(painter, room, LOWER, progress_words(job), "muted", small=True)

    def _paint_failure(self, painter: QPainter, area: QRectF, job: Job) -> None:
        """One sentence over both columns, in two lines if it needs them."""
        color = self._theme.color("error")
        icon = QRectF(area.left() + PAD, area.top() + 11, 16, 16)
        self._icons.paint(painter, icon, "warning", color)
        text = area.adjusted(PAD + 24, 0, -PAD, 0)
        metrics = QFontMetricsF(self._small)
        lines = wrapped(sentence(job.error), metrics, text.width(), 2)
        painter.setFont(self._small)
        painter.setPen(self._theme.color("error"))
        top = text.top() + UPPER[0]
        for number, line in enumerate(lines):
            place = QRectF(text.left(), top + 20 * number, text.width(), 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line)

    def _paint_result(
        self, painter: QPainter, rect: QRectF, job: Job, classes: tuple[str, ...]
    ) -> None:
        area = rect.adjusted(PAD, 0, -PAD, 0)
        if job.summary is not None:
            strip = QRectF(area.left(), area.top() + 15, area.width(), 8)
            paint_strip(painter, strip, shares(job.summary), classes, self._theme)
        fitting = (text for text in result_words(job) if self._width(text) <= area.width())
        text = next(fitting, result_words(job)[-1])
        self._write(painter, area, LOWER, text, "muted", small=True)

    def _paint_button(
        self,
        painter: QPainter,
        rect: QRectF,
        job: Job,
        index: Index,
    ) -> None:
        step = next_step(job)
        here = self.spot.row == index.row()
        if step == "analyze_remove" and not here:
            return  # a list of crosses would say nothing
        box = QRectF(0, 0, 32, 32)
        box.moveCenter(rect.center())
        over = here and self.spot.column == Column.BUTTON
        if over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("hover"))
            painter.drawRoundedRect(box, 6, 6)
        strong = step == "analyze_review" or over
        color = self._theme.color("accent" if strong else "muted")
        self._icons.paint(painter, box.adjusted(7, 7, -7, -7), BUTTON_ICONS[step], color)

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        line: tuple[float, float],
        text: str,
        role: str,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        *,
        small: bool = False,
        strong: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        if not text:
            return
        font = self._small if small else self._strong if strong else self._body
        painter.setFont(font)
        painter.setPen(self._theme.color(role))
        place = QRectF(area.left(), area.top() + line[0], area.width(), line[1])
        shown = QFontMetricsF(font).elidedText(text, elide, place.width() + 1)
        painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, shown)

    def _width(self, text: str) -> float:
        return float(QFontMetricsF(self._small).horizontalAdvance(text)) if text else 0.0

    def _across(self, rect: QRectF) -> QRectF:
        """The area of the columns of progress and result together, in the row of `rect`."""
        view = self._view
        left = view.columnViewportPosition(Column.PROGRESS)
        width = view.columnWidth(Column.PROGRESS) + view.columnWidth(Column.RESULT)
        return QRectF(left, rect.top(), width, rect.height())


def _bar(area: QRectF) -> QRectF:
    """Where the bar is, between the two lines."""
    return QRectF(area.left(), area.top() + 30, area.width(), 4)
