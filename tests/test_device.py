from __future__ import annotations

import pytest
import torch

from fervideo.device import describe_device, resolve_device
from fervideo.errors import DeviceError


def test_auto_takes_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert resolve_device("auto") == torch.device("cuda")


def test_a_gpu_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for name in ("cuda", "cuda:1", "mps"):
        with pytest.raises(DeviceError, match="found none"):
            resolve_device(name)


def test_a_gpu_with_too_high_a_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert resolve_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(DeviceError, match="cuda:0 to cuda:1, found cuda:2"):
        resolve_device("cuda:2")


@pytest.mark.parametrize("name", ["gpu", "", "cuda:x", "xpu", "meta", "-1"])
def test_a_word_that_is_no_device_is_told(name: str) -> None:
    with pytest.raises(DeviceError, match="expected a device auto"):
        resolve_device(name)


def test_a_cpu_is_described_by_its_threads() -> None:
    assert describe_device(torch.device("cpu")).startswith(f"CPU, {torch.get_num_threads()} thread")
