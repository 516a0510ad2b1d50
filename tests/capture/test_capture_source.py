"""What a user may name, and what every source promises."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from capture_clips import grey, write_clip, write_picture
from clip_server import ClipServer
from fake_camera import CAMERAS, FakeCamera

from fervideo.capture import camera, demo
from fervideo.capture.camera import CameraSource
from fervideo.capture.demo import DemoSource
from fervideo.capture.folder import FolderSource
from fervideo.capture.names import natural_key, printable, quoted, without_password
from fervideo.capture.source import Source, SourceKind, SourceSpec, open_source, parse_source
from fervideo.capture.video import VideoSource
from fervideo.errors import SourceError

KINDS = ["camera", "video", "folder", "stream", "demo", "demo loop"]


@pytest.fixture
def open_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip_server: ClipServer
) -> Callable[[str], Source]:
    """Opens a source of each kind, 20 frames long where it has a length."""
    monkeypatch.setattr(demo, "asset_file", lambda name: tmp_path / name)

    def open_it(kind: str) -> Source:
        if kind == "camera":
            return CameraSource(0, opener=FakeCamera().opener, cameras=lambda: CAMERAS)
        if kind == "stream":
            clip = write_clip(tmp_path / "live.ts")
            return VideoSource(clip_server.serve_live(clip), kind=SourceKind.STREAM)
        if kind == "folder":
            for i in range(20):
                write_picture(tmp_path / f"{i}.png", grey(i))
            return FolderSource(tmp_path)
        clip = write_clip(tmp_path / "demo.mp4")
        return VideoSource(clip) if kind == "video" else DemoSource(loop=kind == "demo loop")

    return open_it


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_keeps_the_contract(open_kind: Callable[[str], Source], kind: str) -> None:
    with open_kind(kind) as source:
        info = source.info
        assert info.kind == kind.split()[0]
        assert info.is_live == (kind in ("camera", "stream"))
        assert info.name and info.name.isprintable() and info.location.isprintable()
        frames = [source.read() for _ in range(20)]
        assert source.position >= frames[-1].index + 1
        for frame in frames:
            assert frame.resolution_wh == (info.width, info.height) == (64, 48)
            assert frame.image.dtype == np.uint8 and frame.image.flags.c_contiguous
            assert abs((datetime.now(UTC) - frame.wall_time).total_seconds()) < 60
        for one, two in itertools.pairwise(frames):
            assert two.index > one.index and two.time_s > one.time_s
            assert not np.shares_memory(one.image, two.image)
        if kind != "camera":
            assert [frame.index for frame in frames] == list(range(20))
            assert frames[0].time_s == 0
        if kind in ("video", "folder", "stream", "demo"):
            assert source.read() is None and source.read() is None
        assert source.warning is None
    assert source.read() is None
    source.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_can_be_closed_by_another_thread(
    open_kind: Callable[[str], Source], kind: str
) -> None:
    source = open_kind(kind)
    timer = threading.Timer(0.02, source.close)
    timer.start()
    while source.read() is not None:
        pass
    timer.join()
    assert source.read() is None
    assert source.skip_until(99) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_can_skip(open_kind: Callable[[str], Source], kind: str) -> None:
    with open_kind(kind) as source:
        passed = source.skip_until(0.2)
        frame = source.read()
        if source.info.is_live:
            assert passed == 0
        else:
            assert passed == frame.index == 5
            assert frame.time_s == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "kind", "location"),
    [
        ("demo", "demo", "demo"),
        (" Demo ", "demo", "demo"),
        ("0", "camera", "0"),
        ("07", "camera", "7"),
        ("/dev/video2", "camera", "2"),
        ("camera:1", "camera", "1"),
        ("camera: Logitech C920", "camera", "Logitech C920"),
        ("rtsp://u:p@host/x", "stream", "rtsp://u:p@host/x"),
        ("HTTP://host/x.m3u8", "stream", "HTTP://host/x.m3u8"),
        ("udp://@:1234", "stream", "udp://@:1234"),
        ("clip.mp4", "video", "clip.mp4"),
        ("shots", "folder", "shots"),
        ("./1", "folder", "1"),
        ("photo.JPG", "folder", "photo.JPG"),
        (" odd name ", "video", " odd name "),
    ],
)
def test_what_a_user_may_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, kind: str, location: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("clip.mp4", "photo.JPG", " odd name ", "demo"):
        (tmp_path / name).touch()
    for name in ("shots", "1"):
        (tmp_path / name).mkdir()
    assert parse_source(text) == SourceSpec(SourceKind(kind), location)


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "clip.mp4").touch()
    assert parse_source("~/clip.mp4").location == str(tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found an empty name"),
        (" \n", "found an empty name"),
        ("nothing.mp4", "found nothing called “nothing.mp4”; check the spelling"),
        ("-1", "found nothing called “-1”"),
        ("²", "found nothing called “²”"),
        ("gopher://host/x", "starts with rtsp, .* found “gopher://host/x”"),
        ("ftp://me:secret@host/x", r"found “ftp://\*\*\*@host/x”"),
        ("bad\0name", r"bad\\x00name"),
        ("line\nbreak\x1b]0;x\x07", r"line\\nbreak\\x1b\]0;x\\x07"),
        ("x" * 5000, "x…x"),
        ("~nobody-of-this-name/clip.mp4", "found nothing called"),
    ],
)
def test_what_fits_nothing_gets_one_sentence(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        parse_source(text)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 400 and "secret" not in message


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for use in (parse_source, VideoSource):
        with pytest.raises(SourceError, match="is not a plain file"):
            use(str(tmp_path / "pipe.mp4"))


def test_open_source_opens_each_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_clip(tmp_path / "demo.mp4")
    write_picture(tmp_path / "a.png", grey(0))
    monkeypatch.setattr(demo, "asset_file", lambda name: clip)
    fake = FakeCamera()
    monkeypatch.setattr(
        camera.CameraSource.__init__,
        "__kwdefaults__",
        camera.CameraSource.__init__.__kwdefaults__
        | {"opener": fake.opener, "cameras": lambda: CAMERAS},
    )
    for text in (str(clip), str(tmp_path), "demo", "2", "camera:brio"):
        with open_source(parse_source(text)) as source:
            assert source.read() is not None
            assert source.info.kind == parse_source(text).kind
    assert [c.index for c in fake.opened] == [2, 4]
    with open_source(SourceSpec(SourceKind.DEMO, "demo"), live=True) as source:
        assert source.info.frame_count is None  # it loops


def test_names_are_made_fit_for_a_sentence() -> None:
    assert printable("a\tb\u202ec\udcff") == r"a\tb\u202ec\udcff"
    assert printable("顔 é") == "顔 é"
    assert len(quoted("y" * 999)) < 130
    assert without_password("rtsp://a:b@host:554/x?y=1") == "rtsp://***@host:554/x?y=1"
    assert without_password("http://host/@x") == "http://host/@x"


def test_natural_order_is_total() -> None:
    ordered = ["2", "10", "a²", "img", "IMG1", "img02", "img2", "img10"]
    assert sorted(ordered, key=natural_key) == ordered
