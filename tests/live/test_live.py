from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from queue import Empty

import numpy as np
import pytest
from fakes import (
    SPEC,
    FakeCard,
    FakeDetector,
    FakeModel,
    FakeSource,
    ListSink,
    picture,
)

from fervideo import labels
from fervideo.capture.source import Source, SourceKind, SourceSpec
from fervideo.errors import CameraFrozenError, CameraLostError, ModelError, SourceError
from fervideo.landmark_names import LandmarkMode
from fervideo.live.engine import LiveEngine
from fervideo.live_stats import RecordingStats
from fervideo.pipeline import ModelLike
from fervideo.session.reader import Session, read_session
from fervideo.stabilize import StabilizerConfig
from fervideo.types import Result

pytestmark = pytest.mark.usefixtures("no_thread_left")

CAMERA = SourceKind.CAMERA


@dataclass
class Studio:
    """An engine with fakes all around; `sources` are opened one after the other."""

    sources: list[Source | Exception] = field(default_factory=lambda: [FakeSource(None)])
    models: dict[str, ModelLike] = field(default_factory=lambda: {"default": FakeModel()})
    engine: LiveEngine = field(init=False)
    opened: list[SourceSpec] = field(default_factory=list)

    def start(self) -> LiveEngine:
        self.engine = LiveEngine(opener=self._open, load_model=self._load, detector=FakeDetector())
        return self.engine

    def play(self) -> LiveEngine:
        engine = self.start()
        engine.open(SPEC)
        return engine

    def _open(self, spec: SourceSpec) -> Source:
        self.opened.append(spec)
        source = self.sources.pop(0)
        if isinstance(source, Exception):
            raise source
        return source

    def _load(self, name: str, device: str) -> ModelLike:
        if name not in self.models:
            raise ModelError(f"no model {name}")
        return self.models[name]


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    yield studio
    studio.engine.close()


def wait_for(condition: Callable[[], object], timeout_s: float = 5.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.002)


NOTHING_YET = RecordingStats(Path(), 0.0, 0, 0)


def results(engine: LiveEngine, count: int) -> list[Result]:
    found: list[Result] = []

    def take() -> bool:
        result = engine.latest.take(0.01)
        if result is not None:
            found.append(result)
        return len(found) >= count

    wait_for(take)
    return found


def errors(engine: LiveEngine) -> list[Exception]:
    found: list[Exception] = []
    try:
        while True:
            found.append(engine.errors.get_nowait())
    except Empty:
        return found


def state(engine: LiveEngine) -> str:
    return engine.stats().state


def session_of(folder: Path) -> Session:
    return read_session(folder)


def test_it_plays_to_the_end_and_every_frame_is_accounted_for(studio: Studio) -> None:
    studio.sources = [FakeSource(20, fps=25)]
    engine = studio.play()
    wait_for(lambda: state(engine) == "ended")
    wait_for(lambda: engine.latest.peek().frame.index == 19)
    stats = engine.stats()
    assert stats.frames_seen == 20
    assert stats.frames_analysed + stats.frames_dropped == 20
    assert stats.frames_analysed >= 10
    assert (stats.model_name, stats.device, stats.message) == ("fake", "cpu", "")
    assert stats.latency_ms > 0 and stats.latency_p95_ms >= stats.latency_ms
    assert stats.source.name == "fake" and not stats.loading_model
    assert engine.latest.peek().labels[0].name == "neutral"
    assert engine.latest.peek().timings["latency"] > 0


def test_a_file_plays_at_its_own_pace(studio: Studio) -> None:
    studio.sources = [FakeSource(11, fps=20)]
    engine = studio.play()
    wait_for(lambda: engine.latest.peek() is not None)
    start = time.monotonic()
    wait_for(lambda: state(engine) == "ended")
    assert 0.4 < time.monotonic() - start < 1.5


