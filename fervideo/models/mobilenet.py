"""MobileNet (Howard et al. 2017, arXiv:1704.04861), started from weights that know faces.

The weights it starts from recognise people, ages and sexes on VGGFace2 (Savchenko,
HSE_FaceRec_tf, Apache-2.0); `scripts/import_faceres.py` reads them. Layers are padded as
TensorFlow pads them, so that the weights see what they learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from fervideo.models.layers import DepthwiseConv2d
from fervideo.models.network import ExpressionNetwork, make_head

# output channels, stride (table 1 of the paper)
_BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
_STAGE_ENDS = (2, 4, 10, 12)


class ConvBlock(nn.Module):
    """Convolution, batch norm and ReLU6, padded as by TensorFlow's SAME.

    Args:
        inputs: Channels.
        outputs: Channels.
        kernel: Side in pixels, 3 or 1.
        stride: Step in pixels.
        depthwise: One kernel a channel.
    """

    foldable = (("conv", "bn"),)

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, depthwise: bool = False
    ) -> None:
        super().__init__()
        padding = kernel // 2 if stride == 1 else 0
        self.conv: nn.Conv2d = (
            DepthwiseConv2d(inputs, kernel, stride, padding)
            if depthwise
            else nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        )
        self.bn = nn.BatchNorm2d(outputs)
        self.strided = stride > 1

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, ceil(h / stride), ceil(w / stride)), h and w alike."""
        if self.strided:  # an even side lacks one line, at its end; an odd one a line at both
            odd = x.shape[2] % 2
            x = functional.pad(x, (odd, 1, odd, 1))
        return functional.relu6(self.bn(self.conv(x)))


class MobileNet(ExpressionNetwork):
    """3.5 M parameters, 237 M multiply-adds at 144x144.

    Args:
        classes: C.
        head: `linear` or `cosine`.
        scale: s of a cosine head.
    """

    embedding_size = 256
    input_size = 144
    frame_size = 144

    def __init__(self, classes: int = 7, head: str = "cosine", scale: float = 16.0) -> None:
        super().__init__()
        self.first = ConvBlock(3, 32, 3, 2)
        inputs = 32
        blocks: list[nn.Module] = []
        for outputs, stride in _BLOCKS:
            blocks.append(
                nn.Sequential(
                    ConvBlock(inputs, inputs, 3, stride, depthwise=True),
                    ConvBlock(inputs, outputs, 1),
                )
            )
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Sequential(
            nn.Linear(inputs, self.embedding_size, bias=False),
            nn.BatchNorm1d(self.embedding_size),
        )
        self.head = make_head(head, self.embedding_size, classes, scale)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps (n, 128, 36, 36), (n, 256, 18, 18), (n, 512, 9, 9) and (n, 1024, 5, 5).

        Args:
            images: (n, 3, 144, 144); another size gives maps of other sizes.
        """
        x = self.first(images)
        maps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in _STAGE_ENDS:
                maps.append(x)
        return maps

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 256) and map (n, 1024, 5, 5), of the last stage's map."""
        return self.last(last.mean((2, 3))), last

    def start_without(self, names: Sequence[str]) -> tuple[str, ...]:
        """Weights that recognise people have no last layer of ours; it is learnt."""
        return tuple(n for n in names if not n.startswith("last."))
