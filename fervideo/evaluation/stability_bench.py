"""`fervideo bench stability`: all methods on all footage, over a grid of their settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from fervideo.evaluation.calm import (
    MARGIN,
    NO_UNKNOWN,
    SMOOTHING,
    VOTE,
    Margin,
    Method,
    Raw,
    Smoothing,
    Vote,
)
from fervideo.evaluation.footage import CLIP, Footage
from fervideo.evaluation.sequences import REPORTING, Kind
from fervideo.evaluation.stability import Figures, figures, seen_by_network, tally
from fervideo.models.registry import Model
from fervideo.stabilize import StabilizerConfig
from fervideo.types import FloatArray

TAUS_S = (0.03, 0.05, 0.07, 0.1, 0.13, 0.17, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0)
WINDOWS_S = (0.1, 0.17, 0.23, 0.3, 0.37, 0.43, 0.5, 0.57, 0.63, 0.77, 1.0, 1.5)
STRENGTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
DEFAULT_STRENGTH = 0.5

EVERY = (1, 2, 3)
"""Every n-th frame is kept to see what another frame rate does."""
DROPPED = 0.3
"""Share of frames that are dropped at random."""

CLOSED, OPEN = "no unknown", "unknown under the threshold"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results.

    Attributes:
        labels: `CLOSED` or `OPEN`.
        frames: Which frames were seen: `all`, `every 3rd`, ...
        still: On switches: changes, faces and delays.
        boundary: Changes on blends; None if there are none.
        clips: Changes on real clips; None if there are none.
    """

    labels: str
    frames: str
    still: Figures
    boundary: Figures | None
    clips: Figures | None


@dataclass(frozen=True, slots=True)
class StabilityReport:
    """Everything that was found.

    Attributes:
        model: Name of the model.
        data: Data sets and splits, as in `rafdb validation`.
        clips: Names of the clips.
        stabilizer: Settings at a strength of a half.
        origin: Where those come from.
        rows: All methods and settings, without unknown and with all frames.
        open_rows: Raw labels and the stabilizer's default, and the baselines no slower, with
            unknown.
        rate_rows: The stabilizer's default at other frame rates.
    """

    model: str
    data: tuple[str, ...]
    clips: tuple[str, ...]
    stabilizer: StabilizerConfig
    origin: str
    rows: tuple[Row, ...]
    open_rows: tuple[Row, ...]
    rate_rows: tuple[Row, ...]

    @property
    def raw(self) -> Row:
        """Every frame by itself."""
        return self.rows[0]

    @property
    def default(self) -> Row:
        """The stabilizer as it comes."""
        return next(r for r in self.rows if is_default(r.still))

    def no_slower(self, method: str, figure: str) -> Row | None:
        """The calmest setting of another method that is no slower than the default.

        Args:
            method: Name of the method.
            figure: `delay_median_s` or `delay_p95_s`.
        """
        limit = getattr(self.default.still, figure).value
        quick = [
            r
            for r in self.rows
            if r.still.method == method and getattr(r.still, figure).value <= limit + 1e-9
        ]
        return min(quick, key=lambda r: r.still.changes_per_minute.value, default=None)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def is_default(found: Figures) -> bool:
    """Whether figures are of the stabilizer at a strength of a half."""
    return found.method == MARGIN and found.setting == DEFAULT_STRENGTH


def methods(stabilizer: StabilizerConfig) -> list[Method]:
    """Every method at every setting, raw labels first."""
    return [
        Raw(),
        *(Smoothing(tau) for tau in TAUS_S),
        *(Vote(window) for window in WINDOWS_S),
        *(Margin(StabilizerConfig.from_strength(s, stabilizer), s) for s in STRENGTHS),
    ]


