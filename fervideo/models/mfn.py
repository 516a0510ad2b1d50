"""MFN, MobileFaceNet with mixed kernels and coordinate attention (Zhang et al. 2023, DDAMFN).

The stronger of the two baselines of papers/lfnsb-cosine-harmony (table 2), from which LFN was made:
its bottlenecks are those of `lfnsb.py`, wider and with kernels up to 9 from the first stage on.
Widths and kernels are those of the authors' public network.
"""

from __future__ import annotations

from torch import Tensor, nn

from fervideo.models.lfnsb import Conv2dBN, MixBottleneck
from fervideo.models.mobilefacenet import ConvBlock
from fervideo.models.network import ExpressionNetwork, make_head, to_grid


class MFN(ExpressionNetwork):
    """4.17 M parameters, 4.01 M without the embedding's layers; 539 M multiply-adds at 112x112.

    The LFNSB paper counts 3.973 M and 551 M. Of MobileFaceNet too it counts 4 % more operations
    than we do: activations, it seems.

    Args:
        classes: C.
        head: `linear` (the paper's) or `cosine`.
        scale: s of a cosine head.
    """

    embedding_size = 256

    def __init__(self, classes: int = 7, head: str = "linear", scale: float = 16.0) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvBlock(3, 64, 3, 2, 1), ConvBlock(64, 64, 3, 1, 1, groups=64))
        self.stage1 = nn.Sequential(
            MixBottleneck(64, 64, (3, 5, 7), (64, 32, 32), stride=2),
            *(MixBottleneck(64, 64, (3, 5), (96, 32)) for _ in range(9)),
        )
        self.stage2 = nn.Sequential(
            MixBottleneck(64, 128, (3, 5, 7), (128, 64, 64), stride=2),
            *(MixBottleneck(128, 128, (3, 5), (192, 64)) for _ in range(16)),
        )
        self.stage3 = nn.Sequential(
            MixBottleneck(128, 256, (3, 5, 7, 9), (256, 256, 256, 256), stride=2),
            *(MixBottleneck(256, 256, (3, 5, 7), (172, 170, 170)) for _ in range(6)),
        )
        self.widen = ConvBlock(256, 512, 1)
        self.global_depthwise = Conv2dBN(512, 512, 7, groups=512)
        self.linear = nn.Linear(512, self.embedding_size, bias=False)
        self.bn = nn.BatchNorm1d(self.embedding_size)
        self.head = make_head(head, self.embedding_size, classes, scale)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps (n, 64, 28, 28), (n, 128, 14, 14), (n, 256, 7, 7) of images (n, 3, 112, 112)."""
        first = self.stage1(self.stem(images))
        second = self.stage2(first)
        return [first, second, self.stage3(second)]

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 256) and map (n, 512, 7, 7), of the last stage's map."""
        x = to_grid(self.widen(last))
        return self.bn(self.linear(self.global_depthwise(x).flatten(1))), x
