"""Markers while recording: events, ranges to leave out, notes, each where it was seen."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fervideo.live_stats import LiveStats
from fervideo.session.markers import MarkerKind
from fervideo.types import Result

from ..context import Context
from ..review.memory import MARKER_KEYS, Memory
from ..widgets.ask import ask
from ..widgets.banner import Message, Tone
from .video_view import VideoView

TOPIC = "marked"


class LiveMarking(QObject):
    """Obeys the actions of the Mark menu while Live is shown.

    Args:
        video: The picture: while it is not seen, nothing is marked.
        context: The window's things.
    """

    def __init__(self, video: VideoView, context: Context) -> None:
        super().__init__(video)
        self._video, self._context = video, context
        self._memory = Memory(context.settings)
        self._shown_s: float | None = None
        self._began_s: float | None = None
        self._was_recording = False
        context.bridge.result.connect(self._follow)
        context.bridge.stats.connect(self._follow_stats)
        actions = context.actions
        actions["mark_event"].triggered.connect(lambda: self._mark("event"))
        actions["mark_exclude"].triggered.connect(self._exclude)
        actions["mark_note"].triggered.connect(self._ask_note)
        for key in MARKER_KEYS:
            actions[f"mark_{key}"].triggered.connect(lambda _=False, k=key: self._mark_key(k))

    def finish(self) -> None:
        """The recording is about to end: a range that was begun ends with it."""
        if self._began_s is not None and self._shown_s is not None:
            self._end_range(self._began_s, self._shown_s)

    def _follow(self, result: Result) -> None:
        self._shown_s = result.frame.time_s

    def _follow_stats(self, stats: LiveStats) -> None:
        recording = stats.recording is not None
        if self._was_recording and not recording:
            self._began_s = None
            self._tell_pending()
        self._was_recording = recording

    @property
    def _can(self) -> bool:
        """Whether there is something to mark; says what to do if there is not."""
        if not self._video.isVisible():
            return False
        if self._context.bridge.last.recording is None:
            record = self._context.actions["record"].trigger
            text = "Nothing is being recorded, so there is nothing to mark."
            message = Message(text, Tone.INFO, "Record", record, TOPIC, lasting=False)
            self._context.banner.say(message)
            return False
        return self._shown_s is not None

    def _mark_key(self, key: str) -> None:
        self._mark(self._memory.marker_name(key))

    def _mark(self, name: str) -> None:
        if self._can:
            self._context.bridge.engine.mark(name)
            self._video.flash(f"Marked: {name}")

    def _exclude(self) -> None:
        if not self._can or self._shown_s is None:
            return
        if self._began_s is None:
            self._began_s = self._shown_s
            self._tell_pending()
        else:
            self._end_range(self._began_s, self._shown_s)

    def _end_range(self, start_s: float, end_s: float) -> None:
        self._began_s = None
        span_s = (min(start_s, end_s), max(start_s, end_s))
        self._context.bridge.engine.mark(MarkerKind.EXCLUDE, "", span_s)
        self._video.flash(f"Left out: {span_s[1] - span_s[0]:.1f} s")
        self._tell_pending()

    def _ask_note(self) -> None:
        if self._can and self._shown_s is not None:
            at_s = self._shown_s
            ask(self._video, "Note", [("Note", "")], lambda texts: self._note(at_s, texts[0]))

    def _note(self, at_s: float, text: str) -> None:
        if self._context.bridge.last.recording is not None and text.strip():
            self._context.bridge.engine.mark(MarkerKind.NOTE, text.strip(), (at_s, at_s))
            self._video.flash("Noted")

    def _tell_pending(self) -> None:
        """Let the action say what it would do."""
        words = "E&xclude From Here" if self._began_s is None else "E&xclude Up to Here"
        self._context.actions["mark_exclude"].setText(words)
        text = "" if self._began_s is None else "Leaving this out, until X is pressed again"
        self._video.set_pending(text)
