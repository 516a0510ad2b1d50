"""Defects: one sentence for the user, a traceback for the log, and everything else goes on."""

from __future__ import annotations

import logging
import re
import threading
import traceback
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from fervideo.errors import FervideoError

from .widgets.banner import Message, Tone

if TYPE_CHECKING:
    from .main_window import MainWindow

LOGGER = logging.getLogger(__name__)

_WAY_UP = re.compile(r"^(Error calling Python override of \S+: )+")
"""What Qt's binding writes in front of an error for every call that it came up through."""


class Mishaps(QObject):
    """Catches what nobody else did and shows one banner instead of a traceback.

    A defect in painting comes back with every picture: the log has it whole the first time, then
    the tenth, the hundredth and so on, in a line.

    Attributes:
        happened: What to tell the user. Emitted from any thread, heard on the window's.
    """

    happened = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._times: Counter[tuple[object, ...]] = Counter()
        self.happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """In place of `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close_at_once()
            return
        said = _WAY_UP.sub("", str(error))
        if self._is_news(kind, trace):
            LOGGER.error("unexpected error in the window", exc_info=(kind, error, trace))
        # The interpreter keeps the last traceback, and with it would keep what was painted on.
        traceback.clear_frames(trace)
        if not isinstance(error, FervideoError):
            said = (
                f"Something went wrong inside fervideo ({kind.__name__}: {said}). "
                f"{self._what_goes_on()}; if it happens again, start it anew."
            )
        self.happened.emit(said)

    def thread_hook(self, arguments: threading.ExceptHookArgs) -> None:
        """In place of `threading.excepthook`."""
        if arguments.exc_value is not None:
            self.hook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _is_news(self, kind: type[BaseException], trace: TracebackType | None) -> bool:
        """Whether it happens for the first time there; a line in the log if it is the tenth."""
        place = [(f.filename, f.lineno) for f in traceback.extract_tb(trace)][-1:]
        key = (kind, *place)
        self._times[key] += 1
        times = self._times[key]
        if times > 1 and str(times).strip("0") == "1":
            LOGGER.error("the same %s for the %dth time", kind.__name__, times)
        return times == 1

    def _what_goes_on(self) -> str:
        recording = self._window.bridge.last.recording is not None
        return "It goes on, and so does the recording" if recording else "It goes on"

    def _tell(self, text: str) -> None:
        self._window.banner.say(Message(text, Tone.ERROR, topic="mishap"))
