"""MobileFaceNet (Chen et al. 2018, arXiv:1804.07573), the baseline of the LFNSB paper.

The layout and the parameter names are those of the public face-recognition weights it can start
from (github.com/Xiaoccer/MobileFaceNet_Pytorch); a last linear layer makes the embedding.
"""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from fervideo.errors import ModelError
from fervideo.models.layers import DepthwiseConv2d, PReLU
from fervideo.models.network import ExpressionNetwork, make_head, to_grid

# expansion, output channels, repetitions, stride of the first (table 1 of the paper)
_STAGES = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
_STAGE_ENDS = (4, 11, 14)


class ConvBlock(nn.Module):
    """Convolution, batch norm and, unless `linear`, PReLU."""

    foldable = (("conv", "bn"),)

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        self.conv: nn.Conv2d = (
            DepthwiseConv2d(inputs, kernel, stride, padding)
            if groups == inputs
            else nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
        )
        self.bn = nn.BatchNorm2d(outputs)
        self.prelu: nn.Module = nn.Identity() if linear else PReLU(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        x = self.prelu(self.bn(self.conv(x)))
        return x


class Bottleneck(nn.Module):
    """Widen with 1x1, filter with depthwise 3x3, narrow with a linear 1x1."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        width = inputs * expansion
        self.residual = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            PReLU(width),
            DepthwiseConv2d(width, 3, stride, 1),
            nn.BatchNorm2d(width),
            PReLU(width),
            nn.Conv2d(width, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, h / stride, w / stride)."""
        y: Tensor = self.conv(x)
        return x + y if self.residual else y


class MobileFaceNet(ExpressionNetwork):
    """1.2 M parameters, 230 M multiply-adds at 112x112.

    Args:
        classes: C.
        head: `linear` or `cosine`.
        scale: s of a cosine head.
    """

    embedding_size = 256

    def __init__(self, classes: int = 7, head: str = "cosine", scale: float = 16.0) -> None:
        super().__init__()
        self.conv1 = ConvBlock(3, 64, 3, 2, 1)
        self.dw_conv1 = ConvBlock(64, 64, 3, 1, 1, groups=64)
        blocks: list[nn.Module] = []
        inputs = 64
        for expansion, outputs, repetitions, stride in _STAGES:
            for i in range(repetitions):
                blocks.append(Bottleneck(inputs, outputs, stride if i == 0 else 1, expansion))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.conv2 = ConvBlock(inputs, 512, 1)
        self.linear7 = ConvBlock(512, 512, 7, groups=512, linear=True)
        self.linear1 = ConvBlock(512, self.embedding_size, 1, linear=True)
        self.head = make_head(head, self.embedding_size, classes, scale)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps (n, 64, 28, 28), (n, 128, 14, 14), (n, 128, 7, 7) of images (n, 3, 112, 112)."""
        x = self.dw_conv1(self.conv1(images))  # (n, 64, 56, 56)
        maps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in _STAGE_ENDS:
                maps.append(x)
        return maps

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 256) and map (n, 512, 7, 7), of the last stage's map."""
        x = to_grid(self.conv2(last))
        return self.linear1(self.linear7(x)).flatten(1), x

    def load_face_recognition(self, path: Path) -> None:
        """Start from face-recognition weights of the same layout.

        `linear7` of weights made for 112x96 pictures is 7x6: a seventh column of zeros is added.
        The last layer (`linear1`) keeps its fresh values, since it names people.

        Raises:
            ModelError: The file does not hold this network.
        """
        state = load_file(path)
        wide = state["linear7.conv.weight"]
        state["linear7.conv.weight"] = nn.functional.pad(wide, (0, 7 - wide.shape[3]))
        state = {k: v for k, v in state.items() if not k.startswith("linear1.")}
        missing, unexpected = self.load_state_dict(state, strict=False)
        left = [k for k in missing if not k.startswith(("linear1.", "head.")) and "num_b" not in k]
        if left or unexpected:
            raise ModelError(
                f"{path.name}: expected the layers of MobileFaceNet, found {len(left)} missing and "
                f"{len(unexpected)} unknown"
            )


def face_recognition_network(path: Path) -> MobileFaceNet:
    """MobileFaceNet as it recognises people, 128 numbers a face, to teach another network.

    Raises:
        ModelError: The file does not hold this network.
    """
    network = MobileFaceNet()
    network.linear1 = ConvBlock(512, 128, 1, linear=True)
    network.load_face_recognition(path)
    state = {k[8:]: v for k, v in load_file(path).items() if k.startswith("linear1.")}
    network.linear1.load_state_dict(state, strict=False)
    return network
