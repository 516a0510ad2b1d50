"""Which of several faces the panel and the plot follow."""

from __future__ import annotations

import math

from fervideo.types import Faces

PATIENCE_S = 1.0
"""Seconds for which a chosen face that is away is waited for."""


class FaceChooser:
    """The largest face at first; then the same one until it has left or the user chooses.

    Attributes:
        track_id: The chosen face, None before the first.
        replaced: The face that the chosen one came in place of, if that one had left.
    """

    def __init__(self) -> None:
        self.track_id: int | None = None
        self.replaced: int | None = None
        self._last_seen_s = 0.0
        self._known: tuple[int, ...] = ()

    def clear(self) -> None:
        """Start afresh."""
        self.track_id = self.replaced = None
        self._known = ()

    def choose(self, track_id: int) -> None:
        """The user's own choice."""
        self.track_id, self.replaced = track_id, None

    def stop_waiting(self) -> None:
        """Nothing more comes: a chosen face that is away stays away."""
        self._last_seen_s = -math.inf

    def step(self, by: int = 1) -> None:
        """Choose the next face from left to right, round and round."""
        if self._known:
            at = self._known.index(self.track_id) if self.track_id in self._known else -by
            self.choose(self._known[(at + by) % len(self._known)])

    def update(self, faces: Faces, time_s: float) -> int | None:
        """Find the chosen face in a new frame.

        Returns:
            Its row, None if it is not there.
        """
        ids = [int(i) for i in faces.track_ids]
        self._known = tuple(ids[i] for i in faces.boxes[:, 0].argsort())
        self.replaced = None
        if self.track_id in ids:
            self._last_seen_s = time_s
            return ids.index(self.track_id)
        if not ids or (self.track_id is not None and self._waiting(time_s)):
            return None
        sizes = (faces.boxes[:, 2:] - faces.boxes[:, :2]).prod(axis=1)
        row = int(sizes.argmax())
        self.replaced, self.track_id = self.track_id, ids[row]
        self._last_seen_s = time_s
        return row

    def _waiting(self, time_s: float) -> bool:
        return 0 <= time_s - self._last_seen_s < PATIENCE_S
