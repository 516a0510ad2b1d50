"""Fixtures of the tests of sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clip_server import ClipServer


@pytest.fixture
def clip_server() -> Iterator[ClipServer]:
    server = ClipServer()
    yield server
    server.stop()
