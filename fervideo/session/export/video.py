"""The session's video with boxes, names and labels burned in, every frame at its own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fervideo import labels
from fervideo.capture.source import open_source
from fervideo.errors import SessionError
from fervideo.session.edits import face_name
from fervideo.session.export.job import ExportJob, NotPossibleError
from fervideo.session.export.marks import FaceMark, MarkPainter
from fervideo.session.export.media import Media, find_media
from fervideo.session.files import replacing
from fervideo.session.markers import excluded
from fervideo.session.schema import Status
from fervideo.session.segments import shown_at
from fervideo.session.video import VideoRecorder
from fervideo.types import Frame

_SAME_TIME_S = 0.001


def write(job: ExportJob) -> None:
    """Write the analysed part of the video, without sound.

    Raises:
        NotPossibleError: There are no pictures.
        OSError: The file cannot be written.
        SessionError: The pictures cannot be encoded, or would take the place of the original.
        SourceError: The pictures cannot be read.
    """
    media, note = find_media(job)
    if media is None:
        raise NotPossibleError(
            f"expected a video to paint on, found none: {note} Name the file it was made from, "
            "or record with the video next time"
        )
    if job.out.exists() and job.out.samefile(media.path):
        raise SessionError(f"{job.out} is the video to paint on itself; choose another folder")
    with replacing(job.out) as temporary:
        recorder = VideoRecorder(temporary, live=False)
        try:
            for frame in _painted(job, media):
                recorder.put(frame.time_s, frame.image)
        finally:
            recorder.close()
        if isinstance(recorder.failure, OSError):  # a full disk
            raise recorder.failure
        if recorder.failure is not None:
            raise SessionError(f"cannot write {job.out}: {recorder.failure}") from recorder.failure
        if not recorder.frames:
            raise SessionError(f"expected frames that were analysed in {media.path}, found none")


def _painted(job: ExportJob, media: Media) -> Iterator[Frame]:
    """The frames of the analysed time in the time of the timeline, painted."""
    overlay = _Overlay(job)
    with open_source(media.spec) as source:
        while (frame := source.read()) is not None:
            frame = replace(frame, time_s=frame.time_s + media.start_s)
            if frame.time_s >= overlay.end_s:
                break
            if frame.time_s < overlay.start_s:
                continue
            span_s = max(overlay.end_s - overlay.start_s, 1e-9)
            job.tell((frame.time_s - overlay.start_s) / span_s)
            yield overlay.paint(frame)


class _Overlay:
    """What is painted at each time."""

    def __init__(self, job: ExportJob) -> None:
        session = job.session
        timeline = session.timeline
        self._job = job
        self._frame_of_row = timeline.frame_of_row
        self._first = timeline.first_rows
        self._times = timeline.time_s[self._first]
        self._durations = session.durations[self._first]
        some = len(self._first) > 0
        self.start_s = float(self._times[0]) - _SAME_TIME_S if some else np.inf
        last = float(self._times[-1] + max(self._durations[-1], _SAME_TIME_S)) if some else -np.inf
        self.end_s = last
        self._painter: MarkPainter | None = None

    def paint(self, frame: Frame) -> Frame:
        """A copy of the frame with the marks of its time."""
        if self._painter is None:
            self._painter = MarkPainter(frame.resolution_wh)
        image = frame.image.copy()
        self._painter.paint(image, self._marks(frame.time_s))
        if excluded(np.array([frame.time_s]), self._job.session.markers)[0]:
            self._painter.note(image, "excluded")
        return replace(frame, image=image)

    def _marks(self, time_s: float) -> list[FaceMark]:
        """The marks of the analysed frame that is shown at a time."""
        times = np.array([time_s + _SAME_TIME_S])
        (place,) = shown_at(times, self._times, self._durations)
        if place < 0:
            return []
        rows = np.flatnonzero(self._frame_of_row == place)
        boxes = self._job.session.timeline.boxes[rows]
        return [self._mark(row) for row in rows[np.isfinite(boxes).all(axis=1)].tolist()]

    def _mark(self, row: int) -> FaceMark:
        session, timeline = self._job.session, self._job.session.timeline
        label, face_id = str(timeline.label[row]), int(timeline.face_id[row])
        left, top, width, height = timeline.boxes[row].tolist()
        return FaceMark(
            box=(left, top, width, height),
            label=label,
            name="" if face_id < 0 else face_name(face_id, self._job.edits),
            color=labels.color_of(label, session.classes),
            is_poor=bool(timeline.status[row] == Status.LOW_QUALITY),
        )
