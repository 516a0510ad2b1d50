"""Analysing the frames of a file, as fast as the machine can, into a session folder."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from fervideo.analysis.finished import identify
from fervideo.analysis.jobs import BatchOptions
from fervideo.analysis.read_ahead import ReadAhead
from fervideo.capture.source import Source, SourceInfo, SourceKind, SourceSpec, open_source
from fervideo.centers.profile import Profile
from fervideo.errors import SourceError
from fervideo.pipeline import Analyzer, AnalyzerConfig, Detector, ModelLike
from fervideo.player import Opener
from fervideo.processor import threads_in_use
from fervideo.recording import start_session
from fervideo.session.writer import SessionWriter

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
    options: BatchOptions | None = None,
    pause: threading.Event | None = None,
    profile: Profile | None = None,
    save_video: bool = False,
    opener: Opener = open_source,
    detector: Detector | None = None,
) -> BatchSummary:
    """Analyse the frames of a source and record the results.

    A keyboard interrupt ends it as `stop` does: the session is readable, the summary says so.

    Args:
        spec: What to analyse. A camera or stream goes on until `stop` or the chosen end.
        out_dir: Where the session folder is made, named after the source.
        model: The network.
        config: Settings; the defaults if None.
        on_progress: Called about ten times a second and at the end.
        stop: Set it, from any thread, to end early.
        options: Which frames; all if None.
        pause: While it is set the analysis stands still.
        profile: A person's own expressions; None for the model's alone.
        save_video: Record the pictures too.
        opener: Opens the source.
        detector: Finds faces, in place of the detector that `config` describes.

    Raises:
        SourceError: The source cannot be opened, or ends before the chosen start; nothing was
            written.
        ProfileError: The profile cannot be used with the model.
        SessionError: The session cannot be written; rows so far are kept.
    """
    options = options or BatchOptions()
    stop, pause = stop or threading.Event(), pause or threading.Event()
    config = config_for(spec, config or AnalyzerConfig())
    with opener(spec) as source, Analyzer(model, config, detector, profile=profile) as analyzer:
        info = source.info
        _check_start(info, options)
        writer = start_session(
            out_dir / _session_name(info),
            {**asdict(info), **identify(spec)},
            analyzer,
            save_video,
            live=False,
            settings=session_settings(analyzer, options),
        )
        # Left by an unforeseen error, the writer closes itself with that error as the reason.
        with writer, ReadAhead(source, options, stop, pause) as frames:
            return _Run(source, analyzer, writer, frames, options, on_progress).finish()


def config_for(spec: SourceSpec, config: AnalyzerConfig) -> AnalyzerConfig:
    """The settings that suit a source: pictures need not be alike, so try hard on each."""
    return replace(config, stills=True) if spec.kind is SourceKind.FOLDER else config


def session_settings(analyzer: Analyzer, options: BatchOptions) -> dict[str, Any]:
    """Everything that decides a result besides the network, as the session describes it."""
    selection = {"start_s": options.start_s, "end_s": options.end_s, "every": options.every}
    return {**analyzer.settings(), "threads": threads_in_use(), "selection": selection}


def _check_start(info: SourceInfo, options: BatchOptions) -> None:
    if info.duration_s is not None and 0 < info.duration_s <= options.start_s:
        raise SourceError(
            f"expected a start within the {info.duration_s:.1f} s of {info.name}, "
            f"found {options.start_s:g} s; choose an earlier one"
        )


def _frames_to_do(info: SourceInfo, options: BatchOptions) -> int | None:
    """How many frames the options leave, as nearly as the container tells; None if unknown."""
    if options == BatchOptions() or info.frame_count is None:
        return info.frame_count if options == BatchOptions() else None
    duration_s = info.duration_s or info.frame_count / (info.fps or 25.0)
    end_s = min(duration_s, options.end_s or duration_s)
    share = max(0.0, end_s - options.start_s) / duration_s if duration_s > 0 else 0.0
    return max(1, math.ceil(info.frame_count * share / options.every - 1e-6))


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
        decoder: ReadAhead,
        options: BatchOptions,
        on_progress: Callable[[BatchProgress], None] | None,
    ) -> None:
        self._source, self._analyzer, self._writer = source, analyzer, writer
        self._decoder, self._on_progress = decoder, on_progress
        self._options = options
        self._total = _frames_to_do(source.info, options)
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
        if end_reason == "complete" and self._total is not None:
            self._total = self._frames + self._lost  # what the container said was a guess
        self._tell(final=True)
        elapsed_s = self._elapsed_s()
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
        due = None if self._options.start_s else 0
        while (frame := self._decoder.next()) is not None:
            self._writer.write(self._analyzer(frame))
            self._frames += 1
            # A gap in the numbers is a frame that the source could not read.
            self._lost += max(0, frame.index - due) if due is not None else 0
            due = frame.index + self._options.every
            self._tell()
        if not self._frames and self._options != BatchOptions() and not self._decoder.stopped:
            raise SourceError(
                f"expected frames from {self._options.start_s:g} s on in {self._source.info.name}, "
                "found none; choose an earlier start"
            )

    def _tell(self, final: bool = False) -> None:
        now_s = time.monotonic()
        if self._on_progress is None or (not final and now_s - self._told_s < _PROGRESS_S):
            return
        self._told_s = now_s
        rate = self._frames / max(self._elapsed_s(), 1e-9)
        left = None if self._total is None else max(0, self._total - self._frames - self._lost)
        left_s = None if left is None or rate <= 0 else left / rate
        self._on_progress(BatchProgress(self._frames, self._total, rate, left_s))

    def _elapsed_s(self) -> float:
        """Seconds of work; those in which it stood still do not count."""
        return time.monotonic() - self._start_s - self._decoder.paused_s
