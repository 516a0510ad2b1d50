"""Choosing a model's stabilizer settings on validation sequences.

The calmest settings that are quick enough win; of settings as calm as those, within one standard
error, the quickest, so that chance does not buy calm with delay. The slowest few switches are few
indeed, so quick enough is asked for with room to spare. Margins are tried in units of how
much the lead of a class trembles while a face is held, which differs from model to model.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fervideo.evaluation.calm import NO_UNKNOWN, Margin, Raw
from fervideo.evaluation.footage import Footage, embed_sequences
from fervideo.evaluation.sequences import TUNING, SequenceConfig
from fervideo.evaluation.stability import (
    Figures,
    Floats,
    figures,
    quantile,
    seen_by_network,
    tally,
)
from fervideo.models.registry import Model
from fervideo.stabilize import StabilizerConfig
from fervideo.training.cache import AlignedSamples
from fervideo.types import FloatArray

TIME_CONSTANT_S = 0.09
"""It does to the labels what a longer hold does."""
MARGINS = (1.0, 1.5, 2.0, 3.0)
"""In units of `trembling`."""
HOLDS_S = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6)

UNKNOWN_SHARE = 3 / 8
"""How far under or over the threshold turns a face in `unknown_hold_s`, as part of the margin."""

RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What settings must keep to, on the sequences they are chosen on.

    Well within what is promised, which is a median of 0.2 s and a 95th percentile of 0.4 s.

    Attributes:
        median_s: Half of the switches are noticed within this.
        p95_s: 95 % of them are.
        late_s: And 97.5 % within this.
        faces: At most this share of the faces may be labelled less rightly than by raw labels.
    """

    median_s: float = 0.15
    p95_s: float = 0.25
    late_s: float = 0.45
    faces: float = 0.001

    def strain(self, found: Figures, delays: Floats, raw: Figures) -> float:
        """How near settings come to the limits, or how far over them: the largest part used."""
        lost = raw.faces_right.value - found.faces_right.value
        parts = (
            (found.delay_median_s.value, self.median_s),
            (found.delay_p95_s.value, self.p95_s),
            (quantile(delays, 0.975), self.late_s),
            (lost, self.faces),
        )
        return max(value / limit for value, limit in parts)


def trembling(footage: Sequence[Footage], cosines: Sequence[FloatArray]) -> float:
    """How much a class's lead over the next trembles while a face is held.

    The median over the first faces of the standard deviation of `c_1 - c_2`, the cosines of the
    two classes that are highest in the mean.
    """
    found = []
    for face, values in zip(footage, cosines, strict=True):
        held = values[: face.change]
        second, first = held.mean(axis=0).argsort()[-2:]
        found.append(float((held[:, first] - held[:, second]).std()))
    return float(np.median(found))


def candidates(unit: float) -> list[StabilizerConfig]:
    """All settings that are tried for a model whose lead trembles by so much."""
    return [
        StabilizerConfig(
            time_constant_s=TIME_CONSTANT_S,
            margin=round(min(2.0, times * unit), 3),
            hold_s=hold,
            unknown_enter=round(min(2.0, UNKNOWN_SHARE * times * unit), 3),
            unknown_leave=round(min(2.0, UNKNOWN_SHARE * times * unit), 3),
        )
        for times, hold in itertools.product(MARGINS, HOLDS_S)
    ]


def tune(
    footage: Sequence[Footage],
    cosines: Sequence[FloatArray],
    limits: Limits | None = None,
    report: Callable[[float], None] = lambda done: None,
) -> StabilizerConfig | None:
    """The calmest settings within the limits.

    Args:
        footage: Sequences of both kinds, of the tuning half.
        cosines: Those of each.
        limits: What to keep to.
        report: Called with the part done, 0 to 1.

    Returns:
        The settings that exceed the limits least if none keep to them; None if the network is
        right about no switch.
    """
    counted = [seen_by_network(f, c) for f, c in zip(footage, cosines, strict=True)]
    if not any(counted):
        return None

    def measure(method: Raw | Margin) -> tuple[Figures, Floats]:
        found = tally(footage, cosines, method, NO_UNKNOWN, counted)
        delays = found.delay_s[~np.isnan(found.delay_s)]
        return figures(method, found, resamples=RESAMPLES), delays

    raw, _ = measure(Raw())
    tried = candidates(trembling(footage, cosines))
    measured: list[tuple[StabilizerConfig, Figures, float]] = []
    for number, config in enumerate(tried, 1):
        found, delays = measure(Margin(config))
        measured.append((config, found, (limits or Limits()).strain(found, delays, raw)))
        report(number / len(tried))
    allowed = [(config, found) for config, found, strain in measured if strain <= 1]
    if not allowed:
        return min(measured, key=lambda m: m[2])[0]
    return _quickest_of_the_calmest(allowed)


def _quickest_of_the_calmest(
    allowed: Sequence[tuple[StabilizerConfig, Figures]],
) -> StabilizerConfig:
    best = min((f.changes_per_minute for _, f in allowed), key=lambda changes: changes.value)
    # The middle 95 % of a bootstrap is about four standard errors wide.
    calm_enough = best.value + (best.high - best.low) / 4
    calm = [(c, f) for c, f in allowed if f.changes_per_minute.value <= calm_enough]

    def slowness(pair: tuple[StabilizerConfig, Figures]) -> tuple[float, ...]:
        _, found = pair
        delays = found.delay_p95_s.value, found.delay_median_s.value
        return (*delays, found.changes_per_minute.value)

    return min(calm, key=slowness)[0]


def calibrate_stabilizer(
    model: Model, data: Sequence[AlignedSamples], config: SequenceConfig, cache: Path | None = None
) -> StabilizerConfig | None:
    """Settings for a model, tuned on the tuning half of validation data.

    Args:
        model: The network.
        data: Validation splits, of the model's classes alone.
        config: How many sequences.
        cache: Where embeddings are kept, None for nowhere.

    Returns:
        See `tune`.

    Raises:
        DatasetError: A data set has too few pictures.
    """
    footage = [f for d in data for f in embed_sequences(model, d, config, cache, (TUNING,))]
    return tune(footage, [f.embeddings @ model.centers.T for f in footage])
