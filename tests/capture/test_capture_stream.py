"""Streams: connecting, falling silent, and recordings that come over the network."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from capture_clips import which, write_clip, write_sound
from clip_server import ClipServer

from fervideo.capture.source import SourceKind
from fervideo.capture.video import VideoSource
from fervideo.errors import SourceError


def connect(url: str, **patience: float) -> VideoSource:
    return VideoSource(url, kind=SourceKind.STREAM, **patience)


def long_clip(folder: Path) -> Path:
    """More than FFmpeg looks at before it begins."""
    return write_clip(folder / "live.ts", range(0, 6000, 40))


def test_a_live_feed_has_no_length_and_ends_cleanly(
    tmp_path: Path, clip_server: ClipServer
) -> None:
    url = clip_server.serve_live(write_clip(tmp_path / "live.ts"))
    with connect(url.replace("http://", "http://user:secret@")) as source:
        assert source.info.is_live and source.info.duration_s is None
        assert "secret" not in source.info.location + source.info.name
        frames = list(iter(source.read, None))
    assert [which(f.image) for f in frames] == list(range(20))
    assert source.warning is None


def test_a_recording_on_a_web_server_is_a_video(tmp_path: Path, clip_server: ClipServer) -> None:
    clip = write_clip(tmp_path / "clip.mp4", options={"movflags": "faststart"})
    with connect(clip_server.serve_file(clip)) as source:
        assert source.info.kind is SourceKind.VIDEO and not source.info.is_live
        assert source.info.duration_s == pytest.approx(0.8, abs=0.05)
        assert source.skip_until(0.4) == 10
        assert len(list(iter(source.read, None))) == 10


def test_a_feed_that_falls_silent_is_an_error_after_the_timeout(
    tmp_path: Path, clip_server: ClipServer
) -> None:
    url = clip_server.serve_live(long_clip(tmp_path), then="silence")
    with connect(url, open_timeout_s=3, read_timeout_s=0.4) as source:
        started = time.perf_counter()
        with pytest.raises(SourceError, match=r"broke off: it has gone silent; open it again"):
            while source.read() is not None:
                pass
        assert time.perf_counter() - started < 20
        assert source.read() is None


def test_a_feed_that_breaks_off_gives_all_that_came(
    tmp_path: Path, clip_server: ClipServer
) -> None:
    url = clip_server.serve_live(write_clip(tmp_path / "live.ts"), then="break")
    with connect(url) as source:
        frames = [source.read() for _ in range(20)]
        assert [f.index for f in frames] == list(range(20))
        with pytest.raises(SourceError, match="broke off: the connection failed"):
            source.read()


@pytest.mark.parametrize("scheme", ["http", "rtsp", "udp"])
def test_no_answer_is_given_up_after_the_timeout(clip_server: ClipServer, scheme: str) -> None:
    url = clip_server.serve_silence()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        if scheme != "http":
            url = f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}/x"
        started = time.perf_counter()
        with pytest.raises(SourceError, match=r"cannot be opened: no answer in 0\.4 s"):
            connect(url, open_timeout_s=0.4)
    assert time.perf_counter() - started < 2


def test_what_cannot_be_had_says_why(tmp_path: Path, clip_server: ClipServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    text = tmp_path / "page.html"
    text.write_text("<html>no video here</html>" * 99)
    cases = {
        f"rtsp://me:secret@127.0.0.1:{closed}/x": "the connection was refused",
        f"http://{clip_server.address}/none": "there is nothing at this address",
        clip_server.serve_live(text): "what it sends is not a video",
        clip_server.serve_live(write_sound(tmp_path / "song.ts")): "sound but no picture",
        "http://no-such-host.invalid/x": "the connection failed",
    }
    for url, words in cases.items():
        with pytest.raises(SourceError, match=words) as caught:
            connect(url, open_timeout_s=3)
        assert "secret" not in str(caught.value) and str(caught.value).isprintable()


def test_closing_while_waiting_for_data_does_not_wait(
    tmp_path: Path, clip_server: ClipServer
) -> None:
    source = connect(clip_server.serve_live(long_clip(tmp_path), then="silence"), read_timeout_s=1)
    reader = threading.Thread(target=lambda: list(iter(source.read, None)))
    reader.start()
    while source.position < 100:
        time.sleep(0.01)
    time.sleep(0.3)  # by now all has been read, and the reader waits for more
    started = time.perf_counter()
    source.close()
    assert time.perf_counter() - started < 0.2
    reader.join(3)
    assert not reader.is_alive()
    assert source.read() is None
