"""Where results go while they are made, besides the window and the session: to other programs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from fervideo.errors import FervideoError, StreamError
from fervideo.types import Result

log = logging.getLogger(__name__)


class MomentKind(StrEnum):
    """What happened."""

    RECORDING_STARTED = "recording started"
    RECORDING_STOPPED = "recording stopped"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened beside the frames.

    Attributes:
        kind: What.
        instant_s: When, by `time.perf_counter`.
        wall_time: When, UTC.
        text: Name of the session folder, or of the mark.
    """

    kind: MomentKind
    instant_s: float
    wall_time: datetime
    text: str


def moments_of(
    moment: Moment, time_s: float, span_s: tuple[float, float] | None
) -> tuple[Moment, ...]:
    """What a mark is to the sinks: one moment, or the start and the end of a range.

    Args:
        moment: When it was marked.
        time_s: When that was, in the time of the source.
        span_s: Start and end of what is marked, in the time of the source; None for `time_s`.
    """
    start_s, end_s = span_s or (time_s, time_s)
    ends = {"": start_s} if start_s == end_s else {"/start": start_s, "/end": end_s}
    return tuple(
        Moment(
            moment.kind,
            moment.instant_s + at_s - time_s,
            moment.wall_time + timedelta(seconds=at_s - time_s),
            f"{moment.text}{end}",
        )
        for end, at_s in ends.items()
    )


class ResultSink(Protocol):
    """Takes every analysed frame of a live engine, in order.

    The thread that analyses calls it, so that it must not wait for anything: what may block goes
    behind `stream.background.BackgroundSink`. An error ends it: the engine tells the user, closes
    the sink and goes on without it.

    Attributes:
        name: What it is called before the user.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    def result(self, result: Result, captured_s: float) -> None:
        """Take a result.

        Args:
            result: The result.
            captured_s: When its frame was captured (was due, in a file), by `time.perf_counter`.
        """

    def moment(self, moment: Moment) -> None:
        """Take something that happened beside the frames."""

    def close(self) -> None:
        """Let go of everything. Called once, by the thread that analyses; nothing comes after."""


class Sinks:
    """The sinks of one engine. One thread uses it; any may read `names`.

    Args:
        on_error: Takes the error that ended a sink.
    """

    def __init__(self, on_error: Callable[[FervideoError], None]) -> None:
        self._on_error = on_error
        self._sinks: tuple[ResultSink, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The sinks in use."""
        return tuple(sink.name for sink in self._sinks)

    def add(self, sink: ResultSink) -> None:
        """Use this sink from now on."""
        self._sinks = (*self._sinks, sink)

    def remove(self, sink: ResultSink) -> None:
        """Close this sink and use it no more. Nothing if it has ended already."""
        if sink in self._sinks:
            self._drop(sink)

    def result(self, result: Result, captured_s: float) -> None:
        """Hand a result to each."""
        for sink in self._sinks:
            self._try(sink, lambda sink=sink: sink.result(result, captured_s))  # type: ignore[misc]

    def moment(self, moment: Moment) -> None:
        """Hand a moment to each."""
        for sink in self._sinks:
            self._try(sink, lambda sink=sink: sink.moment(moment))  # type: ignore[misc]

    def close(self) -> None:
        """Close all."""
        for sink in self._sinks:
            self._drop(sink)

    def _try(self, sink: ResultSink, give: Callable[[], None]) -> None:
        try:
            give()
        except FervideoError as error:
            self._on_error(error)
            self._drop(sink)
        except Exception as error:  # whoever listens, the analysis must go on
            log.exception("the sink failed")
            self._on_error(StreamError(f"{sink.name} has stopped: {error}"))
            self._drop(sink)  # last: whoever sees it gone finds the error told

    def _drop(self, sink: ResultSink) -> None:
        self._sinks = tuple(other for other in self._sinks if other is not sink)
        with suppress(Exception):  # it has ended already; nobody can do more about it
            sink.close()
