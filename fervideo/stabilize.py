"""From cosines that jump from frame to frame to a label that a person can read.

For each track: (1) cosines are smoothed exponentially with a time constant in seconds, so that it
means the same at any frame rate; (2) the label changes only when a challenger's smoothed cosine
leads by a margin, or leads for long enough, which is the sooner the more it leads; (3) a face turns
unknown below one threshold and known again above a higher one; (4) a track not seen for a while
starts afresh.

Long enough is a sum over time (Page 1954, Continuous inspection schemes). A class gathers evidence
while it leads the label and spends it while it trails, so that a bad frame sets it back by as much
as that frame says and not to nothing:

    evidence <- max(0, evidence + (lead - margin / 20) dt)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.config import check_range
from fervideo.types import FloatArray, Label


@dataclass(frozen=True, slots=True)
class StabilizerConfig:
    """How calm the label is.

    Attributes:
        time_constant_s: Seconds in which the smoothed cosines cover 63 % of a sudden change; 0
            does not smooth.
        margin: A challenger that leads by more than this smoothed cosine takes over at once.
        hold_s: A challenger that leads by a quarter of the margin takes over after this many
            seconds; one that leads by more sooner, in proportion, one that leads by less later.
        unknown_enter: A known face turns unknown when its best smoothed cosine is more than this
            below the model's threshold.
        unknown_leave: An unknown face turns known when it is more than this above.
        forget_s: A track not seen for this many seconds starts afresh.
    """

    time_constant_s: float = 0.12
    margin: float = 0.08
    hold_s: float = 0.30
    unknown_enter: float = 0.03
    unknown_leave: float = 0.03
    forget_s: float = 2.0

    def __post_init__(self) -> None:
        check_range("time_constant_s", self.time_constant_s, 0, 10)
        check_range("margin", self.margin, 0, 2)
        check_range("hold_s", self.hold_s, 0, 60)
        check_range("unknown_enter", self.unknown_enter, 0, 2)
        check_range("unknown_leave", self.unknown_leave, 0, 2)
        check_range("forget_s", self.forget_s, 0, 3600)

    @classmethod
    def from_strength(cls, strength: float, default: StabilizerConfig | None = None) -> Self:
        """Settings for one slider: 0 shows every frame's own best class, 1 is very calm.

        A half gives the default; smoothing and hold grow with the square of the strength, because
        people tell small delays apart and large ones hardly, the margins in proportion.

        Args:
            strength: Of the slider, 0 to 1.
            default: What a half stands for: a model's own settings; the general ones if None.

        Raises:
            ConfigError: `strength` is not within 0 to 1.
        """
        check_range("strength", strength, 0, 1)
        middle = default or cls()
        grow = (2 * strength) ** 2
        return cls(
            time_constant_s=min(10.0, middle.time_constant_s * grow),
            margin=min(2.0, middle.margin * 2 * strength),
            hold_s=min(60.0, middle.hold_s * grow),
            unknown_enter=min(2.0, middle.unknown_enter * 2 * strength),
            unknown_leave=min(2.0, middle.unknown_leave * 2 * strength),
            forget_s=middle.forget_s,
        )


_SLACK = 1 / 20
"""This part of the margin is no evidence: else two classes that are equally like a face would take
turns for ever."""

_HELD = 1 / 4
"""`hold_s` is how long a lead of this part of the margin takes."""

_ROUNDING = 1e-6
"""More than sums of leads in 32 bits are rounded by, less than any evidence that decides."""


@dataclass(slots=True)
class _Track:
    """What is remembered of one face.

    `smoothed` (C,) are its cosines, `chosen` the class of its label, `lead` (C,) how far each class
    was ahead of `chosen` at `time_s`, and `evidence` (C,) what each has gathered against it.
    """

    smoothed: FloatArray
    time_s: float
    chosen: int
    known: bool
    lead: NDArray[np.float64]
    evidence: NDArray[np.float64]


class Stabilizer:
    """Keeps a calm label for each track.

    Args:
        classes: Names of the C classes, in the order of the cosines.
        threshold: Best cosine under which a face is unknown.
        config: How calm.
    """

    def __init__(
        self,
        classes: Sequence[str],
        threshold: float,
        config: StabilizerConfig | None = None,
    ) -> None:
        self.classes = tuple(classes)
        self.threshold = threshold
        self.config = config or StabilizerConfig()
        self._tracks: dict[int, _Track] = {}

    def reset(self) -> None:
        """Forget every track."""
        self._tracks.clear()

    def update(
        self,
        time_s: float,
        track_ids: NDArray[np.int64],
        cosines: FloatArray,
        trusted: NDArray[np.bool_] | None = None,
    ) -> tuple[Label, ...]:
        """Labels of one frame's faces.

        Args:
            time_s: The frame's time; a time before the last one starts every track afresh.
            track_ids: (n,) tracks.
            cosines: (n, C) cosines to the classes' centers.
            trusted: (n,) False for a face too poor to judge: its label stays what it was, or
                `labels.NO_LABEL` if it never had one. None trusts all.

        Returns:
            n labels, in the order of the rows.
        """
        self._forget(time_s)
        if trusted is None:
            trusted = np.ones(len(track_ids), np.bool_)
        return tuple(
            self._label(time_s, int(track_id), row, bool(good))
            for track_id, row, good in zip(track_ids, cosines, trusted, strict=True)
        )

    def _forget(self, time_s: float) -> None:
        """Drop tracks that are too old, or from a future that a restarted source has undone."""
        self._tracks = {
            track_id: track
            for track_id, track in self._tracks.items()
            if 0 <= time_s - track.time_s <= self.config.forget_s
        }

    def _label(self, time_s: float, track_id: int, cosines: FloatArray, trusted: bool) -> Label:
        raw_name = self.classes[int(cosines.argmax())]
        track = self._tracks.get(track_id)
        if trusted:
            if track is None:
                track = self._start(time_s, cosines)
                self._tracks[track_id] = track
            else:
                self._smooth(track, time_s, cosines)
                self._choose(track)
        if track is None:
            return Label(labels.NO_LABEL, raw_name, 0.0, is_known=False)
        name = self.classes[track.chosen] if track.known else labels.UNKNOWN
        return Label(name, raw_name, self._margin(track), is_known=track.known)

    def _start(self, time_s: float, cosines: FloatArray) -> _Track:
        best = int(cosines.argmax())
        known = bool(cosines[best] >= self.threshold)
        lead = (cosines - cosines[best]).astype(np.float64)
        return _Track(cosines.astype(np.float32), time_s, best, known, lead, np.zeros(len(lead)))

    def _smooth(self, track: _Track, time_s: float, cosines: FloatArray) -> None:
        # s <- s + (1 - exp(-dt / tau)) (c - s): two steps of dt / 2 give what one step of dt gives.
        tau, elapsed = self.config.time_constant_s, time_s - track.time_s
        weight = 1.0 if tau == 0 else 1.0 - math.exp(-elapsed / tau)
        track.smoothed = track.smoothed + np.float32(weight) * (cosines - track.smoothed)
        # What led at the last frame has led until this one.
        gathered = track.evidence + (track.lead - _SLACK * self.config.margin) * elapsed
        track.evidence = np.maximum(0, gathered)
        track.time_s = time_s

    def _choose(self, track: _Track) -> None:
        """Let the best class take the label if it leads by enough or has led for long enough."""
        margin = self.config.margin
        lead = (track.smoothed - track.smoothed[track.chosen]).astype(np.float64)
        best = int(track.smoothed.argmax())
        needed = (_HELD - _SLACK) * margin * self.config.hold_s
        convinces = track.evidence[best] >= needed - _ROUNDING
        if lead[best] > 0 and (lead[best] > margin or convinces):
            track.chosen = best
            lead = lead - lead[best]
            track.evidence = np.zeros(len(lead))
        track.lead = lead
        self._judge_known(track)

    def _judge_known(self, track: _Track) -> None:
        best = float(track.smoothed.max())
        if track.known:
            track.known = best >= self.threshold - self.config.unknown_enter
        else:
            track.known = best >= self.threshold + self.config.unknown_leave

    def _margin(self, track: _Track) -> float:
        """Smoothed cosine of the chosen class, even of an unknown face, minus the best other's."""
        if len(self.classes) < 2:
            return 0.0
        others = np.delete(track.smoothed, track.chosen)
        return float(track.smoothed[track.chosen] - others.max())
