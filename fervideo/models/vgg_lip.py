"""VGG16 with local importance pooling and channel attention (papers/vgg16-lip).

Read from the bottom up: `VGGLIP` is figure 3 of the paper, the classes above it are its parts.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from fervideo.models.network import ExpressionNetwork, make_head
from fervideo.models.resnet import initialise
from fervideo.models.se_resnet import SqueezeExcite

# convolutions and channels of each block (configuration D of Simonyan and Zisserman 2014)
_BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))


def weighted_pool(x: Tensor, importance: Tensor) -> Tensor:
    """Mean over windows of 2x2, weighted by exp(importance) (equation 2).

    O = sum I exp(G) / sum exp(G)

    Args:
        x: (n, c, h, w), the map I.
        importance: (n, c, h, w), the logits G(I).

    Returns:
        (n, c, h // 2, w // 2): an odd row or column at the end is left out, as by max pooling.
    """
    weight = importance.exp()
    # Both means divide by 4, which cancels.
    return functional.avg_pool2d(x * weight, 2) / functional.avg_pool2d(weight, 2)


class LocalImportancePool(nn.Module):
    """2x2 pooling that learns which places matter (LIP; Gao et al. 2019, equations 1 and 2).

    F(I) = exp(G(I)),  G(I) = 12 sigmoid(instance_norm(conv(I)))

    The paper does not say which of Gao et al.'s logit modules G it uses. This is their simplest, a
    1x1 convolution (projection): 0.6 M parameters and 0.14 G multiply-adds in all five places,
    where one with 3x3 kernels has 5.5 M and 1.2 G, half as much again as VGG16 itself. Instance
    norm, sigmoid and the factor 12 are those of their public code. 6 is subtracted, which changes
    no ratio and keeps the exponential within 16-bit floats.

    A fresh layer is average pooling, because the norm's factor begins at zero.

    Args:
        channels: Channels of the map.
    """

    RANGE = 12.0

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.InstanceNorm2d(channels, affine=True)
        nn.init.zeros_(self.norm.weight)

    def importance(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) between -6 and 6, of a map of that shape."""
        logits: Tensor = self.RANGE * (self.norm(self.conv(x)).sigmoid() - 0.5)
        return logits

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, channels, h // 2, w // 2)."""
        return weighted_pool(x, self.importance(x))


def conv_block(inputs: int, outputs: int, kernel: int = 3) -> list[nn.Module]:
    """Convolution, batch norm, ReLU."""
    return [
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]


class VGGLIP(ExpressionNetwork):
    """18.0 M parameters (36 MB in 16 bits), 2.51 G multiply-adds at 90x90.

    VGG16 has 138 M parameters, 124 M of them in its dense layers, and 15.5 G multiply-adds at
    224x224. The paper counts neither, only says that turning two dense layers into convolutions
    makes fewer parameters. What it leaves open, and what is done here:
    - The width and kernel of those two: 4096 channels and the 7x7 kernel of the dense layer would
      be 120 M parameters. They are 512 wide, 3x3 and 1x1, 2.6 M together. After them the map, 2x2
      at 90 pixels, is averaged to the embedding, and the one dense layer left is the head.
    - "The adaptive channel attention model at the end" has no equation, no figure and no row in
      the tables. It is a squeeze-and-excitation gate after the two convolutions, which "adaptively
      recalibrates channels" in its authors' words.
    - Equation 2 reads its importance at (x + dx, y + dy) for the output (x', y'); x and y are
      twice x' and y', the corner of the window.

    Pictures from 32 pixels will do. As in the paper, a face is aligned in 100x100, of which the
    network sees 90x90: any in training, the middle at run time, ten for the paper's test figures.

    Args:
        classes: C.
        head: `linear` (the paper's) or `cosine`.
        scale: s of a cosine head.
        pooling: `lip`, or `max` for the paper's ablation.
        attention: False leaves the channel attention out.
    """

    embedding_size = 512
    input_size = 90
    frame_size = 100

    def __init__(
        self,
        classes: int = 7,
        head: str = "linear",
        scale: float = 16.0,
        pooling: str = "lip",
        attention: bool = True,
    ) -> None:
        super().__init__()
        if pooling not in ("lip", "max"):
            raise ValueError(f"pooling: expected lip or max, found {pooling!r}")
        self.blocks = nn.ModuleList()
        self.pools = nn.ModuleList()
        inputs = 3
        for convolutions, channels in _BLOCKS:
            block = nn.Sequential()
            for _ in range(convolutions):
                block.extend(conv_block(inputs, channels))
                inputs = channels
            self.blocks.append(block)
            self.pools.append(
                LocalImportancePool(channels) if pooling == "lip" else nn.MaxPool2d(2)
            )
        self.dense = nn.Sequential(*conv_block(512, 512), *conv_block(512, 512, kernel=1))
        self.attention: nn.Module = SqueezeExcite(512) if attention else nn.Identity()
        self.head = make_head(head, self.embedding_size, classes, scale)
        initialise(self)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps of images (n, 3, 90, 90), from (n, 64, 45, 45) to (n, 512, 2, 2)."""
        x, maps = images, []
        for block, pool in zip(self.blocks, self.pools, strict=True):
            x = pool(block(x))
            maps.append(x)
        return maps

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 512) and the map (n, 512, 2, 2) with attention, of the last map."""
        x = self.attention(self.dense(last))
        return x.mean((2, 3)), x
