"""Head pose and blendshapes as columns behind those of the contract."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from session_results import make_result

from fervideo import labels
from fervideo.landmark_names import BLENDSHAPES, LandmarkMode
from fervideo.session import read_session
from fervideo.session.edits import Edits, edited
from fervideo.session.schema import columns, landmark_columns
from fervideo.types import Landmarks, Result

POSE = ["pose_pitch", "pose_yaw", "pose_roll"]
TWO = [(3, "happiness"), (5, "fear")]


def measured(result: Result, blendshapes: bool = True) -> Result:
    """With made-up landmarks; the second face has none."""
    n = len(result.faces)
    pose = np.array([[1.25, -30.0, 4.5], [np.nan] * 3], np.float32)[:n]
    shapes = np.linspace(0, 1, 52, dtype=np.float32)[None].repeat(n, axis=0)
    shapes[1:] = np.nan
    points = np.zeros((n, 478, 3), np.float32)
    return replace(
        result, landmarks=Landmarks(points, pose, shapes if blendshapes else shapes[:, :0])
    )


def rows_of(folder) -> list[dict[str, str]]:
    with (folder / "timeline.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_of_the_contract_come_first():
    plain = [c.name for c in columns(labels.BASIC)]
    for mode, count in ((LandmarkMode.OFF, 0), (LandmarkMode.POSE, 3), (LandmarkMode.ALL, 55)):
        names = [c.name for c in columns(labels.BASIC, mode)]
        assert names[: len(plain)] == plain and len(names) == len(plain) + count
    assert names[len(plain) : len(plain) + 3] == POSE
    assert names[-1] == "blend_noseSneerRight" and "blend_jawOpen" in names


def test_values_and_gaps_are_written_and_read_back(open_writer):
    writer = open_writer(landmarks=LandmarkMode.ALL)
    writer.write(measured(make_result(0, 0.0, TWO)))
    writer.write(make_result(1, 0.04))
    writer.write(make_result(2, 0.08, TWO[:1]))
    writer.close()
    first, second, empty, unmeasured = rows_of(writer.folder)
    assert [first[name] for name in POSE] == ["1.25", "-30.00", "4.50"]
    assert (first["blend_neutral"], first["blend_noseSneerRight"]) == ("0.0000", "1.0000")
    assert first["status"] == second["status"] == "ok"
    for row in (second, empty, unmeasured):
        assert {row[c.name] for c in landmark_columns(LandmarkMode.ALL)} == {""}
    timeline = read_session(writer.folder).timeline
    assert timeline.extra_names == (*POSE, *(f"blend_{name}" for name in BLENDSHAPES))
    assert timeline.extra.shape == (4, 55)
    np.testing.assert_array_equal(timeline.extra_column("pose_yaw"), [-30, *[np.nan] * 3])
    with pytest.raises(KeyError):
        timeline.extra_column("pose_height")


def test_a_session_without_landmarks_has_none(open_writer):
    writer = open_writer()
    writer.write(measured(make_result(0, 0.0, TWO)))
    writer.close()
    assert list(rows_of(writer.folder)[0])[-1].startswith("cos_")
    timeline = read_session(writer.folder).timeline
    assert timeline.extra_names == () and timeline.extra.shape == (2, 0)


def test_every_column_is_described(open_writer):
    writer = open_writer(landmarks=LandmarkMode.POSE)
    described = json.loads((writer.folder / "session.json").read_text())["columns"][-3:]
    assert [column["name"] for column in described] == POSE
    assert {column["unit"] for column in described} == {"deg"}
    assert "right of the picture" in described[1]["meaning"]


@pytest.mark.parametrize("blendshapes", [True, False])
def test_more_or_less_measured_than_there_are_columns(open_writer, blendshapes):
    mode = LandmarkMode.POSE if blendshapes else LandmarkMode.ALL
    writer = open_writer(landmarks=mode)
    writer.write(measured(make_result(0, 0.0, TWO), blendshapes))
    writer.close()
    row = rows_of(writer.folder)[0]
    assert row["pose_roll"] == "4.50" and row.get("blend_jawOpen", "") == ""


def test_edited_sessions_keep_them_and_hidden_faces_lose_theirs(open_writer):
    writer = open_writer(landmarks=LandmarkMode.POSE)
    writer.write(measured(make_result(0, 0.0, TWO), blendshapes=False))
    writer.write(measured(make_result(1, 0.04, TWO[:1]), blendshapes=False))
    writer.close()
    session = read_session(writer.folder)
    without_second = edited(session, Edits().hide(5)).timeline
    np.testing.assert_array_equal(without_second.extra_column("pose_pitch"), [1.25, 1.25])
    without_first = edited(session, Edits().hide(3)).timeline
    assert np.isnan(without_first.extra).all() and without_first.extra.shape == (2, 3)


def test_what_a_mode_includes():
    off, pose, everything = LandmarkMode
    assert everything.includes(pose) and pose.includes(off) and pose.includes(pose)
    assert not pose.includes(everything) and not off.includes(pose)
