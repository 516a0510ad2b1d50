"""Every face of a real video as footage, by detector and tracker as for a user."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from fervideo.capture.source import open_source, parse_source
from fervideo.evaluation.footage import CLIP, Footage
from fervideo.evaluation.sequences import REPORTING
from fervideo.models.registry import Model
from fervideo.pipeline import Analyzer
from fervideo.types import FloatArray

SHORTEST_S = 1.0
"""A face that is seen for a shorter time is left out."""

Track = list[tuple[float, FloatArray]]


def embed_clip(
    model: Model,
    path: str,
    cache: Path | None = None,
    report: Callable[[float], None] = lambda done: None,
) -> list[Footage]:
    """Look at a video, or read what was seen of it from the cache.

    Frames whose face is too poor to judge are left out, as the program does not judge them.

    Args:
        model: The network.
        path: Of the video.
        cache: Folder where embeddings are kept; None keeps none.
        report: Called with the part done, 0 to 1.

    Returns:
        One for each face that is followed for a second or longer.

    Raises:
        SourceError: It cannot be read.
    """
    file = None if cache is None else cache / f"{_key(model, path)}.npz"
    kept = None if file is None else _read(file)
    tracks, fps = kept or _look(model, path, report)
    if file is not None and kept is None:
        _save(file, tracks, fps)
    return [_footage(Path(path).name, fps, track) for track in tracks]


def _look(model: Model, path: str, report: Callable[[float], None]) -> tuple[list[Track], float]:
    seen: dict[int, Track] = {}
    with open_source(parse_source(path)) as source, Analyzer(model) as analyzer:
        length = source.info.frame_count
        while (frame := source.read()) is not None:
            result = analyzer(frame)
            for row in np.flatnonzero(~result.faces.low_quality):
                track = seen.setdefault(int(result.faces.track_ids[row]), [])
                track.append((frame.time_s, result.recognition.embeddings[row]))
            if length:
                report(min(1.0, (frame.index + 1) / length))
        fps = source.info.fps or 30.0
    return [t for t in seen.values() if t[-1][0] - t[0][0] >= SHORTEST_S], fps


def _footage(name: str, fps: float, track: Track) -> Footage:
    times = np.array([time_s for time_s, _ in track], np.float64)
    embeddings = np.stack([embedding for _, embedding in track])
    return Footage(name, CLIP, REPORTING, fps, len(times), (-1, -1), times, embeddings)


def _key(model: Model, path: str) -> str:
    """Name of the file of what this model saw of this video, as it is now."""
    place = Path(path)
    state = place.stat() if place.is_file() else None
    when = [] if state is None else [state.st_size, state.st_mtime_ns]
    made_from = [model.card.sha256, str(place.resolve()), *when]
    digest = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:12]
    return f"{model.card.name}-clip-{digest}"


def _save(file: Path, tracks: Sequence[Track], fps: float) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp.npz")
    times = [time_s for track in tracks for time_s, _ in track]
    rows = [embedding for track in tracks for _, embedding in track]
    lengths = [len(track) for track in tracks]
    np.savez(temporary, fps=fps, lengths=lengths, times=times, embeddings=np.array(rows))
    temporary.replace(file)


def _read(file: Path) -> tuple[list[Track], float] | None:
    """What was kept; None if nothing was, or the file is damaged."""
    try:
        with file.open("rb") as archive, np.load(archive) as kept:
            ends = np.cumsum(kept["lengths"], dtype=np.int64)
            rows = list(zip(kept["times"].tolist(), kept["embeddings"], strict=True))
            starts = [0, *ends[:-1].tolist()]
            tracks = [rows[a:b] for a, b in zip(starts, ends.tolist(), strict=True)]
            return tracks, float(kept["fps"])
    except (OSError, EOFError, KeyError, TypeError, ValueError, BadZipFile):
        return None
