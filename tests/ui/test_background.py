from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fervideo.ui.background import Background
from pytestqt.qtbot import QtBot


class _EndsWhileLookedAt:
    """A task that is not done when it is asked first, and done from then on."""

    def __init__(self) -> None:
        self.asked = 0

    @property
    def done(self) -> bool:
        self.asked += 1
        return self.asked > 1


def test_a_task_that_ends_in_the_middle_of_a_look_is_heard_of(qtbot: QtBot) -> None:
    background, heard = Background(), SimpleNamespace(tasks=[])
    task: Any = _EndsWhileLookedAt()
    background._waiting.append((task, heard.tasks.append))
    background._timer.start()
    qtbot.waitUntil(lambda: heard.tasks == [task])
    assert not background._timer.isActive()
