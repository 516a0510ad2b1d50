"""LFNSB: a lightweight facial network with Spatial Bias (Chen and Huang 2024, papers/lfnsb).

Read from the bottom up: `LFNSB` is table 1 and figure 1, the classes above it are its parts.
The table's expansion factors do not give the paper's 2.676 M parameters; the authors' own network
uses widths 96, 192, 768 and 342 instead, and those are used here.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fervideo.models.layers import DepthwiseConv2d, PReLU, fold
from fervideo.models.network import ExpressionNetwork, make_head, to_grid


class Conv2dBN(nn.Module):
    """Convolution and batch norm without activation, one convolution after `fused` (figure 2)."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        groups: int = 1,
    ) -> None:
        super().__init__()
        self.conv: nn.Conv2d = (
            DepthwiseConv2d(inputs, kernel, stride, padding)
            if groups == inputs
            else nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        )
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, h', w')."""
        x = self.bn(self.conv(x))
        return x

    def fused(self) -> nn.Conv2d:
        """The same as one convolution, for inference."""
        return fold(self.conv, self.bn)


class RepVGGDW(nn.Module):
    """`bn(dw3x3_bn(x) + dw1x1(x) + x)`, one depthwise 3x3 after `fused` (figure 3)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = Conv2dBN(channels, channels, 3, 1, 1, groups=channels)
        self.conv1 = nn.Conv2d(channels, channels, 1, groups=channels)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to the same."""
        x = self.bn(self.conv(x) + self.conv1(x) + x)
        return x

    def fused(self) -> nn.Conv2d:
        """The same as one depthwise 3x3 convolution, for inference."""
        conv = self.conv.fused()
        with torch.no_grad():
            # A 1x1 kernel and the identity are 3x3 kernels with one number in the middle.
            conv.weight[:, :, 1, 1] += self.conv1.weight[:, :, 0, 0] + 1
            conv.bias += self.conv1.bias  # type: ignore[operator]
        return fold(conv, self.bn)


class CoordinateAttention(nn.Module):
    """Gates a map by what it sees along each row and each column (Hou et al. 2021).

    Args:
        channels: Channels of the map.
        reduction: How much narrower the shared middle layer is; never under 8 channels.
    """

    foldable = (("shared", "bn"),)

    def __init__(self, channels: int, reduction: int = 32) -> None:
        super().__init__()
        middle = max(8, channels // reduction)
        self.shared = nn.Conv2d(channels, middle, 1)
        self.bn = nn.BatchNorm2d(middle)
        self.act = nn.Hardswish()
        self.rows = nn.Conv2d(middle, channels, 1)
        self.columns = nn.Conv2d(middle, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to the same."""
        h, w = x.shape[2:]
        row = x.mean(3, keepdim=True)  # (n, c, h, 1)
        column = x.mean(2, keepdim=True).transpose(2, 3)  # (n, c, w, 1)
        y = self.act(self.bn(self.shared(torch.cat([row, column], 2))))  # (n, m, h + w, 1)
        row, column = torch.split(y, [h, w], dim=2)
        gated: Tensor = (
            x * self.rows(row).sigmoid() * self.columns(column.transpose(2, 3)).sigmoid()
        )
        return gated


