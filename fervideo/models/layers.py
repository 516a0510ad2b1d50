"""Layers whose training step is cheap on a CPU; their results are those of PyTorch's own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional


class _PReLUFunction(torch.autograd.Function):
    """y = x + (a - 1) min(x, 0), with a learnt slope a for each channel."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slope: Tensor) -> Tensor:
        ctx.save_for_backward(x, slope)
        bend = (slope - 1).to(x.dtype).view(1, -1, 1, 1)
        return torch.addcmul(x, x.clamp(max=0), bend)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor]:
        x, slope = ctx.saved_tensors
        (grad,) = grads
        bend = (slope - 1).to(x.dtype).view(1, -1, 1, 1)
        negative = grad - torch.ops.aten.threshold_backward(grad, x, 0)  # grad where x <= 0
        grad_x = torch.addcmul(grad, negative, bend)
        # A product with a row of ones sums over pixels, in float32 inside, and is fast.
        flat = (negative * x).permute(0, 2, 3, 1).reshape(-1, x.shape[1])
        ones = torch.ones(1, len(flat), dtype=flat.dtype, device=flat.device)
        return grad_x, (ones @ flat).view(-1).to(slope.dtype)


class PReLU(nn.PReLU):
    """`torch.nn.PReLU` with one slope a channel, for maps (n, channels, h, w).

    PyTorch's own backward pass is not vectorised on a CPU and took a third of a training step.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to the same."""
        if self.training and torch.is_grad_enabled():
            y: Tensor = _PReLUFunction.apply(x, self.weight)  # type: ignore[no-untyped-call]
            return y
        return functional.prelu(x, self.weight.to(x.dtype))


class DepthwiseConv2d(nn.Conv2d):
    """One kernel a channel.

    In bfloat16 PyTorch's backward pass of a strided depthwise convolution is ten times slower on
    a CPU than in float32; a kernel as large as the map is a product and a sum.
    """

    def __init__(self, channels: int, kernel: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__(channels, channels, kernel, stride, padding, groups=channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, channels, h', w')."""
        if x.device.type != "cpu" or not self.training:
            return super().forward(x)
        if self.padding == (0, 0) and self.kernel_size == tuple(x.shape[2:]):
            return (x * self.weight.transpose(0, 1)).sum((2, 3), keepdim=True)
        if self.stride == (1, 1):
            return super().forward(x)
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


def fold(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution that equals `bn(conv(x))` in evaluation mode (section 2.2.1, Conv2d_BN)."""
    fused = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        conv.kernel_size,  # type: ignore[arg-type]
        conv.stride,  # type: ignore[arg-type]
        conv.padding,  # type: ignore[arg-type]
        groups=conv.groups,
    ).to(conv.weight)
    return _fill(fused, conv, bn)


def fold_linear(linear: nn.Linear, bn: nn.BatchNorm1d) -> nn.Linear:
    """One dense layer that equals `bn(linear(x))` in evaluation mode."""
    fused = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)
    return _fill(fused, linear, bn)


Layer = TypeVar("Layer", nn.Conv2d, nn.Linear)


def _fill(fused: Layer, layer: Layer, bn: nn.BatchNorm1d | nn.BatchNorm2d) -> Layer:
    """`fused` with what `bn(layer(x))` computes in evaluation mode.

    weight = weight * gamma / sqrt(var + eps)
    bias = beta + (bias - mean) * gamma / sqrt(var + eps)
    """
    mean, variance = bn.running_mean, bn.running_var
    if mean is None or variance is None:
        raise ValueError("fold: expected batch norm with running statistics, found none")
    scale = bn.weight / torch.sqrt(variance + bn.eps)
    bias = layer.bias if layer.bias is not None else torch.zeros_like(bn.bias)
    with torch.no_grad():
        fused.weight.copy_(layer.weight * scale.view(-1, *[1] * (layer.weight.ndim - 1)))
        fused.bias.copy_(bn.bias + (bias - mean) * scale)  # type: ignore[union-attr]
    return fused


def fold_all(module: nn.Module) -> None:
    """Fold each batch norm of `module` behind a convolution or dense layer, all the way down.

    A module says which of its children do so by `foldable`, pairs of names; in `nn.Sequential`
    neighbours do. A child with a method `fused` is replaced by what that returns.
    """
    for name, child in list(module.named_children()):
        fused = getattr(child, "fused", None)
        if fused is not None:
            setattr(module, name, fused())
        else:
            fold_all(child)
    pairs = getattr(module, "foldable", ())
    if isinstance(module, nn.Sequential):
        names = list(module._modules)
        pairs = tuple(pairwise(names))
    for first, second in pairs:
        layer, bn = getattr(module, first), getattr(module, second)
        if isinstance(layer, nn.Conv2d) and isinstance(bn, nn.BatchNorm2d):
            setattr(module, first, fold(layer, bn))
        elif isinstance(layer, nn.Linear) and isinstance(bn, nn.BatchNorm1d):
            setattr(module, first, fold_linear(layer, bn))
        else:
            continue
        setattr(module, second, nn.Identity())
