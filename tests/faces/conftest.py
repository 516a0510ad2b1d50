"""What the tests of faces share."""

import sys

import pytest


@pytest.fixture
def broken_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenVINO seems to be installed, and cannot be imported."""
    monkeypatch.setattr("fervideo.openvino_library.find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "openvino", None)
