"""The video that goes with a session, for formats that show it or point to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.session.export.job import ExportJob
from fervideo.session.playback import PicturesFrom, open_playback, recorded_start_s


@dataclass(frozen=True, slots=True)
class Media:
    """Pictures of a session.

    Attributes:
        spec: How to open them, to read every frame.
        path: Their file or folder.
        start_s: Time in the timeline of their first frame.
    """

    spec: SourceSpec
    path: Path
    start_s: float

    @property
    def is_file(self) -> bool:
        """It is a video, not a folder of pictures."""
        return self.spec.kind is not SourceKind.FOLDER

    def milliseconds(self, time_s: float) -> int:
        """A time of the timeline in the time of the video, not before its beginning."""
        return milliseconds(time_s - self.start_s)


def find_media(job: ExportJob) -> tuple[Media | None, str]:
    """The session's recorded video, else the original; and why there is none, one sentence."""
    playback = open_playback(job.session, job.media)
    if playback.pictures is not None:
        playback.pictures.close()
    if playback.path is None:
        return None, playback.note
    kind, start_s = SourceKind.VIDEO, 0.0
    if playback.origin is PicturesFrom.RECORDING:
        start_s = recorded_start_s(job.session)
    elif playback.path.is_dir():
        kind = SourceKind.FOLDER
    return Media(SourceSpec(kind, str(playback.path)), playback.path, start_s), playback.note


def milliseconds(time_s: float) -> int:
    """Whole milliseconds, never negative."""
    return max(0, round(time_s * 1000))
