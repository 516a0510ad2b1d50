"""Finding one's way in a session: frames by time, rows by frame, rows of a face frame by frame."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fervideo.capture.seeking import SAME_TIME_S
from fervideo.session.reader import Session
from fervideo.session.segments import Segment

NO_ROW = -1


class SessionIndex:
    """The f frames of a session and what each face wore.

    Args:
        session: The session, as it is to be shown.
    """

    def __init__(self, session: Session) -> None:
        timeline = session.timeline
        self._first = timeline.first_rows
        self._face_id, self._frame_of_row = timeline.face_id, timeline.frame_of_row
        self._bounds = np.append(self._first, len(timeline))
        # A clock that was set back must not make the search fail.
        self.times_s = np.maximum.accumulate(np.nan_to_num(timeline.time_s[self._first]))
        self.ends_s = self.times_s + session.durations[self._first]
        self.face_ids = session.face_ids
        self.segments: dict[int, list[Segment]] = {i: [] for i in self.face_ids}
        for segment in session.segments():
            self.segments[segment.face_id].append(segment)
        self._starts = {i: [s.start_s for s in found] for i, found in self.segments.items()}
        self._rows: dict[int, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def span(self) -> tuple[float, float]:
        """Start of the first frame and end of the last."""
        if not len(self):
            return 0.0, 0.0
        return float(self.times_s[0]), float(self.ends_s[-1])

    def frame_at(self, time_s: float) -> int:
        """The frame that is shown at a time: the last that has begun, the first before it."""
        at = int(np.searchsorted(self.times_s, time_s + SAME_TIME_S, side="right")) - 1
        return max(at, 0)

    def time_of(self, frame: int) -> float:
        """When a frame begins; the first or last for one beyond."""
        return float(self.times_s[min(max(frame, 0), len(self) - 1)]) if len(self) else 0.0

    def is_over(self, time_s: float) -> bool:
        """Whether nothing was analysed at this time: the frame before it does not last so long."""
        frame = self.frame_at(time_s)
        return bool(len(self)) and time_s > float(self.ends_s[frame]) + SAME_TIME_S

    def snapped(self, start_s: float, end_s: float) -> tuple[float, float]:
        """A part from the start of the frame it begins in to the end of that it ends in."""
        if not len(self):
            return start_s, end_s
        last = self.frame_at(end_s)
        if last > self.frame_at(start_s) and end_s - float(self.times_s[last]) < SAME_TIME_S:
            last -= 1
        return self.time_of(self.frame_at(start_s)), float(self.ends_s[last])

    def rows_at(self, frame: int) -> range:
        """The rows of a frame."""
        if not 0 <= frame < len(self):
            return range(0)
        return range(int(self._bounds[frame]), int(self._bounds[frame + 1]))

    def rows_of(self, face_id: int) -> NDArray[np.int64]:
        """(f,) the row of a face in each frame, `NO_ROW` where it is not."""
        if face_id not in self._rows:
            rows = np.full(len(self), NO_ROW, np.int64)
            own = np.flatnonzero(self._face_id == face_id)
            rows[self._frame_of_row[own]] = own
            self._rows[face_id] = rows
        return self._rows[face_id]

    def segment_at(self, face_id: int, time_s: float) -> Segment | None:
        """What a face wore at a time, None if it was not in view."""
        starts = self._starts.get(face_id, [])
        at = bisect_right(starts, time_s + SAME_TIME_S) - 1
        if at < 0:
            return None
        segment = self.segments[face_id][at]
        return segment if time_s < segment.end_s - SAME_TIME_S or at == len(starts) - 1 else None

    def change_after(self, face_ids: Sequence[int], time_s: float) -> float | None:
        """When one of these faces next changes its expression, comes or is first seen."""
        found = []
        for face_id in face_ids:
            starts = self._starts.get(face_id, [])
            at = bisect_right(starts, time_s + SAME_TIME_S)
            found += starts[at : at + 1]
        return min(found, default=None)

    def change_before(self, face_ids: Sequence[int], time_s: float) -> float | None:
        """When one of these faces last changed before a time."""
        found = []
        for face_id in face_ids:
            starts = self._starts.get(face_id, [])
            at = bisect_left(starts, time_s - SAME_TIME_S)
            found += starts[max(at - 1, 0) : at]
        return max(found, default=None)
