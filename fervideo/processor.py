"""How the processor's cores are shared between the network, the face detector and the decoder."""

from __future__ import annotations

import os
import sys


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def share_processor() -> None:
    """Give half of the cores to the network, and let its threads sleep while they wait.

    To be called before PyTorch is imported. What the user set in OMP_NUM_THREADS or
    OMP_WAIT_POLICY stands. A video is decoded and its faces are found beside the network: with a
    thread on every core they get in each other's way (31 frames/s in place of 39 on two cores).
    Threads that spin, as they do by default, make a frame take ten times as long beside another
    busy program.
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, available_cores() // 2)))
    sleep_while_waiting()


def sleep_while_waiting() -> None:
    """Let PyTorch's threads sleep while they wait for each other. A value the user set stands."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def network_threads() -> int:
    """Threads that the network may use: those of OMP_NUM_THREADS, else half of the cores."""
    told = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    if told.isdecimal() and int(told) > 0:
        return int(told)
    return max(1, available_cores() // 2)


def threads_in_use() -> int:
    """Threads that the network computes with: PyTorch's own word if it is loaded."""
    torch = sys.modules.get("torch")
    return network_threads() if torch is None else int(torch.get_num_threads())


def sensible_jobs(videos: int) -> int:
    """How many videos to analyse at the same time on this processor.

    One for every two cores: with one thread for the network, a video keeps about one and a half
    busy, since it is decoded, and faces are found, in threads beside it.
    """
    return max(1, min(videos, available_cores() // 2))
