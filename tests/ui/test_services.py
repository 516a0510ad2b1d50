"""What the window finds on the machine."""

from __future__ import annotations

import pytest
import torch
from fervideo.ui.services import real_services

from fervideo import device


def test_the_devices_are_those_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    found = {choice.name: choice.title for choice in real_services().devices()}
    assert list(found) == ["auto", "cpu", "openvino"]
    assert found["openvino"].startswith("CPU with OpenVINO, ")
    monkeypatch.setattr(device, "find_spec", lambda name: None)
    assert [choice.name for choice in real_services().devices()] == ["auto", "cpu"]
