#!/usr/bin/env python
"""A picture of the Expressions workspace, with three expressions enrolled from the demo.

python scripts/picture_expressions.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import sys
from pathlib import Path

from fervideo.ui.main_window import MainWindow
from picture_taking import DEMO, SIZE, run, save
from PySide6.QtCore import QTimer

from fervideo import labels
from fervideo.types import Result

MOMENTS_S = {"grin": (1.6, 3.5), "gasp": (5.0, 6.5), "scowl": (8.0, 9.7)}
"""When the demo's face wears each of these."""

PICTURE_S, LAST_S = 2.2, 3.4
"""Played again, the picture is taken between these, a trail behind the face."""

CLASSES = len(labels.BASIC) + len(MOMENTS_S)


class Photographer:
    """Enrolls while the demo plays, then takes the picture while it plays again."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        self._window, self._picture = window, picture
        self._enrolled = False
        window.bridge.result.connect(self._follow)
        window.context.actions["keep_crops"].setChecked(True)
        QTimer.singleShot(0, lambda: window.resize(SIZE))

    def _follow(self, result: Result) -> None:
        if self._enrolled:
            self._show(result.frame.time_s)
        else:
            self._enroll(result.frame.time_s)

    def _enroll(self, time_s: float) -> None:
        panel = self._window.live.enroll
        now = next((n for n, (start, end) in MOMENTS_S.items() if start <= time_s < end), "")
        if now and not panel.flow.is_open:
            panel.open(now)
            panel.flow.hold(self._window.live.chooser.track_id)
        elif not now and panel.flow.is_open:
            panel.flow.let_go()
            panel.accept.click()
        elif time_s > max(end for _, end in MOMENTS_S.values()) + 0.3:
            self._enrolled = True
            self._window.actions_by_key["expressions"].trigger()
            self._window.expressions.table.choose("grin")
            self._window.banner.dismiss("enroll")
            self._window.live.open(DEMO)

    def _show(self, time_s: float) -> None:
        marks = self._window.expressions.sphere.view.marks
        if time_s > LAST_S:
            self._window.live.open(DEMO)  # the sphere came too late: once more
        elif time_s > PICTURE_S and len(marks) == CLASSES:
            self._window.bridge.result.disconnect(self._follow)
            save(self._window, self._picture)


if __name__ == "__main__":
    file = Path(sys.argv[2]).resolve()
    sys.exit(run(sys.argv[1], lambda window: Photographer(window, file)))
