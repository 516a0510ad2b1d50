"""Gathering the frames of an enrolment from a video, from pictures, or from a camera."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fervideo.capture.folder import FolderSource
from fervideo.capture.source import Source
from fervideo.centers.enroll import SHORTEST_GAP_S, EnrollmentSession
from fervideo.errors import SourceError
from fervideo.faces.detector import KEEP_CONFIDENCE, FaceDetector
from fervideo.pipeline import Analyzer, AnalyzerConfig, Detector

SPREAD = 1.5
"""So many times the wanted frames are looked at, spread over a video: some will be left out."""

COUNTDOWN_S = 3.0
LONGEST_S = 20.0
"""So long a camera is looked at after the countdown."""

Progress = Callable[[float, str], None]
"""Told how much is done, 0 to 1, and a few words."""


def gather_video(
    session: EnrollmentSession,
    source: Source,
    start_s: float = 0.0,
    end_s: float | None = None,
    *,
    progress: Progress = lambda done, words: None,
    stop: threading.Event | None = None,
    detector: Detector | None = None,
) -> None:
    """Offer frames of the largest face, spread evenly from start to end.

    Args:
        session: Takes the frames.
        source: An open video.
        start_s: Frames before this time are passed over.
        end_s: Frames from this time on are left out; None goes to the end.
        progress: Told now and then.
        stop: Set it, from any thread, to end early.
        detector: Finds faces, in place of the usual one.

    Raises:
        SourceError: The video ends before the start, or cannot be read on.
    """
    gap_s = _gap_s(session, source, start_s, end_s)
    length_s = source.info.duration_s if end_s is None else end_s
    due_s = start_s
    with Analyzer(session.model, detector=detector) as analyzer:
        source.skip_until(start_s)
        looked = False
        while not session.is_complete and not (stop is not None and stop.is_set()):
            frame = source.read()
            if frame is None or (end_s is not None and frame.time_s >= end_s):
                break
            if frame.time_s < due_s - 1e-6:
                continue
            looked, due_s = True, frame.time_s + gap_s
            session.offer(analyzer(frame))
            done = (frame.time_s - start_s) / max((length_s or math.inf) - start_s, 1e-6)
            progress(min(1.0, done), _words(session))
    if not looked and not (stop is not None and stop.is_set()):
        raise SourceError(
            f"expected frames from {start_s:g} s on in {source.info.name}, found none; choose an "
            "earlier start"
        )


def gather_pictures(
    session: EnrollmentSession,
    paths: Iterable[Path],
    *,
    progress: Progress = lambda done, words: None,
    detector: Detector | None = None,
) -> tuple[str, ...]:
    """Offer the largest face of each picture.

    Args:
        session: Takes the frames.
        paths: Pictures, and folders of pictures.
        progress: Told now and then.
        detector: Finds faces, in place of one for still pictures.

    Returns:
        A sentence for each path of which something could not be read.

    Raises:
        SourceError: There is no picture at one of the paths.
    """
    config = AnalyzerConfig(
        min_confidence=KEEP_CONFIDENCE, keep_confidence=KEEP_CONFIDENCE, fallback_every=1
    )
    warnings: list[str] = []
    with _for_stills(detector) as find, Analyzer(session.model, config, find) as analyzer:
        for path in paths:
            with FolderSource(path) as source:
                while not session.is_complete and (frame := source.read()) is not None:
                    session.offer(analyzer(frame), timed=False)
                    progress(session.progress, _words(session))
                if source.warning:
                    warnings.append(source.warning)
    return tuple(warnings)


def gather_camera(
    session: EnrollmentSession,
    source: Source,
    *,
    tell: Callable[[str], None],
    stop: threading.Event | None = None,
    countdown_s: float = COUNTDOWN_S,
    longest_s: float = LONGEST_S,
    detector: Detector | None = None,
) -> None:
    """Count down, then offer each frame of the largest face until there are enough.

    Args:
        session: Takes the frames.
        source: An open camera or stream.
        tell: Told what the person should do.
        stop: Set it, from any thread, to end early.
        countdown_s: Seconds of the countdown.
        longest_s: Seconds after which it ends with what there is.
        detector: Finds faces, in place of the usual one.

    Raises:
        SourceError: The camera fails.
    """
    first_s: float | None = None
    told = ""
    with Analyzer(session.model, detector=detector) as analyzer:
        while not session.is_complete and not (stop is not None and stop.is_set()):
            frame = source.read()
            if frame is None:
                return
            first_s = frame.time_s if first_s is None else first_s
            left_s = first_s + countdown_s - frame.time_s
            if left_s < -longest_s:
                return
            what = f" in {math.ceil(left_s)}" if left_s > 0 else ": hold it"
            words = f"{session.name}{what}"
            if words != told:
                tell(words)
                told = words
            result = analyzer(frame)  # in the countdown too: its first frames are slow
            if left_s <= 0:
                session.offer(result)


def _gap_s(
    session: EnrollmentSession, source: Source, start_s: float, end_s: float | None
) -> float:
    """Seconds from one frame that is looked at to the next."""
    duration_s = source.info.duration_s
    ends = [s for s in (end_s, duration_s) if s is not None]
    if not ends:
        return SHORTEST_GAP_S
    return max(SHORTEST_GAP_S, (min(ends) - start_s) / (SPREAD * session.wanted))


@contextmanager
def _for_stills(detector: Detector | None) -> Iterator[Detector]:
    if detector is not None:
        yield detector
        return
    with FaceDetector(keep_confidence=KEEP_CONFIDENCE, stills=True) as own:
        yield own


def _words(session: EnrollmentSession) -> str:
    return f"{len(session.samples)}/{session.wanted} frames"
