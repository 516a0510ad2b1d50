"""One face's frames as embeddings: computed once, kept, and replayed by every method.

Sequences made of pictures, see `sequences`, and faces followed through real clips.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fervideo.errors import DatasetError
from fervideo.evaluation.drawing import boundary, draw, ladder
from fervideo.evaluation.sequences import (
    REPORTING,
    TUNING,
    Kind,
    Plan,
    SequenceConfig,
    plan_sequences,
)
from fervideo.models.registry import Model
from fervideo.training.cache import AlignedSamples
from fervideo.types import FloatArray

CLIP = "clip"
"""The kind of footage that is a real video: nobody knows the truth of its frames."""

VERSION = 1
"""Of how sequences are planned and drawn: embeddings kept by an older one are not read."""

PART = 10
"""Sequences in a file of the cache: so many at most are computed again after an interruption."""

BATCH = 64
"""Frames that a network looks at together."""

RUNGS = 17
"""Still pictures between two faces among which a blend's boundary is looked for."""

SHORTEST_CLIP_S = 1.0
"""A face that is seen for a shorter time in a clip is left out."""


@dataclass(frozen=True, slots=True)
class Footage:
    """One face's frames.

    Attributes:
        source: Data set, or name of the video.
        kind: A `sequences.Kind`, or `CLIP`.
        half: See `sequences.Plan`; clips are for reporting.
        fps: Frames a second, for the last frame's duration.
        change: Index of the first frame of the second face; n if there is none.
        truth: Class before and after the change; -1 where it is not known.
        times: (n,) float64 seconds, rising.
        embeddings: (n, D) float32, unit rows.
    """

    source: str
    kind: str
    half: int
    fps: float
    change: int
    truth: tuple[int, int]
    times: NDArray[np.float64]
    embeddings: FloatArray

    @property
    def is_switch(self) -> bool:
        """Whether a second face is shown."""
        return self.change < len(self.times)

    @property
    def lasts(self) -> NDArray[np.float64]:
        """(n,) seconds until the next frame."""
        return np.diff(self.times, append=self.times[-1] + 1 / self.fps)

    def only(self, kept: NDArray[np.bool_]) -> Footage:
        """The footage with frames dropped: only those where `kept` (n,) is True remain.

        Frames last as long as they did in the mean, so that the time shown stays the same.
        """
        share = kept.mean()
        return Footage(
            self.source,
            self.kind,
            self.half,
            float(self.fps * share),
            int(kept[: self.change].sum()),
            self.truth,
            self.times[kept],
            self.embeddings[kept],
        )


def embed_sequences(
    model: Model,
    data: AlignedSamples,
    config: SequenceConfig,
    cache: Path | None = None,
    halves: Sequence[int] = (TUNING, REPORTING),
    report: Callable[[float], None] = lambda done: None,
) -> list[Footage]:
    """Draw the sequences of a data set and look at every frame, or read that from the cache.

    Args:
        model: The network.
        data: One split, of the model's classes alone.
        config: Which sequences.
        cache: Folder where embeddings are kept; None keeps none.
        halves: Which halves are drawn.
        report: Called with the part done, 0 to 1.

    Raises:
        DatasetError: There are too few pictures.
    """
    plans = plan_sequences(data, config, halves)
    key = _key(model, data, config)
    found: list[Footage] = []
    for part in _parts(plans):
        if cache is None:
            embeddings = [_embed(model, data, plan, config) for plan in part]
        else:
            name = f"{key}-{part[0].kind}-{part[0].number}-{len(part)}.npz"
            embeddings = _cached(cache / name, model, data, part, config)
        found += [_footage(data, p, config, e) for p, e in zip(part, embeddings, strict=True)]
        report(len(found) / len(plans))
    return found


def _parts(plans: Sequence[Plan]) -> Iterator[Sequence[Plan]]:
    """Runs of at most `PART` plans of one kind and half, in order."""
    for kind in Kind:
        for half in (TUNING, REPORTING):
            alike = [p for p in plans if p.kind is kind and p.half == half]
            for start in range(0, len(alike), PART):
                yield alike[start : start + PART]


def _cached(
    file: Path, model: Model, data: AlignedSamples, plans: Sequence[Plan], config: SequenceConfig
) -> list[FloatArray]:
    if not file.is_file():
        _save(file, [_embed(model, data, plan, config) for plan in plans])
    return _read(file, [sum(plan.frames) for plan in plans])


def _embed(model: Model, data: AlignedSamples, plan: Plan, config: SequenceConfig) -> FloatArray:
    """Embeddings (n, D) of one sequence; a blend is at the boundary between its faces' classes."""
    size, mix = model.card.input_size, 0.5
    if plan.kind is Kind.BLEND:
        between = boundary(model.embed(ladder(data, plan, size, RUNGS)) @ model.centers.T)
        mix = 0.5 if between is None else between
    crops = draw(data, plan, size, config, mix)
    starts = range(0, len(crops), BATCH)
    return np.concatenate([model.embed(crops[i : i + BATCH]) for i in starts])


def _footage(
    data: AlignedSamples, plan: Plan, config: SequenceConfig, embeddings: FloatArray
) -> Footage:
    classes = data.samples.labels
    switch = plan.kind is Kind.SWITCH
    truth = (int(classes[plan.first]), int(classes[plan.second])) if switch else (-1, -1)
    return Footage(
        source=data.samples.name,
        kind=plan.kind.value,
        half=plan.half,
        fps=config.fps,
        change=plan.frames[0],
        truth=truth,
        times=np.arange(len(embeddings)) / config.fps,
        embeddings=embeddings,
    )


def _key(model: Model, data: AlignedSamples, config: SequenceConfig) -> str:
    """Name of the files of these embeddings, from all that one sequence is made from."""
    pictures = hashlib.sha256(np.ascontiguousarray(data.aligned).tobytes())
    pictures.update(np.ascontiguousarray(data.samples.labels).tobytes())
    pictures.update(data.samples.images[:: max(1, len(data.samples) // 50)].tobytes())
    alike = asdict(replace(config, switches=1, blends=0))
    made_from = [VERSION, model.card.sha256, pictures.hexdigest(), alike]
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:12]
    return f"{model.card.name}-{data.samples.name}-{digest}"


def _save(file: Path, parts: Sequence[FloatArray]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp.npz")
    np.savez(temporary, embeddings=np.concatenate(parts).astype(np.float16))
    temporary.replace(file)


def _read(file: Path, lengths: Sequence[int]) -> list[FloatArray]:
    """The embeddings of each sequence."""
    with np.load(file) as kept:
        together = kept["embeddings"].astype(np.float32)
    if sum(lengths) != len(together):
        raise DatasetError(
            f"{file}: expected embeddings of {sum(lengths)} frames, found {len(together)}; "
            "delete the file"
        )
    together /= np.linalg.norm(together, axis=1, keepdims=True)
    return np.split(together, np.cumsum(lengths)[:-1])
