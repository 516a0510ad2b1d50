"""Garbage is collected on the window's thread, and by nobody else."""

from __future__ import annotations

import gc
import threading
import weakref

from fervideo.ui.collector import EVERY_MS, Collector, collect_what_is_due
from pytestqt.qtbot import QtBot


class Ring:
    """Refers to itself: only the collector can free it."""

    def __init__(self) -> None:
        self.me = self


def test_garbage_goes_on_the_windows_thread(qtbot: QtBot) -> None:
    died_on: list[str] = []
    collector = Collector()
    assert not gc.isenabled()
    ring = Ring()
    weakref.finalize(ring, lambda: died_on.append(threading.current_thread().name))
    del ring
    worker = threading.Thread(target=lambda: [Ring() for _ in range(20_000)])
    worker.start()
    worker.join()
    assert died_on == []
    qtbot.waitUntil(lambda: bool(died_on), timeout=20 * EVERY_MS)
    assert died_on == [threading.main_thread().name]
    collector.close()
    assert gc.isenabled()


def test_nothing_is_done_when_nothing_is_due() -> None:
    gc.collect()
    assert collect_what_is_due() == 0
