"""Turns the states of the engine into messages, each with its next step."""

from __future__ import annotations

import time
from functools import partial

from fervideo.live_stats import LiveState, LiveStats

from ..context import Context
from ..sentence import sentence
from ..widgets.banner import Message, Tone

PATIENCE_S = 1.0
"""What takes longer than this shows that it is under way and can be cancelled."""


def is_still(stats: LiveStats) -> bool:
    """The source is one picture, which has no end worth telling."""
    return stats.source is not None and stats.source.frame_count == 1


class Notices:
    """Says what is wrong with the source, and what to do about it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._state = LiveState.IDLE
        self._told = ""
        self._loading_since: float | None = None
        self._loading, self._former = "", ""

    def tell_error(self, sentence: str) -> None:
        """Something went wrong; the state of the source says its own."""
        self._note(self._context.bridge.engine.stats())
        if sentence != self._told:
            self._context.banner.say(Message(sentence, Tone.ERROR, topic="error"))

    def expect_model(self, name: str, former: str) -> None:
        """A model is being loaded in place of another."""
        self._loading, self._former = name, former

    def follow(self, stats: LiveStats) -> None:
        """Say what is new."""
        self._note(stats)
        self._follow_loading(stats)

    def _note(self, stats: LiveStats) -> None:
        if stats.state is self._state:
            return
        self._state, self._told = stats.state, stats.message
        message = self._message(stats)
        if message is None:
            self._context.banner.dismiss("source")
            if stats.state in (LiveState.OPENING, LiveState.RUNNING):
                self._context.banner.dismiss("error")
        else:
            self._context.banner.say(message)

    def _message(self, stats: LiveStats) -> Message | None:
        reopen = self._context.actions["reopen"].trigger
        choose = self._context.actions["choose_source"].trigger
        text = sentence(stats.message)
        match stats.state:
            case LiveState.LOST:
                text = text or "The camera has gone."
                return Message(text, Tone.ERROR, "Reopen Camera", reopen, "source")
            case LiveState.FROZEN:
                text = text or "The camera gives no new picture."
                return Message(text, Tone.ERROR, "Reopen Camera", reopen, "source")
            case LiveState.FAILED if not stats.model_name:
                default = partial(self._context.bridge.engine.set_model, "default")
                return Message(text, Tone.ERROR, "Use the Default Model", default, "source")
            case LiveState.FAILED:
                text = text or "The source cannot be read."
                return Message(text, Tone.ERROR, "Choose Another Source", choose, "source")
            case LiveState.ENDED if is_still(stats):
                return None
            case LiveState.ENDED:
                name = stats.source.name if stats.source else "The source"
                return Message(f"{name} has ended.", Tone.INFO, "Play Again", reopen, "source")
        return None

    def _follow_loading(self, stats: LiveStats) -> None:
        if not stats.loading_model:
            self._loading_since = None
            self._context.banner.dismiss("loading")
            return
        if self._loading_since is None:
            self._loading_since = time.monotonic()
        former = self._former
        if former and time.monotonic() - self._loading_since > PATIENCE_S:
            self._context.banner.say(
                Message(
                    f"Loading {self._loading}… {former} goes on until it is ready.",
                    action="Cancel",
                    run=lambda: self._context.bridge.engine.set_model(former),
                    topic="loading",
                    busy=True,
                )
            )
