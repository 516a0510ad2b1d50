"""Analysing every frame of a file, as fast as the machine can, into a session folder."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fervideo.capture.source import Source, SourceInfo, SourceKind, SourceSpec, open_source
from fervideo.errors import SourceError
from fervideo.pipeline import Analyzer, AnalyzerConfig, Detector, ModelLike
from fervideo.player import Opener
from fervideo.recording import start_session
from fervideo.session.writer import SessionWriter
from fervideo.types import Frame

_AHEAD = 8
"""Frames decoded in advance: enough to level out a slow one, few enough for 4K in memory."""

_PROGRESS_S = 0.1


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far an analysis is.

    Attributes:
        frames_done: Frames analysed.
        frames_total: Frames in all, None if unknown.
        frames_per_s: Frames analysed in a second, from the start.
        seconds_left: Until the end at that rate, None if unknown.
    """

    frames_done: int
    frames_total: int | None
    frames_per_s: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What came of an analysis.

    Attributes:
        folder: The session folder.
        source: What was analysed.
        end_reason: `complete`, `interrupted`, or `error: ...`.
        frames: Frames analysed.
        elapsed_s: Seconds it took.
        error: What ended it early, None if nothing did.
        warning: What could not be read, None if all could.
    """

    folder: Path
    source: SourceInfo
    end_reason: str
    frames: int
    elapsed_s: float
    error: SourceError | None
    warning: str | None

    @property
    def frames_per_s(self) -> float:
        """Frames analysed in a second."""
        return self.frames / max(self.elapsed_s, 1e-9)

    @property
    def interrupted(self) -> bool:
        """It was stopped by the caller or the keyboard."""
        return self.end_reason == "interrupted"


def analyze_video(
    spec: SourceSpec,
    out_dir: Path,
    model: ModelLike,
    config: AnalyzerConfig | None = None,
    on_progress: Callable[[BatchProgress], None] | None = None,
    stop: threading.Event | None = None,
    *,
    save_video: bool = False,
    opener: Opener = open_source,
    detector: Detector | None = None,
) -> BatchSummary:
    """Analyse every frame of a source and record the results.

    A keyboard interrupt ends it as `stop` does: the session is readable, the summary says so.

    Args:
        spec: What to analyse. A camera or stream goes on until `stop`.
        out_dir: Where the session folder is made, named after the source.
        model: The network.
        config: Settings; the defaults if None.
        on_progress: Called about ten times a second and at the end.
        stop: Set it, from any thread, to end early.
        save_video: Record the pictures too.
        opener: Opens the source.
        detector: Finds faces, in place of the detector that `config` describes.

    Raises:
        SourceError: The source cannot be opened; nothing was written.
        SessionError: The session cannot be written; rows so far are kept.
    """
    config = config or AnalyzerConfig()
    if spec.kind is SourceKind.FOLDER:  # pictures that need not be alike: try hard on each
        config = replace(config, fallback_every=1)
    with opener(spec) as source, Analyzer(model, config, detector) as analyzer:
        writer = start_session(
            out_dir / _session_name(source.info), source.info, analyzer, save_video, live=False
        )
        # Left by an unforeseen error, the writer closes itself with that error as the reason.
        with writer, _Decoder(source, stop or threading.Event()) as decoder:
            return _Run(source, analyzer, writer, decoder, on_progress).finish()


def _session_name(info: SourceInfo) -> str:
    """`clip.mp4` gives `clip`; a folder's or a camera's name may have a dot that is its own."""
    is_file = info.kind is SourceKind.VIDEO
    return (Path(info.name).stem if is_file else info.name) or "session"


class _Run:
    """One analysis, from the first frame to the closed session."""

    def __init__(
        self,
        source: Source,
        analyzer: Analyzer,
        writer: SessionWriter,
        decoder: _Decoder,
        on_progress: Callable[[BatchProgress], None] | None,
    ) -> None:
        self._source, self._analyzer, self._writer = source, analyzer, writer
        self._decoder, self._on_progress = decoder, on_progress
        self._frames = self._lost = 0
        self._start_s = time.monotonic()
        self._told_s = 0.0

    def finish(self) -> BatchSummary:
        """Work to the end and close the session."""
        error: SourceError | None = None
        try:
            self._analyze_all()
            end_reason = "interrupted" if self._decoder.stopped else "complete"
        except KeyboardInterrupt:
            end_reason = "interrupted"
        except SourceError as failure:
            error, end_reason = failure, f"error: {failure}"
        self._writer.close(
            frames_seen=self._frames + self._lost,
            frames_analysed=self._frames,
            frames_dropped=self._lost,
            end_reason=end_reason,
        )
        self._tell(final=True)
        elapsed_s = time.monotonic() - self._start_s
        return BatchSummary(
            self._writer.folder,
            self._source.info,
            end_reason,
            self._frames,
            elapsed_s,
            error,
            self._source.warning,
        )

    def _analyze_all(self) -> None:
        next_index = 0
        while (frame := self._decoder.next()) is not None:
            self._writer.write(self._analyzer(frame))
            self._frames += 1
            # A gap in the numbers is a frame that the source could not read.
            self._lost += max(0, frame.index - next_index)
            next_index = frame.index + 1
            self._tell()

    def _tell(self, final: bool = False) -> None:
        now_s = time.monotonic()
        if self._on_progress is None or (not final and now_s - self._told_s < _PROGRESS_S):
            return
        self._told_s = now_s
        rate = self._frames / max(now_s - self._start_s, 1e-9)
        total = self._source.info.frame_count
        left = None if total is None else max(0, total - self._frames - self._lost)
        left_s = None if left is None or rate <= 0 else left / rate
        self._on_progress(BatchProgress(self._frames, total, rate, left_s))


class _Decoder:
    """Reads a source ahead in a thread, since decoding and inference can go on side by side.

    Attributes:
        stopped: It was told to stop, and has left frames unread.
    """

    def __init__(self, source: Source, stop: threading.Event) -> None:
        self._source, self._stop = source, stop
        self._over = threading.Event()
        self.stopped = False
        self._queue: queue.Queue[Frame | SourceError | None] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._run, name="fervideo-decoder", daemon=True)

    def __enter__(self) -> _Decoder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._source.close()
        self._thread.join(5.0)

    def next(self) -> Frame | None:
        """The next frame; None at the end or after a stop. Raises SourceError."""
        while not self._stop.is_set():
            try:
                item = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if isinstance(item, SourceError):
                raise item
            return item
        self.stopped = True
        return None

    def _run(self) -> None:
        while not self._over.is_set():
            item: Frame | SourceError | None
            try:
                item = self._source.read()
            except SourceError as error:
                item = error
            except Exception as error:  # a decoder may raise anything
                item = SourceError(f"cannot go on with {self._source.info.name}: {error}")
            self._put(item)
            if not isinstance(item, Frame):
                return

    def _put(self, item: Frame | SourceError | None) -> None:
        while not self._over.is_set():
            try:
                self._queue.put(item, timeout=0.1)
                return
            except queue.Full:
                continue
