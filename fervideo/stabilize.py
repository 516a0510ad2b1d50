"""From cosines that jump from frame to frame to a label that a person can read.

For each track: (1) the label changes when a challenger has led for long enough, which is the sooner
the more it leads, or has been the best of all for long enough, by however little; (2) a face turns
unknown when its best cosine has been under the threshold for long enough, which is the sooner the
further it is under, and known again likewise; (3) a track not seen for a while starts afresh. The
margin that is shown is of cosines that are smoothed.

Long enough is a sum over time (Page 1954, Continuous inspection schemes). A class gathers evidence
while it leads the label and spends it while it trails, so that a bad frame sets it back by as much
as that frame says and not to nothing; unknown does so while the best cosine is under the threshold:

    evidence <- max(0, evidence + (lead - margin / 10) dt)
    best_s <- max(0, best_s + (1 if it is the best, else -max(1, behind the best / margin)) dt)
    doubt <- max(0, doubt + (threshold - best - unknown_enter / 10) dt)

Summed are every frame's own cosines. Smoothed ones remember how far the old label was ahead, which
delays a change, and halfway from one expression to the next a class that was second before and
after may be the best of them, or none be over the threshold, though no frame said so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.stabilizer_config import StabilizerConfig as StabilizerConfig
from fervideo.types import FloatArray, Label

_SLACK = 1 / 10
"""This part of a margin is no evidence: else two classes that are equally like a face would take
turns for ever, and so would known and unknown on a face at the threshold."""

_ROUNDING = 1e-6
"""More than sums of leads in 32 bits are rounded by, less than any evidence that decides."""


@dataclass(slots=True)
class _Track:
    """What is remembered of one face.

    `cosines` (C,) are those of the frame at `time_s`, `smoothed` (C,) those that the margin is told
    of, `chosen` the class of its label, `evidence` (C,) what each class has gathered against it,
    `best_s` (C,) the seconds in which each was the best less those in which it was not, and
    `doubt` what has been gathered against its being `known`, or unknown.
    """

    cosines: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    time_s: float
    chosen: int
    known: bool
    evidence: NDArray[np.float64]
    best_s: NDArray[np.float64]
    doubt: float = 0.0


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
            row = cosines.astype(np.float64)
            if track is None:
                track = self._start(time_s, row)
                self._tracks[track_id] = track
            else:
                self._gather(track, time_s, row)
                self._choose(track)
                self._judge_known(track)
        if track is None:
            return Label(labels.NO_LABEL, raw_name, 0.0, is_known=False)
        name = self.classes[track.chosen] if track.known else labels.UNKNOWN
        return Label(name, raw_name, self._margin(track), is_known=track.known)

    def _start(self, time_s: float, cosines: NDArray[np.float64]) -> _Track:
        best = int(cosines.argmax())
        known = bool(cosines[best] >= self.threshold)
        none = np.zeros(len(cosines))
        track = _Track(cosines, cosines, time_s, best, known, none, none)
        if not known:  # a face often comes in half seen: unknown does not hold it at first
            track.doubt = self._needed_doubt(track)
        return track

    def _gather(self, track: _Track, time_s: float, cosines: NDArray[np.float64]) -> None:
        """Add what this frame, and the time since the last one, say."""
        tau, elapsed = self.config.time_constant_s, time_s - track.time_s
        # s <- s + (1 - exp(-dt / tau)) (c - s): two steps of dt / 2 give what one step of dt gives.
        weight = 1.0 if tau == 0 else 1.0 - math.exp(-elapsed / tau)
        track.smoothed = track.smoothed + weight * (cosines - track.smoothed)
        # Between two frames that are seen, however far apart, a lead goes from one to the other.
        lead = (_leads(track.cosines, track.chosen) + _leads(cosines, track.chosen)) / 2
        gathered = track.evidence + (lead - _SLACK * self.config.margin) * elapsed
        track.evidence = np.maximum(0, gathered)
        gained = self._gained(track.cosines) + self._gained(cosines)
        track.best_s = np.maximum(0, track.best_s + gained / 2 * elapsed)
        under = self.threshold - float(track.cosines.max() + cosines.max()) / 2
        against = under if track.known else -under
        track.doubt = max(0.0, track.doubt + (against - _SLACK * self._band(track)) * elapsed)
        track.cosines, track.time_s = cosines, time_s

    def _gained(self, cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        """(C,) seconds that a second like this gives each class in which it was the best."""
        behind = cosines.max() - cosines
        lost = np.maximum(1, behind / max(self.config.margin, _ROUNDING))
        return np.where(behind > 0, -lost, 1.0)

    def _choose(self, track: _Track) -> None:
        """Let the best class that has led for long enough, and does, take the label."""
        config = self.config
        needed_s = config.time_constant_s + config.hold_s
        needed = (1 - _SLACK) * config.margin * needed_s
        lead = _leads(track.cosines, track.chosen)
        leads_enough = track.evidence >= needed - _ROUNDING
        convinces = (lead > 0) & (leads_enough | (track.best_s >= needed_s - _ROUNDING))
        if convinces.any():
            track.chosen = int(np.where(convinces, lead, -np.inf).argmax())
            track.evidence = track.best_s = np.zeros(len(lead))

    def _judge_known(self, track: _Track) -> None:
        """Turn a known face unknown, or an unknown one known, if there is enough doubt."""
        known = bool(track.cosines.max() >= self.threshold)
        if known != track.known and track.doubt >= self._needed_doubt(track) - _ROUNDING:
            track.known, track.doubt = known, 0.0

    def _needed_doubt(self, track: _Track) -> float:
        return (1 - _SLACK) * self._band(track) * self.config.unknown_hold_s

    def _band(self, track: _Track) -> float:
        """How far on the other side the best cosine has to be for `unknown_hold_s`."""
        return self.config.unknown_enter if track.known else self.config.unknown_leave

    def _margin(self, track: _Track) -> float:
        """Smoothed cosine of the chosen class, even of an unknown face, minus the best other's."""
        if len(self.classes) < 2:
            return 0.0
        others = np.delete(track.smoothed, track.chosen)
        return float(track.smoothed[track.chosen] - others.max())


def _leads(cosines: NDArray[np.float64], chosen: int) -> NDArray[np.float64]:
    """(C,) how far each class is ahead of the chosen one."""
    return np.asarray(cosines - cosines[chosen])
