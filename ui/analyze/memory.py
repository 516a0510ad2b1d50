"""Settings of jobs, and jobs not done yet, as the text that is remembered from run to run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from fervideo.analysis.jobs import Job, JobSettings, JobStatus
from fervideo.errors import ConfigError
from fervideo.landmark_names import LandmarkMode

from .host import Batch

MOST_JOBS = 5000
"""More than this are not remembered: a settings file is no data base."""

_PATHS = ("profile", "out_dir")
_NONE = JobSettings()


def settings_to_plain(settings: JobSettings, usual: JobSettings) -> dict[str, Any]:
    """Those settings that are not the usual ones, as JSON can hold them."""
    plain = {f.name: getattr(settings, f.name) for f in fields(JobSettings)}
    plain = {name: value for name, value in plain.items() if value != getattr(usual, name)}
    return {name: str(v) if isinstance(v, Path) else v for name, v in plain.items()}


def settings_from_plain(plain: object, usual: JobSettings) -> JobSettings:
    """The settings of `settings_to_plain`; what is not there is as usual.

    Raises:
        ConfigError: They are not settings of a job.
    """
    if not isinstance(plain, dict):
        raise ConfigError(f"expected settings by name, found {type(plain).__name__}")
    try:
        values = {name: _value(name, value) for name, value in plain.items()}
        return replace(usual, **values)
    except (TypeError, ValueError) as error:  # an unknown name, or text where a number should be
        raise ConfigError(f"these are no settings of a job: {error}") from error


def _value(name: str, plain: Any) -> Any:
    """A value as `JobSettings` has it. Raises TypeError or ValueError if it cannot be that."""
    if name in _PATHS and plain is not None:
        return Path(plain)
    return LandmarkMode(plain) if name == "landmarks" else plain


def settings_to_text(settings: JobSettings, usual: JobSettings) -> str:
    """Those settings that are not the usual ones, as text."""
    return json.dumps(settings_to_plain(settings, usual))


def settings_from_text(text: str, usual: JobSettings) -> JobSettings:
    """The settings of `settings_to_text`, or the usual ones if they cannot be read."""
    try:
        return settings_from_plain(json.loads(text), usual)
    except (ConfigError, ValueError):
        return usual


def jobs_to_text(jobs: Iterable[Job], coming: Iterable[Batch] = ()) -> str:
    """The jobs that wait or failed, and what is still being added, as text; empty if none is."""
    batches = [
        ([job.source], job.settings)
        for job in jobs
        if not job.status.is_over or job.status is JobStatus.FAILED
    ]
    plain = [
        {"sources": list(names), "settings": settings_to_plain(settings, _NONE)}
        for names, settings in (*batches[:MOST_JOBS], *coming)
    ]
    return json.dumps(plain) if plain else ""


def jobs_from_text(text: str) -> list[Batch]:
    """Sources and settings of `jobs_to_text`; what cannot be read is left out."""
    try:
        plain = json.loads(text) if text else []
    except ValueError:
        return []
    found: list[Batch] = []
    for item in plain if isinstance(plain, list) else []:
        try:
            settings = settings_from_plain(item["settings"], _NONE)
            found.append(([str(name) for name in item["sources"]], settings))
        except (ConfigError, KeyError, TypeError):
            continue
    return found
