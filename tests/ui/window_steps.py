"""Steps that tests of the window have in common."""

from __future__ import annotations

from fake_engine import FakeEngine, make_result
from fervideo.ui.main_window import MainWindow


def show(window: MainWindow, engine: FakeEngine, **kwargs: object) -> None:
    """Let the window show a made-up result."""
    engine.show(make_result(**kwargs))
    window.bridge.poll_result()


def refresh(window: MainWindow, engine: FakeEngine, *args: object, **kwargs: object) -> None:
    """Let the window see a changed state."""
    engine.set_state(*args, **kwargs)
    window.bridge.poll_stats()
