"""Every icon the window asks for exists, in one weight and one colour, and draws something."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from fervideo.labels import BASIC, BY_NAME
from fervideo.resources import asset_file

NAMES = [
    "live", "analyze", "review", "expressions", "models", "play", "pause", "stop", "record",
    "snapshot", "camera", "video", "settings", "theme-light", "theme-dark", "chevron-left",
    "chevron-right", "chevron-up", "chevron-down", "warning", "info", "close", "face", "folder",
    "keyboard",
]  # fmt: skip


def drawn(name, size):
    """Opacity of an icon, (size, size) 0 to 255."""
    renderer = QSvgRenderer(str(asset_file(f"icons/{name}.svg")))
    assert renderer.isValid()
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return np.array(image.constBits()).reshape(size, size, 4)[..., 3]


@pytest.mark.parametrize("name", NAMES)
def test_one_weight_one_colour(name):
    root = ET.parse(asset_file(f"icons/{name}.svg")).getroot()
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke-width") == "1.75"
    for element in root.iter():
        assert element.get("stroke-width") in (None, "1.75")
        assert {element.get("stroke"), element.get("fill")} <= {None, "none", "#000"}


@pytest.mark.parametrize("name", NAMES)
def test_drawn_inside_its_square(name):
    opacity = drawn(name, 48)
    assert 0.02 < (opacity > 128).mean() < 0.6
    edge = np.concatenate([opacity[0], opacity[-1], opacity[:, 0], opacity[:, -1]])
    assert edge.max() == 0  # nothing is cut off


def test_no_two_icons_look_alike():
    assert len({drawn(name, 24).tobytes() for name in NAMES}) == len(NAMES)


def test_app_icon_wears_the_colours_of_the_expressions():
    text = asset_file("icons/app.svg").read_text(encoding="utf-8")
    assert all(BY_NAME[name].color in text for name in BASIC)
    picture = QImage(str(asset_file("icons/app.png")))
    assert (picture.width(), picture.height()) == (256, 256)
    assert picture.pixelColor(0, 0).alpha() == 0
    assert picture.pixelColor(128, 20).alpha() == 255
