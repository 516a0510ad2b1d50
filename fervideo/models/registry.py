"""Which models there are, and loading one, ready to look at crops."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load as load_tensors

from fervideo.centers.bank import FaceBank
from fervideo.device import OPENVINO, prefers_openvino, resolve_device
from fervideo.errors import ConfigError, DeviceError, ModelError
from fervideo.models.card import ModelCard, read_card
from fervideo.models.network import Builder, ExpressionNetwork, builders
from fervideo.models.openvino import CompiledNetwork
from fervideo.resources import weights_folder
from fervideo.types import ByteImage, FloatArray
from fervideo.user_paths import user_path

log = logging.getLogger(__name__)

DEFAULT_MODEL = "mobilenet"
"""The model that `default` means: the best on validation data of those that ship."""

CENTERS = "centers"
"""Name of the tensor of class centers (C, D) in a weight file."""

BANK, BANK_LABELS = "bank", "bank_labels"
"""Names of the tensors of ordinary faces (n, D) and their classes (n,), which may be missing. All
other tensors are the network's."""


@dataclass(frozen=True, slots=True)
class Model:
    """A network on its device, with its card and class centers.

    Attributes:
        card: What is known of the weights.
        device: Where the network runs; `openvino` where that library runs it.
        centers: (C, D) float32, unit rows.
        network: The network, fused, in evaluation mode.
        bank: Ordinary faces that an enrolled expression is placed by, if the file has them.
        compiled: What runs in its place, if anything does.
    """

    card: ModelCard
    device: torch.device | str
    centers: FloatArray
    network: ExpressionNetwork
    bank: FaceBank | None = None
    compiled: CompiledNetwork | None = None

    def embed(self, crops: ByteImage) -> FloatArray:
        """Look at a batch of crops.

        Args:
            crops: uint8 RGB (n, S, S, 3), cut by `faces.align`.

        Returns:
            (n, D) float32, unit rows.
        """
        if not len(crops):
            return np.zeros((0, self.card.embedding_size), np.float32)
        border = (crops.shape[1] - self.card.sees) // 2
        inside = slice(border, border + self.card.sees)
        crops = crops[:, inside, inside]
        if self.compiled is not None:
            return self.compiled(crops)
        with torch.inference_mode():
            return self.look(torch.from_numpy(crops).to(self.device)).cpu().numpy()

    def look(self, crops: torch.Tensor) -> torch.Tensor:
        """Unit embeddings (n, D) of uint8 crops (n, S, S, 3) on the network's device.

        Args:
            crops: What the network sees of an aligned picture, and no more.
        """
        images = (crops.permute(0, 3, 1, 2).float() - self.card.mean) / self.card.std
        embedding, _ = self.network.features(images.contiguous(memory_format=torch.channels_last))
        return torch.nn.functional.normalize(embedding.float(), dim=1)


def list_models() -> list[ModelCard]:
    """The cards of all shipped models, the default first; without those that are broken."""
    return look_at_models()[0]


def look_at_models() -> tuple[list[ModelCard], list[ModelError]]:
    """The cards of all shipped models, the default first, and what is wrong with broken ones."""
    cards, problems = [], []
    for path in sorted(weights_folder().glob("*.safetensors")):
        try:
            cards.append(read_shipped_card(path))
        except ModelError as problem:
            problems.append(problem)
    return sorted(cards, key=lambda card: card.name != DEFAULT_MODEL), problems


def read_shipped_card(weights: Path) -> ModelCard:
    """The card of a shipped weight file, by whose name the model is loaded.

    Raises:
        ModelError: It is missing or broken, or another model's.
    """
    path = weights.with_suffix(".json")
    card = read_card(path)
    if card.name != weights.stem:
        raise ModelError(f"{path.name}: expected the card of {weights.stem}, found {card.name!r}'s")
    return card


def find_weights(name_or_path: str) -> Path:
    """The weight file of a model's name, of `default`, or at a path.

    Raises:
        ModelError: There is none.
    """
    name = DEFAULT_MODEL if name_or_path == "default" else name_or_path
    shipped = weights_folder() / f"{name}.safetensors"
    path = user_path(name_or_path)
    with suppress(OSError, ValueError):  # a name too long, a NUL inside: there is no such file
        if "/" not in name and "\\" not in name and shipped.is_file():
            return shipped
        if path.suffix == ".safetensors" and path.is_file():
            return path
    names = ", ".join(c.name for c in list_models())
    raise ModelError(
        f"expected a model among default, {names} or a .safetensors file, found {name_or_path!r}"
    )


