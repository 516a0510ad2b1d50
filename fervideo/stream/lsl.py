"""The Lab Streaming Layer: numbers and markers for recorders and other programs in the laboratory.

Two streams: one of numbers with an irregular rate, a sample for each face of each analysed frame,
and one of markers. Both carry the time at which the frame was *captured*, on the clock of the Lab
Streaming Layer, however long the analysis took. See docs/streaming.md.
"""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import fervideo
from fervideo.errors import StreamError
from fervideo.faces.quiet import quiet_native_log
from fervideo.sinks import Moment, MomentKind
from fervideo.stream.background import BackgroundWriter
from fervideo.stream.channels import STATUSES, Layout, layout_of, samples
from fervideo.types import Result

NAME = "fervideo"
MARKER_SUFFIX = "-markers"

NUMBERS_TYPE, MARKERS_TYPE = "Expression", "Markers"

_LOOKS, _CLOSE_S = 5, 50e-6

_MOMENTS = {
    MomentKind.RECORDING_STARTED: "recording/start",
    MomentKind.RECORDING_STOPPED: "recording/stop",
    MomentKind.MARKED: "mark",
}


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The samples of one frame, for an outlet of this layout."""

    layout: Layout
    rows: list[list[float]]
    stamp_s: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """One marker."""

    text: str
    stamp_s: float


def load_pylsl() -> Any:
    """The package that speaks to the Lab Streaming Layer.

    Raises:
        StreamError: It, or the library behind it, is not installed.
    """
    try:
        import pylsl
    except ImportError:
        raise StreamError(
            "expected the package pylsl for the Lab Streaming Layer, found none; run: "
            'pip install "fervideo[lsl]"'
        ) from None
    except (RuntimeError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise StreamError(
            "expected the library liblsl, which pylsl brings along on most systems, found none "
            f"({reason}); install it from github.com/sccn/liblsl/releases, or set PYLSL_LIB to "
            "its file"
        ) from None
    return pylsl


class LslSink:
    """A sink that feeds two outlets of the Lab Streaming Layer.

    The outlet of numbers is made with the first frame, when the classes are known, and anew when
    the model, the profile or the landmarks change: its channels are then others.

    Args:
        stream_name: Name of the stream of numbers; the markers' ends in `-markers`. Two programs on
            one computer need two names.
        clock: Seconds on the clock by which results are captured.

    Raises:
        StreamError: The Lab Streaming Layer is not installed, or the name is empty.
    """

    name = "Lab Streaming Layer"

    def __init__(
        self, stream_name: str = NAME, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        if not stream_name.strip():
            raise StreamError("expected a name for the Lab Streaming Layer's stream, found none")
        self._lsl = load_pylsl()
        self._clock = clock
        self._outlets = _Outlets(self._lsl, stream_name)
        self._writer: BackgroundWriter[_Numbers | _Mark | None] = BackgroundWriter(
            self._outlets.write, self._outlets.close
        )
        self._labels: dict[int, str] = {}
        self._writer.put(None)

    @property
    def failure(self) -> Exception | None:
        """What ended the streams, None if all is well."""
        return self._writer.failure

    def result(self, result: Result, captured_s: float) -> None:
        """Send a sample for each face, and a marker for each label that has changed."""
        stamp_s = self.stamp_of(captured_s)
        self._writer.put(_Numbers(layout_of(result), samples(result), stamp_s))
        for text in self._changes(result):
            self._writer.put(_Mark(text, stamp_s))

    def moment(self, moment: Moment) -> None:
        """Send a marker."""
        text = f"{_MOMENTS[moment.kind]}/{moment.text}"
        self._writer.put(_Mark(text, self.stamp_of(moment.instant_s)))

    def close(self) -> None:
        """End both streams."""
        self._writer.close()

    def stamp_of(self, instant_s: float) -> float:
        """An instant of the results' clock on the clock of the Lab Streaming Layer.

        On Linux both count from the same moment; elsewhere they need not, so they are compared. A
        thread may have to wait between two looks at a clock: the closest of a few looks counts.
        """
        closest_s, ahead_s = math.inf, 0.0
        for _ in range(_LOOKS):
            before_s = self._clock()
            there_s = self._lsl.local_clock()
            after_s = self._clock()
            if after_s - before_s < closest_s:
                closest_s, ahead_s = after_s - before_s, there_s - (before_s + after_s) / 2
            if closest_s < _CLOSE_S:
                break
        return instant_s + ahead_s

    def _changes(self, result: Result) -> list[str]:
        """A marker for each face whose label is another than before."""
        texts = []
        for track_id, label in zip(result.faces.track_ids.tolist(), result.labels, strict=True):
            if label.name != self._labels.get(track_id, ""):
                self._labels[track_id] = label.name
                texts.append(f"label/{track_id}/{label.name or 'none'}")
        return texts


class _Outlets:
    """The two outlets. One thread uses them."""

    def __init__(self, lsl: Any, name: str) -> None:
        self._lsl, self._name = lsl, name
        self._layout: Layout | None = None
        self._numbers: Any = None
        self._markers: Any = None

    def write(self, message: _Numbers | _Mark | None) -> None:
        """Send a message; None only opens the stream of markers."""
        if self._markers is None:
            with quiet_native_log():  # the first one reads the settings, and says so
                self._markers = self._lsl.StreamOutlet(self._markers_info())
        if isinstance(message, _Numbers):
            if message.layout != self._layout:
                self._numbers = None  # first the old one ends: both have the same name
                self._numbers = self._lsl.StreamOutlet(self._numbers_info(message.layout))
                self._layout = message.layout
            for row in message.rows:
                self._numbers.push_sample(row, message.stamp_s)
        elif isinstance(message, _Mark):
            self._markers.push_sample([message.text], message.stamp_s)

    def close(self) -> None:
        """End both streams."""
        self._numbers = self._markers = None

    def _info(self, name: str, kind: str, channels: int, cell: str) -> Any:
        source_id = f"{name}-{socket.gethostname()}"
        info = self._lsl.StreamInfo(name, kind, channels, self._lsl.IRREGULAR_RATE, cell, source_id)
        about = info.desc().append_child("acquisition")
        about.append_child_value("manufacturer", "fervideo")
        about.append_child_value("version", fervideo.__version__)
        return info

    def _numbers_info(self, layout: Layout) -> Any:
        channels = layout.channels
        info = self._info(self._name, NUMBERS_TYPE, len(channels), "float32")
        desc = info.desc()
        desc.child("acquisition").append_child_value("model", layout.model)
        _describe(desc.append_child("channels"), channels)
        for group, names in (("classes", layout.classes), ("statuses", STATUSES)):
            parent = desc.append_child(group)
            for place, name in enumerate(names):
                child = parent.append_child(group.removesuffix("es"))
                child.append_child_value("value", str(place))
                child.append_child_value("name", str(name))
        sync = desc.append_child("synchronization")
        sync.append_child_value("can_drop_samples", "true")
        return info

    def _markers_info(self) -> Any:
        info = self._info(self._name + MARKER_SUFFIX, MARKERS_TYPE, 1, "string")
        channel = info.desc().append_child("channels").append_child("channel")
        channel.append_child_value("label", "marker")
        return info


def _describe(parent: Any, channels: tuple[Any, ...]) -> None:
    for channel in channels:
        child = parent.append_child("channel")
        child.append_child_value("label", channel.label)
        if channel.unit:
            child.append_child_value("unit", channel.unit)
        child.append_child_value("meaning", channel.meaning)
