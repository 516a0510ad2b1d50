"""The extra `fast`: the same numbers as PyTorch's, and nothing leaves the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from fervideo import device
from fervideo.device import describe_device, network_device, prefers_openvino, resolve_device
from fervideo.errors import DeviceError
from fervideo.models.network import builders
from fervideo.models.openvino import CompiledNetwork
from fervideo.models.registry import DEFAULT_MODEL, list_models, load_model
from fervideo.openvino_library import import_openvino
from fervideo.types import ByteImage

ROUNDING = 1e-5
"""Of numbers of a unit vector: what other orders of summing up come to, and no more."""


def pictures(count: int, side: int) -> ByteImage:
    return np.random.default_rng(7).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", builders())
def test_every_network_says_the_same_in_both_libraries(name: str) -> None:
    torch.manual_seed(1)
    network = builders()[name](7, "linear", 16.0).eval().fuse().requires_grad_(False)
    # As the registry lays it out: other orders of memory are other operations to PyTorch.
    network = network.to(memory_format=torch.channels_last)
    side = network.input_size

    def unit(crops: torch.Tensor) -> torch.Tensor:
        images = (crops.permute(0, 3, 1, 2).float() - 127.5) / 128
        images = images.contiguous(memory_format=torch.channels_last)
        return torch.nn.functional.normalize(network.features(images)[0], dim=1)

    crops = pictures(2, side)
    compiled = CompiledNetwork(unit, torch.zeros(1, side, side, 3, dtype=torch.uint8), 1)
    expected = unit(torch.from_numpy(crops)).numpy()
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(compiled(crops), expected, atol=ROUNDING)


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_every_shipped_model_says_the_same_in_both_libraries(card) -> None:
    fast, plain = load_model(card.name, "openvino"), load_model(card.name, "cpu")
    assert (str(fast.device), str(plain.device)) == ("openvino", "cpu")
    crops = pictures(3, card.input_size)
    np.testing.assert_allclose(fast.embed(crops), plain.embed(crops), atol=ROUNDING)
    assert fast.embed(crops[:0]).shape == (0, card.embedding_size)


def test_several_threads_may_ask_at_once() -> None:
    model = load_model("default", "openvino")
    crops = pictures(6, model.card.input_size)
    with ThreadPoolExecutor(3) as pool:
        rows = list(pool.map(lambda i: model.embed(crops[i : i + 1])[0], range(6)))
    np.testing.assert_array_equal(rows, model.embed(crops))


def test_what_cannot_be_said_is_one_sentence() -> None:
    with pytest.raises(DeviceError, match="expected a network that OpenVINO can be told of"):
        CompiledNetwork(lambda x: torch.fft.fft(x).abs(), torch.zeros(1, 4), 1)


def test_auto_takes_it_where_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert network_device("auto") == "openvino"
    assert network_device("cpu") == torch.device("cpu")
    assert "OpenVINO" in describe_device("openvino")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert not prefers_openvino("auto")


def test_without_it_pytorch_does_and_it_is_missed_only_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(device, "find_spec", lambda name: None)
    assert load_model("default").device == torch.device("cpu")
    with pytest.raises(DeviceError, match=r"install fervideo\[fast\]"):
        resolve_device("openvino")


def test_where_it_is_broken_pytorch_does_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(device, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "openvino", None)  # so that an import of it fails
    assert load_model("default").device == torch.device("cpu")
    assert f"PyTorch runs {DEFAULT_MODEL}" in caplog.text
    with pytest.raises(DeviceError, match="cannot be loaded"):
        import_openvino()


def test_it_tells_nobody_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # OpenVINO's tools report every import to their makers and keep a number for that at home.
    code = (
        "import sys; from fervideo.models.registry import load_model; "
        "assert load_model('default', 'openvino').compiled is not None; "
        "print([n for n, m in sys.modules.items() if m and 'telemetry' in n], "
        "'torch._dynamo' in sys.modules)"
    )
    homes = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **homes, "CI": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    # PyTorch's compiler is of no use here and takes a second to import.
    assert done.stdout.split() == ["[]", "False"]
    assert not list(tmp_path.iterdir())
