"""Python's garbage collector on the window's thread alone.

Left to itself it runs in whichever thread happens to allocate. A widget that dies in a worker's
thread takes the program with it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class Collector(QObject):
    """Switches automatic collection off and collects from a timer, as often as Python would.

    Args:
        parent: Collection is automatic again when this is gone or `close` is called.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(collect_what_is_due)
        gc.disable()
        self._timer.start()

    def close(self) -> None:
        """Give collection back to Python."""
        self._timer.stop()
        gc.enable()


def collect_what_is_due() -> int:
    """Collect the oldest generation whose threshold is passed; how many objects went."""
    for generation in (2, 1, 0):
        limit = gc.get_threshold()[generation]
        if limit and gc.get_count()[generation] > limit:
            return gc.collect(generation)
    return 0
