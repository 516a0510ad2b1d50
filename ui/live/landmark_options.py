"""Which landmarks are shown and which are measured: actions, settings and engine in step."""

from __future__ import annotations

from functools import partial

from fervideo.landmark_names import LandmarkMode
from fervideo.live_stats import LiveStats

from ..context import Context
from ..settings import FlagName
from .video_view import VideoView

_FLAGS: tuple[FlagName, ...] = ("mesh", "pose_axes", "blendshapes")


class LandmarkOptions:
    """Measures what is shown or asked for, and no more: it costs some 10 ms a face.

    While a recording goes on, what is measured grows but never shrinks: hiding the mesh must not
    leave gaps in a session.
    """

    def __init__(self, context: Context, video: VideoView) -> None:
        self._engine, self._settings = context.bridge.engine, context.settings
        self._video = video
        self._mode = LandmarkMode.OFF
        self._recording = False
        for name in _FLAGS:
            action = context.actions[name]
            action.setChecked(self._settings.flag(name))
            action.toggled.connect(partial(self._set, name))
        self._apply()

    @property
    def wanted(self) -> LandmarkMode:
        """What the options ask for."""
        mesh, axes, blendshapes = (self._settings.flag(name) for name in _FLAGS)
        if blendshapes:
            return LandmarkMode.ALL
        return LandmarkMode.POSE if mesh or axes else LandmarkMode.OFF

    def follow(self, stats: LiveStats) -> None:
        """Measure less again once a recording is over."""
        recording = stats.recording is not None
        if recording != self._recording:
            self._recording = recording
            self._apply()

    def _set(self, name: FlagName, on: bool) -> None:
        self._settings.set_flag(name, on)
        self._apply()

    def _apply(self) -> None:
        self._video.show_landmarks(
            mesh=self._settings.flag("mesh"), axes=self._settings.flag("pose_axes")
        )
        wanted = self.wanted
        if self._recording and self._mode.includes(wanted):
            return
        if wanted is not self._mode:
            self._mode = wanted
            self._engine.measure(wanted)
