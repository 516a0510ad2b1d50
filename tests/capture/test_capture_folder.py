"""Folders of pictures: order, every sort of picture, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from capture_clips import grey, which, write_picture

from fervideo.capture.folder import FolderSource, list_pictures
from fervideo.errors import SourceError
from fervideo.types import Frame


def read_all(source: FolderSource) -> list[Frame]:
    with source:
        return list(iter(source.read, None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pictures, img1.png to img12.png, made in a confusing order."""
    path = tmp_path / "take 3"
    path.mkdir()
    for i in (11, 1, 0, 5, 9, 10, 2, 3, 4, 8, 6, 7):
        write_picture(path / f"img{i + 1}.png", grey(i))
    return path


def test_frame_i_is_the_ith_file_in_the_order_of_people(folder: Path) -> None:
    frames = read_all(FolderSource(folder))
    assert [which(f.image) for f in frames] == list(range(12))
    assert [f.index for f in frames] == list(range(12))
    assert [f.time_s for f in frames] == pytest.approx([i / 25 for i in range(12)])


def test_rate_can_be_chosen(folder: Path) -> None:
    source = FolderSource(folder, fps=10)
    assert (source.info.fps, source.info.duration_s, source.info.frame_count) == (10, 1.2, 12)
    assert read_all(source)[3].time_s == pytest.approx(0.3)
    for rate in (0, -1, float("nan"), float("inf")):
        with pytest.raises(SourceError, match="expected a frame rate above 0"):
            FolderSource(folder, fps=rate)


def test_info(folder: Path) -> None:
    info = FolderSource(folder).info
    assert (info.kind, info.name, info.location) == ("folder", "take 3", str(folder))
    assert (info.width, info.height, info.is_live) == (64, 48, False)


def test_names_sort_naturally_and_foreign_files_stay_out(tmp_path: Path) -> None:
    names = ["b.JPG", "a10.png", "A2.png", "a01.png", "a1.png", "²x.png", "a1b2.png", "a1b10.png"]
    for name in [*names, "notes.txt", ".hidden.png", "._a1.png", "clip.mp4"]:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.png").mkdir()
    found = [path.name for path in list_pictures(tmp_path)]
    assert found == [
        "a01.png", "a1.png", "a1b2.png", "a1b10.png", "A2.png", "a10.png", "b.JPG", "²x.png",
    ]  # fmt: skip


def test_a_picture_that_cannot_be_read_costs_only_itself(folder: Path) -> None:
    (folder / "img1.png").write_bytes(b"")
    (folder / "img5.png").write_bytes((folder / "img5.png").read_bytes()[:40])
    (folder / "img12.png").write_text("no picture")
    source = FolderSource(folder)
    frames = read_all(source)
    assert [f.index for f in frames] == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert [which(f.image) for f in frames] == [f.index for f in frames]
    assert frames[0].time_s == pytest.approx(1 / 25)
    assert source.warning.startswith("3 of 12 pictures could not be read and were left out: ")
    assert all(name in source.warning for name in ("img1.png", "img5.png", "img12.png"))


def test_a_warning_stays_short(folder: Path) -> None:
    for i in range(2, 9):
        (folder / f"img{i}.png").write_text("no picture")
    source = FolderSource(folder)
    read_all(source)
    assert source.warning.endswith("; and 4 more")


def test_no_picture_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no")
    with pytest.raises(SourceError, match=r"“a\.png” is not a picture, or is damaged"):
        FolderSource(tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [("empty", "expected pictures .* found none"), ("none\n", r"none\\n.*no such file")],
)
def test_a_folder_without_pictures_or_no_folder(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=words) as caught:
        FolderSource(tmp_path / name)
    assert str(caught.value).isprintable()


def test_a_nul_in_the_name_is_an_error_not_a_crash() -> None:
    with pytest.raises(SourceError, match=r"a\\x00b"):
        FolderSource("a\0b")


def test_a_single_picture_is_a_folder_of_one(folder: Path) -> None:
    source = FolderSource(folder / "img3.png")
    assert (source.info.name, source.info.frame_count) == ("img3.png", 1)
    assert [which(f.image) for f in read_all(source)] == [2]


def test_pictures_of_different_sizes_keep_their_own(tmp_path: Path) -> None:
    write_picture(tmp_path / "1.png", grey(0, (31, 17)))
    write_picture(tmp_path / "2.png", grey(0, (8, 90)))
    assert [f.image.shape for f in read_all(FolderSource(tmp_path))] == [(17, 31, 3), (90, 8, 3)]


def test_skipping_opens_nothing_it_passes(folder: Path) -> None:
    (folder / "img4.png").write_text("no picture")
    source = FolderSource(folder)
    assert source.skip_until(6 / 25) == 6
    assert source.position == 6
    assert source.read().index == 6
    assert source.skip_until(0.1) == 0
    assert source.warning is None
    assert source.skip_until(99) == 5
    assert source.read() is None


def test_skipping_to_a_number_spends_no_more(folder: Path) -> None:
    source = FolderSource(folder)
    assert source.skip_to(4) == 4
    assert source.read().index == 4
    assert source.skip_to(2) == 0
    assert source.read().index == 5


def test_skipping_to_the_first_frame_loses_nothing(folder: Path) -> None:
    source = FolderSource(folder)
    assert source.skip_until(0) == 0
    assert source.read().index == 0
