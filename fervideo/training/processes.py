"""Several processes that train one network together, as `torchrun` starts them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed


@dataclass(frozen=True, slots=True)
class Processes:
    """Which of how many processes this one is.

    Attributes:
        rank: From 0. The first one validates, writes and reports.
        count: 1 without `torchrun`.
    """

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this one writes files."""
        return self.rank == 0

    def wait(self) -> None:
        """Until all processes are here."""
        if self.count > 1:
            distributed.barrier()

    @contextmanager
    def first_goes_ahead(self) -> Iterator[None]:
        """The others enter when the first one has left: it fills a cache that they read."""
        if not self.is_first:
            self.wait()
        yield
        if self.is_first:
            self.wait()


def current_processes() -> Processes:
    """Those of the running group, or this one alone."""
    if distributed.is_available() and distributed.is_initialized():
        return Processes(distributed.get_rank(), distributed.get_world_size())
    return Processes()


def is_first_process() -> bool:
    """Whether this process is the one that speaks, by what `torchrun` told it."""
    return int(os.environ.get("RANK", "0")) == 0


@contextmanager
def joined_processes(device: torch.device) -> Iterator[tuple[Processes, torch.device]]:
    """Join the other processes, if `torchrun` started this one, and leave them at the end.

    Args:
        device: Where to train. A CUDA GPU without a number becomes this process's own.

    Yields:
        The processes, and this one's device.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield Processes(), device
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
        distributed.init_process_group("nccl", device_id=device)
    else:
        distributed.init_process_group("gloo")
    try:
        yield current_processes(), device
    finally:
        distributed.destroy_process_group()
