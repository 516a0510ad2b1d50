from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine, make_result
from fervideo.ui.live.landmark_overlay import axis_ends
from fervideo.ui.main_window import MainWindow
from PySide6.QtGui import QImage
from window_steps import refresh

from fervideo.landmark_names import LandmarkMode
from fervideo.live_stats import RecordingStats
from fervideo.types import Landmarks, Result

BOX = (500, 160, 760, 520)


def measured(result: Result) -> Result:
    """With landmarks on an ellipse inside each box."""
    n = len(result.faces)
    around = np.linspace(0, 40 * np.pi, 478)
    ring = np.stack([np.sin(around), np.cos(around)], axis=1) * np.linspace(0.1, 0.5, 478)[:, None]
    points = np.zeros((n, 478, 3), np.float32)
    for row, (left, top, right, bottom) in enumerate(result.faces.boxes):
        size = np.array([right - left, bottom - top])
        points[row, :, :2] = (left + right) / 2, (top + bottom) / 2
        points[row, :, :2] += ring * size * 0.9
        points[row, 1, :2] = (left + right) / 2, (top + bottom) / 2
    pose = np.tile(np.float32([10, 25, -5]), (n, 1))
    return replace(result, landmarks=Landmarks(points, pose, np.zeros((n, 0), np.float32)))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


def show(window: MainWindow, engine: FakeEngine, result: Result) -> np.ndarray:
    engine.show(result)
    window.bridge.poll_result()
    return pixels(window.live.stage.video.snapshot())


def test_a_head_that_looks_into_the_camera_points_at_the_viewer() -> None:
    straight = axis_ends(np.zeros(3, np.float32))
    np.testing.assert_allclose(straight, [[1, 0, 0], [0, -1, 0], [0, 0, 1]], atol=1e-6)
    assert axis_ends(np.float32([20, 0, 0]))[2, 1] < -0.3  # the nose up the picture
    assert axis_ends(np.float32([0, 20, 0]))[2, 0] > 0.3  # the nose to its right
    assert axis_ends(np.float32([0, 0, 20]))[1, 0] > 0.3  # the crown to its right: clockwise
    turned = axis_ends(np.float32([12, -40, 33]))
    np.testing.assert_allclose(np.abs(turned @ turned.T), np.eye(3), atol=1e-5)


def test_nothing_is_measured_until_it_is_wanted(window: MainWindow, engine: FakeEngine) -> None:
    actions = window.actions_by_key
    for key in ("mesh", "pose_axes", "blendshapes"):
        assert not actions[key].isChecked()
    assert engine.config.landmarks is LandmarkMode.OFF
    actions["mesh"].trigger()
    assert engine.config.landmarks is LandmarkMode.POSE
    actions["blendshapes"].trigger()
    assert engine.config.landmarks is LandmarkMode.ALL
    actions["mesh"].trigger()
    assert engine.config.landmarks is LandmarkMode.ALL
    actions["blendshapes"].trigger()
    assert engine.config.landmarks is LandmarkMode.OFF


def test_what_is_wanted_is_remembered(window: MainWindow, open_window) -> None:
    window.actions_by_key["pose_axes"].trigger()
    later = FakeEngine()
    again = open_window(later)
    assert again.actions_by_key["pose_axes"].isChecked()
    assert not again.actions_by_key["mesh"].isChecked()
    assert later.config.landmarks is LandmarkMode.POSE
    assert again.live.stage.video.landmarks.show_axes


def test_a_recording_loses_nothing_when_the_mesh_is_hidden(
    window: MainWindow, engine: FakeEngine, tmp_path: Path
) -> None:
    mesh = window.actions_by_key["mesh"]
    mesh.trigger()
    refresh(window, engine, recording=RecordingStats(tmp_path, 1.0, 10, 1))
    mesh.trigger()
    assert not window.live.stage.video.landmarks.show_mesh
    assert engine.config.landmarks is LandmarkMode.POSE
    window.actions_by_key["blendshapes"].trigger()
    assert engine.config.landmarks is LandmarkMode.ALL
    window.actions_by_key["blendshapes"].trigger()
    refresh(window, engine, recording=None)
    assert engine.config.landmarks is LandmarkMode.OFF


@pytest.mark.parametrize("key", ["mesh", "pose_axes"])
def test_it_is_drawn_on_the_face_and_goes_with_it(
    window: MainWindow, engine: FakeEngine, key: str
) -> None:
    result = measured(make_result(0, [BOX]))
    window.actions_by_key["overlays"].setChecked(False)
    bare = show(window, engine, result)
    window.actions_by_key[key].trigger()
    drawn = show(window, engine, result)
    rows, columns = np.nonzero(np.abs(drawn - bare).sum(axis=2))
    assert len(rows) > 200
    assert BOX[0] < columns.min() and columns.max() < BOX[2]
    assert BOX[1] < rows.min() and rows.max() < BOX[3]
    np.testing.assert_array_equal(show(window, engine, replace(result, landmarks=None)), bare)


def test_a_face_that_was_not_made_out_is_left_alone(window: MainWindow, engine: FakeEngine) -> None:
    result = measured(make_result(0, [BOX, (60, 100, 260, 380)]))
    for key in ("mesh", "pose_axes"):
        window.actions_by_key[key].trigger()
    whole = show(window, engine, result)
    result.landmarks.points[1], result.landmarks.pose[1] = np.nan, np.nan
    half = show(window, engine, result)
    rows, columns = np.nonzero(np.abs(whole - half).sum(axis=2))
    assert len(rows) > 200 and columns.max() < 260
