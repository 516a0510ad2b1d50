"""A folder of pictures as a source: frame i is the i-th picture in name order."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from fervideo.capture.names import natural_key, printable, quoted
from fervideo.capture.pictures import read_picture
from fervideo.capture.source import PICTURE_SUFFIXES, Source, SourceInfo, SourceKind
from fervideo.errors import SourceError
from fervideo.types import ByteImage, Frame

_NAMES_IN_WARNING = 3


class FolderSource(Source):
    """Plays the pictures of a folder, or a single picture, at a chosen rate.

    A picture that cannot be read costs only itself: its index and time are spent, the rest keep
    theirs, and `warning` names it.
    """

    def __init__(self, location: str | Path, *, fps: float = 25.0) -> None:
        """Find the pictures and read the first.

        Args:
            location: A folder, whose sub-folders are not entered, or a picture file.
            fps: Pictures per second; picture i has time i / fps.

        Raises:
            SourceError: no such folder, no picture in it, none that can be read, or a bad rate.
        """
        if not (math.isfinite(fps) and fps > 0):
            raise SourceError(f"expected a frame rate above 0, found {fps}")
        self._fps = fps
        self._paths = list_pictures(Path(location))
        self._failures: list[str] = []
        self._closed = False
        self.warning: str | None = None
        self.position = 0
        self._first = self._next_readable()
        if self._first is None:
            raise SourceError(f"expected pictures in {quoted(location)}, but {self._failures[0]}")
        height, width = self._first.shape[:2]
        self.info = SourceInfo(
            kind=SourceKind.FOLDER,
            name=printable(Path(location).resolve().name or str(location)),
            location=printable(str(location)),
            width=width,
            height=height,
            fps=fps,
            frame_count=len(self._paths),
            duration_s=len(self._paths) / fps,
        )

    def read(self) -> Frame | None:
        """The next picture that can be read, or None at the end."""
        image, self._first = self._first, None
        if image is None:
            image = self._next_readable()
        if image is None:
            return None
        index, self.position = self.position, self.position + 1
        return Frame(index, index / self._fps, datetime.now(UTC), image)

    def skip_until(self, time_s: float) -> int:
        """Pass over the pictures before `time_s` without opening them."""
        # The small number keeps 3 / 30 * 30 from being called later than 3.
        return self.skip_to(math.ceil(time_s * self._fps - 1e-6))

    def skip_to(self, index: int) -> int:
        """Pass over the pictures before number `index` without opening them."""
        due = min(max(index, self.position), len(self._paths))
        skipped, self.position = due - self.position, due
        if skipped:
            self._first = None
        return skipped

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True

    def _next_readable(self) -> ByteImage | None:
        """The picture at `position`, moving past those that cannot be read; None at the end."""
        while not self._closed and self.position < len(self._paths):
            try:
                return read_picture(self._paths[self.position])
            except SourceError as error:
                self._failures.append(str(error))
                self.warning = self._describe_failures()
                self.position += 1
        return None

    def _describe_failures(self) -> str:
        some = "; ".join(self._failures[:_NAMES_IN_WARNING])
        more = len(self._failures) - _NAMES_IN_WARNING
        tail = f"; and {more} more" if more > 0 else ""
        count = f"{len(self._failures)} of {len(self._paths)} pictures"
        return f"{count} could not be read and were left out: {some}{tail}"


def list_pictures(location: Path) -> list[Path]:
    """The pictures of a folder in natural name order (`img2` before `img10`), hidden ones left out.

    A single picture file is a list of one.

    Raises:
        SourceError: the folder is missing, may not be read, or holds no picture.
    """
    try:
        if location.is_file():
            return [location]
        found = [
            path
            for path in location.iterdir()
            if path.suffix.casefold() in PICTURE_SUFFIXES
            and not path.name.startswith(".")
            and path.is_file()
        ]
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a usable name").lower()
        raise SourceError(
            f"expected a picture or a folder of pictures, found {quoted(location)}: {reason}; "
            "check its name"
        ) from error
    if not found:
        raise SourceError(
            f"expected pictures (jpg, png, …) in the folder {quoted(location)}, found none"
        )
    return sorted(found, key=lambda path: natural_key(path.name))
