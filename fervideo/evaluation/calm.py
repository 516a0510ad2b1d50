"""Ways to turn cosines that jump into labels: what the stabilizer is compared with, and itself.

Each method takes one face's frames in order. Labels are class indices; `unknown` is the number of
classes, so that every method can be held to the same threshold.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.stabilize import Stabilizer, StabilizerConfig
from fervideo.types import FloatArray

Times = NDArray[np.float64]
Answers = NDArray[np.int64]

RAW, SMOOTHING, VOTE, MARGIN = (
    "raw argmax",
    "exponential smoothing",
    "majority vote",
    "margin stabilizer",
)

NO_UNKNOWN = -1.0
"""A threshold below every cosine: each face is of one of the classes."""


_ROUNDING_S = 1e-6
"""Less than any frame lasts, more than times are rounded by."""


class Method(Protocol):
    """From one face's cosines to its labels.

    Attributes:
        name: Of the method.
        setting: Its one number: seconds, or the strength of the stabilizer.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def setting(self) -> float: ...  # noqa: D102

    def __call__(self, times: Times, cosines: FloatArray, threshold: float) -> Answers:
        """Labels (n,) of frames at times (n,) in seconds with cosines (n, C)."""
        ...


def _decided(scores: FloatArray, cosines: FloatArray, threshold: float) -> Answers:
    """The best class by score, unknown where no cosine reaches the threshold."""
    known = cosines.max(axis=1) >= threshold
    return np.asarray(np.where(known, scores.argmax(axis=1), scores.shape[1]), np.int64)


@dataclass(frozen=True, slots=True)
class Raw:
    """Every frame by itself."""

    name: str = RAW
    setting: float = 0.0

    def __call__(self, times: Times, cosines: FloatArray, threshold: float) -> Answers:
        """See `Method`."""
        return _decided(cosines, cosines, threshold)


@dataclass(frozen=True, slots=True)
class Smoothing:
    """The best class of exponentially smoothed cosines.

    Attributes:
        setting: Time constant in seconds.
    """

    setting: float
    name: str = SMOOTHING

    def __call__(self, times: Times, cosines: FloatArray, threshold: float) -> Answers:
        """See `Method`."""
        smooth = smoothed(times, cosines, self.setting)
        return _decided(smooth, smooth, threshold)


@dataclass(frozen=True, slots=True)
class Vote:
    """The commonest of the last frames' own labels; in a tie the one shown, else the newest.

    Attributes:
        setting: Length of the window in seconds, the present frame included.
    """

    setting: float
    name: str = VOTE

    def __call__(self, times: Times, cosines: FloatArray, threshold: float) -> Answers:
        """See `Method`."""
        raw = _decided(cosines, cosines, threshold)
        window: deque[tuple[float, int]] = deque()
        shown = np.empty(len(raw), np.int64)
        for i, (time_s, label) in enumerate(zip(times.tolist(), raw.tolist(), strict=True)):
            window.append((time_s, label))
            while window[0][0] <= time_s - self.setting + _ROUNDING_S and len(window) > 1:
                window.popleft()
            counts = Counter(label for _, label in window)
            most = max(counts.values())
            tied = [name for name, count in counts.items() if count == most]
            before = int(shown[i - 1]) if i else -1
            newest = next(name for _, name in reversed(window) if name in tied)
            shown[i] = before if before in tied else newest
        return shown


@dataclass(frozen=True, slots=True)
class Margin:
    """The program's own stabilizer.

    Attributes:
        config: How calm.
        setting: The strength that made the settings, for the table.
    """

    config: StabilizerConfig
    setting: float = 0.5
    name: str = MARGIN

    def __call__(self, times: Times, cosines: FloatArray, threshold: float) -> Answers:
        """See `Method`."""
        classes = tuple(str(i) for i in range(cosines.shape[1]))
        stabilizer = Stabilizer(classes, threshold, self.config)
        track = np.zeros(1, np.int64)
        shown = np.empty(len(times), np.int64)
        for i, time_s in enumerate(times.tolist()):
            name = stabilizer.update(time_s, track, cosines[i : i + 1])[0].name
            shown[i] = len(classes) if name == labels.UNKNOWN else int(name)
        return shown


def smoothed(times: Times, values: FloatArray, tau_s: float) -> FloatArray:
    """Exponentially smoothed rows, `s <- s + (1 - exp(-dt / tau)) (v - s)`.

    Args:
        times: (n,) seconds, rising.
        values: (n, C).
        tau_s: Time constant; 0 does not smooth.
    """
    found = np.array(values, np.float32)
    for i in range(1, len(found)):
        weight = 1.0 if tau_s == 0 else 1 - math.exp(-(times[i] - times[i - 1]) / tau_s)
        found[i] = found[i - 1] + np.float32(weight) * (values[i] - found[i - 1])
    return found
