#!/usr/bin/env python
"""A picture of the Review workspace with an analysis of the demo, gone through by hand.

python scripts/picture_review.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import sys
from pathlib import Path

from fervideo.ui.main_window import MainWindow
from fervideo.ui.review.document import Document
from picture_taking import EVERY, run, save
from PySide6.QtCore import QTimer

from fervideo.analysis.batch import BatchOptions, analyze_video
from fervideo.analyzer_config import AnalyzerConfig
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.landmark_names import LandmarkMode
from fervideo.models.registry import load_model
from fervideo.resources import asset_file
from fervideo.session.markers import Marker, MarkerKind, write_markers
from fervideo.session.schema import MARKERS_FILE

MOMENT_S = 2.6
PART_S = (4.9, 6.6)
MARKERS = (
    Marker(1.5, 0.0, "", "stimulus", ""),
    Marker(8.0, 0.0, "", "stimulus", ""),
    Marker(11.0, 1.2, "", MarkerKind.EXCLUDE, ""),
)
POLL_S = 0.2
PATIENCE_S = 300
CALM = 10
"""Looks at a window that has come to rest, before the picture is taken."""


def analyze(folder: Path) -> Path:
    """Analyse the demo clip with the head's pose; the session's folder."""
    spec = SourceSpec(SourceKind.VIDEO, str(asset_file("demo.mp4")))
    config = AnalyzerConfig(landmarks=LandmarkMode.POSE)
    options, model = BatchOptions(every=EVERY), load_model("default", "cpu")
    found = analyze_video(spec, folder, model, config, options=options, save_video=True)
    write_markers(found.folder / MARKERS_FILE, MARKERS)
    return found.folder


class Photographer:
    """Opens the session and takes the picture once everything is there."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        self._window, self._picture = window, picture
        self._rounds = self._calm = 0
        self._timer = QTimer(window, interval=round(1000 * POLL_S))
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        review, page = self._window.review, self._window.review.page
        self._rounds += 1
        if self._rounds == 1:
            self._window.context.navigator.open_session(analyze(Path("sessions")))
        elif review.document is not None and page.playhead.selection is None:
            self._arrange(review.document)
        elif review.is_settled and page.stage.is_settled and page.stage.video.has_picture:
            self._calm += 1
        if self._calm >= CALM or self._rounds * POLL_S > PATIENCE_S:
            self._timer.stop()
            save(self._window, self._picture)

    def _arrange(self, document: Document) -> None:
        """A name, two plots, a moment, a part that is chosen."""
        page = self._window.review.page
        self._window.actions_by_key["session_axes"].setChecked(True)
        page.timeline.plots.show_groups(["probabilities", "pose"])
        if document.face is not None:
            document.edit("a name", document.edits.named(document.face, "Participant 7"))
        page.playhead.seek(MOMENT_S)
        page.playhead.select(PART_S)


if __name__ == "__main__":
    path = Path(sys.argv[2]).resolve()
    sys.exit(run(sys.argv[1], lambda window: Photographer(window, path), None))