@pytest.mark.parametrize("kind", [SourceKind.VIDEO, SourceKind.CAMERA])
def test_a_slow_network_drops_frames_and_never_lags(studio: Studio, kind: SourceKind) -> None:
    studio.models["default"] = FakeModel(delay_s=0.1)
    studio.sources = [FakeSource(None, fps=100, kind=kind)]
    engine = studio.play()
    seen = results(engine, 8)
    steps = np.diff([result.frame.index for result in seen])
    assert 5 <= np.median(steps) <= 60
    stats = engine.stats()
    # A frame waits for at most the one before it.
    assert stats.latency_p95_ms < 600
    assert stats.frames_dropped > 4 * stats.frames_analysed
    assert 0 <= stats.frames_seen - stats.frames_analysed - stats.frames_dropped <= 2
    assert stats.capture_fps > 30 and stats.analysis_fps < 11


def test_pause_stands_still_and_resume_goes_on_where_it_was(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 3)
    engine.pause()
    assert state(engine) == "paused"
    time.sleep(0.1)
    still = engine.latest.peek()
    time.sleep(0.2)
    assert engine.latest.peek() is still
    engine.resume()
    assert state(engine) == "running"
    engine.latest.take()
    after = results(engine, 1)[0]
    assert 0 < after.frame.index - still.frame.index < 5


def test_a_paused_camera_is_fresh_when_it_resumes_and_has_dropped_nothing(studio: Studio) -> None:
    studio.sources = [FakeSource(None, fps=50, kind=CAMERA)]
    engine = studio.play()
    results(engine, 2)
    engine.pause()
    time.sleep(0.1)
    before = engine.stats()
    time.sleep(0.4)
    engine.latest.take()
    engine.resume()
    assert results(engine, 1)[0].frame.index > before.frames_seen + 15
    assert engine.stats().frames_dropped - before.frames_dropped <= 3


def test_settings_show_while_it_stands_still(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 2)
    engine.pause()
    time.sleep(0.1)
    counted, engine_config = engine.stats().frames_analysed, engine.config
    index = engine.latest.take() or engine.latest.peek()
    engine.configure(
        replace(engine_config, threshold=1.0, stabilizer=StabilizerConfig.from_strength(0))
    )
    again = results(engine, 1)[0]
    assert again.frame.index == index.frame.index
    assert engine.stats().frames_analysed == counted
    assert engine.config.threshold == 1.0


def test_stop_leaves_nothing_to_show(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 2)
    before = engine.stats().generation
    engine.stop()
    assert engine.latest.peek() is None
    time.sleep(0.1)
    assert engine.latest.peek() is None
    stats = engine.stats()
    assert (stats.state, stats.source, stats.frames_seen) == ("idle", None, 0)
    assert stats.generation > before


def test_another_source_takes_over_and_nothing_of_the_old_one_comes_after(studio: Studio) -> None:
    old, new = FakeSource(None), FakeSource(None, images=[picture("fear")])
    old.skip_until(1000 / 25)
    studio.sources = [old, new]
    engine = studio.play()
    results(engine, 3)
    engine.open(SourceSpec(SourceKind.VIDEO, "second"))
    after = results(engine, 5)
    assert {result.labels[0].raw_name for result in after} == {"fear"}
    assert min(result.frame.index for result in after) <= 12
    assert {int(i) for result in after for i in result.faces.track_ids} == {2}
    wait_for(old.closed.is_set)
    assert engine.stats().frames_seen < 100


def test_a_source_that_cannot_be_opened_is_told_and_the_next_one_plays(studio: Studio) -> None:
    studio.sources = [SourceError("no such camera"), FakeSource(None)]
    engine = studio.play()
    wait_for(lambda: state(engine) == "failed")
    assert engine.stats().message == "no such camera"
    assert [str(error) for error in errors(engine)] == ["no such camera"]
    engine.reopen()
    results(engine, 2)
    assert engine.stats().message == "" and studio.opened == [SPEC, SPEC]


def test_a_camera_that_vanishes_is_told_and_can_be_reopened(studio: Studio) -> None:
    lost = FakeSource(None, 100, CAMERA, {5: CameraLostError("unplugged")})
    studio.sources = [lost, FakeSource(None, 100, CAMERA)]
    engine = studio.play()
    wait_for(lambda: state(engine) == "lost")
    assert engine.stats().message == "unplugged" and lost.closed.is_set()
    assert isinstance(errors(engine)[0], CameraLostError)
    engine.reopen()
    results(engine, 2)
    assert state(engine) == "running"


