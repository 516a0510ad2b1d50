"""Videos made of single pictures: a face held still before a trembling detector, then another.

Which pictures, for how long, and how they tremble; `drawing` makes the frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from fervideo.config import check_range
from fervideo.errors import DatasetError
from fervideo.evaluation.splits import groups_of
from fervideo.training.cache import AlignedSamples

TUNING, REPORTING = 0, 1
"""The halves: settings are chosen on one, figures reported on the other."""


class Kind(StrEnum):
    """What a sequence shows."""

    SWITCH = "switch"
    """A face, then one with another expression."""

    BLEND = "blend"
    """One face between two expressions, where the model changes its mind."""


@dataclass(frozen=True, slots=True)
class Jitter:
    """How a still face trembles from frame to frame, as standard deviations.

    The defaults are those of BlazeFace on a face of about 100 pixels whose head sways a little,
    measured on crops through the run-time aligner: a pixel of shift, 2 % of scale and a degree,
    most of it with a memory of a quarter of a second, since a head moves slowly and a detector
    errs with where it is.

    Attributes:
        shift: Along each axis, parts of the crop's side.
        zoom: Relative change of scale.
        turn: Degrees.
        light: Relative change of brightness.
        memory_s: Time constant of the slow part of all these.
        slow: Share of their variance that is slow; the rest is new in every frame.
        noise: Least and most noise of a sequence's camera, of 255.
        quality: Least and most JPEG quality of a sequence.
        blinks: A minute; see `blinks`.
        blink_s: How long the shortest and the longest blink lasts.
    """

    shift: float = 1.2 / 112
    zoom: float = 0.02
    turn: float = 1.1
    light: float = 0.03
    memory_s: float = 0.25
    slow: float = 0.7
    noise: tuple[float, float] = (1.0, 6.0)
    quality: tuple[float, float] = (50.0, 95.0)
    blinks: float = 17.0
    blink_s: tuple[float, float] = (0.2, 0.4)

    def __post_init__(self) -> None:
        check_range("blinks a minute", self.blinks, 0, 60)


@dataclass(frozen=True, slots=True)
class SequenceConfig:
    """Which sequences are made.

    Attributes:
        switches: Sequences of two faces, in each half of each data set.
        blends: Sequences of one face between two expressions, likewise.
        fps: Frames a second.
        shortest_s: A face is held for at least so long.
        longest_s: And at most so long.
        seed: Of everything random.
        jitter: How faces tremble.
    """

    switches: int = 100
    blends: int = 20
    fps: float = 30.0
    shortest_s: float = 1.0
    longest_s: float = 3.0
    seed: int = 2024
    jitter: Jitter = field(default_factory=Jitter)

    def __post_init__(self) -> None:
        check_range("switches", self.switches, 1, 100_000)
        check_range("blends", self.blends, 0, 100_000)
        check_range("fps", self.fps, 1, 240)
        check_range("shortest_s", self.shortest_s, 0.2, 60)
        check_range("longest_s", self.longest_s, self.shortest_s, 60)


@dataclass(frozen=True, slots=True)
class Plan:
    """One sequence before it is drawn.

    Attributes:
        number: Of the sequence among those of its kind, both halves together; part of its seed.
        kind: What it shows.
        first: Index of the first picture.
        second: Index of the second.
        frames: How many frames show the first picture, and how many the second; a blend has none
            of the latter.
        half: `TUNING` or `REPORTING`; no picture is in both.
    """

    number: int
    kind: Kind
    first: int
    second: int
    frames: tuple[int, ...]
    half: int


def plan_sequences(
    samples: AlignedSamples, config: SequenceConfig, halves: Sequence[int] = (TUNING, REPORTING)
) -> list[Plan]:
    """Draw pictures and lengths: each half of the sequences shows pictures of its own.

    A switch is to another label, of the same person where the data set knows people and this one
    shows two expressions, else of anybody. The first picture's class is drawn evenly. Only
    pictures in which the detector found a face are used: a user would see no label for others.
    A sequence depends on the seed and its number alone, not on how many others are drawn.

    Args:
        samples: One split of a data set.
        config: How many, of each half, and how long.
        halves: Which halves are drawn.

    Raises:
        DatasetError: There are no two classes among the pictures of a half.
    """
    pools = _halves(samples, np.random.default_rng(config.seed))
    wanted = [(Kind.SWITCH, i) for i in range(config.switches)]
    wanted += [(Kind.BLEND, i) for i in range(config.blends)]
    return [
        _plan(samples, pools[half], config, kind, 2 * i + half)
        for kind, i in wanted
        for half in halves
    ]


def _plan(
    samples: AlignedSamples,
    pool: NDArray[np.int64],
    config: SequenceConfig,
    kind: Kind,
    number: int,
) -> Plan:
    rng = np.random.default_rng([config.seed, list(Kind).index(kind), number])
    first, second = _pair(samples, pool, rng)
    seconds = rng.uniform(config.shortest_s, config.longest_s, 2)
    held = [max(1, round(s * config.fps)) for s in seconds]
    frames = (held[0], held[1] if kind is Kind.SWITCH else 0)
    return Plan(number, kind, first, second, frames, number % 2)


def _halves(samples: AlignedSamples, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Indices of the pictures of each half, divided by person where people are known."""
    s = samples.samples
    usable = np.flatnonzero(samples.found)
    people = groups_of(s)
    names = rng.permutation(np.unique(people[usable]))
    chosen = np.isin(people[usable], names[: len(names) // 2])
    halves = [usable[chosen], usable[~chosen]]
    for half in halves:
        if len(np.unique(s.labels[half])) < 2:
            raise DatasetError(
                f"{s.name}: expected pictures of two expressions with a face to be found in each "
                f"half of the split, found {len(half)} pictures"
            )
    return halves


def _pair(
    samples: AlignedSamples, pool: NDArray[np.int64], rng: np.random.Generator
) -> tuple[int, int]:
    s = samples.samples
    present = np.unique(s.labels[pool])
    first = int(rng.choice(pool[s.labels[pool] == rng.choice(present)]))
    others = pool[s.labels[pool] != s.labels[first]]
    same = others[(s.subjects[others] == s.subjects[first]) & (s.subjects[others] >= 0)]
    candidates = same if len(same) else others
    wanted = rng.choice(np.unique(s.labels[candidates]))
    return first, int(rng.choice(candidates[s.labels[candidates] == wanted]))
