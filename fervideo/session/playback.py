"""Which pictures go with a session: those it recorded, else those of the file it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from fervideo.capture.demo import DEMO_CLIP
from fervideo.capture.seeking import SAME_TIME_S, FolderPictures, Picture, Pictures, VideoPictures
from fervideo.errors import FervideoError, SourceError
from fervideo.resources import asset_file
from fervideo.session.reader import Session

_SAME_LENGTH_S = 0.1


class PicturesFrom(StrEnum):
    """Where the pictures of a session come from."""

    RECORDING = "recording"
    ORIGINAL = "original"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Playback:
    """The pictures of a session, open. One thread uses `pictures` and closes them.

    Attributes:
        pictures: By the time of the timeline; None if there are none.
        origin: Where they come from.
        path: Their file or folder, None if there are none.
        note: What whoever looks at them should know; empty if all is as recorded.
    """

    pictures: Pictures | None
    origin: PicturesFrom
    path: Path | None
    note: str


class ShiftedPictures:
    """Pictures in the time of a timeline.

    Args:
        inner: Pictures whose first one is at 0.
        start_s: Time of that first one in the timeline.
        round_s: Length of a clip that was played again and again, None if it was played once.
    """

    def __init__(self, inner: Pictures, start_s: float, round_s: float | None = None) -> None:
        self._inner, self._start_s, self._round_s = inner, start_s, round_s
        self.size_wh, self.length_s = inner.size_wh, inner.length_s

    def at(self, time_s: float) -> Picture | None:
        """The picture that is shown at a time of the timeline."""
        start_s = self._start_s
        if self._round_s:
            start_s += self._round_s * ((time_s - start_s + SAME_TIME_S) // self._round_s)
        found = self._inner.at(time_s - start_s)
        return None if found is None else Picture(found.time_s + start_s, found.image)

    def close(self) -> None:
        """Let go of the file."""
        self._inner.close()


def open_playback(session: Session, elsewhere: Path | None = None) -> Playback:
    """Open the pictures of a session. May take a second: not for the thread that draws.

    Args:
        session: The session.
        elsewhere: Where a person says that the original is now.
    """
    trouble = ""
    if session.video_path is not None:
        try:
            pictures = VideoPictures(session.video_path)
            shifted = ShiftedPictures(pictures, recorded_start_s(session))
            note = _dropped(session)
            return Playback(shifted, PicturesFrom.RECORDING, session.video_path, note)
        except SourceError as error:
            trouble = f"The recorded video cannot be read: {error}. "
    for path in _originals(session, elsewhere):
        try:
            original = open_original(session, path)
        except FervideoError as error:
            trouble = trouble or f"{str(error)[:1].upper()}{str(error)[1:]}. "
            continue
        note = f"{trouble}The pictures are those of {path}."
        return Playback(original, PicturesFrom.ORIGINAL, path, note)
    return Playback(None, PicturesFrom.NOWHERE, None, f"{trouble}{_why_none(session)}")


def open_original(session: Session, path: Path) -> Pictures:
    """The pictures of the file or folder that a session was made from.

    Raises:
        SourceError: It cannot be opened, or is another than was analysed.
    """
    source = _source(session)
    fps = source.get("fps")
    folder = source.get("kind") == "folder"
    pictures: Pictures = (
        FolderPictures(path, float(fps) if isinstance(fps, int | float) and fps > 0 else 25.0)
        if folder
        else VideoPictures(path)
    )
    problem = _difference(pictures, source, folder)
    if problem:
        pictures.close()
        raise SourceError(f"{path} is not what was analysed: {problem}")
    if source.get("kind") == "demo":
        return ShiftedPictures(pictures, 0.0, pictures.length_s)
    return pictures


def _difference(pictures: Pictures, source: Mapping[str, Any], folder: bool) -> str:
    """How pictures differ from the source that is described, empty if they may be the same."""
    wanted, found = (source.get("width"), source.get("height")), pictures.size_wh
    if all(isinstance(side, int) for side in wanted) and wanted != found and not folder:
        return f"expected {wanted[0]}×{wanted[1]} pixels, found {found[0]}×{found[1]}"
    length_s, found_s = source.get("duration_s"), pictures.length_s
    if not isinstance(length_s, int | float) or found_s is None:
        return ""
    if abs(length_s - found_s) > _SAME_LENGTH_S:
        return f"expected {length_s:.1f} s, found {found_s:.1f} s"
    return ""


def _originals(session: Session, elsewhere: Path | None) -> Iterator[Path]:
    """Where the source may be: where a person says, where it was, beside the session."""
    if elsewhere is not None:
        yield elsewhere
    source = _source(session)
    kind, location = source.get("kind"), source.get("location")
    if kind == "demo":
        with suppress(FervideoError):
            yield asset_file(DEMO_CLIP)
    if kind not in ("video", "folder") or not isinstance(location, str) or "://" in location:
        return
    named, folder = Path(location), session.folder
    # `films/p01.mp4` was named from a folder that the session may lie in, as sessions/p01 does.
    near = [] if named.is_absolute() else [above / named for above in folder.resolve().parents]
    name = named.name
    for path in (*near, named, folder / name, folder.parent / name):
        with suppress(OSError, ValueError):
            if name and path.exists():
                yield path
                return


def recorded_start_s(session: Session) -> float:
    """Time in the timeline of the recorded video's first frame."""
    video = session.description.get("video")
    start_s = video.get("start_time_s") if isinstance(video, Mapping) else None
    if isinstance(start_s, int | float):
        return float(start_s)
    return float(session.timeline.time_s[0]) if len(session.timeline) else 0.0


def _dropped(session: Session) -> str:
    """Says that the encoder could not keep up, if it could not."""
    video = session.description.get("video")
    count = video.get("frames_dropped") if isinstance(video, Mapping) else None
    if not isinstance(count, int) or count < 1:
        return ""
    pictures = "1 picture was" if count == 1 else f"{count:,} pictures were"
    return f"{pictures} not saved, since the computer was too busy: the one before stands in."


def _why_none(session: Session) -> str:
    source = _source(session)
    if source.get("kind") in ("camera", "stream"):
        return "This session was recorded without its video."
    where = source.get("location")
    return f"No video was saved, and {where or 'the original'} is not there any more."


def _source(session: Session) -> Mapping[str, Any]:
    source = session.description.get("source")
    return source if isinstance(source, Mapping) else {}
