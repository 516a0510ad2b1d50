"""What PyTorch does to a picture, said again as a graph of OpenVINO."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from fervideo.errors import DeviceError


def as_graph(function: Callable[[Tensor], Tensor], example: Tensor) -> Any:
    """The function as a model of OpenVINO.

    Args:
        function: From a float32 or uint8 tensor of the example's shape to one tensor. What it does
            may depend on the tensor's shape, not on its values.
        example: What the function takes.

    Raises:
        DeviceError: The function does something that is not said here.
    """
    from openvino import Model, opset13

    recorder = _Recorder(opset13)
    picture = recorder.begin(example)
    with recorder, torch.no_grad():
        result = function(example)
    return Model([opset13.result(recorder.node(result))], [picture])


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Says each operation on what came from the picture again as a node of OpenVINO.

    What does not depend on the picture is computed once and becomes a constant.
    """

    def __init__(self, ops: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ops = ops
        self._nodes: dict[int, tuple[Tensor, Any]] = {}  # tensors are kept, so that ids stay theirs
        self._pictured: set[int] = set()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here; without this PyTorch imports its compiler, a second's work."""
        return False

    def begin(self, example: Tensor) -> Any:
        """The node of the picture."""
        kind = {torch.uint8: np.uint8, torch.float32: np.float32}[example.dtype]
        parameter = self.ops.parameter(list(example.shape), kind)
        self._nodes[id(example)] = example, parameter
        self._pictured.add(id(example))
        return parameter

    def node(self, value: Any) -> Any:
        """The node of a tensor or a number."""
        if not isinstance(value, Tensor):
            return self.ops.constant(value, np.float32)
        if id(value) not in self._nodes:
            constant = self.ops.constant(value.contiguous().numpy())
            self._nodes[id(value)] = value, constant
        return self._nodes[id(value)][1]

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Carry the operation out, and write it down."""
        result = func(*args, **(kwargs or {}))
        if any(id(value) in self._pictured for value in tree_leaves((args, kwargs))):
            say = _WORDS.get(func.overloadpacket)
            if say is None:
                raise DeviceError(f"expected a network that OpenVINO can be told of, found {func}")
            said = say(self, result, *args)
            nodes = said.outputs() if isinstance(result, (list, tuple)) else [said]
            for tensor, node in zip(tree_leaves(result), nodes, strict=False):
                # An operation in place gives back the tensor that it was given.
                self._nodes[id(tensor)] = tensor, node
                self._pictured.add(id(tensor))
        return result


# Each says one operation: the recorder, PyTorch's result, PyTorch's arguments; a node comes back.


def _convolution(
    r: _Recorder,
    result: Tensor,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
) -> Any:
    where = (stride, padding, padding, dilation)
    if groups == 1:
        y = r.ops.convolution(r.node(x), r.node(weight), *where)
    else:
        kernels = weight.reshape(groups, len(weight) // groups, *weight.shape[1:])
        y = r.ops.group_convolution(r.node(x), r.node(kernels), *where)
    return y if bias is None else r.ops.add(y, r.node(bias.reshape(1, -1, *[1] * len(stride))))


def _normalized(
    r: _Recorder,
    result: tuple[Tensor, ...],
    x: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    mean: Tensor | None,
    variance: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> Any:
    """Batch norm with stored statistics; with the picture's own it is an instance norm."""
    shape = (1, -1, *[1] * (x.ndim - 2))
    y = r.node(x)
    if training or mean is None or variance is None:
        y = r.ops.mvn(y, r.ops.constant(list(range(2, x.ndim))), True, eps, "inside_sqrt")
    else:
        y = r.ops.subtract(y, r.node(mean.reshape(shape)))
        y = r.ops.divide(y, r.node(torch.sqrt(variance + eps).reshape(shape)))
    y = y if weight is None else r.ops.multiply(y, r.node(weight.reshape(shape)))
    return y if bias is None else r.ops.add(y, r.node(bias.reshape(shape)))


def _linear(r: _Recorder, result: Tensor, bias: Tensor, x: Tensor, weight: Tensor) -> Any:
    return r.ops.add(r.ops.matmul(r.node(x), r.node(weight), False, False), r.node(bias))


def _pool(
    r: _Recorder,
    result: Any,
    x: Tensor,
    kernel: list[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0, 0),
    *others: Any,
) -> Any:
    stride, around = list(stride or kernel), list(padding)
    if isinstance(result, tuple):  # of the largest values, and of where they were
        dilation, ceil = others or ((1, 1), False)
        rounding = "ceil" if ceil else "floor"
        return r.ops.max_pool(
            r.node(x), stride, list(dilation), around, around, kernel, rounding_type=rounding
        )
    if others:
        raise DeviceError(f"expected average pooling without options, found {others}")
    return r.ops.avg_pool(r.node(x), stride, around, around, kernel, exclude_pad=False)


def _split(r: _Recorder, result: Sequence[Tensor], x: Tensor, sizes: Any, axis: int = 0) -> Any:
    return r.ops.variadic_split(r.node(x), axis, [part.shape[axis] for part in result])


def _swap(r: _Recorder, result: Tensor, x: Tensor, first: int, second: int) -> Any:
    order = list(range(x.ndim))
    order[first], order[second] = order[second], order[first]
    return r.ops.transpose(r.node(x), order)


def _resize(r: _Recorder, result: Tensor, x: Tensor, size: list[int], aligned: bool) -> Any:
    where = "align_corners" if aligned else "half_pixel"
    return r.ops.interpolate(
        r.node(x),
        list(result.shape[2:]),
        "linear",
        "sizes",
        coordinate_transformation_mode=where,
        axes=[2, 3],
    )


def _padded(r: _Recorder, result: Tensor, x: Tensor, pad: list[int], value: float = 0) -> Any:
    """PyTorch names the last axis first, and each axis's two ends together."""
    rest = [0] * (x.ndim - len(pad) // 2)
    begins, ends = rest + pad[-2::-2], rest + pad[::-2]
    return r.ops.pad(r.node(x), begins, ends, "constant", r.node(float(value)))


def _plain(name: str) -> Callable[..., Any]:
    """An operation on one or two tensors or numbers, of the same meaning in both libraries."""
    return lambda r, result, *values: getattr(r.ops, name)(*map(r.node, values))


def _over_axes(name: str) -> Callable[..., Any]:
    return lambda r, result, x, axes, keep=False: getattr(r.ops, name)(r.node(x), axes, keep)


def _shaped(r: _Recorder, result: Tensor, x: Tensor, *_: Any) -> Any:
    return r.ops.reshape(r.node(x), list(result.shape), False)


def _same(r: _Recorder, result: Tensor, x: Tensor, *_: Any) -> Any:
    return r.node(x)


_aten = torch.ops.aten
_WORDS: dict[Any, Callable[..., Any]] = {
    _aten.convolution: _convolution,
    _aten.native_batch_norm: _normalized,
    _aten.addmm: _linear,
    _aten.mm: lambda r, result, x, y: r.ops.matmul(r.node(x), r.node(y), False, False),
    _aten.max_pool2d_with_indices: _pool,
    _aten.avg_pool2d: _pool,
    _aten._adaptive_avg_pool2d: lambda r, result, x, size: r.ops.adaptive_avg_pool(r.node(x), size),
    _aten.upsample_bilinear2d: _resize,
    _aten._prelu_kernel: _plain("prelu"),
    _aten.relu: _plain("relu"),
    _aten.relu_: _plain("relu"),
    _aten.hardswish: _plain("hswish"),
    _aten.hardtanh: lambda r, result, x, low=-1, high=1: r.ops.clamp(r.node(x), low, high),
    _aten.sigmoid: _plain("sigmoid"),
    _aten.exp: _plain("exp"),
    _aten.add: _plain("add"),
    _aten.sub: _plain("subtract"),
    _aten.mul: _plain("multiply"),
    _aten.div: _plain("divide"),
    _aten.maximum: _plain("maximum"),
    _aten.clamp_min: _plain("maximum"),
    _aten.mean: _over_axes("reduce_mean"),
    _aten.sum: _over_axes("reduce_sum"),
    _aten.linalg_vector_norm: lambda r, result, x, order, axes, keep: r.ops.reduce_l2(
        r.node(x), axes, keep
    ),
    _aten.constant_pad_nd: _padded,
    _aten.cat: lambda r, result, parts, axis=0: r.ops.concat([r.node(p) for p in parts], axis),
    _aten.split: _split,
    _aten.split_with_sizes: _split,
    _aten.transpose: _swap,
    _aten.permute: lambda r, result, x, order: r.ops.transpose(r.node(x), order),
    _aten.view: _shaped,
    _aten._unsafe_view: _shaped,  # of a copy, such as flattening a map in channels-last makes
    _aten.unsqueeze: _shaped,
    _aten.expand: _same,  # OpenVINO widens by itself, as NumPy does
    _aten.clone: _same,
    _aten._to_copy: lambda r, result, x: r.ops.convert(r.node(x), "f32"),
}
