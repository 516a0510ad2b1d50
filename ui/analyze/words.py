"""What the queue says of itself: words, numbers and shares, free of widgets."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from fervideo.analysis.jobs import Job, JobSettings, JobStatus, QueueSnapshot
from fervideo.session.summary import Summary

from .time_field import format_time

DONE = (JobStatus.DONE, JobStatus.SKIPPED)
"""A session is there, whole."""

SMALLEST_SHARE = 0.005
"""Expressions shown for less of the time than this are not named."""


def rough(seconds: float) -> str:
    """A time to come, as precisely as such a guess deserves: `8 s`, `4 min`, `1 h 20 min`."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02} min" if hours else f"{minutes} min"


def count(number: int, thing: str) -> str:
    """`1 video`, `2 videos`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def status_words(job: Job) -> str:
    """Where a job is, in a few words."""
    share = "" if job.progress is None else f"{100 * job.progress:.0f} %"
    match job.status:
        case JobStatus.RUNNING if job.starting:
            return "Starting…"
        case JobStatus.RUNNING:
            return share or "Running"
        case JobStatus.PAUSED:
            return f"Paused at {share}" if share else "Paused"
        case JobStatus.CANCELLED:
            return f"Cancelled at {share}" if share and job.frames_done else "Cancelled"
        case JobStatus.SKIPPED:
            return "Done before"
    return job.status.value.capitalize()


def progress_words(job: Job) -> str:
    """How many frames are done, empty before the first."""
    if not job.frames_done:
        return ""
    if job.frames_total is None or job.status is JobStatus.DONE:
        return count(job.frames_done, "frame")
    return f"{job.frames_done:,} of {job.frames_total:,}"


def speed_words(job: Job) -> str:
    """Frames in a second, empty before the first."""
    rate = job.frames_per_s
    return f"{rate:.{0 if rate >= 99.5 else 1}f}/s" if rate > 0 and job.frames_done else ""


def left_words(job: Job) -> str:
    """Time left, empty unless the job runs and it is known."""
    if job.status is not JobStatus.RUNNING or job.starting or job.seconds_left is None:
        return ""
    return f"{rough(job.seconds_left)} left"


def shares(summary: Summary) -> list[tuple[str, float]]:
    """Share of the labelled time for each label, longest first; they add up to 1."""
    total = sum(summary.seconds.values())
    if total <= 0:
        return []
    return [(name, seconds / total) for name, seconds in summary.seconds.items() if seconds > 0]


def result_words(job: Job) -> list[str]:
    """What came of a job in a few words, the longest way to say it first; "" before its end."""
    if job.summary is None:
        return [""]
    faces = len(job.summary.faces)
    if faces == 0:
        return ["No face found"]
    named = [f"{name} {100 * part:.0f} %" for name, part in shares(job.summary)[:2]]
    if not named:
        return ["No expression told"]
    many = [count(faces, "face")] if faces > 1 else []
    return [", ".join(words) for words in (many + named, many + named[:1], named[:1])]


def result_tip(job: Job) -> str:
    """Every expression with its time."""
    if job.summary is None:
        return ""
    lines = [
        f"{name} {job.summary.seconds[name]:.1f} s, {100 * part:.0f} %"
        for name, part in shares(job.summary)
        if part >= SMALLEST_SHARE
    ]
    return "\n".join([count(len(job.summary.faces), "face"), *lines])


def settings_words(settings: JobSettings, usual: JobSettings) -> str:
    """How the settings of one video differ from the usual ones, empty if they do not."""
    parts: list[str] = []
    if (settings.start_s, settings.end_s) != (usual.start_s, usual.end_s):
        start, end = format_time(settings.start_s or None), format_time(settings.end_s)
        parts.append(f"{start or 'start'} to {end or 'end'}")
    if settings.every != usual.every:
        parts.append("all frames" if settings.every == 1 else f"1 frame in {settings.every}")
    if settings.model != usual.model:
        parts.append(f"model {Path(settings.model).stem}")
    if settings.device != usual.device:
        parts.append(f"on {settings.device}")
    if settings.profile != usual.profile:
        parts.append(f"profile {settings.profile.stem}" if settings.profile else "no profile")
    told = {"start_s", "end_s", "every", "model", "device", "profile"}
    others = [f.name for f in fields(JobSettings) if f.name not in told]
    if any(getattr(settings, name) != getattr(usual, name) for name in others):
        parts.append("other settings" if not parts else "…")
    return ", ".join(parts)


def place_words(job: Job) -> str:
    """The folder that a job's file is in."""
    return Path(job.source).parent.name


def has_begun(job: Job) -> bool:
    """Whether a job is at work, or stands still midway."""
    midway = job.starting or job.frames_done > 0
    return job.status is JobStatus.RUNNING or (job.status is JobStatus.PAUSED and midway)


def left_to_do(snapshot: QueueSnapshot) -> int:
    """How many jobs are not over."""
    return sum(not job.status.is_over for job in snapshot.jobs)


def whole_share(snapshot: QueueSnapshot) -> float:
    """How much of the whole queue is done, 0 to 1, each job counting alike."""
    if not snapshot.jobs:
        return 0.0
    done = sum(1.0 if job.status.is_over else job.progress or 0.0 for job in snapshot.jobs)
    return done / len(snapshot.jobs)


def queue_words(snapshot: QueueSnapshot) -> str:
    """The queue in one line."""
    parts = [count(len(snapshot.jobs), "video")]
    for number, words in (
        (snapshot.count(*DONE), "done"),
        (snapshot.count(JobStatus.FAILED), "failed"),
        (snapshot.count(JobStatus.CANCELLED), "cancelled"),
        (snapshot.count(JobStatus.WAITING), "waiting"),
    ):
        if number:
            parts.append(f"{number:,} {words}")
    if snapshot.frames_per_s > 0:
        parts.append(f"{snapshot.frames_per_s:.1f} frames/s")
    return "  ·  ".join(parts)


def end_words(snapshot: QueueSnapshot) -> str:
    """What to tell when the queue has come to its end."""
    failed = snapshot.count(JobStatus.FAILED)
    tail = f", {failed:,} failed" if failed else ""
    return f"{count(snapshot.count(*DONE), 'video')} analysed{tail}."
