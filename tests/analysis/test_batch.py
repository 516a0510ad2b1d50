from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import SPEC, FakeDetector, FakeModel, FakeSource, picture
from media import SharedMedia

from fervideo.analysis.batch import BatchProgress, analyze_video, config_for
from fervideo.analysis.jobs import BatchOptions
from fervideo.analyzer_config import AnalyzerConfig
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import SessionError, SourceError
from fervideo.session.reader import read_session
from fervideo.session.summary import summarize

pytestmark = pytest.mark.usefixtures("no_thread_left")


def analyze(source: FakeSource, out: Path, model: FakeModel | None = None, **options):
    options.setdefault("detector", FakeDetector())
    return analyze_video(SPEC, out, model or FakeModel(), opener=lambda spec: source, **options)


def test_no_frame_is_lost_however_slow_the_network(tmp_path: Path) -> None:
    source = FakeSource(40, images=[picture("fear")])
    summary = analyze(source, tmp_path, FakeModel(delay_s=0.005))
    assert (summary.frames, summary.end_reason, summary.error) == (40, "complete", None)
    assert summary.folder == tmp_path / "fake" and source.closed.is_set()
    session = read_session(summary.folder)
    assert session.timeline.frame.tolist() == list(range(40))
    np.testing.assert_allclose(session.timeline.time_s, np.arange(40) / 25, atol=1e-6)
    told = session.description
    assert (told["frames_seen"], told["frames_analysed"], told["frames_dropped"]) == (40, 40, 0)
    assert told["end_reason"] == "complete" and told["source"]["name"] == "fake"
    assert told["settings"]["stabilizer"]["margin"] > 0


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[BatchProgress] = []
    analyze(FakeSource(60), tmp_path, FakeModel(delay_s=0.005), on_progress=told.append)
    assert len(told) >= 3
    done = [progress.frames_done for progress in told]
    assert done == sorted(done) and done[-1] == 60
    assert told[-1].frames_total == 60 and told[-1].seconds_left == 0
    assert told[0].frames_per_s > 0 and told[0].seconds_left > 0


def test_a_source_without_length_has_no_time_left(tmp_path: Path) -> None:
    told: list[BatchProgress] = []
    source = FakeSource(5)
    source.info = type(source.info)(SourceKind.VIDEO, "x", "x", 64, 48, None, None, None)
    analyze(source, tmp_path, on_progress=told.append)
    assert told[-1].frames_total is None and told[-1].seconds_left is None


def test_a_stop_leaves_a_readable_session(tmp_path: Path) -> None:
    stop = threading.Event()

    def stop_at_ten(progress: BatchProgress) -> None:
        if progress.frames_done >= 10:
            stop.set()

    summary = analyze(
        FakeSource(None), tmp_path, FakeModel(delay_s=0.02), on_progress=stop_at_ten, stop=stop
    )
    assert summary.interrupted and 10 <= summary.frames < 40
    session = read_session(summary.folder)
    assert len(session.timeline.frame) == summary.frames
    assert session.description["end_reason"] == "interrupted"


def test_a_keyboard_interrupt_does_as_a_stop_does(tmp_path: Path) -> None:
    class Interrupted(FakeModel):
        def embed(self, crops):
            if len(self.batches) == 7:
                raise KeyboardInterrupt
            return FakeModel.embed(self, crops)

    summary = analyze(FakeSource(None), tmp_path, Interrupted())
    assert summary.interrupted and summary.frames == 7
    assert read_session(summary.folder).description["end_reason"] == "interrupted"


@pytest.mark.parametrize("failure", [SourceError("torn"), ZeroDivisionError("torn")])
def test_damage_in_the_middle_keeps_what_was_before_it(tmp_path: Path, failure: Exception) -> None:
    summary = analyze(FakeSource(20, failures={12: failure}), tmp_path)
    assert "torn" in str(summary.error) and summary.frames == 12
    session = read_session(summary.folder)
    assert len(session.timeline.frame) == 12
    assert session.description["end_reason"].startswith("error: ")


def test_frames_that_the_source_lost_are_counted(tmp_path: Path) -> None:
    source = FakeSource(20)
    source.skip_until(3 / 25)
    summary = analyze(source, tmp_path)
    told = read_session(summary.folder).description
    assert (told["frames_seen"], told["frames_analysed"], told["frames_dropped"]) == (20, 17, 3)


def test_what_cannot_be_opened_leaves_no_folder(tmp_path: Path) -> None:
    def refuse(spec: SourceSpec):
        raise SourceError("not a video")

    with pytest.raises(SourceError, match="not a video"):
        analyze_video(SPEC, tmp_path, FakeModel(), opener=refuse)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError):
        analyze(FakeSource(5), tmp_path / "file")


