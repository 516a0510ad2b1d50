from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from session_results import MODEL, SETTINGS, make_result

from fervideo import labels
from fervideo.session import SessionWriter, read_session
from fervideo.session.playback import PicturesFrom, open_playback
from fervideo.session.schema import DESCRIPTION_FILE

TIMES_S = (5.0, 5.04, 5.3, 5.31, 6.0, 8.5)
SOURCE = {"kind": "camera", "name": "Webcam", "location": "0", "width": 64, "height": 48}


def level(index: int) -> int:
    return index * 8


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A session of a camera with its video, frames at uneven times."""
    with SessionWriter(
        tmp_path / "session",
        classes=labels.BASIC,
        source=SOURCE,
        model=MODEL,
        settings=SETTINGS,
        save_video=True,
        live=False,
    ) as writer:
        for index, time_s in enumerate(TIMES_S):
            writer.write(make_result(index, time_s))
    return writer.folder


def change(folder: Path, **entries: object) -> None:
    path = folder / DESCRIPTION_FILE
    description = json.loads(path.read_text(encoding="utf-8"))
    description["source"].update(entries.pop("source", {}))
    path.write_text(json.dumps(description | entries), encoding="utf-8")


def shown(folder: Path, time_s: float) -> int:
    playback = open_playback(read_session(folder))
    assert playback.pictures is not None
    found = playback.pictures.at(time_s)
    playback.pictures.close()
    assert found is not None
    return round(float(found.image.mean()) / 8)


def test_the_recorded_picture_of_each_row_is_found_by_its_time(recorded: Path) -> None:
    for index, time_s in enumerate(TIMES_S):
        assert shown(recorded, time_s) == index
    playback = open_playback(read_session(recorded))
    assert (playback.origin, playback.note) == (PicturesFrom.RECORDING, "")
    playback.pictures.close()


def test_a_killed_recording_has_its_pictures_too(recorded: Path) -> None:
    change(recorded, video=None, end_reason="unfinished")
    assert shown(recorded, TIMES_S[3]) == 3


def test_pictures_that_were_dropped_are_counted(recorded: Path) -> None:
    change(recorded, video={"start_time_s": 5.0, "frames_dropped": 8})
    playback = open_playback(read_session(recorded))
    assert playback.note.startswith("8 pictures were not saved")
    playback.pictures.close()


def test_without_a_video_a_camera_has_no_pictures_and_says_so(recorded: Path) -> None:
    (recorded / "video.mp4").unlink()
    playback = open_playback(read_session(recorded))
    assert playback.pictures is None
    assert playback.note == "This session was recorded without its video."


@pytest.fixture
def of_a_file(recorded: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes of it the session of a file, which is the recorded video moved away."""

    def make(**source: object) -> Path:
        film = tmp_path / "film.mp4"
        shutil.move(recorded / "video.mp4", film)
        rows = (recorded / "timeline.csv").read_text(encoding="utf-8").split("\r\n")
        (recorded / "timeline.csv").write_text("\r\n".join(rows[:2]) + "\r\n", encoding="utf-8")
        change(recorded, source={"kind": "video", "location": str(film), **source})
        return recorded

    return make


def test_the_original_stands_in_and_is_named(of_a_file: Callable[..., Path]) -> None:
    folder = of_a_file()
    assert shown(folder, 0.04) == 1
    playback = open_playback(read_session(folder))
    assert playback.origin is PicturesFrom.ORIGINAL
    assert "film.mp4" in playback.note
    playback.pictures.close()


def test_an_original_moved_beside_the_session_is_found(of_a_file: Callable[..., Path]) -> None:
    folder = of_a_file(location="/films/long/gone/film.mp4")
    assert shown(folder, 0.3) == 2


def test_an_original_named_from_a_folder_above_the_session_is_found_from_anywhere(
    of_a_file: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = of_a_file(location="films/film.mp4")
    study = tmp_path / "study"
    (study / "films").mkdir(parents=True)
    shutil.move(tmp_path / "film.mp4", study / "films" / "film.mp4")
    folder = Path(shutil.move(recorded, study / "sessions"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert shown(folder, 0.3) == 2


def test_another_film_of_that_name_is_not_taken_for_it(of_a_file: Callable[..., Path]) -> None:
    folder = of_a_file()
    for entries, words in (
        ({"width": 640, "height": 480}, "expected 640×480 pixels, found 64×48"),
        ({"width": 64, "height": 48, "duration_s": 60.0}, "expected 60.0 s, found"),
    ):
        change(folder, source=entries)
        playback = open_playback(read_session(folder))
        assert playback.pictures is None
        assert words in playback.note


def test_a_lost_original_is_told_and_found_where_a_person_says(
    of_a_file: Callable[..., Path], tmp_path: Path
) -> None:
    folder = of_a_file()
    moved = tmp_path / "elsewhere" / "other name.mp4"
    moved.parent.mkdir()
    shutil.move(tmp_path / "film.mp4", moved)
    playback = open_playback(read_session(folder))
    assert playback.pictures is None and "film.mp4 is not there any more" in playback.note
    playback = open_playback(read_session(folder), moved)
    assert playback.pictures is not None and playback.path == moved
    playback.pictures.close()


def test_a_broken_recording_gives_way_to_the_original(
    of_a_file: Callable[..., Path],
) -> None:
    folder = of_a_file()
    (folder / "video.mp4").write_bytes(b"not a video at all")
    playback = open_playback(read_session(folder))
    assert playback.origin is PicturesFrom.ORIGINAL
    assert "recorded video cannot be read" in playback.note
    playback.pictures.close()


def test_the_demo_played_again_and_again_starts_over(recorded: Path) -> None:
    (recorded / "video.mp4").unlink()
    change(recorded, source={"kind": "demo", "width": 640, "height": 480, "location": "demo.mp4"})
    playback = open_playback(read_session(recorded))
    assert playback.pictures is not None and playback.pictures.length_s
    first, again = (playback.pictures.at(0.2 + n * playback.pictures.length_s) for n in (0, 2))
    assert (first.image == again.image).all()
    assert again.time_s - first.time_s == pytest.approx(2 * playback.pictures.length_s)
    playback.pictures.close()
