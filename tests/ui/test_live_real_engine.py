"""The window over the real engine, with a quick network and a made-up camera."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from fakes import SPEC, FakeCard, FakeDetector, FakeModel, FakeSource, picture
from fervideo.ui.main_window import MainWindow
from pytestqt.qtbot import QtBot

from fervideo.capture.source import SourceKind
from fervideo.errors import CameraLostError
from fervideo.live.engine import LiveEngine
from fervideo.session.reader import read_session

Open = Callable[..., MainWindow]


def engine_of(*sources: FakeSource, delay_s: float = 0.0) -> Callable[[], LiveEngine]:
    """Makes an engine that opens these sources one after the other and knows two models."""
    waiting = list(sources)
    second = FakeModel(FakeCard("second"))

    def load(name: str, device: str) -> FakeModel:
        if name == "second":
            time.sleep(delay_s)
            return second
        return FakeModel(FakeCard("first"))

    return lambda: LiveEngine(
        opener=lambda spec: waiting.pop(0), load_model=load, detector=FakeDetector()
    )


def camera(**kwargs: object) -> FakeSource:
    return FakeSource(None, kind=SourceKind.CAMERA, images=[picture("surprise")], **kwargs)


def play(window: MainWindow, qtbot: QtBot) -> None:
    window.live.open(SPEC, "fake")
    qtbot.waitUntil(lambda: window.live.stage.video.has_picture)


def test_closing_while_recording_leaves_complete_files_and_no_thread(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(engine_of(camera()))
    play(window, qtbot)
    window.actions_by_key["record"].trigger()
    qtbot.waitUntil(lambda: window.bridge.last.recording is not None)
    qtbot.wait(400)
    window.close()
    (folder,) = window.settings.recordings.iterdir()
    session = read_session(folder)
    assert session.end_reason == "stopped"
    assert len(session.timeline.time_s) >= 5


def test_start_pause_record_stop(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(engine_of(camera(), camera()))
    actions, view = window.actions_by_key, window.live.stage.video
    play(window, qtbot)
    qtbot.waitUntil(lambda: window.live.face.label.text == "surprise")
    actions["record"].trigger()
    qtbot.waitUntil(lambda: window.live.controls.record.is_recording)
    actions["record"].trigger()
    qtbot.waitUntil(lambda: not window.live.controls.record.is_recording)
    assert window.banner.message.action == "Open in Review"
    actions["pause"].trigger()
    qtbot.waitUntil(lambda: actions["pause"].text() == "Resume")
    actions["pause"].trigger()
    qtbot.waitUntil(lambda: actions["pause"].text() == "Pause")
    actions["stop"].trigger()
    qtbot.waitUntil(lambda: not view.has_picture)
    qtbot.waitUntil(lambda: actions["pause"].text() == "Start")
    actions["pause"].trigger()
    qtbot.waitUntil(lambda: view.has_picture)


def test_a_slow_model_does_not_freeze_the_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(engine_of(camera(), delay_s=0.6))
    play(window, qtbot)
    shown: list[str] = []
    window.bridge.result.connect(lambda result: shown.append(result.model_name))
    began = time.monotonic()
    window.live.set_model("second")
    assert time.monotonic() - began < 0.2
    qtbot.waitUntil(lambda: "second" in shown)
    assert shown.count("first") > 5  # it went on all the while
    assert "first" not in shown[shown.index("second") :]
    assert window.status.text.count("second") == 1


def test_a_camera_that_is_lost_can_be_reopened(open_window: Open, qtbot: QtBot) -> None:
    lost = camera(failures={5: CameraLostError("the camera fake has gone; plug it in again")})
    window = open_window(engine_of(lost, camera()))
    play(window, qtbot)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.text == "The camera fake has gone; plug it in again."
    assert len(window.banner.messages) == 1
    window.banner.button.click()
    qtbot.waitUntil(lambda: window.bridge.last.state == "running")
    qtbot.waitUntil(lambda: window.banner.message is None)


def test_a_model_that_is_missing_is_one_sentence(
    open_window: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(lambda: LiveEngine(str(tmp_path / "none.safetensors"), "cpu"))
    qtbot.waitUntil(lambda: window.banner.message is not None, timeout=20000)
    assert "none.safetensors" in window.banner.message.text
    assert window.banner.message.action == "Use the Default Model"
