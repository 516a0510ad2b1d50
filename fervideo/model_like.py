"""What the program needs of a network, whoever built it."""

from __future__ import annotations

from typing import Protocol

from fervideo.centers.bank import FaceBank
from fervideo.types import ByteImage, FloatArray


class ModelCardLike(Protocol):
    """What the line needs to know of a model; `fervideo.models.card` has the rest."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def classes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def input_size(self) -> int: ...  # noqa: D102
    @property
    def scale(self) -> float: ...  # noqa: D102
    @property
    def threshold(self) -> float: ...  # noqa: D102
    @property
    def typical_cosine(self) -> float | None: ...  # noqa: D102


class ModelLike(Protocol):
    """A network that is ready to use; `fervideo.models.registry.Model` is one."""

    @property
    def card(self) -> ModelCardLike: ...  # noqa: D102
    @property
    def device(self) -> object: ...  # noqa: D102
    @property
    def centers(self) -> FloatArray: ...  # noqa: D102
    @property
    def bank(self) -> FaceBank | None: ...  # noqa: D102

    def embed(self, crops: ByteImage) -> FloatArray:
        """Unit embeddings (n, D) of uint8 RGB crops (n, S, S, 3)."""
        ...
