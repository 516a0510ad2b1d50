from __future__ import annotations

import numpy as np
import pytest
from fervideo.ui.expressions.sphere_view import TRAIL_S, CenterMark, SphereView, TrailPoint
from fervideo.ui.theme import Theme, ThemeMode
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

FRONT = np.array([0.0, 0.0, 1.0], np.float32)
NONE = np.zeros((0, 3), np.float32)


def mark(point: np.ndarray = FRONT, color: str = "#D55E00", **more: object) -> CenterMark:
    return CenterMark("anger", "ANG", color, point.astype(np.float32), NONE, **more)


def image_of(view: SphereView) -> QImage:
    return view.grab().toImage()


def count(view: SphereView, color: str) -> int:
    """Pixels of very nearly this colour."""
    image = image_of(view).convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    wanted = QColor(color)
    rgb = np.array([wanted.blue(), wanted.green(), wanted.red()])
    return int((np.abs(data[..., :3].astype(int) - rgb).max(axis=2) < 12).sum())


@pytest.fixture(params=list(ThemeMode)[1:], ids=str)
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> SphereView:
    view = SphereView(Theme(request.param))
    qtbot.addWidget(view)
    view.resize(420, 360)
    view.show()
    return view


def test_a_center_is_drawn_in_its_colour_and_fades_behind(view: SphereView) -> None:
    view.show_marks((mark(),))
    before = count(view, "#D55E00")
    assert before > 60
    view.turn(180, 0)
    assert count(view, "#D55E00") < before / 4


def test_a_class_that_is_left_out_is_hollow(view: SphereView) -> None:
    view.show_marks((mark(),))
    filled = count(view, "#D55E00")
    view.show_marks((mark(enabled=False),))
    assert 0 < count(view, "#D55E00") < 0.7 * filled


def test_the_mouse_turns_it(view: SphereView, qtbot: QtBot) -> None:
    view.show_marks((mark(),))
    before, picture = view.rotation.copy(), image_of(view)
    middle = view.rect().center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, 20))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 20))
    assert not np.allclose(before, view.rotation)
    assert image_of(view) != picture
    seen = view.rotation @ np.array([0.0, 0.0, 1.0])
    assert seen[0] > (before @ np.array([0.0, 0.0, 1.0]))[0]  # it went with the mouse
    turned = view.rotation.copy()
    qtbot.mouseMove(view, middle)
    np.testing.assert_array_equal(turned, view.rotation)  # it was let go
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    np.testing.assert_allclose(before, view.rotation)


def test_keys_turn_it_and_it_stays_a_rotation(view: SphereView, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right) * 30:
        qtbot.keyClick(view, key)
    np.testing.assert_allclose(view.rotation @ view.rotation.T, np.eye(3), atol=1e-6)
    home = SphereView(Theme()).rotation
    assert not np.allclose(home, view.rotation)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    np.testing.assert_allclose(home, view.rotation)


def test_the_trail_forgets(view: SphereView) -> None:
    for step in range(50):
        view.add(TrailPoint(step / 10, FRONT, "#0072B2", 1.0))
    assert view.trail[-1].time_s - view.trail[0].time_s <= TRAIL_S
    assert count(view, "#0072B2") > 40
    view.add(TrailPoint(0.0, FRONT, "#0072B2", 1.0))  # the source began anew
    assert len(view.trail) == 1
    view.clear_trail()
    assert count(view, "#0072B2") == 0


@pytest.mark.parametrize("size_wh", [(160, 140), (90, 300), (1000, 700)])
def test_it_can_be_read_at_any_size(view: SphereView, size_wh: tuple[int, int]) -> None:
    view.resize(*size_wh)
    around = np.linspace(0, 2 * np.pi, 12)
    points = np.stack([np.cos(around), np.sin(around), np.zeros(12)], axis=1)
    view.show_marks(tuple(mark(point) for point in points))
    view.add(TrailPoint(0.0, FRONT, "#0072B2", 0.2))
    view.add(TrailPoint(0.1, -FRONT, "#0072B2", 0.2))  # right through the ball
    assert count(view, "#D55E00") > 20
    assert view.ball().width() <= min(size_wh)


def test_it_tells_its_classes_to_a_screen_reader(view: SphereView) -> None:
    view.show_marks((mark(),))
    assert view.accessibleDescription() == "anger"
