from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from fakes import SPEC, FakeDetector, FakeModel, FakeSource, picture
from media import SharedMedia

from fervideo.batch import BatchProgress, analyze_video
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import SessionError, SourceError
from fervideo.session.reader import read_session

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
    assert told[-2].frames_per_s > 0 and told[-2].seconds_left > 0


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


def test_a_real_video_is_analysed_frame_by_frame(shared_media: SharedMedia, tmp_path: Path) -> None:
    """The demo, with the real detector: one person throughout."""
    summary = analyze_video(SourceSpec(SourceKind.DEMO, "demo"), tmp_path, FakeModel())
    session = read_session(summary.folder)
    assert summary.frames == summary.source.frame_count == len(session.timeline.frame)
    assert session.face_ids == (1,) or list(session.face_ids) == [1]
