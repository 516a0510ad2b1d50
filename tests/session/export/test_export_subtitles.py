"""Subtitles: strict SubRip, and what FFmpeg reads of it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from fervideo.session import Edits, edited
from fervideo.session.export.subtitles import Cue, cues

CUE = re.compile(
    r"(\d+)\r\n(\d\d+):([0-5]\d):([0-5]\d),(\d{3}) --> (\d\d+):([0-5]\d):([0-5]\d),(\d{3})\r\n"
    r"((?:[^\r\n]+\r\n)+)"
)


def parse(path: Path) -> list[tuple[int, int, tuple[str, ...]]]:
    """Every cue; fails on anything that is not one."""
    found = []
    for number, text in enumerate(
        filter(None, re.split(r"(?<=\r\n)\r\n", path.read_bytes().decode())), 1
    ):
        match = CUE.fullmatch(text)
        assert match, text
        assert int(match[1]) == number
        start, end = (_milliseconds(match.groups()[at : at + 4]) for at in (1, 5))
        found.append((start, end, tuple(match[10].split("\r\n")[:-1])))
    return found


def _milliseconds(parts: tuple[str, ...]) -> int:
    hours, minutes, seconds, thousandths = map(int, parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def test_every_subtitle_names_what_each_face_wears(recorded):
    zoe = "Zoë\u4e2d =1"
    found = parse(recorded.export("srt"))
    assert found == [
        (1000, 1040, (f"{zoe}: happiness", "Face 2: fear")),
        (1040, 1080, (f"{zoe}: happiness", "Face 2: anger")),
        (1080, 1120, (f"{zoe}: happiness",)),
        (1200, 1240, (f"{zoe}: happiness", "Face 2: unknown")),
        (1240, 1600, (f"{zoe}: surprise", "Face 2: unknown")),
        (1600, 1640, (f"{zoe}: surprise",)),
        (1640, 1680, (f"{zoe}: =smirk ‹b›", "Face 2: fear")),
        (1680, 1720, ("Face 2: fear",)),
    ]
    assert all(a[1] <= b[0] for a, b in pairwise(found))


def test_what_is_shown_at_any_moment_is_what_the_session_says(recorded):
    found = parse(recorded.export("srt"))
    segments = edited(recorded.session, recorded.edits).segments()
    for time_s in np.arange(0.9, 1.9, 0.017):
        shown = [lines for start, end, lines in found if start <= time_s * 1000 < end]
        worn = [s.label for s in segments if s.start_s <= time_s < s.end_s and s.label]
        assert len(shown) == (1 if worn else 0)
        assert len(shown[0] if shown else ()) == len(worn)


def test_ffmpeg_reads_the_same_cues(recorded):
    path = recorded.export("srt")
    with av.open(str(path), format="srt") as container:
        (stream,) = container.streams
        packets = [p for p in container.demux(stream) if p.size]
    read = [
        (round(p.pts * p.time_base * 1000), round(p.duration * p.time_base * 1000),
         bytes(p).decode().splitlines())
        for p in packets
    ]  # fmt: skip
    assert read == [(start, end - start, list(lines)) for start, end, lines in parse(path)]


def test_a_single_face_is_not_named_and_times_are_the_videos(record):
    recorded = record(edits=Edits().merge(3, 1).merge(4, 1).hide(2), save_video=True)
    found = parse(recorded.export("srt"))
    assert found[0] == (0, 120, ("happiness",))
    assert found[-1] == (680, 760, ("anger",))


def test_a_session_without_labels_gives_an_empty_file(record):
    assert record(frames=[]).export("srt").read_bytes() == b""


def test_long_videos_and_equal_neighbours():
    spans = [(0, 10, 1, "a"), (10, 20, 1, "a"), (15, 30, 2, "b"), (30, 30, 1, "never")]
    assert cues(spans, {1: 0, 2: 1}) == [
        Cue(0, 15, ("a",)),
        Cue(15, 20, ("a", "b")),
        Cue(20, 30, ("b",)),
    ]
