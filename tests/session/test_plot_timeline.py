"""The picture of a session, as a user would draw it."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from session_results import make_result

from fervideo import labels

SCRIPT = Path(__file__).parents[2] / "scripts" / "plot_timeline.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT), run_name="plot_timeline")


@pytest.fixture
def record(open_writer) -> Callable[..., Path]:
    def make(names: list[str], classes: tuple[str, ...] = labels.BASIC) -> Path:
        writer = open_writer(classes=classes)
        for index, name in enumerate(names):
            faces = [(1, name)] if name else []
            writer.write(make_result(index, index / 4, faces, classes=classes))
        writer.close()
        return writer.folder

    return make


def area_of(picture: np.ndarray, name: str, classes: tuple[str, ...] = labels.BASIC) -> int:
    color = labels.color_of(name, classes)
    bgr = [int(color[i : i + 2], 16) for i in (5, 3, 1)]
    return int((picture == bgr).all(axis=2).sum())


def test_the_strip_shows_each_label_in_its_colour_as_long_as_it_lasted(script, record):
    folder = record(["happiness"] * 12 + [""] * 2 + ["sadness"] * 6)
    assert script["main"]([str(folder)]) == 0
    picture = cv2.imread(str(folder / "timeline.png"))
    assert picture.shape[1] == 1800
    row = picture[: picture.shape[0] // 2]
    happy, sad = (area_of(row, name) for name in ("happiness", "sadness"))
    assert happy > 20_000
    assert 1.5 < happy / sad < 2.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_custom_unknown_and_hostile_labels_can_be_drawn(script, record, theme, tmp_path):
    classes = (*labels.BASIC, "_smirk$^", "=1")
    folder = record(["_smirk$^"] * 4 + [labels.UNKNOWN] * 4 + ["=1"] * 2, classes)
    output = tmp_path / "picture.png"
    assert script["main"]([str(folder), "-o", str(output), "--theme", theme, "--faces", "1"]) == 0
    assert area_of(cv2.imread(str(output)), "_smirk$^", classes) > 10_000


def test_a_session_without_any_face_can_be_drawn(script, record):
    folder = record(["", "", ""])
    assert script["main"]([str(folder)]) == 0
    assert (folder / "timeline.png").stat().st_size > 1000


def test_bad_input_is_one_line_and_status_2(script, record, tmp_path, capsys):
    assert script["main"]([str(tmp_path / "nowhere")]) == 2
    assert script["main"]([str(record([]))]) == 2
    assert script["main"]([str(record([""])), "-o", str(tmp_path / "no" / "x.png")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "expected a session folder" in lines[0]
    assert "found none to draw" in lines[1]


def test_the_running_mean_stops_at_gaps_and_passes_over_missing_values(script):
    times = np.array([0.0, 0.2, 0.4, 2.0, 2.2])
    values = np.array([[1.0], [np.nan], [3.0], [10.0], [20.0]])
    mean = script["running_mean"](times, values, 1.0, np.array([3]))
    assert mean[:, 0].tolist() == [2.0, 2.0, 2.0, 15.0, 15.0]
    alone = script["running_mean"](times[1:2], values[1:2], 1.0, np.array([], int))
    assert np.isnan(alone).all()
