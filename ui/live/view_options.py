"""What is shown: panels, overlays, the length of the plot. Menu, settings and widgets in step."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from ..context import Context
from ..settings import PLOT_WINDOWS_S, FlagName
from .plot_panel import PlotPanel
from .video_view import VideoView


def connect_view(context: Context, side: QWidget, plot: PlotPanel, video: VideoView) -> None:
    """Let the actions of the View menu show and hide, and remember it."""
    settings, actions = context.settings, context.actions
    panels: dict[FlagName, QWidget] = {"face_panel": side, "plot_panel": plot}
    for key, panel in panels.items():
        actions[key].setChecked(settings.flag(key))
        actions[key].toggled.connect(panel.setVisible)
        actions[key].toggled.connect(partial(settings.set_flag, key))
    video.set_overlays(settings.flag("overlays"))
    actions["overlays"].setChecked(settings.flag("overlays"))
    actions["overlays"].toggled.connect(video.set_overlays)
    actions["overlays"].toggled.connect(partial(settings.set_flag, "overlays"))
    for seconds in PLOT_WINDOWS_S:
        action = actions[f"plot_{seconds}"]
        action.setChecked(settings.plot_window_s == seconds)
        action.triggered.connect(lambda _=False, s=seconds: plot.set_window(s))
    plot.window_changed.connect(lambda s: actions[f"plot_{s}"].setChecked(True))