def test_an_unforeseen_failure_closes_the_session(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        analyze(FakeSource(5), tmp_path, FakeModel(fails=True))
    assert read_session(tmp_path / "fake").description["end_reason"] == "error: out of memory"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folders = [analyze(FakeSource(3), tmp_path).folder.name for _ in range(2)]
    assert folders == ["fake", "fake-2"]


def test_chosen_frames_keep_their_numbers_and_times(tmp_path: Path) -> None:
    told: list[BatchProgress] = []
    options = BatchOptions(start_s=1.0, end_s=2.0, every=4)
    source = FakeSource(100, images=[picture("anger")])
    summary = analyze(source, tmp_path, options=options, on_progress=told.append)
    session = read_session(summary.folder)
    assert session.timeline.frame.tolist() == [25, 29, 33, 37, 41, 45, 49]
    np.testing.assert_allclose(session.timeline.time_s, [1.0 + 0.16 * i for i in range(7)])
    assert summarize(session).seconds == pytest.approx({"anger": 7 * 0.16})
    assert told[-1].frames_total == told[-1].frames_done == 7
    description = session.description
    assert description["settings"]["selection"] == {"start_s": 1.0, "end_s": 2.0, "every": 4}
    assert (description["frames_seen"], description["frames_dropped"]) == (7, 0)
    assert description["end_reason"] == "complete"


def test_what_is_left_is_known_from_the_beginning(tmp_path: Path) -> None:
    told: list[BatchProgress] = []
    options = BatchOptions(start_s=0.5, every=3)
    analyze(
        FakeSource(50), tmp_path, FakeModel(delay_s=0.03), options=options, on_progress=told.append
    )
    assert told[0].frames_done < told[0].frames_total == 13


def test_a_source_that_cannot_skip_is_read_and_left(tmp_path: Path) -> None:
    source = FakeSource(40, fps=200.0, kind=SourceKind.STREAM)
    source.skip_until = lambda time_s: 0  # type: ignore[method-assign]
    summary = analyze(source, tmp_path, options=BatchOptions(start_s=0.1, every=5))
    assert read_session(summary.folder).timeline.frame.tolist() == [20, 25, 30, 35]


def test_a_lost_frame_is_counted_between_chosen_ones(tmp_path: Path) -> None:
    class Damaged(FakeSource):
        def skip_to(self, index: int) -> int:
            return self.skip_until((index + (index == 6)) / 25)

    summary = analyze(Damaged(12), tmp_path, options=BatchOptions(every=3))
    told = read_session(summary.folder).description
    assert read_session(summary.folder).timeline.frame.tolist() == [0, 3, 7, 10]
    assert (told["frames_analysed"], told["frames_dropped"]) == (4, 1)


def test_a_start_beyond_the_end_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"within the 4\.0 s of fake"):
        analyze(FakeSource(100), tmp_path, options=BatchOptions(start_s=4.0))
    assert list(tmp_path.iterdir()) == []


def test_a_start_beyond_an_end_that_nobody_knew_is_told_too(tmp_path: Path) -> None:
    source = FakeSource(10)
    source.info = replace(source.info, frame_count=None, duration_s=None)
    summary = analyze(source, tmp_path, options=BatchOptions(start_s=9.0))
    assert summary.frames == 0 and "choose an earlier start" in str(summary.error)


def test_time_spent_standing_still_does_not_count(tmp_path: Path) -> None:
    pause, waited = threading.Event(), 0.4

    def pause_at_five(progress: BatchProgress) -> None:
        if progress.frames_done >= 5 and not timers:
            pause.set()
            timers.append(threading.Timer(waited, pause.clear))
            timers[0].start()

    timers: list[threading.Timer] = []
    began_s = time.monotonic()
    model = FakeModel(delay_s=0.025)
    summary = analyze(FakeSource(10), tmp_path, model, on_progress=pause_at_five, pause=pause)
    timers[0].join()
    assert summary.frames == 10 and summary.end_reason == "complete"
    assert summary.elapsed_s <= time.monotonic() - began_s - waited


def test_a_stop_ends_a_long_way_to_the_start(tmp_path: Path) -> None:
    class Slow(FakeSource):
        def skip_until(self, time_s: float) -> int:
            stop.set()
            time.sleep(0.01)
            return super().skip_until(time_s)

    stop = threading.Event()
    source = Slow(None)
    summary = analyze(source, tmp_path, stop=stop, options=BatchOptions(start_s=1e6))
    assert summary.interrupted and source.position < 1e6


def test_a_real_video_is_analysed_frame_by_frame(shared_media: SharedMedia, tmp_path: Path) -> None:
    """The demo, with the real detector: one person throughout."""
    summary = analyze_video(SourceSpec(SourceKind.DEMO, "demo"), tmp_path, FakeModel())
    session = read_session(summary.folder)
    assert summary.frames == summary.source.frame_count == len(session.timeline.frame)
    assert session.face_ids == (1,) or list(session.face_ids) == [1]


def test_pictures_of_a_folder_are_no_video() -> None:
    stills = config_for(SourceSpec(SourceKind.FOLDER, "pictures"), AnalyzerConfig())
    video = config_for(SourceSpec(SourceKind.VIDEO, "clip.mp4"), AnalyzerConfig())
    assert stills.stills and stills.new_face_confidence == stills.keep_confidence
    assert not video.stills and video.new_face_confidence == video.min_confidence
