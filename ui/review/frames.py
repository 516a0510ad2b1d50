"""Decodes the pictures of a session on a thread of its own; only the newest wish counts."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtGui import QImage

from fervideo.live.mailbox import Latest
from fervideo.session.playback import PicturesFrom, Playback, open_playback
from fervideo.session.reader import Session

from ..widgets.pictures import to_image

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture, ready to be painted.

    Attributes:
        wanted_s: The time it was asked for.
        time_s: When it begins, in the time of the timeline.
        image: The picture, None if it cannot be read.
        width: Its width before it was made smaller, in which boxes are measured.
    """

    wanted_s: float
    time_s: float
    image: QImage | None
    width: int


class Frames:
    """The pictures of one session. The window asks with `want` and looks with `take`.

    Args:
        session: The session.
        elsewhere: Where a person says that its original is now.
    """

    def __init__(self, session: Session, elsewhere: Path | None = None) -> None:
        self._session, self._elsewhere = session, elsewhere
        self._wishes: Latest[float] = Latest()
        self._shots: Latest[Shot] = Latest()
        self._opened: Playback | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="fervideo-frames", daemon=True)
        self._thread.start()

    @property
    def opened(self) -> Playback | None:
        """What the pictures are, without the pictures; None until that is known."""
        return self._opened

    def want(self, time_s: float) -> None:
        """Ask for the picture of a moment, in place of any asked for before."""
        self._wishes.put(time_s)

    def take(self) -> Shot | None:
        """The newest picture, once."""
        return self._shots.take()

    def close(self) -> None:
        """End the thread after the picture it is at, without waiting for it."""
        self._closing = True
        self._wishes.wake()

    @property
    def is_alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def join(self, timeout_s: float = 5.0) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        playback = open_playback(self._session, self._elsewhere)
        pictures = playback.pictures
        self._opened = replace(playback, pictures=None)
        if pictures is None:
            return
        try:
            while not self._closing:
                wanted_s = self._wishes.take(None)
                if wanted_s is None:
                    continue
                found, width = pictures.at(wanted_s), pictures.size_wh[0]
                shot = Shot(wanted_s, wanted_s, None, width)
                if found is not None:
                    shot = Shot(wanted_s, found.time_s, to_image(found.image), width)
                self._shots.put(shot)
        except Exception as error:  # a decoder may raise anything; the window must go on
            LOGGER.exception("the pictures of %s cannot be decoded", self._session.folder)
            note = f"The pictures cannot be decoded any further ({error})."
            self._opened = Playback(None, PicturesFrom.NOWHERE, None, note)
        finally:
            pictures.close()
