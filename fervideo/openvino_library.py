"""OpenVINO, which runs networks quicker on a CPU: importing it, and how all networks are run."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from fervideo.errors import DeviceError

_TELLTALES = ("openvino.tools.ovc", "openvino_telemetry")
"""Parts of OpenVINO that report each import over the network, and that nothing here needs."""


def is_installed() -> bool:
    """Whether the extra `fast` is here; it may still be broken."""
    return find_spec("openvino") is not None


def import_openvino() -> ModuleType:
    """OpenVINO without the parts that call home.

    Raises:
        DeviceError: It is not installed, or does not work here.
    """
    for name in _TELLTALES:
        # None in this place makes an import fail, which OpenVINO takes as "not installed".
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    try:
        import openvino
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"expected OpenVINO for the device openvino, found that it cannot be loaded ({error}); "
            "install fervideo[fast] or use --device cpu"
        ) from None
    found: ModuleType = openvino
    return found


def make_request(model: Any, threads: int) -> Any:
    """A request by which the CPU computes a model of OpenVINO, with 32 bits.

    Args:
        model: An `openvino.Model`.
        threads: Threads to compute with.

    Raises:
        DeviceError: OpenVINO cannot compute it.
    """
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",  # else bfloat16 where the processor has it
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        "ENABLE_CPU_PINNING": False,  # the decoder wants cores too
    }
    try:
        compiled = import_openvino().Core().compile_model(model, "CPU", settings)
        return compiled.create_infer_request()
    except RuntimeError as error:
        raise DeviceError(f"expected a network that OpenVINO can run, found: {error}") from None


def read_model(path: Path) -> Any:
    """A network from a weight file in a form that OpenVINO knows.

    Raises:
        DeviceError: OpenVINO cannot read it.
    """
    try:
        return import_openvino().Core().read_model(path)
    except RuntimeError as error:
        raise DeviceError(f"expected {path.name} to be read by OpenVINO, found: {error}") from None


def read_picture_model(path: Path, mean: float, scale: float) -> Any:
    """A network for one uint8 picture (1, H, W, 3), which is given (pixel - mean) / scale.

    Raises:
        DeviceError: OpenVINO cannot read it.
    """
    openvino = import_openvino()
    model = read_model(path)
    model.reshape([1, *(side.get_length() for side in model.input().partial_shape[1:])])
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8)
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(mean).scale(scale)
    return steps.build()
