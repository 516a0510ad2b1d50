"""The network's share of the processor."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fervideo import cli, processor

NAMES = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with eight cores whose user has set nothing."""
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setattr(processor, "available_cores", lambda: 8)


@pytest.mark.parametrize("argv", [["analyze", "demo"], ["demo"]])
def test_beside_a_video_the_network_has_half_of_the_cores(
    environment: None, argv: list[str]
) -> None:
    cli.parse(argv)
    assert (os.environ["OMP_NUM_THREADS"], os.environ["OMP_WAIT_POLICY"]) == ("4", "passive")


def test_training_has_them_all(environment: None) -> None:
    cli.parse(["train", "recipe.toml", "--data", "rafdb:x"])
    assert not set(NAMES) & set(os.environ)


def test_what_the_user_set_stands(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    cli.parse(["analyze", "demo"])
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert processor.network_threads() == 7


def test_one_core_is_not_shared_into_none(
    environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processor, "available_cores", lambda: 1)
    processor.share_processor()
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert (processor.network_threads(), processor.sensible_jobs(9)) == (1, 1)


@pytest.mark.parametrize(("told", "threads"), [("3,2", 3), ("many", 4), ("0", 4), ("", 4)])
def test_threads_are_read_with_distrust(
    environment: None, monkeypatch: pytest.MonkeyPatch, told: str, threads: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert processor.network_threads() == threads


def test_one_job_for_two_cores_and_none_without_a_video(environment: None) -> None:
    assert [processor.sensible_jobs(videos) for videos in (0, 1, 3, 99)] == [1, 1, 3, 4]


def test_the_network_has_as_many_threads_as_it_was_given() -> None:
    code = (
        "from fervideo import cli, processor; processor.available_cores = lambda: 3; "
        "cli.parse(['analyze', 'demo']); print(processor.threads_in_use()); "
        "import torch; print(torch.get_num_threads(), processor.threads_in_use())"
    )
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean, check=True
    )
    assert done.stdout.split() == ["1"] * 3
