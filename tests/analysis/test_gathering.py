"""Which frames of a video, of pictures and of a camera are offered to an enrolment."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes import FakeDetector, FakeModel, FakeSource, faces_at, picture

from fervideo.analysis.gathering import gather_camera, gather_pictures, gather_video
from fervideo.capture.source import SourceKind
from fervideo.centers.enroll import Answer, EnrollmentSession
from fervideo.errors import SourceError
from fervideo.types import ByteImage

FOUND = FakeDetector()


def varied(count: int) -> list[ByteImage]:
    """Pictures that differ as moments of a face do."""
    images = []
    for number in range(count):
        coarse = np.random.default_rng(number).integers(0, 60, (6, 8)).astype(np.uint8)
        image = picture("happiness")
        image[..., 1] += np.kron(coarse, np.ones((8, 8), np.uint8))
        images.append(image)
    return images


def video(count: int = 250) -> FakeSource:
    """Ten seconds by default."""
    return FakeSource(count, fps=25, images=varied(count))


def session(wanted: int = 10) -> EnrollmentSession:
    return EnrollmentSession(FakeModel(), "smirk", wanted)


def times(made: EnrollmentSession) -> list[float]:
    return [sample.time_s for sample in made.samples if sample.time_s is not None]


def test_frames_are_spread_over_the_whole_of_a_video() -> None:
    made, told = session(), []
    gather_video(made, video(), progress=lambda done, words: told.append(done), detector=FOUND)
    found = times(made)
    assert len(found) == 10 and found[0] == 0 and found[-1] > 5
    assert np.diff(found).min() > 0.5
    assert told == sorted(told) and told[0] >= 0 and told[-1] <= 1


def test_frames_are_taken_from_start_to_end_alone() -> None:
    made = session()
    gather_video(made, video(), 4.0, 5.0, detector=FOUND)
    assert min(times(made)) >= 4 and max(times(made)) < 5 and len(times(made)) >= 8


def test_a_start_behind_the_end_is_one_sentence() -> None:
    with pytest.raises(SourceError, match="from 11 s on in fake, found none"):
        gather_video(session(), video(), 11.0, detector=FOUND)


def test_it_can_be_stopped() -> None:
    stop, made = threading.Event(), session()

    def progress(done: float, words: str) -> None:
        if done > 0.3:
            stop.set()

    gather_video(made, video(), progress=progress, stop=stop, detector=FOUND)
    assert 0 < len(made.samples) < 8


def test_frames_without_a_face_are_counted() -> None:
    made = session()
    gather_video(made, video(50), detector=FakeDetector(faces_at([])))
    assert made.counts[Answer.NO_FACE] > 10 and not made.samples


def test_pictures_are_taken_one_and_all_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    for number, image in enumerate(varied(4)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), image[..., ::-1])
    (tmp_path / "2.png").write_bytes(b"no picture")
    made = session()
    warnings = gather_pictures(made, [tmp_path, tmp_path / "3.png"], detector=FOUND)
    assert len(made.samples) == 3 and made.counts[Answer.DUPLICATE] == 1
    assert len(warnings) == 1 and "2.png" in warnings[0]
    with pytest.raises(SourceError, match="none"):
        gather_pictures(made, [tmp_path / "none"], detector=FOUND)


def test_a_camera_waits_for_the_countdown_and_not_for_ever() -> None:
    camera = FakeSource(None, fps=200, kind=SourceKind.CAMERA, images=varied(300))
    made, told = session(60), []
    gather_camera(made, camera, tell=told.append, countdown_s=0.5, longest_s=1.0, detector=FOUND)
    assert told == ["smirk in 1", "smirk: hold it"]
    assert min(times(made)) >= 0.5 and max(times(made)) <= 1.5
    assert 3 < len(made.samples) < 60
