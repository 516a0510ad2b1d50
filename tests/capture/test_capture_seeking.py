from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from capture_clips import grey, which, write_clip, write_picture, write_sound

from fervideo.capture import seeking
from fervideo.capture.seeking import FolderPictures, VideoPictures
from fervideo.errors import SourceError

UNEVEN_MS = (0, 40, 55, 200, 240, 900, 940, 941, 1500, 4000, 4040, 4080, 9000, 9040, 9100)


def test_the_picture_of_a_time_is_the_one_shown_then_in_any_order(tmp_path: Path) -> None:
    pictures = VideoPictures(write_clip(tmp_path / "clip.mp4", UNEVEN_MS))
    order = np.random.default_rng(3).permutation(len(UNEVEN_MS)).tolist()
    for index in [*order, *reversed(range(len(UNEVEN_MS)))]:
        found = pictures.at(UNEVEN_MS[index] / 1000)
        assert found is not None
        assert which(found.image) == index
        assert found.time_s == pytest.approx(UNEVEN_MS[index] / 1000, abs=1e-6)
    between = pictures.at(3.99)
    assert between is not None and which(between.image) == UNEVEN_MS.index(1500)
    pictures.close()


def test_before_the_first_and_after_the_last_those_are_shown(tmp_path: Path) -> None:
    pictures = VideoPictures(write_clip(tmp_path / "clip.mkv", UNEVEN_MS))
    for time_s, index in ((-5.0, 0), (99.0, 14), (0.0, 0), (9.1, 14), (100.0, 14)):
        found = pictures.at(time_s)
        assert found is not None and which(found.image) == index
    pictures.close()


def test_steps_back_do_not_jump_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = VideoPictures(write_clip(tmp_path / "clip.mp4"))
    pictures.at(0.6)
    monkeypatch.setattr(pictures, "_jump", lambda _: pytest.fail("jumped"))
    for index in range(15, 5, -1):
        found = pictures.at(index * 0.04)
        assert found is not None and which(found.image) == index
    pictures.close()


def test_few_frames_are_kept_and_all_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "_KEPT_FRAMES", (2, 2))
    pictures = VideoPictures(write_clip(tmp_path / "clip.mp4"))
    for index in (0, 19, 3, 2, 1, 4, 18, 19, 0):
        found = pictures.at(index * 0.04)
        assert found is not None and which(found.image) == index
    pictures.close()


def test_large_pictures_are_made_smaller_and_their_true_size_is_known(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", images=[grey(i, (128, 96)) for i in range(20)])
    pictures = VideoPictures(path, longest_side=64)
    found = pictures.at(0.0)
    assert found is not None and found.image.shape == (48, 64, 3)
    assert pictures.size_wh == (128, 96)
    pictures.close()


def test_what_is_no_video_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="sound but no picture"):
        VideoPictures(write_sound(tmp_path / "song.mp4"))
    with pytest.raises(SourceError, match="nothing at"):
        VideoPictures(tmp_path / "gone.mp4")


def test_a_folder_shows_each_picture_for_its_time(tmp_path: Path) -> None:
    for index in range(3):
        write_picture(tmp_path / f"{index}.png", grey(index))
    pictures = FolderPictures(tmp_path, fps=10.0)
    assert (pictures.size_wh, pictures.length_s) == ((64, 48), 0.3)
    for time_s, index in ((0.0, 0), (0.1, 1), (0.19, 1), (0.2, 2), (7.0, 2), (-1.0, 0)):
        found = pictures.at(time_s)
        assert found is not None and which(found.image) == index
    (tmp_path / "1.png").write_bytes(b"no picture")
    assert pictures.at(0.1) is None
