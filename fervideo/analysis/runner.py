"""Analyses one source after the other by their settings; networks are loaded once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fervideo.analysis.batch import BatchProgress, analyze_video, config_for, session_settings
from fervideo.analysis.finished import FinishedSessions, Work, make_work, replace_partial
from fervideo.analysis.jobs import JobSettings, Report
from fervideo.capture.source import SourceSpec, open_source
from fervideo.centers.profile import Profile
from fervideo.centers.store import read_profile
from fervideo.errors import FervideoError, ModelError
from fervideo.landmark_names import LandmarkMode
from fervideo.model_loader import LoadModel, load_shipped_model
from fervideo.pipeline import Analyzer, AnalyzerConfig, Detector, ModelLike
from fervideo.player import Opener
from fervideo.session.reader import read_session
from fervideo.session.summary import summarize
from fervideo.types import Faces


class Runner:
    """Analyses sources; several threads may use it at once.

    Args:
        load_model: Loads a model by name and device, in place of the registry.
        opener: Opens sources.
        detector: Finds faces, in place of the detector that the settings describe.
    """

    def __init__(
        self,
        load_model: LoadModel | None = None,
        opener: Opener = open_source,
        detector: Detector | None = None,
    ) -> None:
        self._load_model = load_model or load_shipped_model
        self._opener, self._detector = opener, detector
        self._lock = threading.Lock()
        self._models: dict[tuple[str, str], ModelLike] = {}
        self._sessions: dict[Path, FinishedSessions] = {}

    def run(
        self,
        spec: SourceSpec,
        settings: JobSettings,
        on_progress: Callable[[BatchProgress], None] | None = None,
        stop: threading.Event | None = None,
        pause: threading.Event | None = None,
    ) -> Report:
        """Analyse one source into a session folder.

        Args:
            spec: What to analyse.
            settings: How.
            on_progress: Called about ten times a second and at the end.
            stop: Set it, from any thread, to end early.
            pause: While it is set the analysis stands still.

        Returns:
            The report; what goes wrong is in it.

        Raises:
            FervideoError: Nothing could be made: the model, the source or the place for the
                session is not to be had.
        """
        model = self.model(settings.model, settings.device)
        if stop is not None and stop.is_set():
            return Report(spec.location)
        if settings.resume and (found := self.finished(spec, settings)) is not None:
            return found
        profile = _profile(settings, model)
        done = analyze_video(
            spec,
            settings.out_dir,
            model,
            config_for(spec, make_config(settings)),
            on_progress,
            stop,
            options=settings.options,
            pause=pause,
            profile=profile,
            save_video=settings.save_video,
            opener=self._opener,
            detector=self._detector,
        )
        folder = done.folder
        if settings.resume and done.end_reason == "complete":
            folder = self.settle(spec, settings, folder)
        notice = "" if profile is None else profile.notice(model.card)
        return replace(
            _report(spec, folder),
            error=str(done.error) if done.error else "",
            warning=" ".join(filter(None, (done.warning, notice))),
            frames_per_s=done.frames_per_s,
        )

    def finished(self, spec: SourceSpec, settings: JobSettings) -> Report | None:
        """The report of a complete session of the same source and settings; None if there is none.

        Raises:
            FervideoError: The model, the profile or the session that was found cannot be read.
        """
        work = self._work(spec, settings)
        session = None if work is None else self._finished(settings.out_dir).find(work)
        return None if session is None else _report(spec, session, skipped=True)

    def settle(self, spec: SourceSpec, settings: JobSettings, folder: Path) -> Path:
        """Let a complete session take the place of those of the same work that were cut short.

        Returns:
            Where the session is now, see `finished.replace_partial`.
        """
        work = self._work(spec, settings)
        partial = [] if work is None else self._finished(settings.out_dir).partial(work)
        return replace_partial(folder, partial)

    def model(self, name: str, device: str) -> ModelLike:
        """The network, loaded when it is asked for first. Raises ModelError or DeviceError."""
        with self._lock:
            if (name, device) not in self._models:
                try:
                    self._models[name, device] = self._load_model(name, device)
                except FervideoError:
                    raise
                except Exception as error:  # a driver or a file may raise anything
                    raise ModelError(
                        f"cannot load the model {name} on {device}: {error}"
                    ) from error
            return self._models[name, device]

    def _finished(self, folder: Path) -> FinishedSessions:
        with self._lock:
            return self._sessions.setdefault(folder, FinishedSessions(folder))

    def _work(self, spec: SourceSpec, settings: JobSettings) -> Work | None:
        """The analysis that these settings ask for; None if its source cannot be told again."""
        model = self.model(settings.model, settings.device)
        profile = _profile(settings, model)
        # Made for its description alone, the analyser needs no networks to find and measure faces.
        config = config_for(spec, replace(make_config(settings), landmarks=LandmarkMode.OFF))
        with Analyzer(model, config, lambda image: Faces.none(), profile=profile) as analyzer:
            analyzer.configure(replace(config, landmarks=settings.landmarks))
            told = session_settings(analyzer, settings.options)
        return make_work(spec, model.card, told, settings.save_video)


def make_config(settings: JobSettings) -> AnalyzerConfig:
    """The settings of the line from frame to result."""
    return AnalyzerConfig(
        max_faces=settings.max_faces,
        threshold=settings.threshold,
        landmarks=settings.landmarks,
        strength=0.5 if settings.strength is None else settings.strength,
    )


def _profile(settings: JobSettings, model: ModelLike) -> Profile | None:
    """The profile; what it lacks for this model is enrolled from the pictures that it keeps."""
    return None if settings.profile is None else read_profile(settings.profile).reenrolled(model)


def _report(spec: SourceSpec, folder: Path, skipped: bool = False) -> Report:
    session = read_session(folder)
    return Report(
        source=spec.location,
        session=folder,
        end_reason=session.end_reason,
        skipped=skipped,
        summary=summarize(session),
    )
