"""Lightened CNN, Net B (Wu et al. 2015), with the double activation layer of papers/lightcnn-dal.

The layout is that of the authors' public `LightenedCNN_B` definition, which the paper starts from.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fervideo.models.network import ExpressionNetwork, make_head, to_grid

GREY = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in grey."""
GRID = 9
"""Side of the last map at 144x144."""


def max_feature_map(x: Tensor) -> Tensor:
    """`max(x_k, x_{k + c})`: (n, 2c, ...) to (n, c, ...), the larger of two halves (equation 6)."""
    first, second = x.chunk(2, dim=1)
    return torch.maximum(first, second)


class MFMConv2d(nn.Module):
    """Convolution to twice the channels, batch norm if wanted, then the max-feature-map."""

    foldable = (("conv", "bn"),)

    def __init__(
        self, inputs: int, outputs: int, kernel: int, batch_norm: bool, padding: int = 0
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, 2 * outputs, kernel, padding=padding)
        self.bn: nn.Module = nn.BatchNorm2d(2 * outputs) if batch_norm else nn.Identity()
        nn.init.xavier_uniform_(self.conv.weight)
        nn.init.constant_(self.conv.bias, 0.1)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs, h, w) to (n, outputs, h', w')."""
        return max_feature_map(self.bn(self.conv(x)))


class DoubleActivation(nn.Module):
    """Two inner products, the larger of the two, then ReLU; the head is the last inner product.

        Y = max(0, max(W1 x + b1, W2 x + b2))                          (equations 5 and 6)

    Args:
        inputs: Width of x.
        outputs: Width of Y. The paper gives none; Net B's first dense layer leaves 256.
        rectify: False leaves out the ReLU, which is Net B without the paper's layer.
        batch_norm: Of both products, in training; folds away.
    """

    foldable = (("products", "bn"),)

    def __init__(
        self, inputs: int, outputs: int, rectify: bool = True, batch_norm: bool = False
    ) -> None:
        super().__init__()
        self.products = nn.Linear(inputs, 2 * outputs)  # W1 and W2 in one
        self.bn: nn.Module = nn.BatchNorm1d(2 * outputs) if batch_norm else nn.Identity()
        self.rectify = rectify
        nn.init.xavier_uniform_(self.products.weight)
        nn.init.constant_(self.products.bias, 0.1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, inputs) to (n, outputs)."""
        y = max_feature_map(self.bn(self.products(x)))
        return y.relu() if self.rectify else y


class LightCNN(ExpressionNetwork):
    """6.6 M parameters (13 MB in 16 bits), 1.24 G multiply-adds at 144x144, grey inside.

    The paper counts neither. What it leaves open, and what is done here:
    - It writes `144 * 144 * 3` for the input and 5x5x3 for the first kernel, and also that
      pictures were set grey; Net B takes one channel, so grey it is.
    - Net B was published for 128x128, with a last map of 8x8; at 144 it is 9x9.
    - "Appending DAL to the first fully-connected layer" and figure 1, where both inner products
      come from the last convolution, agree if IP1 takes the place of Net B's first dense layer.
      That layer is a maxout of two already: what the DAL adds to Net B is the ReLU.
    - The paper starts from a face network trained on half a million pictures. From scratch Net B,
      which has no batch norm, learns slowly: `batch_norm` adds it to each convolution and to the
      DAL's products. It folds away for inference, where the network is Net B as published.
    - The public definition drops 0.75 of the embedding before the head, its successor 0.5; 0.5 is
      used.

    Args:
        classes: C.
        head: `linear` (the paper's) or `cosine`.
        scale: s of a cosine head.
        double_activation: False gives Net B, the paper's ablation.
        batch_norm: False trains Net B as published.
        dropout: Share of the embedding that is dropped in training.
    """

    embedding_size = 256
    input_size = 144
    frame_size = 144
    grey: Tensor

    def __init__(
        self,
        classes: int = 7,
        head: str = "linear",
        scale: float = 16.0,
        double_activation: bool = True,
        batch_norm: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.register_buffer("grey", torch.tensor(GREY).view(1, 3, 1, 1), persistent=False)
        self.pool = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.stage1 = MFMConv2d(1, 48, 5, batch_norm, padding=2)

        def pair(inputs: int, outputs: int) -> list[nn.Module]:
            """A 1x1 convolution that mixes channels, then a 3x3."""
            return [
                MFMConv2d(inputs, inputs, 1, batch_norm),
                MFMConv2d(inputs, outputs, 3, batch_norm, padding=1),
            ]

        self.stage2 = nn.Sequential(*pair(48, 96))
        self.stage3 = nn.Sequential(*pair(96, 192))
        self.stage4 = nn.Sequential(*pair(192, 128), *pair(128, 128))
        self.dense = DoubleActivation(
            128 * GRID * GRID, self.embedding_size, double_activation, batch_norm
        )
        self.dropout = nn.Dropout(dropout)
        self.head = make_head(head, self.embedding_size, classes, scale)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The maps of images (n, 3, 144, 144), from (n, 48, 72, 72) to (n, 128, 9, 9)."""
        x = (images * self.grey.to(images.dtype)).sum(1, keepdim=True)  # (n, 1, 144, 144)
        maps = []
        for stage in (self.stage1, self.stage2, self.stage3, self.stage4):
            x = self.pool(stage(x))
            maps.append(x)
        return maps

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, 256), none of it negative, and map (n, 128, 9, 9), of the last map."""
        x = to_grid(last, GRID)
        return self.dropout(self.dense(x.flatten(1))), x
