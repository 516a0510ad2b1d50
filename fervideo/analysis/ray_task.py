"""What a machine of a Ray cluster does with one video, and the parcels to it and back.

Nothing here needs Ray: a parcel holds all that a machine must know, files among it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import fervideo
from fervideo.analysis.finished import identify
from fervideo.analysis.jobs import JobSettings, Report
from fervideo.capture.names import printable, quoted
from fervideo.capture.source import Source, SourceKind, SourceSpec, open_source
from fervideo.errors import FervideoError, ModelError, SessionError, reason_of
from fervideo.processor import sleep_while_waiting
from fervideo.session.files import write_whole
from fervideo.session.naming import make_session_folder
from fervideo.session.schema import DESCRIPTION_FILE

if TYPE_CHECKING:
    from fervideo.analysis.runner import Runner

FileBytes = Mapping[str, bytes]
"""Content of files by name."""


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A source and all that decides what comes of it.

    Attributes:
        spec: The source as the user named it.
        path: Its absolute path; empty if it is no file or folder.
        identity: Size and time of the last change of the file, see `finished.identify`.
        modified_ns: The same time of each file by name, to the nanosecond.
        settings: How it is analysed; the output folder does not count.
        profile: Content of the profile's file, None for no profile.
        sha256: Of the weights that must be used.
        threads: Of the network. Another number changes the last digits of the results.
        version: Of the program that must be used.
    """

    spec: SourceSpec
    path: str
    identity: Mapping[str, Any]
    modified_ns: Mapping[str, int]
    settings: JobSettings
    profile: bytes | None
    sha256: str
    threads: int
    version: str = fervideo.__version__


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What came of it.

    Attributes:
        report: The report; the session's path in it counts for nothing.
        name: Name of the session folder; empty if there is no session.
        files: The session's files.
        lacks_source: Nothing was done: the source cannot be seen from that machine.
    """

    report: Report
    name: str = ""
    files: FileBytes = field(default_factory=dict)
    lacks_source: bool = False


def make_job(
    spec: SourceSpec, settings: JobSettings, profile: bytes | None, sha256: str, threads: int
) -> RemoteJob:
    """Describe a source for another machine."""
    paths = source_files(spec)
    return RemoteJob(
        spec,
        str(Path(spec.location).absolute()) if paths else "",
        identify(spec),
        {path.name: path.stat().st_mtime_ns for path in paths},
        settings,
        profile,
        sha256,
        threads,
    )


def source_files(spec: SourceSpec) -> list[Path]:
    """The files that a source consists of and that another machine may lack."""
    from fervideo.capture.folder import list_pictures

    if spec.kind is SourceKind.FOLDER:
        return list_pictures(Path(spec.location))
    return [Path(spec.location)] if spec.kind is SourceKind.VIDEO else []


def analyze_remotely(
    job: RemoteJob, weights: FileBytes | None, content: FileBytes | None
) -> RemoteResult:
    """Analyse a source on this machine; what goes wrong is in the report.

    Args:
        job: What to do.
        weights: Weight file and card of a model that does not ship; None for one that does.
        content: The source's files, None to use those under the job's path.
    """
    os.environ["OMP_NUM_THREADS"] = str(job.threads)  # before PyTorch is imported
    sleep_while_waiting()
    try:
        with TemporaryDirectory(prefix="fervideo-") as scratch:
            return _analyze(job, weights, content, Path(scratch))
    except FervideoError as error:
        return RemoteResult(Report(job.spec.location, str(error)))
    except Exception as error:  # a network, a driver or a decoder may raise anything
        reason = f"the analysis failed unexpectedly: {error}"
        return RemoteResult(Report(job.spec.location, reason))


def write_session(wanted: Path, files: FileBytes) -> Path:
    """Write the files of a session into a new folder named like `wanted`. Raises SessionError."""
    try:
        folder = make_session_folder(wanted)
        # The description comes last: before it, the folder is no session to anybody.
        for name in sorted(files, key=lambda name: name == DESCRIPTION_FILE):
            write_whole(folder / name, files[name])
    except OSError as error:
        raise SessionError(
            f"cannot write the session {wanted}: {reason_of(error)}; choose a folder that "
            "can be written, on a disk with room"
        ) from error
    return folder


def _analyze(
    job: RemoteJob, weights: FileBytes | None, content: FileBytes | None, scratch: Path
) -> RemoteResult:
    from fervideo.analysis.runner import Runner

    if job.version != fervideo.__version__:
        raise FervideoError(
            f"expected fervideo {job.version} on every machine of the cluster, found "
            f"{fervideo.__version__}; install the same version everywhere"
        )
    spec = _visible(job, content, scratch)
    if spec is None:
        return RemoteResult(Report(job.spec.location), lacks_source=True)
    settings = _settings(job, weights, scratch)
    runner = Runner(opener=partial(_open_as, job.spec))
    _check_weights(runner, settings, job)
    try:
        report = runner.run(spec, settings)
    except FervideoError as error:
        report = Report(spec.location, str(error))
    told = replace(
        report,
        source=job.spec.location,
        error=_as_named(report.error, spec, job.spec),
        warning=_as_named(report.warning, spec, job.spec),
    )
    if report.session is None:
        return RemoteResult(told)
    files = {path.name: path.read_bytes() for path in report.session.iterdir() if path.is_file()}
    return RemoteResult(told, report.session.name, files)


def _as_named(sentence: str, spec: SourceSpec, named: SourceSpec) -> str:
    """A sentence with the path of this machine replaced by the one that the user knows."""
    sentence = sentence.replace(quoted(spec.location), quoted(named.location))
    return sentence.replace(spec.location, named.location)


def _visible(job: RemoteJob, content: FileBytes | None, scratch: Path) -> SourceSpec | None:
    """The source on this machine: under its own path, or made of what was sent."""
    if not job.path:
        return job.spec
    if content is None:
        spec = SourceSpec(job.spec.kind, job.path)
        return spec if identify(spec) == job.identity else None
    path = Path(job.path)
    folder = scratch / "source"
    inside = folder / path.name if job.spec.kind is SourceKind.FOLDER else folder
    inside.mkdir(parents=True)
    for name, data in content.items():
        file = inside / name
        file.write_bytes(data)
        os.utime(file, ns=(job.modified_ns[name], job.modified_ns[name]))
    return SourceSpec(job.spec.kind, str(folder / path.name))


def _settings(job: RemoteJob, weights: FileBytes | None, scratch: Path) -> JobSettings:
    """The job's settings with the paths of this machine."""
    settings = replace(job.settings, out_dir=scratch / "sessions", resume=False)
    if job.profile is not None:
        path = scratch / "profile.json"
        path.write_bytes(job.profile)
        settings = replace(settings, profile=path)
    for name, data in (weights or {}).items():
        (scratch / name).write_bytes(data)
        if name.endswith(".safetensors"):
            settings = replace(settings, model=str(scratch / name))
    return settings


def _check_weights(runner: Runner, settings: JobSettings, job: RemoteJob) -> None:
    card = runner.model(settings.model, settings.device).card
    if card.sha256 != job.sha256:
        raise ModelError(
            f"expected weights of {card.name} with the sha256 {job.sha256[:12]}… on every machine "
            f"of the cluster, found {card.sha256[:12]}…; install the same fervideo everywhere"
        )


def _open_as(named: SourceSpec, spec: SourceSpec) -> Source:
    """Open a source that is to be called as the user has named it."""
    source = open_source(spec)
    if spec.location != named.location:
        source.info = replace(source.info, location=printable(named.location))
    return source
