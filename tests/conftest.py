"""What tests of several parts share: real pictures, and a guard against threads left behind."""

from __future__ import annotations

import os
from pathlib import Path

# Before PyTorch is imported: beside another busy program its waiting threads should not spin.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
if "PYTEST_XDIST_WORKER" in os.environ:  # a worker for each core: one thread each
    os.environ.setdefault("OMP_NUM_THREADS", "1")
# Streams that tests open are for this machine alone.
os.environ["LSLAPICFG"] = str(Path(__file__).with_name("lsl_api.cfg"))

import threading
import time
from collections.abc import Iterator

import pytest
from media import SharedMedia, load_media


@pytest.fixture(scope="session")
def shared_media() -> SharedMedia:
    """Real pictures: from the media folder if there is one, else from what packages ship."""
    return load_media()


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    """Fails the test if a thread of the program's own outlives it."""
    yield
    deadline = time.monotonic() + 2.0
    while time.monotonic() < deadline and _own_threads():
        time.sleep(0.01)
    assert _own_threads() == []


def _own_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("fervideo")]
