"""Which processor a network runs on."""

from __future__ import annotations

from importlib.util import find_spec

import torch

from fervideo.errors import DeviceError

OPENVINO = "openvino"
"""The CPU by way of the library of that name, an optional part, which is quicker than PyTorch."""


def resolve_device(name: str = "auto") -> torch.device:
    """The device a user named, as PyTorch knows it.

    Args:
        name: `auto` takes a CUDA GPU if there is one, else the CPU; or `cpu`, `openvino` (the CPU
            too, see `prefers_openvino`), `cuda`, `cuda:1`, `mps`. `auto` never takes `mps`: for
            one face a frame the CPU is as fast, and the figures on the model cards were not made
            there.

    Raises:
        DeviceError: No such device here, or no device has such a name.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == OPENVINO:
        return _resolve_openvino()
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


def prefers_openvino(name: str) -> bool:
    """Whether a network on the device of this name should run in OpenVINO.

    `auto` takes it where it is installed and there is no GPU; `cpu` is always PyTorch.
    """
    if name == "auto":
        return find_spec(OPENVINO) is not None and not torch.cuda.is_available()
    return name == OPENVINO


def network_device(name: str = "auto") -> torch.device | str:
    """Where the network of a model on the device of this name runs: that, or `openvino`.

    Raises:
        DeviceError: As of `resolve_device`.
    """
    return OPENVINO if prefers_openvino(name) else resolve_device(name)


def _resolve_openvino() -> torch.device:
    if find_spec(OPENVINO) is None:
        raise DeviceError(
            "expected OpenVINO for the device openvino, found it not installed; "
            "install fervideo[fast] or use --device cpu"
        )
    return torch.device("cpu")


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
    return DeviceError(
        f"expected a device auto, cpu, openvino, cuda, cuda:NUMBER or mps, found {name!r}"
    )


def fast_precision(device: torch.device) -> torch.dtype | None:
    """The type of 16-bit arithmetic to train with, None for none.

    On the CPU bfloat16 at any rate; on a CUDA GPU where the hardware has it (compute capability
    8.0, Ampere); on an Apple GPU none.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else None
    return torch.bfloat16 if device.type == "cpu" else None


def describe_device(device: torch.device | str) -> str:
    """What to show the user: `CPU, 8 threads` or `NVIDIA GeForce RTX 4070 (cuda:0)`.

    Args:
        device: What `network_device` or the `device` of a model gave, or a name that
            `resolve_device` takes.
    """
    name = "CPU with OpenVINO" if device == OPENVINO else "CPU"
    device = resolve_device(str(device))
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} ({device})"
    if device.type == "mps":
        return "Apple GPU (mps)"
    threads = torch.get_num_threads()
    return f"{name}, {threads} thread{'s' if threads != 1 else ''}"
