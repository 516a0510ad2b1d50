"""What files, folders and patterns stand for."""

from __future__ import annotations

from pathlib import Path

import pytest

from fervideo.analysis.inputs import expand
from fervideo.capture.source import SourceKind


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as people have them, which is the current one."""
    names = (
        *("s2/clip10.mp4", "s2/clip2.MOV", "s2/.clip1.mp4", "s2/notes.txt", "s2/cover.jpg"),
        *("s10/a.mkv", "s10/sub/b.avi", "s10/.hidden/c.mp4"),
        *("stills/img10.png", "stills/img2.png"),
        *("sessions/a/session.json", "sessions/a/timeline.csv", "sessions/a/video.mp4"),
        "nothing/readme.md",
    )
    for name in names:
        path = tmp_path / "study" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path / "study")
    return tmp_path / "study"


def found(*names: str | Path, any_file: bool = True) -> list[str]:
    expansion = expand(names, any_file=any_file)
    assert expansion.missing == ()
    return [Path(spec.location).as_posix() for spec in expansion.sources]


ALL = ["s2/clip2.MOV", "s2/clip10.mp4", "s10/a.mkv", "s10/sub/b.avi", "stills"]


def test_a_folder_stands_for_the_videos_below_it(study: Path) -> None:
    assert found(".") == ALL
    assert found(study) == [f"{study.as_posix()}/{name}" for name in ALL]


def test_a_folder_of_pictures_alone_is_one_source(study: Path) -> None:
    (spec,) = expand(["stills"]).sources
    assert (spec.kind, spec.location) == (SourceKind.FOLDER, "stills")


def test_a_folder_without_either_is_left_to_be_opened(study: Path) -> None:
    (spec,) = expand(["nothing"]).sources
    assert (spec.kind, spec.location) == (SourceKind.FOLDER, "nothing")


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("*/*.mp4", ["s2/clip10.mp4"]),
        ("s*", ALL),
        ("s2/*", ["s2/clip2.MOV", "s2/clip10.mp4"]),
        ("**/*", ["s2/clip2.MOV", "s2/clip10.mp4", "s10/a.mkv", "s10/sub/b.avi"]),
        ("**/*.mp4", ["s2/clip10.mp4"]),
        ("s[0-9]/clip?.MOV", ["s2/clip2.MOV"]),
        ("stills/*.png", ["stills/img2.png", "stills/img10.png"]),
        ("sessions/*/video.mp4", ["sessions/a/video.mp4"]),
    ],
)
def test_a_pattern_stands_for_what_it_matches(
    study: Path, pattern: str, matches: list[str]
) -> None:
    assert found(pattern) == matches


def test_a_pattern_is_absolute_or_begins_at_home(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(study))
    monkeypatch.setenv("USERPROFILE", str(study))
    expected = [f"{study.as_posix()}/s2/clip10.mp4"]
    assert found(study / "s2" / "*.mp4") == found("~/s2/*.mp4") == expected


def test_a_file_with_brackets_in_its_name_is_no_pattern(study: Path) -> None:
    (study / "take[1].mp4").touch()
    assert found("take[1].mp4") == ["take[1].mp4"]


def test_each_source_comes_once_in_the_order_it_was_named(study: Path) -> None:
    assert found("s10", "s2/*.MOV", ".") == [*ALL[2:4], ALL[0], ALL[1], ALL[4]]


def test_what_is_not_there_is_told_and_stops_nothing(study: Path) -> None:
    expansion = expand(["*.mp4", "s2/missing.mp4", "s10/a.mkv", "~nobody/*.mp4"])
    assert [Path(spec.location).name for spec in expansion.sources] == ["a.mkv"]
    assert [missing.name for missing in expansion.missing] == [
        "*.mp4",
        "s2/missing.mp4",
        "~nobody/*.mp4",
    ]
    assert all(m.name in m.reason for m in expansion.missing)


def test_a_file_that_is_named_counts_only_where_any_does(study: Path) -> None:
    assert found("s2/notes.txt") == ["s2/notes.txt"]
    expansion = expand(["s2/notes.txt", "s2/clip2.MOV", "s2/cover.jpg"], any_file=False)
    assert [Path(s.location).name for s in expansion.sources] == ["clip2.MOV", "cover.jpg"]
    assert "notes.txt" in expansion.missing[0].reason


def test_other_sources_are_understood_as_ever(study: Path) -> None:
    kinds = [spec.kind for spec in expand(["demo", "0", "http://host/film?x=[1]"]).sources]
    assert kinds == [SourceKind.DEMO, SourceKind.CAMERA, SourceKind.STREAM]


def test_links_that_lead_in_a_circle_end(study: Path) -> None:
    (study / "s10" / "back").symlink_to(study, target_is_directory=True)
    assert found("s10") == ["s10/a.mkv", "s10/sub/b.avi"]
