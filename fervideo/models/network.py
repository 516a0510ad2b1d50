"""What every network has in common: crops in, embedding and class logits out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from fervideo.models.layers import fold_all


class NetworkOutput(NamedTuple):
    """What a network says of n crops.

    Attributes:
        embedding: (n, D), not normalised.
        logits: (n, C) of the network's own head.
        feature_map: (n, K, h, w), the last map before pooling, for losses that look at it.
    """

    embedding: Tensor
    logits: Tensor
    feature_map: Tensor


class ExpressionNetwork(nn.Module):
    """Base of all networks.

    Input is float (n, 3, S, S) RGB, `(pixel - 127.5) / 128`.

    Attributes:
        embedding_size: D.
        input_size: S in pixels.
        frame_size: Side in pixels of the aligned picture of which the network looks at the middle
            S x S, in training at a random S x S. S for most.
        head: Module from (n, D) embedding to (n, C) logits.
        last_layers: Beginnings of the names of tensors that stay fresh if the weights that are
            started from have them in another shape.
    """

    embedding_size: int
    input_size: int = 112
    frame_size: int = 112
    head: nn.Module
    last_layers: tuple[str, ...] = ("head.",)

    @property
    def view(self) -> float:
        """Part of the side of an aligned picture that the network looks at."""
        return self.input_size / self.frame_size

    def resize(self, size: int) -> None:
        """Look at crops of another size, `input_size`, that show the same part of a face."""
        self.frame_size = round(size / self.view)
        self.input_size = size

    def start_without(self, names: Sequence[str]) -> tuple[str, ...]:
        """Get ready to learn from weights that lack some tensors; those it cannot do without.

        Args:
            names: Tensors of this network that the weights lack.
        """
        return tuple(names)

    def stage_maps(self, images: Tensor) -> list[Tensor]:
        """The map after each stage of images (n, 3, S, S), from large to small."""
        raise NotImplementedError

    def embed_map(self, last: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, D) and the map before pooling, of the last stage's map."""
        raise NotImplementedError

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (n, D) and last feature map (n, K, h, w) of images (n, 3, S, S)."""
        return self.embed_map(self.stage_maps(images)[-1])

    def forward(self, images: Tensor) -> NetworkOutput:
        """Run the whole network on images (n, 3, S, S)."""
        embedding, feature_map = self.features(images)
        return NetworkOutput(embedding, self.head(embedding), feature_map)

    def fuse(self) -> ExpressionNetwork:
        """Fold batch normalisation into convolutions, in place, for inference. Returns self."""
        fold_all(self)
        return self


class CosineHead(nn.Module):
    """Logits are `scale * cos(embedding, weight)`: the weights are the class centers.

    Args:
        embedding_size: D.
        classes: C.
        scale: s, fixed.
    """

    def __init__(self, embedding_size: int, classes: int, scale: float = 16.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(classes, embedding_size))
        nn.init.xavier_normal_(self.weight)
        self.scale = scale

    @property
    def centers(self) -> Tensor:
        """(C, D) unit rows."""
        return nn.functional.normalize(self.weight.detach(), dim=1)

    def forward(self, embedding: Tensor) -> Tensor:
        """(n, D) to (n, C)."""
        with torch.autocast(embedding.device.type, enabled=False):  # 8 bits are too few at s = 30
            unit = nn.functional.normalize(embedding.to(self.weight.dtype), dim=1)
            return self.scale * unit @ nn.functional.normalize(self.weight, dim=1).T


def to_grid(feature_map: Tensor, side: int = 7) -> Tensor:
    """Resample a map to the grid a global depthwise layer expects.

    A no-op at the network's own input size; lets the first epochs run on smaller pictures.
    """
    if feature_map.shape[2:] == (side, side):
        return feature_map
    return nn.functional.interpolate(
        feature_map, (side, side), mode="bilinear", align_corners=False
    )


def make_head(kind: str, embedding_size: int, classes: int, scale: float) -> nn.Module:
    """A head by its name in a recipe, `linear` or `cosine`. Raises ValueError on another name."""
    if kind == "linear":
        return nn.Linear(embedding_size, classes)
    if kind == "cosine":
        return CosineHead(embedding_size, classes, scale)
    raise ValueError(f"head: expected linear or cosine, found {kind!r}")


Builder = Callable[[int, str, float], ExpressionNetwork]


def builders() -> Mapping[str, Builder]:
    """Every network by the name that recipes and cards use: `(classes, head, scale) -> network`.

    `mfn` is a baseline of one paper, `resnet-50`, the network of `lmcl`, of two. The names after
    it are the papers' ablations.
    """
    from fervideo.models.lfnsb import LFNSB
    from fervideo.models.light_cnn import LightCNN
    from fervideo.models.mfn import MFN
    from fervideo.models.mobilefacenet import MobileFaceNet
    from fervideo.models.mobilenet import MobileNet
    from fervideo.models.resnet import ResNet50
    from fervideo.models.se_resnet import SEResNet50
    from fervideo.models.vgg_lip import VGGLIP

    return {
        "lfnsb": LFNSB,
        "mobilefacenet": MobileFaceNet,
        "mobilenet": MobileNet,
        "lmcl": ResNet50,
        "se-resnet": SEResNet50,
        "light-cnn": LightCNN,
        "vgg-lip": VGGLIP,
        "mfn": MFN,
        "resnet-50": ResNet50,
        "lmcl-sphere": partial(ResNet50, embedding_size=3),
        "lfn": partial(LFNSB, spatial_bias=False),
        "light-cnn-b": partial(LightCNN, double_activation=False),
        "vgg16": partial(VGGLIP, pooling="max", attention=False),
        "vgg-lip-plain": partial(VGGLIP, attention=False),
    }
