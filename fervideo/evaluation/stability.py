"""How calm and how quick a way of labelling is, measured on faces whose truth is known.

Definitions, the same for every method:

- A change is *needless* if nothing changed in the picture: every change of the label while the
  first face is held, and all but one of those from the switch on.
- A face is labelled *rightly* if the label shown longest while it is held is the true one.
- The *delay* of a switch is the time from the second face's first frame to the first frame with its
  true label, infinite if that is never shown. It is counted only where the network itself is right
  about both faces, by the raw label it gives most often to each: a label cannot follow a change
  that the network does not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo.evaluation.calm import NO_UNKNOWN, Answers, Method, Raw
from fervideo.evaluation.footage import Footage
from fervideo.types import FloatArray

Floats = NDArray[np.float64]

RESAMPLES = 1000
"""Bootstrap samples behind each interval, of sequences, not of frames."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one method did in each of S sequences.

    Attributes:
        needless: (S,) changes of the label that nothing in the picture asked for.
        held_s: (S,) seconds of video.
        right_s: (S,) seconds with the true label; 0 where the truth is not known.
        known_s: (S,) seconds in which the truth is known.
        faces: (S,) faces with a known truth.
        faces_right: (S,) those labelled rightly.
        delay_s: (S,) see above; NaN where it is not counted.
    """

    needless: Floats
    held_s: Floats
    right_s: Floats
    known_s: Floats
    faces: Floats
    faces_right: Floats
    delay_s: Floats


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the middle 95 % of its bootstrap."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What one method did in all sequences of a kind.

    Attributes:
        method: Its name.
        setting: Its number.
        sequences: How many.
        minutes: Of video.
        changes_per_minute: Needless changes.
        faces_right: Share of faces labelled rightly; NaN where no truth is known.
        time_right: Share of the time with the true label; likewise.
        delays: Switches whose delay is counted.
        delay_median_s: Half of them are noticed within this.
        delay_p95_s: 95 % of them are; infinite if more than 5 % are never noticed.
        missed: Share never noticed while the face is held.
    """

    method: str
    setting: float
    sequences: int
    minutes: float
    changes_per_minute: Interval
    faces_right: Interval
    time_right: Interval
    delays: int
    delay_median_s: Interval
    delay_p95_s: Interval
    missed: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def seen_by_network(face: Footage, cosines: FloatArray) -> bool:
    """Whether a switch is one whose two faces the network itself labels rightly."""
    if not face.is_switch:
        return False
    raw = Raw()(face.times, cosines, NO_UNKNOWN)
    parts = (raw[: face.change], raw[face.change :])
    return all(_commonest(p) == t for p, t in zip(parts, face.truth, strict=True))


def tally(
    footage: Sequence[Footage],
    cosines: Sequence[FloatArray],
    method: Method,
    threshold: float = NO_UNKNOWN,
    counted: Sequence[bool] | None = None,
) -> Tally:
    """Replay a method on every sequence.

    Args:
        footage: S sequences.
        cosines: Those of each, (n, C).
        method: What decides.
        threshold: Best cosine under which a face is unknown.
        counted: Whose delay counts, see `seen_by_network`; found out if None.
    """
    if counted is None:
        counted = [seen_by_network(f, c) for f, c in zip(footage, cosines, strict=True)]
    rows = [
        _row(face, method(face.times, values, threshold), counts)
        for face, values, counts in zip(footage, cosines, counted, strict=True)
    ]
    return Tally(*np.array(rows, np.float64).reshape(-1, 7).T)


def _row(face: Footage, shown: Answers, counted: bool) -> tuple[float, ...]:
    changed = np.flatnonzero(shown[1:] != shown[:-1]) + 1
    lasts = face.lasts
    before, after = changed < face.change, changed >= face.change
    needless = before.sum() + max(0, after.sum() - 1)
    right = faces = faces_right = 0.0
    for part, truth in zip((slice(face.change), slice(face.change, None)), face.truth, strict=True):
        if truth >= 0 and len(shown[part]):
            right += lasts[part][shown[part] == truth].sum()
            faces += 1
            faces_right += _longest(shown[part], lasts[part]) == truth
    known = lasts.sum() if faces else 0.0
    delay = np.nan
    if counted:
        noticed = np.flatnonzero(shown[face.change :] == face.truth[1])
        times = face.times[face.change :]
        delay = times[noticed[0]] - times[0] if len(noticed) else np.inf
    return (needless, lasts.sum(), right, known, faces, faces_right, delay)


def _commonest(labels: Answers) -> int:
    return int(np.bincount(labels).argmax())


def _longest(labels: Answers, lasts: Floats) -> int:
    return int(np.bincount(labels, lasts).argmax())


def quantile(delays: Floats, share: float) -> float:
    """The least delay within which at least this share is noticed; NaN of none.

    A quantile between a number and infinity is infinite, which interpolation would make NaN.
    """
    if not len(delays):
        return float("nan")
    return float(np.sort(delays)[max(0, int(np.ceil(share * len(delays))) - 1)])


def figures(method: Method, found: Tally, seed: int = 0, resamples: int = RESAMPLES) -> Figures:
    """Sum a tally up, with the spread of drawing other sequences.

    Args:
        method: What decided.
        found: Its tally, of at least one sequence.
        seed: Of the bootstrap; with the same seed, methods are compared on the same draws.
        resamples: How many draws.
    """
    number = len(found.needless)
    rng = np.random.default_rng(seed)
    draws = [np.arange(number), *rng.integers(0, number, (resamples, number))]
    table = np.array([_summed(found, rows) for rows in draws])
    low, high = _spread(table[1:]) if resamples else (table[0], table[0])
    parts = [Interval(*map(float, three)) for three in zip(table[0], low, high, strict=True)]
    delays = found.delay_s[~np.isnan(found.delay_s)]
    return Figures(
        method=method.name,
        setting=method.setting,
        sequences=number,
        minutes=float(found.held_s.sum() / 60),
        changes_per_minute=parts[0],
        faces_right=parts[1],
        time_right=parts[2],
        delays=len(delays),
        delay_median_s=parts[3],
        delay_p95_s=parts[4],
        missed=float(np.isinf(delays).mean()) if len(delays) else float("nan"),
    )


def _summed(found: Tally, rows: NDArray[np.int64]) -> tuple[float, ...]:
    faces, known = found.faces[rows].sum(), found.known_s[rows].sum()
    delays = found.delay_s[rows]
    delays = delays[~np.isnan(delays)]
    return (
        60 * found.needless[rows].sum() / found.held_s[rows].sum(),
        found.faces_right[rows].sum() / faces if faces else np.nan,
        found.right_s[rows].sum() / known if known else np.nan,
        quantile(delays, 0.5),
        quantile(delays, 0.95),
    )


def _spread(table: Floats) -> tuple[Floats, Floats]:
    """The middle 95 % of each column, by whole draws, since some may be infinite."""
    ordered = np.sort(table, axis=0)
    edge = int(0.025 * len(ordered))
    return ordered[edge], ordered[-1 - edge]