def test_a_camera_that_freezes_is_told_and_goes_on_when_it_wakes(studio: Studio) -> None:
    frozen = FakeSource(None, 50, CAMERA, {5: CameraFrozenError("asleep")})
    thaw = frozen.read

    def read():
        if frozen.position == 5 and 5 not in frozen.failures:
            time.sleep(0.2)
        return thaw()

    frozen.read = read
    studio.sources = [frozen]
    engine = studio.play()
    wait_for(lambda: state(engine) == "frozen")
    assert engine.stats().message == "asleep"
    wait_for(lambda: state(engine) == "running")
    assert engine.stats().message == "" and len(errors(engine)) == 1


def test_a_decoder_that_breaks_in_an_unforeseen_way_is_told(studio: Studio) -> None:
    studio.sources = [FakeSource(None, failures={3: ZeroDivisionError("odd")})]
    engine = studio.play()
    wait_for(lambda: state(engine) == "failed")
    assert "odd" in engine.stats().message


def test_two_models_are_never_mixed(studio: Studio) -> None:
    few = FakeCard(name="few", classes=labels.BASIC[:4])
    studio.models["few"] = FakeModel(few, delay_s=0.01)
    studio.sources = [FakeSource(None, fps=200)]
    engine = studio.play()
    results(engine, 3)
    seen: list[Result] = []
    for name in ("few", "default", "few"):
        before = engine.stats().generation
        engine.set_model(name)
        wait_for(lambda before=before: engine.stats().generation > before)
        seen += results(engine, 10)
    for result in seen:
        expected = 4 if result.model_name == "few" else 7
        assert len(result.recognition.classes) == expected
    names = [result.model_name for result in seen]
    assert sum(a != b for a, b in pairwise(names)) <= 4
    assert names[-1] == "few" == engine.stats().model_name


def test_a_model_that_is_not_there_leaves_the_old_one_at_work(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 2)
    engine.set_model("nonsense")
    wait_for(lambda: engine.stats().message == "no model nonsense")
    results(engine, 2)
    assert engine.stats().model_name == "fake" and state(engine) == "running"


def test_without_any_model_it_says_so_and_recovers(studio: Studio) -> None:
    good = studio.models.pop("default")
    engine = studio.play()
    wait_for(lambda: state(engine) == "failed")
    assert engine.stats().message == "no model default"
    studio.models["default"] = good
    engine.set_model("default")
    results(engine, 2)
    assert engine.stats().message == ""


def test_a_file_waits_for_a_slow_model_to_load(studio: Studio) -> None:
    load = studio._load
    studio._load = lambda name, device: (time.sleep(0.4), load(name, device))[1]
    studio.sources = [FakeSource(10, fps=50)]
    engine = studio.play()
    time.sleep(0.1)
    assert engine.stats().loading_model and state(engine) == "opening"
    assert results(engine, 1)[0].frame.index <= 1


def test_a_network_that_breaks_stops_the_source_and_not_the_engine(studio: Studio) -> None:
    broken = FakeModel()
    studio.models["default"] = broken
    studio.sources = [FakeSource(None), FakeSource(None)]
    engine = studio.play()
    results(engine, 2)
    broken.fails = True
    wait_for(lambda: state(engine) == "failed")
    assert "out of memory" in engine.stats().message
    broken.fails = False
    engine.reopen()
    results(engine, 2)


def test_a_recording_has_a_row_for_every_analysed_frame(studio: Studio, tmp_path: Path) -> None:
    studio.sources = [FakeSource(None, fps=50)]
    engine = studio.play()
    results(engine, 2)
    engine.start_recording(tmp_path / "mine")
    wait_for(lambda: engine.stats().recording is not None)
    results(engine, 10)
    recording = engine.stats().recording
    assert recording.folder == tmp_path / "mine"
    assert recording.rows >= 9 and recording.bytes > 0 and recording.elapsed_s > 0
    assert engine.stop_recording() == tmp_path / "mine"
    wait_for(lambda: engine.stats().recording is None)
    session = session_of(tmp_path / "mine")
    told = session.description
    assert told["end_reason"] == "stopped"
    assert told["frames_seen"] == told["frames_analysed"] + told["frames_dropped"]
    assert len(session.timeline.frame) == told["frames_analysed"] >= 10
    assert (np.diff(session.timeline.frame) >= 1).all()
    assert told["model"]["name"] == "fake"
    assert errors(engine) == []


