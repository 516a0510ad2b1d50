"""Spreading videos over a Ray cluster: one task a video, the sessions written here.

Ray: Moritz et al., "Ray: A Distributed Framework for Emerging AI Applications", OSDI 2018,
https://arxiv.org/abs/1712.05889
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from fervideo.analysis.jobs import JobSettings, Report
from fervideo.analysis.ray_task import (
    FileBytes,
    RemoteJob,
    RemoteResult,
    analyze_remotely,
    make_job,
    source_files,
    write_session,
)
from fervideo.capture.source import SourceKind, SourceSpec
from fervideo.errors import FervideoError, ModelError
from fervideo.processor import network_threads

LOCAL = "local"
"""The address of a cluster that is started on this machine, for one analysis."""

_POLL_S = 0.2

_ANSWER_S = 5.0

OnReport = Callable[[int, Report], None]


def check_ray() -> None:
    """Raise FervideoError unless Ray is installed."""
    if find_spec("ray") is None:
        raise FervideoError(
            'expected the package ray, found none; run: pip install "fervideo[ray]"'
        )


def analyze_on_ray(
    address: str,
    specs: Sequence[SourceSpec],
    settings: JobSettings,
    on_report: OnReport,
    stop: threading.Event,
) -> None:
    """Analyse sources on a cluster; what goes wrong with one is in its report.

    A file is read where it is analysed if that machine sees the same file (same size, same time
    of its last change) under the same path; otherwise its bytes are sent there. The session's
    files come back and are written below `settings.out_dir` here.

    Args:
        address: As `ray.init` takes it: `auto`, `HOST:PORT`, `ray://HOST:PORT`; or `local`.
        specs: What to analyse.
        settings: How. With `device` on a CUDA GPU each video asks the cluster for one.
        on_report: Takes the number of each source and its report, in the order they end.
        stop: Set it to end early; of what is at work nothing stays.

    Raises:
        FervideoError: Ray is not installed, the cluster cannot be reached, or the model or the
            profile cannot be read here.
    """
    check_ray()
    with _connected(address) as ray:
        _Driver(ray, specs, settings, on_report).run(stop)


class _Driver:
    """Hands out the sources and takes in the sessions."""

    def __init__(
        self, ray: Any, specs: Sequence[SourceSpec], settings: JobSettings, on_report: OnReport
    ) -> None:
        from fervideo.analysis.runner import Runner

        self._ray, self._specs = ray, specs
        self._settings, self._on_report = settings, on_report
        self._runner = Runner()
        # Looked up by name on each machine; here the CPU will do to know it.
        self._here = replace(settings, device="cpu")
        self._sha256 = self._runner.model(settings.model, "cpu").card.sha256
        weights = _own_weights(settings.model)
        self._weights = None if weights is None else ray.put(weights)
        self._profile = None if settings.profile is None else settings.profile.read_bytes()
        # As many threads as here give the same numbers as here, to the last digit.
        self._threads = network_threads()
        self._cpus = min(self._threads, _largest_machine(ray))
        gpus = 1 if settings.device.startswith("cuda") else 0
        options = {"num_cpus": self._cpus, "num_gpus": gpus, "max_retries": 1}
        self._task = ray.remote(**options)(analyze_remotely)
        self._at_work: dict[Any, tuple[int, RemoteJob]] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until every source has its report or until `stop`."""
        waiting = deque(range(len(self._specs)))
        # Enough that no machine waits for work, few enough that sent files fit into memory.
        most = max(2, 2 * int(self._ray.cluster_resources().get("CPU", 1)) // self._cpus)
        while (waiting or self._at_work) and not stop.is_set():
            if waiting and len(self._at_work) < most:
                self._begin(waiting.popleft())
                continue
            for reference in self._ray.wait(list(self._at_work), timeout=_POLL_S)[0]:
                self._take(reference, *self._at_work.pop(reference))
        for reference in self._at_work:
            with suppress(Exception):  # the cluster may be gone, and with it the work
                self._ray.cancel(reference)

    def _begin(self, index: int) -> None:
        spec = self._specs[index]
        try:
            if spec.kind is SourceKind.CAMERA:
                raise FervideoError(
                    "expected a video, found a camera, which the cluster cannot see"
                )
            found = self._runner.finished(spec, self._here) if self._here.resume else None
            if found is not None:
                self._on_report(index, found)
                return
            job = make_job(spec, self._settings, self._profile, self._sha256, self._threads)
            self._send(index, job, None)
        except (FervideoError, OSError) as error:
            self._on_report(index, Report(spec.location, str(error)))

    def _send(self, index: int, job: RemoteJob, content: Any) -> None:
        reference = self._task.remote(job, self._weights, content)
        self._at_work[reference] = index, job

    def _take(self, reference: Any, index: int, job: RemoteJob) -> None:
        """Take in what came of a source, or send it there if it cannot be seen from there."""
        spec = self._specs[index]
        try:
            result: RemoteResult = self._ray.get(reference)
            if result.lacks_source:
                self._send(index, job, self._ray.put(_content(spec)))
                return
            self._on_report(index, self._store(spec, result))
        except (FervideoError, OSError) as error:
            self._on_report(index, Report(spec.location, str(error)))
        except self._ray.exceptions.RayError as error:
            self._on_report(index, Report(spec.location, _reason(error)))

    def _store(self, spec: SourceSpec, result: RemoteResult) -> Report:
        """Write a session that came back."""
        if not result.name:
            return result.report
        folder = write_session(self._settings.out_dir / result.name, result.files)
        if self._here.resume and result.report.end_reason == "complete":
            folder = self._runner.settle(spec, self._here, folder)
        return replace(result.report, session=folder)


def _content(spec: SourceSpec) -> FileBytes:
    return {path.name: path.read_bytes() for path in source_files(spec)}


def _own_weights(model: str) -> FileBytes | None:
    """Weight file and card of a model that does not ship with the program. Raises ModelError."""
    from fervideo.models.registry import find_weights
    from fervideo.resources import weights_folder

    path = find_weights(model)
    if path.parent.resolve() == weights_folder().resolve():
        return None
    try:
        return {file.name: file.read_bytes() for file in (path, path.with_suffix(".json"))}
    except OSError as error:
        raise ModelError(f"cannot read the model {path}: {error.strerror or error}") from error


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """Ray, connected for the time of the block; a connection that is there already stays."""
    # A cluster that is started here is to tell nobody how it is used.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    if ray.is_initialized():
        yield ray
        return
    _check_answers(address)
    local: dict[str, Any] = {"include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **local)
    except Exception as error:  # Ray raises whatever its network stack does
        raise FervideoError(
            f"cannot join the Ray cluster {address}: {_first_line(error)}; a cluster is started "
            "with `ray start --head`, one for this machine alone with --ray local"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _largest_machine(ray: Any) -> int:
    """Cores of the machine of the cluster that has most."""
    machines = (node["Resources"] for node in ray.nodes() if node["Alive"])
    return max(1, *(int(resources.get("CPU", 0)) for resources in machines))


def _check_answers(address: str) -> None:
    """Raise FervideoError if nothing answers at HOST:PORT; Ray itself would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not (host and colon and port.isdecimal()):
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_S).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FervideoError(
            f"expected a Ray cluster at {address}, but nothing answers there ({reason}); check "
            "host and port, or start one with `ray start --head`"
        ) from error


def _reason(error: Exception) -> str:
    if "No module named 'fervideo" in str(error):
        return "a machine of the cluster lacks fervideo; install the same version on each of them"
    return f"the cluster could not analyse it: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
