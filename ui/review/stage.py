"""The picture of the moment with its overlays, or their boxes on a blank ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from fervideo.session.playback import PicturesFrom, Playback

from ..live.video_view import VideoView
from ..theme import GRID, Theme
from .document import Document
from .frames import Frames, Shot
from .marks import marks_at
from .playhead import Playhead

BLANK = "#1D2026"
_LOOK_MS = 8
_PATIENCE_S = 0.3
"""Play waits for a picture that is later than this."""

_BLANK_WH = (1280, 720)
_LONGEST_SIDE = 16384


class ReviewStage(QWidget):
    """Follows the playhead.

    Attributes:
        video: The picture.
        find_wanted: The user wants to say where the video is.
        found: The video that was looked for elsewhere is the session's, and shown.
    """

    find_wanted = Signal()
    found = Signal(Path)

    def __init__(self, theme: Theme, playhead: Playhead) -> None:
        super().__init__()
        self._theme, self._playhead = theme, playhead
        self._document: Document | None = None
        self._frames: Frames | None = None
        self._leaving: list[Frames] = []
        self._shot: Shot | None = None
        self._wanted_s: float | None = None
        self._blank: QImage | None = None
        self._elsewhere: Path | None = None
        self.video = VideoView(theme)
        self.note = QLabel(wordWrap=True)
        self.note.setProperty("role", "muted")
        self.find_button = QPushButton("Find the Video…")
        self.find_button.setProperty("role", "flat")
        self.find_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.find_button.clicked.connect(self.find_wanted)
        self._lay_out()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        playhead.moved.connect(self._move)

    @property
    def shot(self) -> Shot | None:
        """The picture that is shown, None if there is none."""
        return self._shot

    @property
    def opened(self) -> Playback | None:
        """Where the pictures come from; None until that is known."""
        return self._frames.opened if self._frames is not None else None

    @property
    def is_settled(self) -> bool:
        """Nothing more is to come until the playhead moves."""
        return not self._timer.isActive()

    def open(self, document: Document | None, elsewhere: Path | None = None) -> None:
        """Show another session, or none."""
        self._let_go()
        self._document, self._shot, self._wanted_s = document, None, None
        self.video.clear()
        self._tell("", can_find=False)
        if document is None:
            return
        document.changed.connect(self._show)
        document.face_chosen.connect(self._show)
        self._blank = _blank(document)
        self._frames, self._elsewhere = Frames(document.recorded, elsewhere), elsewhere
        self._move()

    def close_work(self) -> None:
        """End the threads and wait for them."""
        self._timer.stop()
        self._let_go()
        for frames in self._leaving:
            frames.join()
        self._leaving.clear()

    def look(self) -> None:
        """Take what the thread has ready."""
        if self._frames is None:
            return
        opened = self._frames.opened
        if opened is not None and self._is_nowhere:
            self._timer.stop()
            self._playhead.hold(False)
            self._shot = None
            self._tell(f"{opened.note} Faces are drawn where they were.", can_find=True)
            self._show()
            return
        shot = self._frames.take()
        if shot is not None:
            if opened is not None and self._elsewhere == opened.path:
                self.found.emit(opened.path)
            self._elsewhere = None
            self._tell(opened.note if opened is not None else "", can_find=False)
            self._shot = shot
            self._show()
        late_s = self._playhead.time_s - (self._shot.wanted_s if self._shot else -1e9)
        waiting = self._shot is None or self._shot.wanted_s != self._wanted_s
        self._playhead.hold(waiting and late_s > _PATIENCE_S)
        if not waiting and not self._playhead.is_playing:
            self._timer.stop()

    def _move(self) -> None:
        if self._document is None or self._frames is None:
            return
        if self._is_nowhere:
            self.look()
            return
        self._wanted_s = self._playhead.time_s
        self._frames.want(self._wanted_s)
        self._timer.start()

    def _show(self) -> None:
        """Put picture and faces together: those of the frame that the picture belongs to."""
        if self._document is None:
            return
        shot, index, blank = self._shot, self._document.index, self._blank
        if shot is None or shot.image is None:
            if blank is None or (shot is None and not self._is_nowhere):
                return
            image, width = blank, blank.width()
            time_s = shown_s = self._playhead.time_s
        else:
            image, width = shot.image, shot.width
            time_s, shown_s = shot.time_s, shot.wanted_s
        frame = index.frame_at(max(time_s, index.span[0]))
        marks = () if index.is_over(shown_s) else marks_at(self._document, frame)
        self.video.show_picture(image, marks, width)

    @property
    def _is_nowhere(self) -> bool:
        """It is known that there are no pictures."""
        opened = self._frames.opened if self._frames is not None else None
        return opened is not None and opened.origin is PicturesFrom.NOWHERE

    def _let_go(self) -> None:
        self._playhead.hold(False)
        if self._frames is not None:
            self._frames.close()
            self._leaving = [f for f in self._leaving if f.is_alive] + [self._frames]
            self._frames = None

    def _tell(self, text: str, can_find: bool) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.find_button.setVisible(can_find)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(GRID, 0, GRID, 0)
        row.addWidget(self.note, 1)
        row.addWidget(self.find_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.video, 1)
        column.addLayout(row)


def _blank(document: Document) -> QImage:
    """A plain picture of the size that boxes are measured in."""
    source = document.recorded.description.get("source")
    described = source if isinstance(source, dict) else {}
    width, height = described.get("width"), described.get("height")
    if not (_is_side(width) and _is_side(height)) or width is None or height is None:
        boxes = document.recorded.timeline.boxes
        reach = boxes[:, :2] + boxes[:, 2:]
        far = np.nanmax(reach, axis=0) if np.isfinite(reach).any() else np.zeros(2)
        width, height = (int(max(a, b)) for a, b in zip(_BLANK_WH, far, strict=True))
    image = QImage(int(width), int(height), QImage.Format.Format_RGB32)
    image.fill(QColor(BLANK))
    return image


def _is_side(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= _LONGEST_SIDE
