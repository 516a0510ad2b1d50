"""Running a network with OpenVINO, which is quicker on a CPU than PyTorch; the extra `fast`.

What PyTorch does to one picture is recorded, operation by operation, and said again in OpenVINO's
words. That needs neither a compiler nor a file in another format: the weights stay the ones that
the card names, and the numbers are PyTorch's but for rounding.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType

import numpy as np
from torch import Tensor

from fervideo.errors import DeviceError
from fervideo.models.openvino_graph import as_graph
from fervideo.types import ByteImage, FloatArray

_TELLTALES = ("openvino.tools.ovc", "openvino_telemetry")
"""Parts of OpenVINO that report each import over the network, and that nothing here needs."""


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


class CompiledNetwork:
    """A network as OpenVINO runs it, one face at a time. May be called by several threads.

    Args:
        function: From a float32 or uint8 tensor of the example's shape to a tensor (1, D).
        example: What the function takes, with a first axis of 1.
        threads: Threads to compute with.

    Raises:
        DeviceError: OpenVINO is not there, or the function does something unknown here.
    """

    def __init__(self, function: Callable[[Tensor], Tensor], example: Tensor, threads: int) -> None:
        openvino = import_openvino()
        model = as_graph(function, example)
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",  # else bfloat16 where the processor has it
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,  # the detector and the decoder want cores too
        }
        compiled = openvino.Core().compile_model(model, "CPU", settings)
        self._request = compiled.create_infer_request()
        self._input = self._request.get_input_tensor(0).data
        self._output = self._request.get_output_tensor(0).data
        self._lock = threading.Lock()

    def __call__(self, images: ByteImage) -> FloatArray:
        """(n, ...) to (n, D), each row by itself."""
        rows = np.empty((len(images), self._output.shape[1]), np.float32)
        for row, image in zip(rows, images, strict=True):
            with self._lock:
                self._input[0] = image
                self._request.infer()
                row[:] = self._output[0]
        return rows
