"""SE-ResNet-50 (Hu et al. 2018) as papers/senet-weighted-cluster uses it (table 2)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from fervideo.models.resnet import ResNet50

STAGES_1_TO_3 = ("conv1.", "bn1.", "layer1.", "layer2.")
"""Name prefixes of what the paper freezes when it fine-tunes, for `Phase.freeze` of a recipe."""


class SqueezeExcite(nn.Module):
    """Weighs each channel by what all of them see in the whole picture.

        squeeze: z = mean of the map over places                  (n, c)
        excite:  gate = sigmoid(W2 relu(W1 z)), W1 narrows c by `reduction`

    Args:
        channels: c.
        reduction: 16 in Hu et al.
    """

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        self.narrow = nn.Linear(channels, channels // reduction)
        self.widen = nn.Linear(channels // reduction, channels)

    def gates(self, x: Tensor) -> Tensor:
        """(n, c) between 0 and 1, of a map (n, c, h, w)."""
        z = x.mean((2, 3))
        gates: Tensor = self.widen(self.narrow(z).relu()).sigmoid()
        return gates

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to the same."""
        return x * self.gates(x)[:, :, None, None]


class SEResNet50(ResNet50):
    """27.1 M parameters (54 MB in 16 bits), 1.08 G multiply-adds at 112x112.

    Hu et al. count 28.1 M with a layer of 1000 classes, as this has with one, and 3.87 G at
    224x224, where this has 4.09 G for the reason given at `Bottleneck`. The expression paper counts
    neither; its pictures are of 224 pixels, and `fine_stem` has the same maps at 112. It adds a
    layer of 512 before the last one and names no activation between the two: there is none.

    Args:
        classes: C.
        head: `linear` (the paper's) or `cosine`.
        scale: s of a cosine head.
        fine_stem: See `ResNet50`.
    """

    def __init__(
        self, classes: int = 7, head: str = "linear", scale: float = 16.0, fine_stem: bool = False
    ) -> None:
        super().__init__(classes, head, scale, fine_stem=fine_stem, gate=SqueezeExcite)

    def start_without(self, names: Sequence[str]) -> tuple[str, ...]:
        """A plain ResNet-50 has no gates: they start almost open, at 0.95."""
        lacking = tuple(name for name in names if ".gate." not in name)
        if len(lacking) < len(names):
            for gate in (m for m in self.modules() if isinstance(m, SqueezeExcite)):
                nn.init.zeros_(gate.widen.weight)
                nn.init.constant_(gate.widen.bias, 3.0)
        return lacking
