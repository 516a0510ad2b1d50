"""Recording and snapshots: starts, ends, and says what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QFileDialog

from fervideo.errors import reason_of
from fervideo.live_stats import LiveStats, RecordingStats

from ..background import Task
from ..context import Context
from ..environment import clean_environment
from ..widgets.banner import Message, Tone
from .marking import LiveMarking
from .record_button import clock
from .saving import save_snapshot, stamped
from .video_view import VideoView

RECORDED = "recorded"
"""Topic of the message that leads to the recording that has ended."""


class Recorder(QObject):
    """Obeys the actions of recording and snapshots.

    Attributes:
        marking: Obeys those of marking.
    """

    def __init__(self, context: Context, video: VideoView) -> None:
        super().__init__(video)
        self._context, self._video = context, video
        self._recording: RecordingStats | None = None
        self.marking = LiveMarking(video, context)
        actions = context.actions
        actions["record"].triggered.connect(self.toggle)
        actions["snapshot"].triggered.connect(self.snapshot)
        actions["record_video"].setChecked(context.settings.flag("record_video"))
        actions["record_video"].toggled.connect(
            lambda on: context.settings.set_flag("record_video", on)
        )
        actions["show_recordings"].triggered.connect(self._show_folder)
        actions["choose_recordings"].triggered.connect(self._ask_folder)

    def toggle(self) -> None:
        """Start to record, or end it."""
        bridge, settings = self._context.bridge, self._context.settings
        if bridge.last.recording is not None:
            self.marking.finish()
            bridge.engine.stop_recording()
        else:
            folder = settings.recordings / self._name()
            self._context.banner.dismiss(RECORDED)
            bridge.engine.start_recording(folder, video=settings.flag("record_video"))
        bridge.poll_stats()

    def follow(self, stats: LiveStats) -> None:
        """Say where a recording is once it has ended, whoever ended it."""
        before, self._recording = self._recording, stats.recording
        if before is None or (stats.recording and stats.recording.folder == before.folder):
            return
        text = (
            f"Recorded {clock(before.elapsed_s)} with {before.rows:,} rows in {before.folder.name}."
        )
        self._context.banner.say(
            Message(
                text,
                action="Open in Review",
                run=lambda: self._context.navigator.open_session(before.folder),
                topic=RECORDED,
            )
        )
        self._context.navigator.sessions_changed.emit(before.folder)

    def snapshot(self) -> None:
        """Save the picture as shown, at its own resolution."""
        image = self._video.snapshot()
        if image is not None:
            folder, name = self._context.settings.recordings / "snapshots", self._name()
            self._context.background.start(
                _saver(image, folder, name), self._say_saved, "save-snapshot"
            )

    def _say_saved(self, task: Task[Path]) -> None:
        if task.value is None:
            self._context.banner.say(Message(str(task.error), Tone.ERROR, topic="snapshot"))
            return
        path = task.value
        self._context.banner.say(
            Message(
                f"Saved {path.name}.",
                action="Show File",
                run=lambda: show_in_files(path.parent),
                topic="snapshot",
                lasting=False,
            )
        )

    def _name(self) -> str:
        source = self._context.bridge.last.source
        return stamped(source.name if source else "fervideo", datetime.now())

    def _show_folder(self) -> None:
        folder = self._context.settings.recordings
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = f"Cannot make the folder {folder}: {reason_of(error)}. Choose another one."
            ask = self._context.actions["choose_recordings"].trigger
            self._context.banner.say(Message(text, Tone.ERROR, "Choose Folder", ask, "folder"))
            return
        show_in_files(folder)

    def _ask_folder(self) -> None:
        window = self._video.window()
        now = self._context.settings.recordings
        dialog = QFileDialog(window, "Recordings Folder", str(now if now.is_dir() else now.parent))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._set_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _set_folder(self, path: str) -> None:
        self._context.settings.recordings = Path(path)


def show_in_files(folder: Path) -> None:
    """Open a folder in the system's file manager."""
    clean_environment()
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _saver(image: QImage, folder: Path, name: str) -> Callable[[], Path]:
    return lambda: save_snapshot(image, folder, name)