def test_the_end_of_the_source_ends_the_recording_with_its_last_frame(
    studio: Studio, tmp_path: Path
) -> None:
    studio.sources = [FakeSource(30, fps=50)]
    engine = studio.play()
    results(engine, 1)
    engine.start_recording(tmp_path / "s")
    wait_for(lambda: state(engine) == "ended")
    wait_for(lambda: engine.stats().recording is None)
    session = session_of(tmp_path / "s")
    assert session.timeline.frame[-1] == 29
    assert session.description["end_reason"] == "complete"


def test_another_model_goes_on_recording_in_a_new_folder(studio: Studio, tmp_path: Path) -> None:
    studio.models["few"] = FakeModel(FakeCard(name="few", classes=labels.BASIC[:4]))
    studio.sources = [FakeSource(None, fps=50)]
    engine = studio.play()
    results(engine, 1)
    engine.start_recording(tmp_path / "s")
    wait_for(lambda: engine.stats().recording is not None)
    results(engine, 3)
    engine.set_model("few")
    wait_for(lambda: engine.stats().recording.folder == tmp_path / "s-2")
    results(engine, 3)
    engine.stop_recording()
    wait_for(lambda: engine.stats().recording is None)
    first, second = session_of(tmp_path / "s"), session_of(tmp_path / "s-2")
    assert first.description["model"]["name"] == "fake"
    assert second.description["model"]["name"] == "few"
    assert first.timeline.frame[-1] < second.timeline.frame[0]


def test_settings_changed_while_recording_are_written_down(studio: Studio, tmp_path: Path) -> None:
    engine = studio.play()
    results(engine, 1)
    engine.start_recording(tmp_path / "s")
    wait_for(lambda: engine.stats().recording is not None)
    results(engine, 2)
    engine.configure(replace(engine.config, threshold=0.77))
    results(engine, 2)
    engine.close()
    told = json.loads((tmp_path / "s" / "session.json").read_text())
    assert told["settings"]["threshold"] == 0.3
    assert told["settings_changes"][0]["settings"]["threshold"] == 0.77
    assert told["end_reason"] == "stopped"


def test_a_recording_wished_for_early_begins_with_the_source(
    studio: Studio, tmp_path: Path
) -> None:
    load = studio._load
    studio._load = lambda name, device: (time.sleep(0.2), load(name, device))[1]
    studio.sources = [FakeSource(20, fps=20)]
    engine = studio.play()
    engine.start_recording(tmp_path / "s")
    wait_for(lambda: state(engine) == "ended" and engine.stats().recording is None)
    frames = session_of(tmp_path / "s").timeline.frame
    assert frames[0] <= 10 and frames[-1] == 19


def test_a_recording_without_a_source_is_refused(studio: Studio, tmp_path: Path) -> None:
    engine = studio.start()
    engine.start_recording(tmp_path / "s")
    wait_for(lambda: engine.stats().message)
    assert "open one first" in engine.stats().message
    assert engine.stop_recording() is None
    assert not (tmp_path / "s").exists()


