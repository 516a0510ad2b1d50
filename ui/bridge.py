"""Between the engine's threads and the window: two timers look, nothing is ever pushed.

Results at up to 30 a second, numbers four times a second so that people can read them. No thread
of the engine calls into Qt, so a slow window can pile nothing up.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fervideo.live_stats import LiveStats

from .engine_host import EngineHost

FAST_MS = 33
SLOW_MS = 250


class Bridge(QObject):
    """Polls an engine and tells the window what is new.

    Attributes:
        result: A new `Result` of the source and model in use.
        stats: The `LiveStats` of this moment, four times a second.
        failed: A sentence about something that went wrong.
        switched: Another source or model took over: nothing shown so far belongs to it.
    """

    result = Signal(object)
    stats = Signal(object)
    failed = Signal(str)
    switched = Signal()

    def __init__(self, engine: EngineHost, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self._last = engine.stats()
        self._fast = QTimer(self, interval=FAST_MS)
        self._fast.setTimerType(Qt.TimerType.PreciseTimer)
        self._fast.timeout.connect(self.poll_result)
        self._slow = QTimer(self, interval=SLOW_MS)
        self._slow.timeout.connect(self.poll_stats)

    @property
    def last(self) -> LiveStats:
        """The numbers as last polled."""
        return self._last

    def start(self) -> None:
        """Begin to look."""
        self._fast.start()
        self._slow.start()
        self.poll_stats()

    def stop(self) -> None:
        """Look no more."""
        self._fast.stop()
        self._slow.stop()

    def poll_result(self) -> None:
        """Take the newest result, unless its source or model has been replaced meanwhile."""
        self.engine.look()
        result = self.engine.take()
        if result is None:
            return
        stats = self.engine.stats()
        if stats.generation != self._last.generation:
            self._note(stats)  # this result may be older than the switch: let the next one come
        elif result.model_name == stats.model_name:
            self.result.emit(result)

    def poll_stats(self) -> None:
        """Look at the numbers and at what went wrong."""
        self._note(self.engine.stats())
        while (error := self.engine.next_error()) is not None:
            self.failed.emit(error)

    def _note(self, stats: LiveStats) -> None:
        switched = stats.generation != self._last.generation
        self._last = stats
        if switched:
            self.switched.emit()
        self.stats.emit(stats)
