"""Giving each face the same number from frame to frame.

Faces are matched to tracks by the Hungarian method (Kuhn 1955). A track is expected where its
velocity, in pixels a second, carries it, so that two people who cross keep their numbers and
dropped frames do no harm. As in ByteTrack (Zhang et al. 2022) a weak detection may continue a
track but not begin one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fervideo.config import check_range
from fervideo.faces.boxes import overlaps
from fervideo.types import Faces, FloatArray


def prepare_for_several() -> None:
    """Import now what is needed once two faces are in the picture, half a second's work."""
    import scipy.optimize  # noqa: F401


def _assign(cost: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cheapest assignment, in order of the rows."""
    if min(cost.shape) == 1:  # the most frequent case needs no method
        row, column = np.unravel_index(cost.argmin(), cost.shape)
        return np.array([row], np.intp), np.array([column], np.intp)
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(cost)
    return rows, columns


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """How faces are followed.

    Attributes:
        forget_s: A face that was lost for longer than this many seconds is a new one.
        reach: How far from its expected place a face may be found, in face sizes.
        reach_per_s: By how much that grows with each second in which it was not seen.
        size_ratio: By which factor a face's size may change between two sightings.
    """

    forget_s: float = 1.5
    reach: float = 0.7
    reach_per_s: float = 1.5
    size_ratio: float = 1.8

    def __post_init__(self) -> None:
        check_range("forget_s", self.forget_s, 0, 60)
        check_range("reach", self.reach, 0, 10)
        check_range("reach_per_s", self.reach_per_s, 0, 100)
        check_range("size_ratio", self.size_ratio, 1, 10)


_VELOCITY_S = 0.15
"""Time constant of the velocity: long enough to average a detector's trembling away."""

_LONGEST_STEP_S = 1.0
"""Nobody moves evenly for longer than this."""

_NEVER = 1e6
"""Cost of a pair that cannot be."""


@dataclass(slots=True)
class _Track:
    """One face: when and where it was last seen, and its velocity in pixels a second."""

    track_id: int
    box: FloatArray  # (4,)
    velocity: FloatArray  # (2,)
    time_s: float
    seen_last_frame: bool = True


class Tracker:
    """Follows faces. Numbers start at 1 and none is given twice in a tracker's life.

    Args:
        config: How faces are followed.
        min_confidence: A detection that scores lower may continue a track, not begin one.
    """

    def __init__(self, config: TrackerConfig | None = None, min_confidence: float = 0.5) -> None:
        self.config = config or TrackerConfig()
        self.min_confidence = min_confidence
        self._tracks: list[_Track] = []
        self._next_id = 1
        self._time_s = -math.inf

    def reset(self) -> None:
        """Lose every track: what comes next are other faces. Numbers go on."""
        self._tracks.clear()
        self._time_s = -math.inf

    def __call__(self, faces: Faces, time_s: float) -> Faces:
        """Number the faces of one frame.

        Args:
            faces: Detected faces, any order.
            time_s: The frame's time. A time before the last one starts afresh.

        Returns:
            The faces that belong to a track, in the order of their numbers; weak detections
            near no track are left out.
        """
        if time_s < self._time_s:
            self.reset()
        self._time_s = time_s
        self._forget(time_s)
        ids = np.full(len(faces), -1, np.int64)
        rows, columns = self._match(faces, time_s)
        for track in self._tracks:
            track.seen_last_frame = False
        for row, column in zip(rows, columns, strict=True):
            self._see(self._tracks[row], faces.boxes[column], time_s)
            ids[column] = self._tracks[row].track_id
        for column in np.flatnonzero((ids < 0) & (faces.scores >= self.min_confidence)):
            ids[column] = self._begin(faces.boxes[column], time_s)
        return _numbered(faces, ids)

    def _forget(self, time_s: float) -> None:
        # A face of the very last frame stays, however slowly frames come.
        self._tracks = [
            track
            for track in self._tracks
            if track.seen_last_frame or time_s - track.time_s <= self.config.forget_s
        ]

    def _match(self, faces: Faces, time_s: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows of tracks and of faces that belong together."""
        if not self._tracks or not len(faces):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        cost = self._costs(faces, time_s)
        rows, columns = _assign(cost)
        possible = cost[rows, columns] < _NEVER
        return rows[possible], columns[possible]

    def _costs(self, faces: Faces, time_s: float) -> FloatArray:
        """(tracks, faces): how badly each fits each, `_NEVER` where it cannot be."""
        boxes = np.stack([track.box for track in self._tracks])
        velocities = np.stack([track.velocity for track in self._tracks])
        away_s = np.array([[time_s - track.time_s] for track in self._tracks], np.float32)
        expected = boxes + np.tile(velocities * np.minimum(away_s, _LONGEST_STEP_S), 2)
        cost, distance = _misfits(expected, faces.boxes)
        if not all(track.seen_last_frame for track in self._tracks):
            # Who was hidden may have stood still instead; that is believed, a little less.
            stayed_cost, stayed = _misfits(boxes, faces.boxes)
            np.minimum(cost, stayed_cost + 0.5, out=cost)
            np.minimum(distance, stayed, out=distance)
        growth = np.abs(np.log(_sizes(boxes)[:, None] / _sizes(faces.boxes)))
        near = distance <= self.config.reach + self.config.reach_per_s * away_s
        near &= growth <= math.log(self.config.size_ratio) * (1 + away_s)
        weak = faces.scores < self.min_confidence
        return np.where(near, cost + 0.5 * growth + 0.3 * weak, _NEVER).astype(np.float32)

    def _see(self, track: _Track, box: FloatArray, time_s: float) -> None:
        elapsed = time_s - track.time_s
        if elapsed > 0:
            step = box - track.box
            moved = (step[:2] + step[2:]) / (2 * elapsed)
            weight = 1 - math.exp(-elapsed / _VELOCITY_S)
            velocity = track.velocity + weight * (moved - track.velocity)
            track.velocity = np.asarray(velocity, np.float32)
        track.box, track.time_s, track.seen_last_frame = box, time_s, True

    def _begin(self, box: FloatArray, time_s: float) -> int:
        track = _Track(self._next_id, box, np.zeros(2, np.float32), time_s)
        self._tracks.append(track)
        self._next_id += 1
        return track.track_id


def _sizes(boxes: FloatArray) -> FloatArray:
    """(n,) mean of width and height, at least a pixel."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(np.maximum((sides[:, 0] + sides[:, 1]) / 2, 1), np.float32)


def _misfits(tracks: FloatArray, faces: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(n, m) misfit of place, and distance of the middles in mean face sizes."""
    gaps = ((tracks[:, :2] + tracks[:, 2:])[:, None] - (faces[:, :2] + faces[:, 2:])) / 2
    sizes = (_sizes(tracks)[:, None] + _sizes(faces)) / 2
    distance = np.asarray(np.hypot(gaps[..., 0], gaps[..., 1]) / sizes, np.float32)
    return distance + 1 - overlaps(tracks, faces)[0], distance


def _numbered(faces: Faces, ids: NDArray[np.int64]) -> Faces:
    rows = np.flatnonzero(ids >= 0)
    return select(replace(faces, track_ids=ids), rows[np.argsort(ids[rows])])


def select(faces: Faces, rows: NDArray[np.intp]) -> Faces:
    """The faces of some rows, in the order of `rows`."""
    return Faces(
        boxes=faces.boxes[rows],
        keypoints=faces.keypoints[rows],
        scores=faces.scores[rows],
        track_ids=faces.track_ids[rows],
        low_quality=faces.low_quality[rows],
        quality_reasons=tuple(faces.quality_reasons[row] for row in rows),
    )
