"""MobileNet, and reading the face-recognition weights it starts from."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from fervideo.models.mobilenet import _BLOCKS, ConvBlock, MobileNet

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import import_faceres as script  # noqa: E402


@pytest.fixture(scope="module")
def graph() -> dict[str, np.ndarray]:
    """Tensors of the names and shapes that faceres has, with a batch norm's factor folded apart."""
    random = np.random.default_rng(3)

    def kernel(*shape: int) -> np.ndarray:
        spread = np.sqrt(2 / np.prod(shape[:-1])) if shape[-1] > 1 else 0.5
        return random.normal(0, spread, shape).astype(np.float16).astype(np.float32)

    def bias(count: int) -> np.ndarray:
        return random.normal(0.2, 0.2, count).astype(np.float16).astype(np.float32)

    tensors = {
        "conv1/convolution/merged_input": kernel(3, 3, 3, 32) / 64,
        "conv1_bn/batchnorm_1/sub": bias(32),
        "age_pred/axes": np.array([1, 2], np.int32),
    }
    inputs = 32
    for i, (outputs, _) in enumerate(_BLOCKS, start=1):
        tensors[f"conv_dw_{i}/depthwise_kernel"] = kernel(3, 3, inputs, 1)
        tensors[f"conv_dw_{i}_bn/batchnorm_1/mul"] = 1 + 0.3 * bias(inputs)
        tensors[f"conv_dw_{i}_bn/batchnorm_1/sub"] = bias(inputs)
        tensors[f"conv_pw_{i}/convolution/merged_input"] = kernel(1, 1, inputs, outputs)
        tensors[f"conv_pw_{i}_bn/batchnorm_1/sub"] = bias(outputs)
        inputs = outputs
    return tensors


def write(tensors: dict[str, np.ndarray], folder: Path) -> Path:
    """The graph as the npm package holds it, float16 in two files."""
    specs, data = [], b""
    for name, values in tensors.items():
        spec = {"name": name, "shape": list(values.shape), "dtype": str(values.dtype)}
        if values.dtype == np.float32:
            spec["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            values = values.astype(np.float16)
        specs.append(spec)
        data += values.tobytes()
    (folder / "a.bin").write_bytes(data[:1000])
    (folder / "b.bin").write_bytes(data[1000:])
    path = folder / "faceres.json"
    path.write_text(
        json.dumps({"weightsManifest": [{"paths": ["a.bin", "b.bin"], "weights": specs}]})
    )
    return path


def as_tensorflow(tensors: dict[str, np.ndarray], rgb: Tensor) -> Tensor:
    """What the graph computes of pictures (n, 3, S, S), red, green, blue, 0 to 255."""

    def same(x: Tensor, weight: Tensor, stride: int, groups: int = 1) -> Tensor:
        side, kernel = x.shape[2], weight.shape[2]
        lacking = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        low, high = lacking // 2, lacking - lacking // 2
        x = functional.pad(x, (low, high, low, high))
        return functional.conv2d(x, weight, None, stride, groups=groups)

    def tensor(name: str, *order: int) -> Tensor:
        value = torch.from_numpy(tensors[name]).double()
        return value.permute(order) if order else value.view(1, -1, 1, 1)

    x = rgb.double().flip(1) - torch.tensor(script.BGR_MEAN, dtype=torch.float64).view(1, 3, 1, 1)
    x = same(x, tensor("conv1/convolution/merged_input", 3, 2, 0, 1), 2)
    x = functional.relu6(x + tensor("conv1_bn/batchnorm_1/sub"))
    for i, (_, stride) in enumerate(_BLOCKS, start=1):
        x = same(x, tensor(f"conv_dw_{i}/depthwise_kernel", 2, 3, 0, 1), stride, x.shape[1])
        x = x * tensor(f"conv_dw_{i}_bn/batchnorm_1/mul")
        x = functional.relu6(x + tensor(f"conv_dw_{i}_bn/batchnorm_1/sub"))
        x = same(x, tensor(f"conv_pw_{i}/convolution/merged_input", 3, 2, 0, 1), 1)
        x = functional.relu6(x + tensor(f"conv_pw_{i}_bn/batchnorm_1/sub"))
    return x


def test_it_computes_what_the_graph_does(graph: dict[str, np.ndarray], tmp_path: Path) -> None:
    network = MobileNet().eval()
    script.fill(network, script.read_tensors(write(graph, tmp_path)))
    side = 144
    rgb = torch.randint(0, 256, (2, 3, side, side), generator=torch.Generator().manual_seed(1))
    expected = as_tensorflow({k: v.astype(np.float16) * 1.0 for k, v in graph.items()}, rgb)
    assert expected.std() > 0.1
    with torch.no_grad():
        found = network.double().stage_maps((rgb.double() - 127.5) / 128)[-1]
    assert found.shape == (2, 1024, 5, 5)
    # The padding's zeros are BGR_MEAN to the graph and grey to us, so the border may differ.
    difference = (found - expected).abs()
    assert difference[..., 2:-2, 2:-2].max() < 0.2 * expected.std()
    assert difference.mean() < 0.1 * expected.std()


def test_measuring_changes_nothing_it_says(graph: dict[str, np.ndarray], tmp_path: Path) -> None:
    network = MobileNet().eval()
    script.fill(network, script.read_tensors(write(graph, tmp_path)))
    images = torch.randn(64, 3, 64, 64, generator=torch.Generator().manual_seed(2)) * 0.5
    with torch.no_grad():
        before = network.stage_maps(images)
        script.measure(network, images)
        after = network.stage_maps(images)
        while_training = network.train().stage_maps(images)
    for a, b, c in zip(before, after, while_training, strict=True):
        torch.testing.assert_close(b, a, rtol=1e-3, atol=1e-3)
        # A batch's own statistics are the measured ones, so training starts from the same place.
        torch.testing.assert_close(c, a, rtol=1e-2, atol=1e-2)
    assert all(m.bn.eps > 0 for m in network.modules() if isinstance(m, ConvBlock))


@pytest.mark.parametrize("side", [6, 7])
def test_padding_is_tensorflows(side: int) -> None:
    block = ConvBlock(1, 1, 3, 2)
    torch.nn.init.ones_(block.conv.weight)
    x = torch.zeros(1, 1, side, side)
    x[0, 0, 0, 0] = 1
    with torch.no_grad():
        y = block.eval()(x)
    assert y.shape == (1, 1, -(-side // 2), -(-side // 2))
    assert (y > 0.9).sum() == 1  # an even side begins at its first line, an odd one before it
    x = torch.zeros(1, 1, side, side)
    x[0, 0, 2, 2] = 1
    with torch.no_grad():
        assert int((block(x) > 0.9).sum()) == (4 if side == 6 else 1)


def test_what_is_no_graph_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "faceres.json").write_text('{"weightsManifest": []}')
    words = [sys.executable, ROOT / "scripts" / "import_faceres.py", tmp_path / "faceres.json"]
    done = subprocess.run(
        [*words, "--rafdb", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (
        done.stderr == "import_faceres: expected the layers of faceres, found "
        "'conv1/convolution/merged_input'\n"
    )
