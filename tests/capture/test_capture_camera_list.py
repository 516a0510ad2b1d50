"""The cameras of this computer: listing and choosing."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest
from fake_camera import CAMERAS, FakeCamera

from fervideo.capture.camera import CameraInfo, list_cameras, open_capture
from fervideo.capture.camera_list import choose_camera
from fervideo.errors import SourceError


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (1, r"expected camera 1, found only 0 \(Logitech C920\), 2 \(OBS"),
        ("Sony", r"expected a camera called “Sony”, found only 0 \(Logi"),
        ("logitech", r"found 0 \(Logitech C920\), 4 \(Logitech Brio\); choose one by its number"),
        ("a\nb\x1b[2J", r"called “a\\nb\\x1b\[2J”"),
    ],
)
def test_a_wrong_choice_names_the_right_ones(asked: int | str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        choose_camera(asked, CAMERAS)


def test_an_exact_name_wins_over_a_longer_one() -> None:
    cameras = [CameraInfo(0, "Camera HD", "", 0), CameraInfo(1, "Camera", "", 0)]
    assert choose_camera("camera", cameras).index == 1


def test_no_camera_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(SourceError, match="found no camera on this computer; plug one in"):
        choose_camera(0, [])
    monkeypatch.setattr(sys, "platform", "darwin")
    assert choose_camera(1, []).index == 1  # listing may be impossible where opening is not


def node(index: int, name: str | None, path: str | None) -> SimpleNamespace:
    return SimpleNamespace(index=index, name=name, path=path)


def test_listed_in_order_with_printable_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    nodes = [node(4, "B\x07am", "/dev/video4"), node(0, None, None)]
    cameras = list_cameras(lambda backend: nodes)
    assert [(c.index, c.name, c.path) for c in cameras] == [
        (0, "camera 0", ""),
        (4, "B\\x07am", "/dev/video4"),
    ]


def test_two_systems_that_list_one_camera_name_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    by_backend = {
        1400: [node(0, "Webcam", "a")],
        700: [node(0, "OBS Virtual Camera", "b"), node(1, "Webcam", "a")],
    }
    cameras = list_cameras(by_backend.__getitem__)
    assert [(c.index, c.name) for c in cameras] == [(0, "Webcam"), (700, "OBS Virtual Camera")]


def test_cameras_that_cannot_be_listed_are_no_error() -> None:
    def fails(backend: int) -> list[object]:
        raise NotImplementedError

    assert list_cameras(fails) == []
    assert isinstance(list_cameras(), list)  # of this very computer


def test_media_foundation_is_told_before_a_camera_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    name = "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS"
    monkeypatch.delenv(name, raising=False)
    seen: list[tuple[str | None, tuple[int, int]]] = []

    def video_capture(index: int, backend: int) -> FakeCamera:
        seen.append((os.environ.get(name), (index, backend)))
        return FakeCamera(opens=False)

    monkeypatch.setattr(cv2, "VideoCapture", video_capture)
    open_capture(CameraInfo(3, "", "", 1400))
    assert seen == [("0", (3, 1400))]
