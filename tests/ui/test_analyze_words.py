from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from fake_queue import summary_of
from fervideo.ui.analyze.marks import wrapped
from fervideo.ui.analyze.memory import (
    jobs_from_text,
    jobs_to_text,
    settings_from_text,
    settings_to_text,
)
from fervideo.ui.analyze.time_field import format_time, parse_time
from fervideo.ui.analyze.words import result_words, rough, settings_words, status_words
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from fervideo.analysis.jobs import Job, JobSettings, JobStatus
from fervideo.landmark_names import LandmarkMode

JOB = Job(1, "/films/a.mp4", "a.mp4", JobSettings())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("90", 90),
        ("90 s", 90),
        ("1:30", 90),
        ("01:30.25", 90.25),
        ("1:30,5", 90.5),
        ("1:02:03", 3723),
        ("0", 0),
    ],
)
def test_times_are_understood(text: str, seconds: float | None) -> None:
    assert parse_time(text) == seconds
    assert parse_time(format_time(seconds)) == seconds


@pytest.mark.parametrize("text", ["soon", "1:75", "-3", "1:2:3:4", "1e3", "1:", "nan"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        parse_time(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59.4, "59 s"), (59.6, "1 min"), (3570, "1 h 00 min"), (5000, "1 h 23 min")],
)
def test_time_left_is_rough(seconds: float, text: str) -> None:
    assert rough(seconds) == text


@pytest.mark.parametrize("status", list(JobStatus))
def test_every_status_has_words(status: JobStatus) -> None:
    assert status_words(dataclasses.replace(JOB, status=status))


def test_results_in_a_few_words() -> None:
    def words(seconds: dict[str, float], faces: int = 1) -> str:
        return result_words(dataclasses.replace(JOB, summary=summary_of(seconds, faces)))[0]

    assert words({"neutral": 3.0, "anger": 1.0, "fear": 0.0}) == "neutral 75 %, anger 25 %"
    assert words({"neutral": 3.0}, faces=2) == "2 faces, neutral 100 %"
    assert words({}, faces=0) == "No face found"
    assert words({}) == "No expression told"
    assert result_words(JOB) == [""]
    job = dataclasses.replace(JOB, summary=summary_of({"neutral": 3.0, "anger": 1.0}, 2))
    assert result_words(job)[-1] == "neutral 75 %"  # where there is little room


def test_only_settings_that_differ_are_told() -> None:
    usual = JobSettings()
    assert settings_words(usual, usual) == ""
    own = dataclasses.replace(usual, start_s=10, end_s=90.5, every=5, model="lmcl")
    assert settings_words(own, usual) == "0:10 to 1:30.5, 1 frame in 5, model lmcl"
    assert settings_words(dataclasses.replace(usual, max_faces=1), usual) == "other settings"


def test_settings_and_jobs_are_remembered() -> None:
    own = JobSettings(
        model="lmcl",
        profile=Path("/p/me.json"),
        end_s=9.5,
        threshold=0.4,
        out_dir=Path("/out"),
        landmarks=LandmarkMode.POSE,
    )
    for usual in (JobSettings(), JobSettings(every=9, threshold=0.1, end_s=3.0)):
        assert settings_from_text(settings_to_text(own, usual), usual) == own
    jobs = tuple(
        dataclasses.replace(JOB, id=n, status=status, settings=own)
        for n, status in enumerate(JobStatus)
    )
    text = jobs_to_text(jobs, [(["/films", "/more"], own)])
    assert jobs_from_text(text) == [
        *[(["/films/a.mp4"], own)] * 4,  # waiting, running, paused, failed
        (["/films", "/more"], own),
    ]
    assert jobs_to_text(()) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"every": "many"}',
        '{"every": 0}',
        '{"new": 1}',
        '{"out_dir": 1}',
        '{"landmarks": "x"}',
    ],
)
def test_settings_that_cannot_be_read_are_the_usual_ones(text: str) -> None:
    usual = JobSettings(every=7)
    assert settings_from_text(text, usual) == usual


def test_of_jobs_only_those_that_can_be_read_come_back() -> None:
    good = '{"sources": ["a.mp4"], "settings": {"every": 2}}'
    bad = '{"sources": ["b.mp4"], "settings": {"every": 0}}, {"sources": ["c.mp4"]}, 3, null'
    assert jobs_from_text(f"[{bad}, {good}]") == [(["a.mp4"], JobSettings(every=2))]
    assert jobs_from_text("{") == jobs_from_text("3") == jobs_from_text("") == []


def test_a_long_sentence_takes_two_lines(qtbot: QtBot, qapp: object) -> None:
    from fervideo.ui.theme import small_font

    metrics = QFontMetricsF(small_font())
    text = "expected a video, found a text; " * 6
    lines = wrapped(text, metrics, 200, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(metrics.horizontalAdvance(line) <= 201 for line in lines)
    assert wrapped("short", metrics, 200, 2) == ["short"]
    assert wrapped("", metrics, 200, 2) == []
