from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

MISSING = (
    "Xvfb was not found: the window is to be tried on a real X server, not only offscreen; "
    "install it with `apt-get install xvfb libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 "
    "libxcb-keysyms1 libegl1`"
)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of our own."""
    xvfb = shutil.which("Xvfb")
    assert xvfb, MISSING
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def test_the_real_window_shows_the_demo(display: str, tmp_path: Path) -> None:
    environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb")
    picture = tmp_path / "window.png"
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("real_window.py")), picture, tmp_path],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert told["platform"] == "xcb"
    assert told["threads"] == "[]"
    assert told["banner"] == "[]", told["banner"]
    assert told["face"], told
    assert "analysed/s" in told["status"]
    image = QImage(str(picture))
    assert image.width() >= 1024
    colors = {
        image.pixelColor(x, y).rgb()
        for x in range(0, image.width(), 16)
        for y in range(0, image.height(), 16)
    }
    assert len(colors) > 200  # a photograph, not an empty place
