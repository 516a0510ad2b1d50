"""ResNet-50 (He et al. 2016) as papers/lmcl-custom-classes uses it, with a 512-wide last layer.

Read from the bottom up. Layers have torchvision's names, so that public weights of ImageNet or of
face recognition fit: `conv1`, `bn1`, `layer1` to `layer4`.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from fervideo.models.network import ExpressionNetwork, make_head

# blocks, width inside a block, stride of the first (table 1 of He et al., 50 layers)
_STAGES = ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2))
EXPANSION = 4
"""A block puts out this many times its inner width."""


class Bottleneck(nn.Module):
    """`relu(gate(conv1x1(conv3x3(conv1x1(x)))) + x)`, batch norm after each convolution.

    The 3x3 convolution takes the stride, as in all later implementations; He et al. put it on the
    first 1x1, which looks at a quarter of the map only.

    Args:
        inputs: Channels of the map that comes in.
        width: Channels inside; `EXPANSION` times as many go out.
        stride: 1, or 2 to halve the map.
        gate: What to do with the branch before it is added; nothing in a plain ResNet.
    """

    foldable = (("conv1", "bn1"), ("conv2", "bn2"), ("conv3", "bn3"))

    def __init__(
        self, inputs: int, width: int, stride: int = 1, gate: nn.Module | None = None
    ) -> None:
        super().__init__()
        outputs = width * EXPANSION
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.gate = gate if gate is not None else nn.Identity()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )
        # A fresh block passes its input through, which lets deep networks start learning.
        nn.init.zeros_(self.bn3.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, EXPANSION * width, h / stride, w / stride)."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.gate(self.bn3(self.conv3(y)))
        x = self.relu(y + self.downsample(x))
        return x


def no_gate(channels: int) -> nn.Module:
    """The gate of a plain ResNet: none."""
    return nn.Identity()


class ResNet50(ExpressionNetwork):
    """24.6 M parameters (49 MB in 16 bits), 1.08 G multiply-adds at 112x112.

    He et al. count 3.8 G at 224x224, where this has 4.09 G for the reason given at `Bottleneck`.
    Without the last layer both have 23.5 M parameters. The expression paper counts neither, nor
    does it name the picture size. At 112 pixels the published stem (7x7 of stride 2, then max
    pooling) makes a last map of 4x4, for a quarter of the operations. `fine_stem` leaves out the
    pooling, which has no parameters: every map is then as large as at 224 pixels, and the same
    weights fit.

    The paper puts nothing but a layer of 512 nodes between pooling and the cosine layer; so here.

    Args:
        classes: C.
        head: `linear` or `cosine` (LMCL, A-softmax).
        scale: s of a cosine head.
        embedding_size: D: 512, or 3 for the picture of the sphere.
        fine_stem: No pooling in the stem: four times the operations, 4.0 G.
        gate: Makes the gate of each block from its channels.
    """

    foldable = (("conv1", "bn1"),)
    last_layers = ("embed.", "head.")

    def __init__(
        self,
        classes: int = 7,
        head: str = "cosine",
        scale: float = 30.0,
        embedding_size: int = 512,
        fine_stem: bool = False,
        gate: Callable[[int], nn.Module] = no_gate,
    ) -> None:
        super().__init__()
        self.embedding_size = embedding_size
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool: nn.Module = nn.Identity() if fine_stem else nn.MaxPool2d(3, 2, 1)
        stages, inputs = [], 64
        for blocks, width, stride in _STAGES:
            stage = nn.Sequential()
            for i in range(blocks):
                own_gate = gate(width * EXPANSION)
                stage.append(Bottleneck(inputs, width, stride if i == 0 else 1, own_gate))
                inputs = width * EXPANSION
            stages.append(stage)
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.embed = nn.Linear(inputs, embedding_size)
        self.head = make_head(head, embedding_size, classes, scale)
        initialise(self)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps of images (n, 3, 112, 112), from (n, 256, 28, 28) to (n, 2048, 4, 4)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))  # (n, 64, 28, 28)
        maps = []
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
            maps.append(x)
        return maps

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, D) and the map (n, 2048, 4, 4), of the last stage's map."""
        return self.embed(last.mean((2, 3))), last


def initialise(network: nn.Module) -> None:
    """Fresh convolutions keep the size of what passes through them (He et al. 2015)."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
