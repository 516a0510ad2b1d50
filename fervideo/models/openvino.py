"""Running a network with OpenVINO, which is quicker on a CPU than PyTorch; the extra `fast`.

What PyTorch does to one picture is recorded, operation by operation, and said again in OpenVINO's
words. That needs neither a compiler nor a file in another format: the weights stay the ones that
the card names, and the numbers are PyTorch's but for rounding.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from torch import Tensor

from fervideo.models.openvino_graph import as_graph
from fervideo.openvino_library import import_openvino, make_request
from fervideo.types import ByteImage, FloatArray


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
        import_openvino()
        self._request = make_request(as_graph(function, example), threads)
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
