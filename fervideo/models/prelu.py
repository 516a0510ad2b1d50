"""PReLU whose training step is cheap on a CPU.

PyTorch's own backward pass of PReLU is not vectorised there and took a third of a training step;
written with vectorised operations the layer costs a quarter as much. Results are the same.
"""

from __future__ import annotations

from typing import Any

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
    """`torch.nn.PReLU` with one slope a channel, for maps (n, channels, h, w)."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to the same."""
        if self.training and torch.is_grad_enabled():
            y: Tensor = _PReLUFunction.apply(x, self.weight)  # type: ignore[no-untyped-call]
            return y
        return functional.prelu(x, self.weight.to(x.dtype))