def test_a_place_that_cannot_be_written_is_told_and_playing_goes_on(
    studio: Studio, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    engine = studio.play()
    results(engine, 1)
    engine.start_recording(tmp_path / "file" / "s")
    wait_for(lambda: engine.stats().message)
    assert engine.stats().recording is None
    results(engine, 2)


def test_close_while_all_is_running_completes_the_files(studio: Studio, tmp_path: Path) -> None:
    studio.models["slow"] = FakeModel(delay_s=0.2)
    studio.sources = [FakeSource(None, 100, CAMERA)]
    engine = studio.play()
    results(engine, 2)
    engine.start_recording(tmp_path / "s", video=True)
    wait_for(lambda: (engine.stats().recording or NOTHING_YET).rows >= 3)
    engine.set_model("slow")
    start = time.monotonic()
    engine.close()
    assert time.monotonic() - start < 3
    told = session_of(tmp_path / "s").description
    assert told["end_reason"] == "stopped" and told["frames_analysed"] >= 3
    assert (tmp_path / "s" / "video.mp4").stat().st_size > 0
    engine.close()
    engine.open(SPEC)
    engine.reopen()
    assert engine.stats().state == "idle"


def test_close_while_paused_or_before_anything_is_quick(studio: Studio) -> None:
    engine = studio.start()
    start = time.monotonic()
    engine.close()
    studio.sources = [FakeSource(None)]
    engine = studio.play()
    results(engine, 1)
    engine.pause()
    engine.close()
    assert time.monotonic() - start < 3


def test_orders_return_at_once(studio: Studio, tmp_path: Path) -> None:
    """Even while a source takes its time to open and the network is slow."""

    class Sluggish(FakeSource):
        def read(self):
            time.sleep(0.3)
            return super().read()

    studio.models["default"] = FakeModel(delay_s=0.3)
    studio.sources = [Sluggish(None), Sluggish(None)]
    engine = studio.play()
    results(engine, 1)
    start = time.monotonic()
    engine.pause()
    engine.resume()
    engine.start_recording(tmp_path / "s")
    engine.stop_recording()
    engine.set_model("default")
    engine.configure(engine.config)
    engine.stats()
    engine.open(SPEC)
    engine.stop()
    assert time.monotonic() - start < 0.25


def test_landmarks_switched_on_while_recording_go_into_a_new_folder(
    studio: Studio, tmp_path: Path
) -> None:
    engine = studio.play()
    results(engine, 2)
    engine.start_recording(tmp_path / "take")
    wait_for(lambda: engine.stats().recording and engine.stats().recording.rows > 2)
    engine.configure(replace(engine.config, landmarks=LandmarkMode.POSE))
    wait_for(lambda: engine.stats().recording.folder.name == "take-2")
    wait_for(lambda: engine.stats().recording.rows > 2)
    engine.configure(replace(engine.config, landmarks=LandmarkMode.OFF))
    rows = engine.stats().recording.rows
    wait_for(lambda: engine.stats().recording.rows > rows + 2)
    engine.stop_recording()
    wait_for(lambda: engine.stats().recording is None)
    first, second = session_of(tmp_path / "take"), session_of(tmp_path / "take-2")
    assert first.timeline.extra_names == () and first.end_reason == "stopped"
    assert second.timeline.extra_names == ("pose_pitch", "pose_yaw", "pose_roll")
    assert len(second.description["settings_changes"]) == 1
    assert not (tmp_path / "take-3").exists()


def test_a_sink_gets_every_analysed_frame_with_the_time_of_its_capture(
    studio: Studio, tmp_path: Path
) -> None:
    sink = ListSink()
    studio.sources = [FakeSource(20, fps=25)]
    engine = studio.start()
    engine.add_sink(sink)
    engine.open(SPEC)
    engine.start_recording(tmp_path / "take")
    wait_for(lambda: state(engine) == "ended" and engine.stats().recording is None)
    recorded = session_of(tmp_path / "take").timeline
    assert [index for index, _ in sink.given] == recorded.frame.tolist()
    captured = np.array([captured_s for _, captured_s in sink.given])
    # A frame of a file is due at its own time after the first; a busy machine may make it late.
    due = captured[0] + recorded.time_s - recorded.time_s[0]
    assert (captured > due - 0.05).all() and (np.diff(captured) > 0).all()
    assert captured[-1] < time.perf_counter()
    assert [m.kind for m in sink.moments] == ["recording started", "recording stopped"]
    assert {m.text for m in sink.moments} == {"take"}
    assert engine.stats().sinks == ("list",) and sink.closed == 0
    engine.close()
    assert sink.closed == 1


def test_a_camera_frames_capture_is_its_grab_not_its_arrival(studio: Studio) -> None:
    class Late(FakeSource):
        def read(self):
            frame = super().read()
            return replace(frame, wall_time=datetime.now(UTC) - timedelta(seconds=0.25))

    sink = ListSink()
    studio.sources = [Late(None, fps=25, kind=CAMERA)]
    engine = studio.play()
    engine.add_sink(sink)
    wait_for(lambda: len(sink.given) > 3)
    assert engine.stats().latency_ms >= 250
    assert time.perf_counter() - sink.given[-1][1] >= 0.25


def test_a_sink_that_fails_is_told_once_and_recording_goes_on(
    studio: Studio, tmp_path: Path
) -> None:
    sink = ListSink("the wire", fails_at=2)
    engine = studio.play()
    engine.start_recording(tmp_path / "take")
    engine.add_sink(sink)
    wait_for(lambda: sink.closed)
    rows = engine.stats().recording.rows
    wait_for(lambda: engine.stats().recording.rows > rows + 2)
    assert [str(e) for e in errors(engine)] == ["the wire has stopped: the cable is out"]
    assert engine.stats().sinks == ()


def test_a_sink_taken_away_gets_no_more(studio: Studio) -> None:
    sink = ListSink()
    engine = studio.play()
    engine.add_sink(sink)
    wait_for(lambda: len(sink.given) > 1)
    engine.remove_sink(sink)
    wait_for(lambda: sink.closed)
    given = len(sink.given)
    results(engine, 3)
    assert len(sink.given) == given


def test_marks_go_into_the_recording_at_the_moment_they_were_made(
    studio: Studio, tmp_path: Path
) -> None:
    sink = ListSink()
    engine = studio.play()
    engine.add_sink(sink)
    engine.mark("before")  # nothing is recorded yet, but whoever listens hears of it
    engine.start_recording(tmp_path / "take")
    wait_for(lambda: engine.stats().recording and engine.stats().recording.rows > 3)
    shown = engine.latest.peek().frame.time_s
    engine.mark("bell")
    engine.mark("light")
    wait_for(lambda: len(sink.moments) == 4)
    engine.stop_recording()
    wait_for(lambda: engine.stats().recording is None)
    session = session_of(tmp_path / "take")
    assert [marker.name for marker in session.markers] == ["bell", "light"]
    assert shown <= session.markers[0].time_s < shown + 0.5
    assert session.markers[0].time_s <= session.markers[1].time_s
    assert [m.text for m in sink.moments if m.kind == "marked"] == ["before", "bell", "light"]


def test_a_range_and_a_note_are_marked_where_they_were_seen(studio: Studio, tmp_path: Path) -> None:
    sink = ListSink()
    engine = studio.play()
    engine.add_sink(sink)
    engine.start_recording(tmp_path / "take")
    wait_for(lambda: engine.stats().recording and engine.stats().recording.rows > 3)
    shown = engine.latest.peek().frame
    engine.mark("exclude", span_s=(0.01, 0.05))
    engine.mark("note", "a knock at the door", (shown.time_s, shown.time_s))
    engine.stop_recording()
    wait_for(lambda: engine.stats().recording is None)
    exclude, note = session_of(tmp_path / "take").markers
    assert (exclude.time_s, exclude.duration_s) == (0.01, pytest.approx(0.04))
    assert (note.note, note.duration_s) == ("a knock at the door", 0.0)
    assert note.time_s == pytest.approx(shown.time_s, abs=1e-5)
    assert exclude.wall_time < note.wall_time
    start, end, noted = (moment for moment in sink.moments if moment.kind == "marked")
    assert [start.text, end.text, noted.text] == ["exclude/start", "exclude/end", "note"]
    assert end.instant_s - start.instant_s == pytest.approx(0.04)
    assert noted.instant_s - start.instant_s == pytest.approx(shown.time_s - 0.01, abs=1e-3)
    assert (end.wall_time - start.wall_time).total_seconds() == pytest.approx(0.04, abs=1e-5)


def test_a_mark_while_it_stands_still_is_at_the_picture_shown(
    studio: Studio, tmp_path: Path
) -> None:
    engine = studio.play()
    engine.start_recording(tmp_path / "take")
    wait_for(lambda: engine.stats().recording and engine.stats().recording.rows > 3)
    engine.pause()
    time.sleep(0.2)
    still = engine.latest.peek().frame.time_s
    time.sleep(0.2)
    engine.mark("here")
    engine.stop_recording()
    wait_for(lambda: engine.stats().recording is None)
    (marker,) = session_of(tmp_path / "take").markers
    assert marker.time_s == pytest.approx(still, abs=1e-5)