def read_weights(path: Path, card: ModelCard) -> tuple[ExpressionNetwork, FloatArray]:
    """The network (not fused) and centers of a weight file.

    Raises:
        ModelError: The file is corrupt, was changed, or does not fit its card.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path.name}: cannot be read: {error.strerror}") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != card.sha256:
        raise ModelError(
            f"{path.name}: expected the weights its card names (sha256 {card.sha256[:12]}...), "
            f"found others ({digest[:12]}...); the file is damaged or replaced: install it again"
        )
    try:
        tensors = {
            k: v.float() if v.is_floating_point() else v for k, v in load_tensors(data).items()
        }
        network = _builder(card)(len(card.classes), card.head, card.scale)
        network.input_size, network.frame_size = card.sees, card.input_size
        centers = tensors.pop(CENTERS)
        for name in (BANK, BANK_LABELS):
            tensors.pop(name, None)
        network.load_state_dict(tensors)
        _check_centers(centers, card)
    except (SafetensorError, KeyError, RuntimeError) as error:
        told = str(error).splitlines()[-1].strip()  # PyTorch's first line has no reason in it
        raise ModelError(
            f"{path.name}: expected weights of {card.network} for {len(card.classes)} classes, as "
            f"its card says, found others: {told}"
        ) from None
    return network, centers.numpy()


def _check_centers(centers: torch.Tensor, card: ModelCard) -> None:
    """Refuse centers that no cosine can be taken with. Raises RuntimeError."""
    expected = (len(card.classes), card.embedding_size)
    if tuple(centers.shape) != expected:
        raise RuntimeError(f"centers of {expected} numbers expected, {tuple(centers.shape)} found")
    lengths = centers.norm(dim=1)
    if not (lengths.isfinite() & (lengths > 0)).all():
        raise RuntimeError("a center without a direction")


def _builder(card: ModelCard) -> Builder:
    """What makes the card's network. Raises ModelError if there is no such network."""
    known = builders()
    if card.network not in known:
        raise ModelError(
            f"{card.name}.json: expected a network among {', '.join(known)}, found {card.network!r}"
        )
    return known[card.network]


def read_bank(path: Path, card: ModelCard, centers: FloatArray) -> FaceBank | None:
    """The ordinary faces of a weight file; None if it has none.

    Args:
        path: The file, which `read_weights` could read.
        card: Its card.
        centers: (C, D) float32, unit rows.

    Raises:
        ModelError: They do not fit the card.
    """
    try:
        with safe_open(path, "np") as file:
            if not {BANK, BANK_LABELS} <= set(file.keys()):
                return None
            faces, classes = file.get_tensor(BANK), file.get_tensor(BANK_LABELS)
        return FaceBank.of(faces, classes, card.classes, centers, card.head == "cosine")
    except (ConfigError, ValueError, SafetensorError, OSError) as error:
        raise ModelError(f"{path.name}: {error}") from None


def load_model(name_or_path: str = "default", device: str = "auto") -> Model:
    """A model, ready to use.

    Args:
        name_or_path: `default`, the name of a shipped model, or a `.safetensors` file with its
            card beside it.
        device: See `device.resolve_device`.

    Raises:
        ModelError: No such model, or its files are damaged.
        DeviceError: No such device.
    """
    where = resolve_device(device)
    path = find_weights(name_or_path)
    card = read_card(path.with_suffix(".json"))
    network, centers = read_weights(path, card)
    network = network.eval().fuse().requires_grad_(False)
    network = network.to(where, memory_format=torch.channels_last)  # type: ignore[call-overload]
    unit = (centers / np.linalg.norm(centers, axis=1, keepdims=True)).astype(np.float32)
    model = Model(card, where, unit, network, read_bank(path, card, unit))
    return _compiled(model, device) if prefers_openvino(device) else model


def _compiled(model: Model, device: str) -> Model:
    """The model as OpenVINO runs it; unless that was asked for by name, PyTorch may have to do."""
    example = torch.zeros(1, model.card.sees, model.card.sees, 3, dtype=torch.uint8)
    try:
        compiled = CompiledNetwork(model.look, example, torch.get_num_threads())
    except DeviceError as error:
        if device == OPENVINO:
            raise
        log.warning("PyTorch runs %s: %s", model.card.name, error)
        return model
    return replace(model, device=OPENVINO, compiled=compiled)
