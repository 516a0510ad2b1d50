#!/usr/bin/env python
"""A picture of the Models workspace.

python scripts/picture_models.py THEME FILE.png    needs a screen, or xvfb-run
"""

from __future__ import annotations

import sys
from pathlib import Path

from fervideo.ui.main_window import MainWindow
from picture_taking import SIZE, run, save
from PySide6.QtCore import QTimer

POLL_MS = 100
MODEL = "lfnsb"
"""Its card is shown."""


class Photographer:
    """Takes the picture once the cards are read and a model is in use."""

    def __init__(self, window: MainWindow, picture: Path) -> None:
        self._window, self._picture, self._shown = window, picture, False
        self._timer = QTimer(window, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        window = self._window
        if not self._shown:
            window.resize(SIZE)
            window.actions_by_key["models"].trigger()
            for row in window.models.list.rows:
                row.setChecked(row.model.name == MODEL)
            self._shown = bool(window.models.list.rows and window.bridge.last.model_name)
        else:  # a round later, so that all of it is laid out and painted
            self._timer.stop()
            save(window, self._picture)


if __name__ == "__main__":
    file = Path(sys.argv[2]).resolve()
    sys.exit(run(sys.argv[1], lambda window: Photographer(window, file), None))
