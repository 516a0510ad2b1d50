"""A program of its own for the test of the cluster: the same videos there, there again, and here.

Its arguments are the names of the sources.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from pathlib import Path

import ray

from fervideo import cli
from fervideo.analysis import ray_cluster
from fervideo.analysis.ray_task import RemoteJob, make_job
from fervideo.capture.source import SourceSpec


def make_job_elsewhere(spec: SourceSpec, *rest: object) -> RemoteJob:
    """What is called hidden is seen by no machine of the cluster."""
    job = make_job(spec, *rest)  # type: ignore[arg-type]
    if "hidden" not in job.path:
        return job
    return replace(job, path=str(Path("/nowhere") / Path(job.path).name))


def main(sources: list[str]) -> None:
    options = ["--model", "mine.safetensors", "--profile", "ada.json", "--end", "0.2", "--json"]
    ray_cluster.make_job = make_job_elsewhere
    ray.init(
        num_cpus=1,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
        object_store_memory=100 * 2**20,
    )
    for name in ("there", "again"):
        words = ["analyze", *sources, *options, "--resume", "-o", "cluster", "--ray", "auto"]
        run([*words, "--summary", f"{name}.json"])
    ray.shutdown()
    run(["analyze", *sources, *options, "-o", "alone", "--summary", "here.json"])


def run(words: list[str]) -> None:
    if cli.main(words) != 2:  # one of the videos is broken
        raise SystemExit(f"expected the status 2 of {words}")


if __name__ == "__main__":
    main(sys.argv[1:])