class MixConv(nn.Module):
    """Depthwise convolution whose channels are shared among several kernel sizes (Tan, Le 2019)."""

    def __init__(self, kernels: Sequence[int], widths: Sequence[int], stride: int) -> None:
        super().__init__()
        self.widths = list(widths)
        self.convs = nn.ModuleList(
            DepthwiseConv2d(width, k, stride, k // 2)
            for k, width in zip(kernels, widths, strict=True)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(n, sum(widths), h, w) to (n, sum(widths), h / stride, w / stride)."""
        if len(self.convs) == 1:
            y: Tensor = self.convs[0](x)
            return y
        parts = torch.split(x, self.widths, dim=1)
        return torch.cat([conv(p) for conv, p in zip(self.convs, parts, strict=True)], 1)


class MixBottleneck(nn.Module):
    """Widen, mixed depthwise kernels, coordinate attention, narrow; residual if shapes allow.

    As in MFN and LFN nothing stands between the depthwise kernels and the attention.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernels: Sequence[int],
        widths: Sequence[int],
        stride: int = 1,
    ) -> None:
        super().__init__()
        width = sum(widths)
        self.residual = stride == 1 and inputs == outputs
        self.widen = nn.Sequential(Conv2dBN(inputs, width, 1), PReLU(width))
        self.mix = MixConv(kernels, widths, stride)
        self.attention = CoordinateAttention(width)
        self.narrow = Conv2dBN(width, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        y: Tensor = self.narrow(self.attention(self.mix(self.widen(x))))
        return x + y if self.residual else y


class SpatialBias(nn.Module):
    """A few extra channels that know the whole picture (section 2.1.2 and figure 4; Go, Ryu 2024).

    Compress channels with 1x1, pool to a small grid, flatten, mix all places with a 1-D
    convolution over the channel axis, enlarge bilinearly, append to the map.

    Args:
        channels: Channels of the map.
        bias_channels: Channels appended. The paper gives no number; the authors use 64.
        grid: Side of the pooled grid. The authors use 2.
    """

    def __init__(self, channels: int, bias_channels: int = 64, grid: int = 2) -> None:
        super().__init__()
        squeezed = bias_channels + 2  # the 1-D kernel of 3 has no padding and eats one at each end
        self.squeeze = nn.Sequential(
            nn.Conv2d(channels, squeezed, 1, bias=False), nn.BatchNorm2d(squeezed), nn.ReLU()
        )
        self.pool = nn.AdaptiveAvgPool2d(grid)
        self.mix = nn.Conv1d(grid * grid, grid * grid, 3)
        self.grid = grid

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, channels + bias_channels, h, w)."""
        y = self.pool(self.squeeze(x)).flatten(2)  # (n, squeezed, grid * grid)
        y = self.mix(y.transpose(1, 2)).transpose(1, 2)  # (n, bias_channels, grid * grid)
        y = y.unflatten(2, (self.grid, self.grid))
        y = nn.functional.interpolate(y, x.shape[2:], mode="bilinear", align_corners=False)
        return torch.cat([x, y], 1)


class LFNSB(ExpressionNetwork):
    """The whole network: table 1 up to RepVGGDW, Spatial Bias, then table 1's last two rows.

    Args:
        classes: C.
        head: `linear` (the paper's) or `cosine`.
        scale: s of a cosine head.
        spatial_bias: False gives LFN, the paper's ablation.
    """

    embedding_size = 256

    def __init__(
        self, classes: int = 7, head: str = "linear", scale: float = 16.0, spatial_bias: bool = True
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(Conv2dBN(3, 64, 3, 2, 1), Conv2dBN(64, 64, 3, 1, 1, groups=64))
        self.stage1 = nn.Sequential(
            MixBottleneck(64, 64, (3, 5), (64, 32), stride=2),
            *(MixBottleneck(64, 64, (3,), (96,)) for _ in range(9)),
        )
        self.stage2 = nn.Sequential(
            MixBottleneck(64, 128, (3, 5), (128, 64), stride=2),
            *(MixBottleneck(128, 128, (3,), (192,)) for _ in range(16)),
        )
        self.stage3 = nn.Sequential(
            MixBottleneck(128, 256, (3, 5, 7), (256, 256, 256), stride=2),
            *(MixBottleneck(256, 256, (3, 5), (172, 170)) for _ in range(6)),
        )
        self.rep = RepVGGDW(256)
        self.spatial_bias: nn.Module = SpatialBias(256) if spatial_bias else nn.Identity()
        channels = 256 + 64 if spatial_bias else 256
        self.global_depthwise = Conv2dBN(channels, channels, 7, groups=channels)
        self.linear = nn.Linear(channels, self.embedding_size, bias=False)
        self.bn = nn.BatchNorm1d(self.embedding_size)
        self.head = make_head(head, self.embedding_size, classes, scale)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps (n, 64, 28, 28), (n, 128, 14, 14), (n, 256, 7, 7) of images (n, 3, 112, 112)."""
        first = self.stage1(self.stem(images))
        second = self.stage2(first)
        return [first, second, self.rep(self.stage3(second))]

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 256) and map with Spatial Bias, of the last stage's map."""
        x = self.spatial_bias(to_grid(last))  # (n, 320, 7, 7)
        embedding = self.bn(self.linear(self.global_depthwise(x).flatten(1)))
        return embedding, x
