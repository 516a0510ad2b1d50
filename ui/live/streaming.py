"""The switch of the Lab Streaming Layer: off until the user wants it, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker

from fervideo.live_stats import LiveStats

from ..background import Task
from ..context import Context
from ..sentence import sentence
from ..widgets.banner import Message, Tone

if TYPE_CHECKING:
    from fervideo.sinks import ResultSink

TOPIC = "lsl"


def make_sink() -> ResultSink:
    """The streams. Takes up to a second: the package is imported here. Raises StreamError."""
    from fervideo.stream.lsl import LslSink

    return LslSink()


class Streaming:
    """Opens and closes the streams as the action `lsl` says, and says why they cannot be opened."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._action = context.actions["lsl"]
        self._sink: ResultSink | None = None
        self._opening = self._seen = False
        self._action.toggled.connect(self._switch)
        self._action.setChecked(context.settings.flag("lsl"))

    def follow(self, stats: LiveStats) -> None:
        """Notice that the engine has given the streams up; its error has been told."""
        if self._sink is None:
            return
        if self._sink.name in stats.sinks:
            self._seen = True
        elif self._seen:
            self._sink = None
            self._uncheck()

    def _switch(self, on: bool) -> None:
        self._context.settings.set_flag("lsl", on)
        self._context.banner.dismiss(TOPIC)
        if not on:
            if self._sink is not None:
                self._context.bridge.engine.remove_sink(self._sink)
                self._sink = None
        elif self._sink is None and not self._opening:
            self._opening = True
            self._context.background.start(make_sink, self._opened, "open-streams")

    def _opened(self, task: Task[ResultSink]) -> None:
        self._opening = False
        if task.value is None:
            self._uncheck()
            self._context.banner.say(Message(sentence(str(task.error)), Tone.ERROR, topic=TOPIC))
        elif not self._action.isChecked():
            task.value.close()  # switched off again meanwhile
        else:
            self._sink, self._seen = task.value, False
            self._context.bridge.engine.add_sink(task.value)

    def _uncheck(self) -> None:
        self._context.settings.set_flag("lsl", False)
        with QSignalBlocker(self._action):
            self._action.setChecked(False)
