#!/usr/bin/env python
"""A picture of the Analyze workspace at work on copies of the demo, one of them broken.

python scripts/picture_analyze.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fervideo.ui.main_window import MainWindow
from picture_taking import SIZE, run, save
from PySide6.QtCore import QTimer

from fervideo.analysis.jobs import JobStatus
from fervideo.resources import asset_file

PATIENCE_S = 300
POLL_S = 0.1
EVERY = 5
SHARE = 0.4
"""The picture is taken when so much of the third video is done."""


class Photographer:
    """Fills the queue, starts it, and takes the picture in the midst of it."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        self._window, self._films, self._picture = window, Path("films"), picture
        self._rounds = 0
        self._timer = QTimer(window, interval=round(1000 * POLL_S))
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        page, actions = self._window.analyze, self._window.actions_by_key
        self._rounds += 1
        if self._rounds == 1:
            make_films(self._films)
            self._window.resize(SIZE)
            actions["analyze"].trigger()
            page.panel.every.setValue(EVERY)
            page.take([self._films])
        elif page.model.rowCount() and not page.host.snapshot.started:
            actions["analyze_start"].trigger()
        done = [job for job in page.model.jobs if job.status is JobStatus.DONE]
        running = [job.progress or 0 for job in page.model.jobs if not job.status.is_over]
        ready = len(done) == 2 and max(running, default=0) > SHARE
        if ready or self._rounds > PATIENCE_S / POLL_S:
            self._timer.stop()
            save(self._window, self._picture)


def make_films(folder: Path) -> None:
    """Five copies of the demo, one of them broken."""
    folder.mkdir()
    for number in range(1, 6):
        shutil.copy(asset_file("demo.mp4"), folder / f"interview {number}.mp4")
    (folder / "interview 2.mp4").write_bytes(b"this is no video")


if __name__ == "__main__":
    file = Path(sys.argv[2]).resolve()
    sys.exit(run(sys.argv[1], lambda window: Photographer(window, file), None))
