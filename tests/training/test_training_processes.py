"""Two processes train as one does on their batches together."""

import csv
import os
import socket
import subprocess
import sys
from pathlib import Path

import torch
from one_of_two import train
from safetensors.torch import load_file

from fervideo.training import engine
from fervideo.training.processes import Processes, current_processes, is_first_process

SCRIPT = Path(__file__).with_name("one_of_two.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_processes_end_where_one_does(tmp_path, monkeypatch):
    port = str(free_port())
    started = []
    for rank in ("0", "1"):
        told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": "2", "MASTER_PORT": port}
        words = [sys.executable, str(SCRIPT), str(tmp_path), rank]
        environment = {**os.environ, **told, "MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1"}
        started.append(
            subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, cwd=SCRIPT.parent)
        )
    ends = [process.communicate(timeout=500)[1].decode()[-2000:] for process in started]
    assert [p.returncode for p in started] == [0, 0], "\n".join(ends)
    monkeypatch.setattr(engine, "fast_precision", engine.fast_precision)  # put back afterwards
    alone = train(tmp_path / "alone")
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in "01")
    for name, value in alone.items():
        torch.testing.assert_close(first[name], second[name], rtol=0, atol=0, msg=name)
        torch.testing.assert_close(first[name], value, rtol=1e-3, atol=1e-4, msg=name)
    rows = list(csv.DictReader((tmp_path / "run" / "log.csv").read_text().splitlines()))
    assert len(rows) == 2 and "rafdb_accuracy" in rows[0]  # the first process wrote it, whole


def test_a_process_alone_is_the_first_and_waits_for_nobody(monkeypatch):
    monkeypatch.delenv("RANK", raising=False)
    assert current_processes() == Processes(0, 1) and is_first_process()
    entered = []
    with current_processes().first_goes_ahead():
        entered.append(True)
    current_processes().wait()
    assert entered


def test_only_the_first_of_several_speaks(monkeypatch):
    monkeypatch.setenv("RANK", "1")
    assert not is_first_process()
