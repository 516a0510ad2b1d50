"""Starting, feeding and ending the recording of what an analyser says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fervideo.capture.source import SourceInfo
from fervideo.errors import SessionError
from fervideo.landmark_names import LandmarkMode
from fervideo.live_stats import RecordingStats
from fervideo.pipeline import Analyzer
from fervideo.session.markers import Marker, append_marker
from fervideo.session.schema import MARKERS_FILE, utc_text
from fervideo.session.writer import SessionWriter
from fervideo.sinks import Moment, MomentKind
from fervideo.types import Result


def start_session(
    folder: Path,
    source: object,
    analyzer: Analyzer,
    video: bool,
    live: bool | None = None,
    settings: object = None,
) -> SessionWriter:
    """A writer for what this analyser says of this source. Raises SessionError.

    The settings are the analyser's own if None.
    """
    return SessionWriter(
        folder,
        classes=analyzer.centers.classes,
        source=source,
        model=analyzer.model.card,
        settings=analyzer.settings() if settings is None else settings,
        save_video=video,
        live=live,
        landmarks=analyzer.config.landmarks,
    )


class Recorder:
    """At most one recording at a time. One thread uses it; any may read `stats` and `folder`.

    Errors end the recording, keep what was written, and go to `on_error`.

    Args:
        on_error: Takes each error.
        on_moment: Told when a recording starts and stops.
    """

    def __init__(
        self, on_error: Callable[[SessionError], None], on_moment: Callable[[Moment], None]
    ) -> None:
        self._on_error, self._on_moment = on_error, on_moment
        self._marking: list[threading.Thread] = []
        self._writer: SessionWriter | None = None
        self._wanted = Path()
        self._video = False
        self._started_s = 0.0
        self._analysed = 0
        self._dropped_before = self._dropped = 0

    @property
    def folder(self) -> Path | None:
        """Folder of the recording in progress, None if there is none."""
        writer = self._writer
        return None if writer is None else writer.folder

    @property
    def stats(self) -> RecordingStats | None:
        """Numbers of the recording in progress, None if there is none."""
        writer = self._writer
        if writer is None:
            return None
        elapsed_s = time.monotonic() - self._started_s
        return RecordingStats(writer.folder, elapsed_s, writer.bytes_written, writer.rows)

    def start(
        self, folder: Path, video: bool, source: SourceInfo, analyzer: Analyzer, dropped: int
    ) -> None:
        """Begin. A recording in progress goes on instead.

        Args:
            folder: The wished session folder.
            video: Save the pictures too.
            source: What is recorded.
            analyzer: Whose results are recorded.
            dropped: Frames dropped so far, which are not this recording's.
        """
        if self._writer is None:
            self._wanted, self._video = folder, video
            self._begin(source, analyzer, dropped)

    def restart(self, source: SourceInfo, analyzer: Analyzer) -> None:
        """Go on in a new folder, since a session has one model. Nothing if not recording."""
        if self._writer is not None:
            # To whoever watches, there is a recording all the time.
            old, analysed, dropped = self._writer, self._analysed, self._dropped
            before = self._dropped_before
            self._begin(source, analyzer, dropped)
            self._close(old, analysed, dropped - before, "stopped")

    def _begin(self, source: SourceInfo, analyzer: Analyzer, dropped: int) -> None:
        self._analysed, self._dropped_before, self._dropped = 0, dropped, dropped
        self._started_s = time.monotonic()
        writer: SessionWriter | None = None
        try:
            writer = start_session(self._wanted, source, analyzer, self._video, live=True)
        except SessionError as error:
            self._on_error(error)
        self._writer = writer
        if writer is not None:
            self._tell(MomentKind.RECORDING_STARTED, writer.folder)

    def write(self, result: Result, dropped: int) -> None:
        """Record one result, if recording.

        Args:
            result: The result.
            dropped: Frames dropped so far, those before the recording included.
        """
        if self._writer is None:
            return
        self._dropped = dropped
        try:
            self._writer.write(result)
            self._analysed += 1
        except SessionError as error:
            self.stop(f"error: {error}")
            self._on_error(error)

    def mark(
        self,
        moment: Moment,
        time_s: float,
        note: str = "",
        span_s: tuple[float, float] | None = None,
    ) -> None:
        """Write a mark down, if recording, without waiting for the disk.

        `stop` does wait, so that the files are then complete.

        Args:
            moment: What is marked.
            time_s: When that is, in the time of the source.
            note: Free text beside it.
            span_s: Start and end of what is marked, in the time of the source; None for `time_s`.
        """
        if self._writer is None:
            return
        path = self._writer.folder / MARKERS_FILE
        start_s, end_s = span_s or (time_s, time_s)
        began = utc_text(moment.wall_time - timedelta(seconds=time_s - start_s))
        marker = Marker(start_s, max(0.0, end_s - start_s), began, moment.text, note)
        before = self._marking[-1] if self._marking else None
        thread = threading.Thread(
            target=self._append, args=(path, marker, before), name="fervideo-marker", daemon=True
        )
        self._marking = [other for other in self._marking if other.is_alive()] + [thread]
        thread.start()

    def _append(self, path: Path, marker: Marker, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()  # marks stand in the order in which they were made
        try:
            append_marker(path, marker)
        except SessionError as error:
            self._on_error(error)

    def lacks(self, landmarks: LandmarkMode) -> bool:
        """Whether the recording in progress has no columns for these landmarks."""
        return self._writer is not None and not self._writer.landmarks.includes(landmarks)

    def change_settings(self, analyzer: Analyzer) -> None:
        """Note the analyser's new settings, if recording."""
        if self._writer is not None:
            self._writer.change_settings(analyzer.settings())

    def stop(self, end_reason: str) -> None:
        """End the recording, if there is one. `end_reason` is as in `SessionWriter.close`."""
        if self._writer is not None:
            dropped = self._dropped - self._dropped_before
            self._close(self._writer, self._analysed, dropped, end_reason)
            # Only now: whoever sees no recording any more finds the files complete.
            self._writer = None

    def _tell(self, kind: MomentKind, folder: Path) -> None:
        self._on_moment(Moment(kind, time.perf_counter(), datetime.now(UTC), folder.name))

    def _close(self, writer: SessionWriter, analysed: int, dropped: int, end_reason: str) -> None:
        for thread in self._marking:
            thread.join()
        try:
            writer.close(
                frames_seen=analysed + dropped,
                frames_analysed=analysed,
                frames_dropped=dropped,
                end_reason=end_reason,
            )
        except SessionError as error:
            self._on_error(error)
        self._tell(MomentKind.RECORDING_STOPPED, writer.folder)