class Bench:
    """Replays methods on the footage of one model.

    Args:
        model: Whose embeddings they are.
        footage: Of the reporting half, and clips.
    """

    def __init__(self, model: Model, footage: Sequence[Footage]) -> None:
        self._threshold = model.card.threshold
        self._centers = model.centers
        self._by_kind = {
            kind: [f for f in footage if f.kind == kind]
            for kind in (Kind.SWITCH.value, Kind.BLEND.value, CLIP)
        }
        self._counted = self._seen(self._by_kind[Kind.SWITCH.value])

    def row(self, method: Method, labels: str = CLOSED, every: int = 1, drop: float = 0) -> Row:
        """Figures of one method.

        Args:
            method: What decides.
            labels: `CLOSED` or `OPEN`.
            every: Keep every n-th frame.
            drop: Share of the frames that is dropped at random, the first one never.
        """
        found: list[Figures | None] = []
        for kind, whole in self._by_kind.items():
            footage = [_thinned(f, every, drop, i) for i, f in enumerate(whole)]
            counted = self._counted if kind == Kind.SWITCH.value else [False] * len(footage)
            limit = self._threshold if labels == OPEN else NO_UNKNOWN
            done = tally(footage, self._cosines(footage), method, limit, counted)
            found.append(figures(method, done) if footage else None)
        still, boundary, clips = found
        if still is None:
            raise ValueError("expected footage with switches, found none")
        return Row(labels, _frames(every, drop), still, boundary, clips)

    def _cosines(self, footage: Sequence[Footage]) -> list[FloatArray]:
        return [f.embeddings @ self._centers.T for f in footage]

    def _seen(self, footage: Sequence[Footage]) -> list[bool]:
        values = self._cosines(footage)
        return [seen_by_network(f, c) for f, c in zip(footage, values, strict=True)]


def run_bench(
    model: Model,
    footage: Sequence[Footage],
    stabilizer: StabilizerConfig,
    data: Sequence[str],
    origin: str,
    report: Callable[[float], None] = lambda done: None,
) -> StabilityReport:
    """Measure every method.

    Args:
        model: The network.
        footage: Sequences and clips; those of the tuning half are left out.
        stabilizer: The settings that a strength of a half stands for.
        data: Data sets and splits, for the report.
        origin: Where the settings come from, for the report.
        report: Called with the part done, 0 to 1.
    """
    kept = [f for f in footage if f.half == REPORTING]
    bench, rows = Bench(model, kept), []
    tried = methods(stabilizer)
    for number, method in enumerate(tried, 1):
        rows.append(bench.row(method))
        report(0.9 * number / len(tried))
    default = Margin(stabilizer, DEFAULT_STRENGTH)
    rates = [bench.row(default, every=n) for n in EVERY] + [bench.row(default, drop=DROPPED)]
    clips = tuple(dict.fromkeys(f.source for f in kept if f.kind == CLIP))
    closed = StabilityReport(
        model.card.name, tuple(data), clips, stabilizer, origin, tuple(rows), (), tuple(rates)
    )
    return _with_unknown(closed, bench, default)


def _with_unknown(found: StabilityReport, bench: Bench, default: Margin) -> StabilityReport:
    smoothing = found.no_slower(SMOOTHING, "delay_median_s")
    vote = found.no_slower(VOTE, "delay_median_s")
    others: list[Method] = []
    others += [Smoothing(smoothing.still.setting)] if smoothing is not None else []
    others += [Vote(vote.still.setting)] if vote is not None else []
    rows = tuple(bench.row(m, OPEN) for m in (Raw(), *others, default))
    return replace(found, open_rows=rows)


def _thinned(face: Footage, every: int, drop: float, number: int) -> Footage:
    kept = np.arange(len(face.times)) % every == 0
    if drop:
        kept &= np.random.default_rng([number, 7]).random(len(kept)) >= drop
    kept[0] = True
    return face if kept.all() else face.only(kept)


def _frames(every: int, drop: float) -> str:
    if drop:
        return f"{100 * drop:.0f} % dropped"
    return {1: "all", 2: "every 2nd", 3: "every 3rd"}.get(every, f"every {every}th")
