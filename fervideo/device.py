"""Which processor a network runs on."""

from __future__ import annotations

import torch

from fervideo.errors import DeviceError


def resolve_device(name: str = "auto") -> torch.device:
    """The device a user named.

    Args:
        name: `auto` takes a CUDA GPU if there is one, else the CPU; or `cpu`, `cuda`, `cuda:1`,
            `mps`. `auto` never takes `mps`: for one face a frame the CPU is as fast, and the
            figures on the model cards were not made there.

    Raises:
        DeviceError: No such device here, or no device has such a name.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise _unknown(name) from None
    if device.type == "cpu":
        return torch.device("cpu")
    if device.type == "cuda":
        return _resolve_cuda(name, device)
    if device.type == "mps":
        if not torch.backends.mps.is_available():
            raise DeviceError("expected an Apple GPU, found none; use --device cpu")
        return torch.device("mps")
    raise _unknown(name)


def _resolve_cuda(name: str, device: torch.device) -> torch.device:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        raise DeviceError(
            f"expected a CUDA GPU for the device {name}, found none that PyTorch can use; "
            "use --device cpu"
        )
    if device.index is not None and device.index >= count:
        raise DeviceError(f"expected cuda:0 to cuda:{count - 1}, found {name}; use one of those")
    return device


def _unknown(name: str) -> DeviceError:
    return DeviceError(f"expected a device auto, cpu, cuda, cuda:NUMBER or mps, found {name!r}")


def fast_precision(device: torch.device) -> torch.dtype | None:
    """The type of 16-bit arithmetic to train with, None for none.

    On the CPU bfloat16 at any rate; on a CUDA GPU where the hardware has it (compute capability
    8.0, Ampere); on an Apple GPU none.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else None
    return torch.bfloat16 if device.type == "cpu" else None


def describe_device(device: torch.device) -> str:
    """What to show the user: `CPU, 8 threads` or `NVIDIA GeForce RTX 4070 (cuda:0)`."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} ({device})"
    if device.type == "mps":
        return "Apple GPU (mps)"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"
