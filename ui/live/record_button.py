"""The record button: red as soon as it records, with elapsed time and file size on it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from fervideo.live_stats import RecordingStats

from ..theme import Theme, body_font, with_weight
from ..widgets.buttons import HEIGHT, PaintedButton


def clock(seconds: float) -> str:
    """Elapsed time as minutes and seconds, with hours where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def size(count: int) -> str:
    """A number of bytes in the unit that suits it."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} GB"


def recording_text(recording: RecordingStats | None) -> str:
    """Elapsed time and size, empty if nothing is being recorded."""
    return f"{clock(recording.elapsed_s)}  ·  {size(recording.bytes)}" if recording else ""


class RecordButton(PaintedButton):
    """Starts and stops a recording."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._recording = ""
        self.setText("Record")

    @property
    def is_recording(self) -> bool:
        """Whether it shows the red state."""
        return bool(self._recording)

    def show_recording(self, text: str) -> None:
        """Show the red state with this text; empty for none."""
        if text != self._recording:
            changed = bool(text) != bool(self._recording)
            self._recording = text
            self.setAccessibleName(f"Stop recording, {text}" if text else "Record")
            if changed:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Room for the longest text of its state, so that it does not dance."""
        text = (
            max("00:00  ·  000.0 MB", self._recording, key=len) if self._recording else self.text()
        )
        metrics = QFontMetrics(with_weight(body_font(), QFont.Weight.DemiBold))
        return QSize(metrics.horizontalAdvance(text) + 50, HEIGHT)

    def ground(self) -> QColor | None:
        """Red while it records."""
        if self._recording:
            red = self.theme.color("record")
            return red.darker(112) if self.underMouse() else red
        return self.theme.color("hover" if self.underMouse() else "raised")

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """A red dot, or a white square on red."""
        painter.setPen(Qt.PenStyle.NoPen)
        mark = QRectF(rect.left() + 14, rect.center().y() - 6, 12, 12)
        if self._recording:
            painter.setBrush(self.theme.color("on_fill"))
            painter.drawRoundedRect(mark, 2, 2)
        else:
            painter.setBrush(self.theme.color("record"))
            painter.drawEllipse(mark)
        painter.setFont(with_weight(body_font(), QFont.Weight.DemiBold))
        painter.setPen(self.theme.color("on_fill" if self._recording else "text"))
        line = rect.adjusted(36, 0, -8, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._recording or self.text())
