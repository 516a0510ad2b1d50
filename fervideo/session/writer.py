"""Writes a session folder while frames are being analysed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from fervideo.errors import SessionError
from fervideo.landmark_names import LandmarkMode
from fervideo.session import schema
from fervideo.session.cells import result_rows
from fervideo.session.describe import describe, plain
from fervideo.session.ending import (
    check_end_reason,
    reason_of,
    video_description,
    video_error,
    write_end,
)
from fervideo.session.starting import check_classes, start_session
from fervideo.session.video import VideoRecorder
from fervideo.types import Result


class SessionWriter:
    """Records results as rows, and the frames too if asked for.

    Rows go to the system in `write` itself and are synced by a background thread, so a kill or
    a power cut loses at most the last second. `write` and `close` may come from different threads.
    As a context manager it closes itself with the reason that fits how the block ended.

    Args:
        folder: Where to record. Its name is made safe for every system; if it is taken, `-2`,
            `-3`... is added. The `folder` property tells where the session is.
        classes: The C class names, in the order of the results' columns.
        source: Mapping or dataclass that describes the source (`SourceInfo`); logins in URLs are
            left out.
        model: Mapping or dataclass with at least `name` and `sha256`.
        settings: Mapping or dataclass: thresholds, stabilizer settings, detector confidence.
        save_video: Record `video.mp4` as well.
        live: Whether frames of the video may be dropped when its encoder cannot keep up. None:
            yes if the source's `kind` is a camera or a stream.
        landmarks: What of the landmarks gets columns; in a result without them the cells are empty.

    Raises:
        SessionError: The folder cannot be made or written, or two classes have the same name.
    """

    def __init__(
        self,
        folder: Path,
        *,
        classes: Sequence[str],
        source: object,
        model: object,
        settings: object,
        save_video: bool = False,
        live: bool | None = None,
        landmarks: LandmarkMode = LandmarkMode.OFF,
    ) -> None:
        self._classes, self._landmarks = tuple(classes), landmarks
        self._lock = threading.Lock()
        self._closed = self._failed = False
        self._results = 0
        self._times_s: list[float] = []
        self._face_ids: set[int] = set()
        self._description = describe(
            self._classes, source, model, settings, video=save_video, landmarks=landmarks
        )
        header = [column.name for column in schema.columns(self._classes, landmarks)]
        check_classes(self._classes, header)
        self._folder, self._rows = start_session(Path(folder), header, self._description)
        if live is None:
            live = _entry(self._description["source"], "kind") in schema.LIVE_KINDS
        video_path = self._folder / schema.VIDEO_FILE
        self._video = VideoRecorder(video_path, live=live) if save_video else None

    @property
    def folder(self) -> Path:
        """The folder that was made."""
        return self._folder

    @property
    def landmarks(self) -> LandmarkMode:
        """What of the landmarks has columns."""
        return self._landmarks

    @property
    def rows(self) -> int:
        """Rows written so far."""
        return self._rows.rows

    @property
    def bytes_written(self) -> int:
        """Bytes of timeline and video so far."""
        size = self._rows.size
        if self._video is not None:
            with suppress(OSError):
                size += self._video.path.stat().st_size
        return size

    @property
    def video_frames_dropped(self) -> int:
        """Frames left out of a live video because its encoder could not keep up."""
        return self._video.dropped if self._video is not None else 0

    def write(self, result: Result) -> None:
        """Write one row a face, or one row that says there was no face.

        Raises:
            SessionError: The disk is full or gone, the session is closed, or the result comes
                from another model than the session's.
        """
        with self._lock:
            if self._closed:
                raise SessionError(f"expected an open session, found {self._folder} closed")
            self._check_model(result)
            rows = result_rows(result, len(self._classes), self._landmarks)
            try:
                self._rows.append(schema.csv_bytes(rows), len(rows))
                self._results += 1
                self._note(result)
                if self._video is not None:
                    self._video.put(result.frame.time_s, result.frame.image)
                    self._check_video()
            except SessionError:
                self._failed = True
                raise

    def change_settings(self, settings: object) -> None:
        """Note that later rows were made with other settings; written down when closing."""
        with self._lock:
            self._description["settings_changes"].append(
                {
                    "after_row": self._rows.rows,
                    "wall_time": schema.utc_text(datetime.now(UTC)),
                    "settings": plain(settings),
                }
            )

    def close(
        self,
        *,
        frames_seen: int | None = None,
        frames_analysed: int | None = None,
        frames_dropped: int | None = None,
        end_reason: str = "complete",
    ) -> None:
        """Finish video, timeline and description. A second call does nothing.

        Args:
            frames_seen: Frames the source gave; null in the description if None.
            frames_analysed: Frames analysed; the results written if None.
            frames_dropped: Frames seen and not analysed; null in the description if None.
            end_reason: `complete`, `stopped`, `interrupted`, or `error: ...`.

        Raises:
            SessionError: The end could not be written. Not raised if `write` has raised before.
            ValueError: No such `end_reason`.
        """
        check_end_reason(end_reason)
        with self._lock:
            if self._closed:
                return
            self._closed = True
            problem = self._close_files()
            if problem is not None and not end_reason.startswith("error: "):
                end_reason = f"error: {problem}"
            analysed = self._results if frames_analysed is None else frames_analysed
            self._description.update(
                ended=schema.utc_text(datetime.now(UTC)),
                end_reason=" ".join(plain(end_reason).split()),
                frames_seen=frames_seen,
                frames_analysed=analysed,
                frames_dropped=frames_dropped,
                rows=self._rows.safe_rows,
                first_time_s=self._times_s[0] if self._times_s else None,
                last_time_s=self._times_s[-1] if self._times_s else None,
                faces=len(self._face_ids),
                video=video_description(self._video),
            )
            if self._description["video"] is None:
                self._description["files"]["video"] = None
            unfinished = write_end(self._folder, self._description, self._rows)
            problem = problem or unfinished
            if problem is not None and not self._failed:
                raise problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(SessionError):  # the error under way says more
            self.close(end_reason=reason_of(error))

    def _check_model(self, result: Result) -> None:
        expected, found = _entry(self._description["model"], "name"), result.model_name
        if expected and found and expected != found:
            raise SessionError(
                f"expected results of the model {expected}, found one of {found}; "
                "start a new recording after changing the model"
            )
        if len(result.faces) and result.recognition.classes != self._classes:
            raise SessionError(
                f"expected the classes {', '.join(self._classes)}, found "
                f"{', '.join(result.recognition.classes)}; start a new recording"
            )

    def _note(self, result: Result) -> None:
        """Keep what a list of sessions shows: first and last time, how many faces."""
        self._times_s[1:] = [result.frame.time_s]
        self._face_ids.update(i for i in result.faces.track_ids.tolist() if i >= 0)

    def _check_video(self) -> None:
        if self._video is not None and self._video.failure is not None:
            raise video_error(self._video.failure, self._rows) from self._video.failure

    def _close_files(self) -> SessionError | None:
        """Close timeline and video, both in any case; the first problem, if any."""
        if self._video is not None:
            self._video.close()
        try:
            self._rows.close()
            self._check_video()
        except SessionError as error:
            return error
        return None


def _entry(described: object, key: str) -> object:
    """An entry of a part of the description, None where that part is no mapping."""
    return described.get(key) if isinstance(described, Mapping) else None
