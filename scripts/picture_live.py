#!/usr/bin/env python
"""A picture of the Live workspace while the demo plays for the second time.

python scripts/picture_live.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import sys
from pathlib import Path

from fervideo.ui.main_window import MainWindow
from picture_taking import SIZE, run, save
from PySide6.QtCore import QTimer

from fervideo.types import Result

MOMENTS_S = {"light": 16.6, "dark": 19.8}
"""A smile, and a surprise."""


class Photographer:
    """Takes the picture at a moment of the demo."""

    def __init__(self, window: MainWindow, time_s: float, picture: Path) -> None:
        self._window, self._time_s, self._picture = window, time_s, picture
        window.bridge.result.connect(self._look)
        QTimer.singleShot(0, lambda: window.resize(SIZE))

    def _look(self, result: Result) -> None:
        if result.frame.time_s >= self._time_s:
            self._window.bridge.result.disconnect(self._look)
            QTimer.singleShot(0, lambda: save(self._window, self._picture))


if __name__ == "__main__":
    theme, file = sys.argv[1], Path(sys.argv[2]).resolve()
    sys.exit(run(theme, lambda window: Photographer(window, MOMENTS_S[theme], file)))
